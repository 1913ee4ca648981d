import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the answer is something, for what crosses a real wire; patiently, since a busy computer may
 * stand still for seconds. Rules of time are not waited for: advance the clock.
 */
export async function until<T>(ask: () => Promise<T> | T, what: string, timeoutMs = 30_000): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(5);
  }
}
