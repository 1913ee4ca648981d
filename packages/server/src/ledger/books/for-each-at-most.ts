import pLimit from 'p-limit';
import { eachApart } from '../apart.ts';

/** Runs `work` for each, so many at a time; one that fails keeps no other from its turn, and their errors are thrown together. */
export async function forEachAtMost<Item>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const limit = pLimit(most);
  const underWay = items.map((item) => limit(() => work(item)));
  await Promise.allSettled(underWay);
  await eachApart(underWay, (one) => one);
}
