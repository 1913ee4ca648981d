export interface Timed {
  done: number;
  seconds: number;
  /** Of every call, milliseconds. */
  latencies: number[];
}

/** Each worker calls one after another until the time is over; only the calls that ended in it count. */
export async function repeatFor(milliseconds: number, workers: readonly (() => Promise<void>)[]): Promise<Timed> {
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(
    workers.map(async (call) => {
      for (let start = performance.now(); start - began < milliseconds; start = performance.now()) {
        await call();
        latencies.push(performance.now() - start);
      }
    }),
  );
  return { done: latencies.length, seconds: (performance.now() - began) / 1000, latencies };
}
