import type { Cancel, Timers } from '../shared/clock.ts';
import { between, type Random } from '../shared/random.ts';

export interface RhythmParts {
  readonly timers: Timers;
  readonly random: Random;
  readonly everyMs: number;
  readonly firstMs: number | undefined;
  readonly beat: () => void;
}

const jitter = 0.05;

/** Beats about every so often; a little unevenly, so that machines switched on together drift apart. */
export function createRhythm({ timers, random, everyMs, firstMs, beat }: RhythmParts) {
  let cancel: Cancel | undefined;

  function schedule(ms: number): void {
    cancel = timers.after(ms, () => {
      schedule(between(random, [everyMs * (1 - jitter), everyMs * (1 + jitter)]));
      beat();
    });
  }

  return {
    start(): void {
      if (cancel === undefined) schedule(firstMs ?? between(random, [everyMs * (1 - jitter), everyMs]));
    },
    stop(): void {
      cancel?.();
      cancel = undefined;
    },
  };
}
