/** Takes a timer back; harmless when it has fired. */
export type Cancel = () => void;

/** Where the time comes from. Without `after`, timers run in real time and only what is written on messages follows `now`. */
export interface Clock {
  now(): Date;
  after?(ms: number, run: () => void): Cancel;
}

export type Timers = Required<Clock>;

function realAfter(ms: number, run: () => void): Cancel {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

export const realClock: Timers = { now: () => new Date(), after: realAfter };

export function timersOf(clock: Clock = realClock): Timers {
  const after = clock.after?.bind(clock) ?? realAfter;
  return { now: () => clock.now(), after };
}

export const sleep = (timers: Timers, ms: number): Promise<void> =>
  new Promise((resolve) => {
    timers.after(ms, resolve);
  });
