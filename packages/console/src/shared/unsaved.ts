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

/** Asks whether the work of the open page may be lost; there is none where it has nothing to lose. */
let ask: (() => Promise<boolean>) | undefined;

/** For who leaves by what cannot be taken back: asked before, not after. */
export const mayLeave = async (): Promise<boolean> => (await ask?.()) ?? true;

/**
 * Asks before a page is left whose work would be lost by it: within the console, and out of it, where the browser asks in its own words. The
 * door is not barred: who goes there is not signed in any more.
 */
export function useAskBeforeLeaving(isUnsaved: boolean): void {
  const text = useText();
  const { modal } = App.useApp();
  const { state, proceed, reset } = useBlocker(
    ({ currentLocation, nextLocation }) =>
      isUnsaved && currentLocation.pathname !== nextLocation.pathname && nextLocation.pathname !== '/sign-in',
  );
  const confirm = (answer: (leaves: boolean) => void) =>
    modal.confirm({
      title: text('title'),
      content: text('why'),
      okText: text('leave'),
      okButtonProps: { danger: true },
      cancelText: text('stay'),
      autoFocusButton: 'cancel',
      onOk: () => answer(true),
      onCancel: () => answer(false),
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once each time that somebody is about to leave.
  useEffect(() => {
    if (state !== 'blocked') return;
    const asked = confirm((leaves) => (leaves ? proceed() : reset()));
    return () => asked.destroy();
  }, [state]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: in the words of the moment when there began to be something to lose.
  useEffect(() => {
    if (!isUnsaved) return;
    ask = () => new Promise((resolve) => confirm(resolve));
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => {
      ask = undefined;
      window.removeEventListener('beforeunload', warn);
    };
  }, [isUnsaved]);
}
