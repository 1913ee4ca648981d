import { Empty, Flex } from 'antd';
import type { ReactNode } from 'react';
import { Loaded, Page, type Read } from './page.tsx';

/** What stands between backticks is to be typed as it is. */
const withCode = (text: string) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay where they are.
  text.split('`').map((part, n) => (n % 2 === 1 ? <code key={n}>{part}</code> : part));

/** A page about one of several: the one that is asked for, else the first; and where there is none, how one comes about. */
export function PageOfOne<One extends { id: number }>({
  title,
  read,
  asked,
  none,
  remedy,
  children,
}: {
  title: string;
  read: Read<{ items: One[] }>;
  /** The id, as the address has it. */
  asked: string | undefined;
  none: string;
  remedy: string;
  children: (one: One, all: One[]) => ReactNode;
}) {
  return (
    <Page title={title}>
      <Loaded
        read={read}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none}>
            <span className="soft">{withCode(remedy)}</span>
          </Empty>
        }
      >
        {({ items }) => {
          const one = items.find(({ id }) => id === Number(asked)) ?? items[0];
          return (
            one && (
              <Flex vertical gap="middle">
                {children(one, items)}
              </Flex>
            )
          );
        }}
      </Loaded>
    </Page>
  );
}
