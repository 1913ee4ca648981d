import type { Logger } from 'pino';
import { importDue } from '../ledger/books/import-due.ts';
import type { Neighbours } from '../ledger/books/ports.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface BillsImporter {
  /** Imports what is due now, until nothing is; for tests, and what the timer does. */
  sweep(): Promise<void>;
  /** Begins nothing new and waits for what is under way. */
  stop(): Promise<void>;
}

const interval = 1_000;

/**
 * Imports in the background, once a second what is due. Any number of processes may: each order is claimed by one of them, so none has to
 * be chosen.
 */
export function startBillsImporter(options: {
  ledger: Ledger;
  neighbours: Neighbours;
  logger: Logger;
  timers: boolean;
}): BillsImporter {
  const { ledger, neighbours, logger, timers } = options;
  let underWay: Promise<void> | undefined;
  let stopped = false;

  async function importAll(): Promise<void> {
    while (!stopped && (await importDue(ledger, neighbours, () => stopped)) > 0);
  }

  function sweep(): Promise<void> {
    underWay ??= importAll().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  const timer = timers
    ? setInterval(() => {
        sweep().catch((error: unknown) => logger.warn({ err: error }, 'importing failed; tried again in a second'));
      }, interval)
    : undefined;

  return {
    sweep,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await underWay?.catch(() => undefined);
    },
  };
}
