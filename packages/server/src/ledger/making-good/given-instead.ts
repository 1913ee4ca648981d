import { sql } from 'kysely';
import type { Db } from '../ledger.ts';

/**
 * The order whose unit this code was issued for, when the buyer has had something else for it: the money was given back or another code was issued
 * since, or the unit itself dropped, or is on its way again. Undefined for all other codes.
 */
export async function givenInstead(db: Db, merchantId: number, pickupCodeId: number): Promise<number | undefined> {
  const { rows } = await sql<{ orderId: number }>`
    select g.order_id as "orderId"
    from made_good g join dispenses d on d.merchant_id = g.merchant_id and d.id = g.dispense_id
    where g.merchant_id = ${merchantId} and g.pickup_code_id = ${pickupCodeId}
      and (d.refund_id is not null or d.state in ('queued', 'sent', 'dispensed') or exists (select from orders o
          where o.merchant_id = g.merchant_id and o.id = g.order_id and o.state = 'refunded')
        or exists (select from made_good other
          where other.merchant_id = g.merchant_id and other.dispense_id = g.dispense_id and other.id > g.id))
    limit 1`.execute(db);
  return rows[0]?.orderId;
}
