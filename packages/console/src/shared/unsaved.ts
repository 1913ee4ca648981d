import { App } from 'antd';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { defineText } from './text.ts';

const useText = defineText('unsaved', {
  en: {
    title: 'Leave without saving?',
    why: 'What was changed here is not saved yet. It is lost when this page is left.',
    leave: 'Leave and lose it',
    stay: 'Stay here',
  },
  zh: {
    title: '未保存，确定离开？',
    why: '此处的修改尚未保存，离开本页后将丢失。',
    leave: '放弃修改并离开',
    stay: '留在本页',
  },
});

/** Asks before a page is left whose work would be lost by it: within the console, and out of it, where the browser asks in its own words. */
export function useAskBeforeLeaving(isUnsaved: boolean): void {
  const text = useText();
  const { modal } = App.useApp();
  const { state, proceed, reset } = useBlocker(
    ({ currentLocation, nextLocation }) => isUnsaved && currentLocation.pathname !== nextLocation.pathname,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once each time that somebody is about to leave.
  useEffect(() => {
    if (state !== 'blocked') return;
    const asked = modal.confirm({
      title: text('title'),
      content: text('why'),
      okText: text('leave'),
      okButtonProps: { danger: true },
      cancelText: text('stay'),
      autoFocusButton: 'cancel',
      onOk: () => proceed(),
      onCancel: () => reset(),
    });
    return () => asked.destroy();
  }, [state]);
  useEffect(() => {
    if (!isUnsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUnsaved]);
}
