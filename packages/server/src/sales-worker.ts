import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Ledger } from './ledger/ledger.ts';
import { projectSales } from './ledger/sales/project-sales.ts';
import type { Metrics } from './metrics.ts';
import { oneAtATime } from './notifications/one-at-a-time.ts';

export interface SalesWorkerOptions {
  ledger: Ledger;
  logger: Logger;
  metrics: Metrics;
  timers: boolean;
}

/** Finds what a lost wake has missed, and what waited for its next try. */
const interval = 1_000;

/** Keeps trades, sums and settlements right behind the orders: woken by NOTIFY, until stopped. Any number of processes may do so. */
export function startSalesWorker({ ledger, logger, metrics, timers }: SalesWorkerOptions) {
  let stopped = false;
  let elsewhere = false;

  const project = oneAtATime(async () => {
    for (let more = true; more && !stopped; ) {
      const { done, trades, deferred, busy } = await projectSales(ledger);
      metrics.trades.inc(trades);
      for (const { error, ...what } of deferred) {
        metrics.salesDeferred.inc();
        logger.error({ err: error, ...what }, 'The trades of an order or a refill could not be written; tried again later.');
      }
      elsewhere = busy;
      more = done > 0;
    }
  });

  function wake(): void {
    if (stopped) return;
    project().catch((error: unknown) => {
      if (!stopped) logger.warn({ err: error }, 'Sales could not be looked after; the next sweep tries again.');
    });
  }

  const timer = timers ? setInterval(wake, interval) : undefined;

  return {
    wake,
    /** Resolves when nothing is due; rejects when the database fails. */
    async idle(): Promise<void> {
      for (;;) {
        await project();
        if (!elsewhere) return;
        await sleep(5);
      }
    },
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await project().catch(() => undefined);
    },
  };
}
