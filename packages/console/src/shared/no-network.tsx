import { Alert } from 'antd';
import { useSyncExternalStore } from 'react';
import { defineText } from './text.ts';

const useText = defineText('no-network', {
  en: { none: 'No network: what is shown may be old, and nothing can be sent.' },
  zh: { none: '没有网络：所显示的内容可能已过时，暂时无法提交。' },
});

function follow(changed: () => void): () => void {
  window.addEventListener('online', changed);
  window.addEventListener('offline', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('offline', changed);
  };
}

/** Says so while the browser has no network. */
export function NoNetwork() {
  const text = useText();
  const online = useSyncExternalStore(follow, () => navigator.onLine);
  return online ? null : <Alert type="warning" banner title={text('none')} />;
}
