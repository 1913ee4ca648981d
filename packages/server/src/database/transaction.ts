import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.generated.ts';

const attempts = 3;

// serialization_failure and deadlock_detected: PostgreSQL undid the transaction and asks for it to be tried again. No other
// error says so; of a lost connection nobody knows whether the commit went through.
const retriable = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction, at most three times; so `work` must do nothing outside it. Given a transaction instead of a
 * database, it joins that one, and the retrying is left to who opened it.
 */
export async function inTransaction<T>(db: Kysely<Tables>, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db as Transaction<Tables>);
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === attempts || !isRetriable(error)) throw error;
      // Two that ran into each other should not do so again.
      await sleep(Math.random() * 10 * attempt);
    }
  }
}

export function isRetriable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && retriable.has(error.code);
}
