import { Button, Result } from 'antd';
import type { ReactNode } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { tryAgain } from './part.tsx';
import { defineText } from './text.ts';

const useText = defineText('whole', {
  en: {
    title: 'This page could not be shown',
    why: 'Its code could not be loaded, or it met what it does not know. After an update of the hub, loading it anew helps.',
    again: 'Load anew',
  },
  zh: {
    title: '页面无法显示',
    why: '页面程序加载失败，或遇到了未知的数据。服务更新后请重新加载。',
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

function Broken({ error }: FallbackProps) {
  const text = useText();
  return (
    <Result
      status="warning"
      title={<h1 className="page-title">{text('title')}</h1>}
      subTitle={
        <>
          {text('why')}
          <br />
          <code>{error instanceof Error ? error.message : String(error)}</code>
        </>
      }
      extra={
        <Button type="primary" onClick={() => window.location.reload()}>
          {text('again')}
        </Button>
      }
    />
  );
}
