import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

it('runs once more for all that asked meanwhile, and never twice at once', async () => {
  let [now, most, runs] = [0, 0, 0];
  const ask = oneAtATime(async () => {
    now += 1;
    most = Math.max(most, now);
    runs += 1;
    await turn();
    now -= 1;
  });
  await Promise.all([ask(), ask(), ask()]);
  expect([most, runs]).toEqual([1, 2]);
  await ask();
  expect(runs).toBe(3);
});

it('can be asked again after a failure', async () => {
  let fails = true;
  const ask = oneAtATime(async () => {
    if (fails) throw new Error('no');
  });
  await expect(ask()).rejects.toThrow('no');
  fails = false;
  await ask();
});
