import type { Timers } from './clock.ts';

export interface ManualClock extends Timers {
  /** Lets time pass: what is due runs in its order, each with everything that it sets off, before the promise resolves. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until it is told otherwise: hours of a machine's life in milliseconds. The network stays real. */
export function manualClock(start: Date | string = '2025-06-01T00:00:00Z'): ManualClock {
  let time = new Date(start).getTime();
  let lastId = 0;
  const timers = new Map<number, { at: number; run: () => void }>();

  function nextDue(until: number) {
    let next: { id: number; at: number; run: () => void } | undefined;
    for (const [id, timer] of timers) {
      if (timer.at <= until && (next === undefined || timer.at < next.at)) next = { id, ...timer };
    }
    return next;
  }

  return {
    now: () => new Date(time),
    after(ms, run) {
      const id = ++lastId;
      timers.set(id, { at: time + ms, run });
      return () => {
        timers.delete(id);
      };
    },
    async advance(ms) {
      const until = time + ms;
      for (let due = nextDue(until); due; due = nextDue(until)) {
        timers.delete(due.id);
        time = due.at;
        due.run();
        await new Promise(setImmediate); // what awaited this timer sets its next one before time goes on
      }
      time = until;
    },
  };
}
