import type { Errand, ErrandContext } from './http/errand.ts';
import { eachApart } from './ledger/apart.ts';

export interface ErrandsOptions extends Omit<ErrandContext, 'signal'> {
  errands: readonly Errand[];
  /** Without it nothing runs by itself: tests call run(). */
  timers: boolean;
}

const interval = 5_000;

/** Runs the dialects' errands, each for itself, until stopped. One that fails is tried again at the next time. */
export function startErrands({ errands, timers, ...context }: ErrandsOptions) {
  const ending = new AbortController();
  let underWay: Promise<void> | undefined;

  async function runAll(): Promise<void> {
    await eachApart(errands, (errand) => errand({ ...context, signal: ending.signal }));
  }

  function run(): Promise<void> {
    underWay ??= runAll().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  const timer = timers
    ? setInterval(() => {
        run().catch((error: unknown) => {
          if (!ending.signal.aborted) context.logger.warn({ err: error }, 'an errand failed; tried again in a few seconds');
        });
      }, interval)
    : undefined;

  return {
    run,
    async stop() {
      clearInterval(timer);
      ending.abort(new Error('The hub stops.'));
      await underWay?.catch(() => undefined);
    },
  };
}
