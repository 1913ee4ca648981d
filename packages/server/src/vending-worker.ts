import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Ledger } from './ledger/ledger.ts';
import { keepChecks } from './ledger/pos/vending/keep-checks.ts';
import { tellVending } from './ledger/pos/vending/tell-vending.ts';
import type { Metrics } from './metrics.ts';
import { oneAtATime } from './notifications/one-at-a-time.ts';

export interface VendingWorkerOptions {
  ledger: Ledger;
  logger: Logger;
  metrics: Metrics;
  timers: boolean;
}

/** Finds what a lost wake has missed, what waited for its next try, and days that have ended. */
const interval = 1_000;

/** Keeps the bills, handovers and day ends of vending right behind the sales, and checks them, until stopped; in any number of processes. */
export function startVendingWorker({ ledger, logger, metrics, timers }: VendingWorkerOptions) {
  let stopped = false;
  let elsewhere = false;

  const tell = oneAtATime(async () => {
    const { deferred, busy } = await tellVending(ledger, () => !stopped);
    for (const { error, ...what } of deferred) {
      metrics.vendingDeferred.inc();
      logger.error({ err: error, ...what }, 'A bill, a handover or a day end could not be made; tried again later.');
    }
    elsewhere = busy;
    if (!busy && !stopped) await keepChecks(ledger);
  });

  function wake(): void {
    if (stopped) return;
    tell().catch((error: unknown) => {
      if (!stopped) logger.warn({ err: error }, 'Bills could not be looked after; the next sweep tries again.');
    });
  }

  const timer = timers ? setInterval(wake, interval) : undefined;

  return {
    wake,
    /** Resolves when nothing is due; rejects when the database fails. */
    async idle(): Promise<void> {
      for (;;) {
        await tell();
        if (!elsewhere) return;
        await sleep(5);
      }
    },
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await tell().catch(() => undefined);
    },
  };
}
