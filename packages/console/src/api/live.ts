import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Milliseconds for which events are gathered: a sale is a dozen of them. */
const gathered = 400;

/** While it is mounted, what is shown follows what happens: reads that are `live` for a topic are asked for anew. */
export function useLiveStream(): void {
  const client = useQueryClient();
  useEffect(() => {
    const topics = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (isOld: (live: readonly string[]) => boolean) =>
      void client.invalidateQueries({ predicate: ({ meta }) => Array.isArray(meta?.live) && isOld(meta.live as string[]) });
    const stream = new EventSource('/v1/stream');
    let greeted = false;
    stream.addEventListener('ledger', ({ data }: MessageEvent<string>) => {
      for (const { kind } of JSON.parse(data) as { kind: string }[]) topics.add(kind.split('.')[0] ?? '');
      timer ??= setTimeout(() => {
        timer = undefined;
        const told = new Set(topics);
        topics.clear();
        refresh((live) => live.some((topic) => told.has(topic)));
      }, gathered);
    });
    // After a break nobody knows what was missed.
    stream.addEventListener('hello', () => {
      if (greeted) refresh(() => true);
      greeted = true;
    });
    return () => {
      clearTimeout(timer);
      stream.close();
    };
  }, [client]);
}
