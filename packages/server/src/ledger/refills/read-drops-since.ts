import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/**
 * How many units fell out of slots after a moment of our clock, by the slot. Of a fall that an earlier report knew of, the journal has
 * both rows: it fell before.
 */
export async function readDropsSince(
  trx: Trx,
  merchantId: number,
  slotIds: readonly number[],
  since: Date,
): Promise<Map<number, number>> {
  const { rows } = await sql<{ slotId: number; units: number }>`
    select slot_id as "slotId", -sum(on_hand_change)::int as units from stock_journal
    where merchant_id = ${merchantId} and slot_id = any(${[...slotIds]}::bigint[]) and at > ${since}
      and reason in ('dispensed', 'test-dispensed', 'machine-sale', 'in-report')
    group by slot_id`.execute(trx);
  return new Map(rows.map(({ slotId, units }) => [slotId, Math.max(0, units)]));
}
