import { Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTitle } from './shared/page.tsx';
import { LanguageSwitch } from './shell.tsx';

/** What stands around a page for who is not signed in yet. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="door">
      <div className="panel">
        <Flex justify="space-between" align="center">
          <Typography.Title level={1} className="page-title">
            {title}
          </Typography.Title>
          <LanguageSwitch />
        </Flex>
        {children}
      </div>
    </main>
  );
}
