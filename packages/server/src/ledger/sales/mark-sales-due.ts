import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/** The trades of these orders are to be looked at again, once the caller's transaction is committed. */
export async function markSalesDue(trx: Trx, merchantId: number, orderIds: readonly number[]): Promise<void> {
  const ids = [...new Set(orderIds)];
  if (ids.length === 0) return;
  await sql`
    with due as (insert into sales_due (merchant_id, order_id) select ${merchantId}, unnest(${ids}::bigint[]) returning id)
    select pg_notify('sales', '') from (select 1 from due limit 1) as woken`.execute(trx);
}
