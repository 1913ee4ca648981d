import type { Db } from '../ledger.ts';

/** The slots out of which the units were sold for which this code was issued: to be held by who asks droppedOrder. None of all other codes. */
export async function slotsIssuedFor(db: Db, merchantId: number, pickupCodeId: number): Promise<number[]> {
  const units = await db
    .selectFrom('made_good as g')
    .innerJoin('dispenses as d', (join) => join.onRef('d.merchant_id', '=', 'g.merchant_id').onRef('d.id', '=', 'g.dispense_id'))
    .select('d.slot_id')
    .where('g.merchant_id', '=', merchantId)
    .where('g.pickup_code_id', '=', pickupCodeId)
    .execute();
  return units.map(({ slot_id }) => slot_id);
}

/**
 * The order of a unit for which this code was issued, and of which it became known afterwards that it had dropped: the code fetches no
 * second one. Undefined for all other codes. The answer holds while its slots are held: what becomes known of a unit waits for them.
 */
export async function droppedOrder(db: Db, merchantId: number, pickupCodeId: number): Promise<number | undefined> {
  const unit = await db
    .selectFrom('made_good as g')
    .innerJoin('dispenses as d', (join) => join.onRef('d.merchant_id', '=', 'g.merchant_id').onRef('d.id', '=', 'g.dispense_id'))
    .select('g.order_id')
    .where('g.merchant_id', '=', merchantId)
    .where('g.pickup_code_id', '=', pickupCodeId)
    .where('d.state', '=', 'dispensed')
    .limit(1)
    .executeTakeFirst();
  return unit?.order_id;
}
