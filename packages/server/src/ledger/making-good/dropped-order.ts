import type { Db } from '../ledger.ts';

/**
 * The order of a unit for which this code was issued, and of which it became known afterwards that it had dropped: the code fetches no
 * second one. Undefined for all other codes.
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
