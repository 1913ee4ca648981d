import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isDatabaseGone } from './database/errors.ts';
import type { Ledger } from './ledger/ledger.ts';
import { keepSalesDays, merchantsToKeep } from './ledger/sales/keep-sales-days.ts';
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

/**
 * Keeps trades, sums and settlements right behind the orders: woken by NOTIFY, until stopped. Beside that, makes the sums by day whole
 * where they are not. Any number of processes may do so.
 */
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

  // The merchants take turns: one with millions of trades keeps no other waiting, and neither does one that fails.
  const keep = oneAtATime(async () => {
    const failed = new Set<number>();
    for (let steps = 1; steps > 0; ) {
      steps = 0;
      for (const merchantId of await merchantsToKeep(ledger)) {
        if (stopped) return;
        if (failed.has(merchantId)) continue;
        try {
          await keepSalesDays(ledger, merchantId);
          steps += 1;
        } catch (error) {
          if (isDatabaseGone(error)) throw error;
          failed.add(merchantId);
          logger.error({ err: error, merchantId }, 'The sums by day of a merchant could not be made; tried again later.');
        }
      }
    }
  });

  function look(after: () => Promise<void>): void {
    if (stopped) return;
    after().catch((error: unknown) => {
      if (!stopped) logger.warn({ err: error }, 'Sales could not be looked after; the next sweep tries again.');
    });
  }
  const wake = () => look(project);

  const sweep = () => {
    wake();
    look(keep);
  };
  const timer = timers ? setInterval(sweep, interval) : undefined;

  return {
    wake,
    /** Resolves when nothing is due and all sums are whole; rejects when the database fails. */
    async idle(): Promise<void> {
      for (;;) {
        await project();
        if (!elsewhere) return await keep();
        await sleep(5);
      }
    },
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await Promise.all([project().catch(() => undefined), keep().catch(() => undefined)]);
    },
  };
}
