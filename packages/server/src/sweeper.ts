import type { Logger } from 'pino';
import type { Devices } from './devices/index.ts';
import { eachApart } from './ledger/apart.ts';
import type { Ledger } from './ledger/ledger.ts';
import { pruneLedger } from './ledger/prune.ts';
import { sweepLedger } from './ledger/sweep.ts';
import type { Metrics } from './metrics.ts';

export interface SweeperOptions {
  ledger: Ledger;
  logger: Logger;
  metrics: Metrics;
  devices: Devices | undefined;
  sweepsLedger: boolean;
  timers: boolean;
  /** Writes down who called. */
  writeCalls?: () => Promise<void>;
}

const interval = 1_000;

/** What is old is deleted so often, in sweeps. */
const pruneEvery = 600;

/** Once a second, what is due by the clock. A sweep that fails is tried again at the next. */
export function startSweeper({ ledger, logger, metrics, devices, sweepsLedger, timers, writeCalls }: SweeperOptions) {
  let underWay: Promise<void> | undefined;
  let sweeps = 0;

  const parts = [
    async () => {
      if (sweepsLedger) metrics.swept.inc(await sweepLedger(ledger));
    },
    async () => await devices?.sweep(),
    async () => await writeCalls?.(),
    async () => {
      sweeps += 1;
      if (sweepsLedger && sweeps % pruneEvery === 0) await pruneLedger(ledger);
    },
  ];

  async function sweepAll(): Promise<void> {
    await eachApart(parts, (part) => part());
  }

  function sweep(): Promise<void> {
    underWay ??= sweepAll().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  const timer = timers
    ? setInterval(() => {
        sweep().catch((error: unknown) => logger.warn({ err: error }, 'sweep failed; tried again in a second'));
      }, interval)
    : undefined;

  return {
    sweep,
    async stop() {
      clearInterval(timer);
      await underWay?.catch(() => undefined);
    },
  };
}
