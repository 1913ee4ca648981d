import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Milliseconds for which events are gathered: a sale is a dozen of them. */
const gathered = 400;

/** So many times as long as the last answers took they are gathered at least: what a hub finds hard to say it is asked less often. */
const patience = 2;
/** But not longer than this: an answer may have been long for other reasons, a tab that nobody looked at, or no network. */
const longest = 3_000;

const passed = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** While it is mounted, what is shown follows what happens: reads that are `live` for a topic are asked for anew. */
export function useLiveStream(): void {
  const client = useQueryClient();
  useEffect(() => {
    const topics = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait = gathered;
    const refresh = (isOld: (live: readonly string[]) => boolean) =>
      client.invalidateQueries({ predicate: ({ meta }) => Array.isArray(meta?.live) && isOld(meta.live as string[]) });
    const follow = async () => {
      const told = new Set(topics);
      topics.clear();
      const asked = performance.now();
      await Promise.race([refresh((live) => live.some((topic) => told.has(topic))), passed(longest)]);
      wait = Math.min(longest, Math.max(gathered, patience * (performance.now() - asked)));
      timer = topics.size > 0 ? setTimeout(follow, wait) : undefined;
    };
    const stream = new EventSource('/v1/stream');
    let greeted = false;
    stream.addEventListener('ledger', ({ data }: MessageEvent<string>) => {
      for (const { kind } of JSON.parse(data) as { kind: string }[]) topics.add(kind.split('.')[0] ?? '');
      timer ??= setTimeout(follow, wait);
    });
    // After a break nobody knows what was missed.
    stream.addEventListener('hello', () => {
      wait = gathered;
      if (greeted) void refresh(() => true);
      greeted = true;
    });
    return () => {
      stream.close();
      topics.clear();
      clearTimeout(timer);
    };
  }, [client]);
}
