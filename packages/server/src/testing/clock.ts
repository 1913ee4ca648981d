import type { Clock } from '../ledger/clock.ts';

export interface TestClock extends Clock {
  advance(seconds: number): void;
}

/** Stands still until it is told otherwise. */
export function testClock(start: Date | string = '2025-06-01T00:00:00Z'): TestClock {
  let time = new Date(start).getTime();
  return {
    now: () => new Date(time),
    advance(seconds) {
      time += seconds * 1000;
    },
  };
}
