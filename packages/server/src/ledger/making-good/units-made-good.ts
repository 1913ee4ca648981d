import { sql } from 'kysely';
import type { Db } from '../ledger.ts';
import { liveCodeOf } from './read-paid-units.ts';

/** Those of these units for which the buyer was given the money back, or has a code. */
export async function unitsMadeGood(
  db: Db,
  { merchantId, now }: { merchantId: number; now: Date },
  unitIds: readonly number[],
): Promise<Set<number>> {
  if (unitIds.length === 0) return new Set();
  const { rows } = await sql<{ id: number }>`
    select d.id from dispenses d
    where d.merchant_id = ${merchantId} and d.id = any(${unitIds}::bigint[])
      and (d.refund_id is not null or exists (${liveCodeOf(now)}))`.execute(db);
  return new Set(rows.map(({ id }) => id));
}
