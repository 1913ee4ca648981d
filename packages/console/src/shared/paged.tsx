import { Button, Flex } from 'antd';
import type { ReactNode } from 'react';
import { Loaded, type Read } from './page.tsx';
import { defineText } from './text.ts';

const useText = defineText('paged', {
  en: { newest: 'Newest', older: 'Older' },
  zh: { newest: '最新', older: '更早' },
});

/** A list that comes page by page, the newest first: one page, and the ways to the first and the next. */
export function Paged<Item>({
  read,
  empty,
  cursor,
  go,
  children,
}: {
  read: Read<{ items: Item[]; next_cursor: string | null }>;
  empty: ReactNode;
  /** Where the page begins; undefined: the first. */
  cursor: string | undefined;
  go: (cursor: string | undefined) => void;
  children: (items: Item[]) => ReactNode;
}) {
  const text = useText();
  return (
    <Loaded read={read} isEmpty={({ items }) => items.length === 0 && cursor === undefined} empty={empty}>
      {({ items, next_cursor: next }) => (
        <div>
          {children(items)}
          <Flex gap="small" style={{ marginTop: 12 }}>
            {cursor !== undefined && <Button onClick={() => go(undefined)}>{text('newest')}</Button>}
            {next !== null && <Button onClick={() => go(next)}>{text('older')}</Button>}
          </Flex>
        </div>
      )}
    </Loaded>
  );
}
