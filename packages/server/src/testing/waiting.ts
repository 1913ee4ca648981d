import type { TestLedger } from './ledger.ts';

/** Resolves when it has come to its end, or when a session of the database waits for a lock. */
export async function settledOrWaiting(ledger: TestLedger, work: Promise<unknown>): Promise<void> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  work.then(settle, settle);
  while (!settled) {
    const waiting = await ledger.rows(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return;
  }
}
