import type { TestLedger } from './ledger.ts';

/** Resolves when it has come to its end, or when a session of the database waits for a lock. */
export async function settledOrWaiting(ledger: TestLedger, work: Promise<unknown>): Promise<void> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  work.then(settle, settle);
  while (!settled && (await countWaiting(ledger)) === 0);
}

/** Resolves when so many sessions of the database wait for a lock. */
export async function waitingSessions(ledger: TestLedger, count: number): Promise<void> {
  while ((await countWaiting(ledger)) < count);
}

async function countWaiting(ledger: TestLedger): Promise<number> {
  const waiting = await ledger.rows(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return waiting.length;
}
