import { isDatabaseGone } from '../database/errors.ts';
import { isRetriable } from '../database/transaction.ts';

/**
 * Coalesces calls that come in swarms into one set-based call. A call that comes alone starts at once and waits for
 * nobody; those that arrive while `lanes` calls are under way go together in the next one.
 *
 * `run` answers one result per item, in order. When it throws, the items are run again in halves, so that one poisoned item harms
 * no other and costs a few calls more.
 */
export interface BatchOptions<Item> {
  /** Most items of one call. */
  size: number;
  /** Most calls under way at once. */
  lanes: number;
  /** Items of one key never share a call; later ones wait for the next. */
  key?: (item: Item) => string;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

export function batched<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  { size, lanes, key }: BatchOptions<Item>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let underWay = 0;

  async function runAll(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      // Nothing is gained by asking a database that is away once more for each.
      if (batch.length === 1 || (isDatabaseGone(error) && !isRetriable(error))) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await runAll(batch.slice(0, half));
      await runAll(batch.slice(half));
    }
  }

  function take(): Waiting<Item, Result>[] {
    if (!key) return waiting.splice(0, size);
    const seen = new Set<string>();
    const batch: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    for (const entry of waiting) {
      const name = key(entry.item);
      if (batch.length < size && !seen.has(name)) batch.push(entry);
      else later.push(entry);
      seen.add(name);
    }
    waiting = later;
    return batch;
  }

  function start(): void {
    while (underWay < lanes && waiting.length > 0) {
      underWay += 1;
      void runAll(take()).finally(() => {
        underWay -= 1;
        start();
      });
    }
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      start();
    });
}
