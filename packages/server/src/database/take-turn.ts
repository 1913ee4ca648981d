import { sql, type Transaction } from 'kysely';
import type { Tables } from './tables.generated.ts';

/** What one process at a time does, each with a number of our own among PostgreSQL's advisory locks. */
const turns = { 'dispatch events': 7_305_001, 'project sales': 7_305_002, 'tell changes': 7_305_003 } as const;

/** Whether the work is this transaction's until it ends; false at once where another is at it. */
export async function takeTurn(trx: Transaction<Tables>, work: keyof typeof turns): Promise<boolean> {
  const { rows } = await sql<{ ours: boolean }>`select pg_try_advisory_xact_lock(${turns[work]}) as ours`.execute(trx);
  return rows[0]?.ours ?? false;
}
