import { describe, expect, test } from 'vitest';
import { batched } from './batch.ts';

/** A call that is under way until the test lets it go. */
function gate() {
  const calls: number[][] = [];
  const open: (() => void)[] = [];
  const run = async (items: readonly number[]): Promise<number[]> => {
    calls.push([...items]);
    await new Promise<void>((resolve) => open.push(resolve));
    return items.map((item) => item * 10);
  };
  const letGo = (): void => {
    for (const go of open.splice(0)) go();
  };
  return { calls, run, letGo };
}

describe('batched', () => {
  test('one that comes alone goes at once, by itself', async () => {
    const { calls, run, letGo } = gate();
    const batch = batched(run, { size: 10, lanes: 1 });
    const result = batch(1);
    expect(calls).toEqual([[1]]);
    letGo();
    expect(await result).toBe(10);
  });

  test('those that come while the lanes are taken go together in the next, in their order', async () => {
    const { calls, run, letGo } = gate();
    const batch = batched(run, { size: 10, lanes: 1 });
    const results = [1, 2, 3, 4].map((item) => batch(item));
    letGo();
    expect(await results[0]).toBe(10);
    await expect.poll(() => calls).toEqual([[1], [2, 3, 4]]);
    letGo();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40]);
  });

  test('no more calls than lanes, no more items than the size', async () => {
    const { calls, run, letGo } = gate();
    const batch = batched(run, { size: 2, lanes: 2 });
    const results = [1, 2, 3, 4, 5].map((item) => batch(item));
    expect(calls).toEqual([[1], [2]]);
    letGo();
    await Promise.all(results.slice(0, 2));
    await expect.poll(() => calls.slice(2)).toEqual([[3, 4], [5]]);
    letGo();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
  });

  test('of one key only one goes in a call; the others keep their order in those that follow', async () => {
    const { calls, run, letGo } = gate();
    const batch = batched(run, { size: 10, lanes: 1, key: (item) => (item % 2 === 0 ? 'even' : `odd ${item}`) });
    const results = [1, 2, 4, 3, 6].map((item) => batch(item));
    for (let call = 1; call < 4; call += 1) {
      letGo();
      await expect.poll(() => calls.length).toBe(call + 1);
    }
    letGo();
    expect(await Promise.all(results)).toEqual([10, 20, 40, 30, 60]);
    expect(calls).toEqual([[1], [2, 3], [4], [6]]);
  });

  test('a poisoned item harms no other, and is told its own error', async () => {
    const calls: number[][] = [];
    const batch = batched(
      async (items: readonly number[]) => {
        calls.push([...items]);
        await Promise.resolve();
        if (items.includes(3)) throw new Error(`not ${items.join()}`);
        return items.map((item) => item * 10);
      },
      { size: 10, lanes: 1 },
    );
    const results = await Promise.allSettled([1, 2, 3, 4].map((item) => batch(item)));
    expect(calls).toEqual([[1], [2, 3, 4], [2, 3], [2], [3], [4]]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual([
      10,
      20,
      'Error: not 3',
      40,
    ]);
  });

  test('when the database is gone it is not asked once more for each', async () => {
    const calls: number[][] = [];
    const gone = Object.assign(new Error('terminating connection'), { code: '57P01' });
    const batch = batched(
      async (items: readonly number[]) => {
        calls.push([...items]);
        await Promise.resolve();
        throw gone;
      },
      { size: 10, lanes: 1 },
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => batch(item)));
    expect(results).toEqual(Array(3).fill({ status: 'rejected', reason: gone }));
    expect(calls).toEqual([[1], [2, 3]]);
  });

  test('a failure frees its lane', async () => {
    let fails = true;
    const batch = batched(
      async (items: readonly number[]) => {
        await Promise.resolve();
        if (fails) throw new Error('down');
        return items;
      },
      { size: 1, lanes: 1 },
    );
    await expect(batch(1)).rejects.toThrow('down');
    await expect(batch(2)).rejects.toThrow('down');
    fails = false;
    expect(await batch(3)).toBe(3);
  });
});
