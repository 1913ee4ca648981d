import { Alert, Button, Empty, Flex, Skeleton, Typography } from 'antd';
import { type ReactNode, useEffect } from 'react';
import type { ApiError } from '../api/client.ts';
import { useErrorText } from './error-text.ts';
import { defineText } from './text.ts';

const useText = defineText('page', {
  en: { again: 'Try again', nothing: 'Nothing here yet.' },
  zh: { again: '重试', nothing: '暂无数据。' },
});

/** What the browser calls the page; undefined leaves it as it is. */
export function useTitle(title: string | undefined) {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Polyvend`;
  }, [title]);
}

/** A page with its heading, and what can be done on all of it at the right. */
export function Page({ title, extra, children }: { title: ReactNode; extra?: ReactNode; children: ReactNode }) {
  const plain = typeof title === 'string' ? title : undefined;
  useTitle(plain);
  return (
    <section className="page">
      <Flex wrap gap="small" justify="space-between" align="center" className="page-head">
        <Typography.Title level={1} className="page-title">
          {title}
        </Typography.Title>
        {extra !== undefined && (
          <Flex wrap gap="small" className="no-print">
            {extra}
          </Flex>
        )}
      </Flex>
      {children}
    </section>
  );
}

/** What `useRead` answers, as far as it is looked at here. */
export interface Read<T> {
  data: T | undefined;
  error: ApiError | null;
  isPending: boolean;
  refetch: () => unknown;
}

/** What was asked for: a sketch of it while it comes, what went wrong with a way to try again, or that there is nothing. */
export function Loaded<T>({
  read,
  isEmpty,
  empty,
  children,
}: {
  read: Read<T>;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const text = useText();
  const errorText = useErrorText();
  if (read.data === undefined && read.error) {
    // What is not there is not there the next time either.
    const again = read.error.status !== 404 && (
      <Button size="small" onClick={() => void read.refetch()}>
        {text('again')}
      </Button>
    );
    return <Alert type="error" showIcon title={errorText(read.error)} action={again} />;
  }
  if (read.data === undefined) return <Skeleton active paragraph={{ rows: 6 }} />;
  if (isEmpty?.(read.data)) {
    return typeof empty === 'object' ? (
      empty
    ) : (
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty ?? text('nothing')} />
    );
  }
  return children(read.data);
}
