import { Alert, Button, Space } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { CodeMissing, tryAgain } from './part.tsx';
import { defineText } from './text.ts';

const useText = defineText('whole', {
  en: {
    title: 'This page could not be shown',
    why: 'It met what it does not know.',
    notLoaded: 'Its code could not be loaded: there is no network, or the hub was updated. Load it anew.',
    again: 'Load anew',
  },
  zh: {
    title: '页面无法显示',
    why: '页面遇到了未知的数据。',
    notLoaded: '页面程序加载失败：网络不通，或服务已更新。请重新加载。',
    again: '重新加载',
  },
});

/** What is in it is shown whole, or it is said that it could not be; what stands around it stays. Another key is another try. */
export function Whole({ children, tryKey }: { children: ReactNode; tryKey?: string }) {
  return (
    <ErrorBoundary FallbackComponent={Broken} resetKeys={[tryKey]} onReset={tryAgain}>
      {children}
    </ErrorBoundary>
  );
}

function Broken({ error, resetErrorBoundary }: FallbackProps) {
  const text = useText();
  const notLoaded = error instanceof CodeMissing;
  // Where the network was what was missing.
  useEffect(() => {
    if (!notLoaded) return;
    window.addEventListener('online', resetErrorBoundary);
    return () => window.removeEventListener('online', resetErrorBoundary);
  }, [notLoaded, resetErrorBoundary]);
  return (
    <Alert
      type="warning"
      showIcon
      title={<h1 className="page-title">{text('title')}</h1>}
      description={
        <Space orientation="vertical" size="middle">
          {notLoaded ? (
            text('notLoaded')
          ) : (
            <>
              {text('why')}
              <code>{error instanceof Error ? error.message : String(error)}</code>
            </>
          )}
          <Button type="primary" onClick={() => window.location.reload()}>
            {text('again')}
          </Button>
        </Space>
      }
      style={{ margin: 24 }}
    />
  );
}
