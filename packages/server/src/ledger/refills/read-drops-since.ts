import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/**
 * How many units fell out of slots after a moment of our clock, by the slot, whenever that was told. As with a count (movesBeforeDrop),
 * the machine's clock tells what fell before it, unless it was sent after it; what was held and decided fell before only where it
 * had been given up by then.
 */
export async function readDropsSince(
  trx: Trx,
  merchantId: number,
  slotIds: readonly number[],
  since: Date,
): Promise<Map<number, number>> {
  const { rows } = await sql<{ slotId: number; units: number }>`
    select j.slot_id as "slotId", -sum(j.on_hand_change)::int as units
    from stock_journal j
    left join dispenses d on d.merchant_id = j.merchant_id and d.id = j.dispense_id
    left join dispense_commands c on c.merchant_id = d.merchant_id and c.id = d.command_id
    where j.merchant_id = ${merchantId} and j.slot_id = any(${[...slotIds]}::bigint[]) and j.at > ${since}
      and j.reason in ('dispensed', 'test-dispensed', 'machine-sale', 'pickup-code', 'decided')
      and case when j.reason = 'decided' then coalesce(c.finished_at, j.at) > ${since}
        else c.sent_at > ${since} or coalesce(j.fell_at, j.at) >= ${since} end
    group by j.slot_id`.execute(trx);
  return new Map(rows.map(({ slotId, units }) => [slotId, units]));
}
