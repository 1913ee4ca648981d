import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { paid, refunded } from './import-state.ts';
import { numberMachines } from './own-machines.ts';
import type { BookProduct, SourceOrder } from './ports.ts';
import { receiveOrders } from './receive-orders.ts';
import { ownSource } from './set-of-books.ts';

/**
 * Brings these orders, as they are now, into the sets of their merchants that take the ledger's own. However often and in whatever order
 * it is called, it comes out the same; the caller holds lockSales, so that nobody does so with what was true before.
 */
export async function bookOwnOrders(
  ledger: Ledger,
  trx: Trx,
  orders: readonly { merchantId: number; orderId: number }[],
  cause: Cause,
): Promise<void> {
  const byMerchant = Map.groupBy(orders, ({ merchantId }) => merchantId);
  const sets = await trx
    .selectFrom('sets_of_books as s')
    .innerJoin('integrations as i', (join) =>
      join.onRef('i.merchant_id', '=', 's.merchant_id').onRef('i.id', '=', 's.integration_id'),
    )
    .where('s.merchant_id', 'in', [...byMerchant.keys()])
    .where('s.source_kind', '=', ownSource)
    .where('i.status', '=', 'active')
    .select(['s.merchant_id', 's.id'])
    .execute();
  for (const { merchant_id: merchantId, id: setId } of sets) {
    const ids = (byMerchant.get(merchantId) ?? []).map(({ orderId }) => orderId);
    const settled = await settledOrders(trx, merchantId, setId, ids);
    await receiveOrders({ ...ledger, db: trx }, { merchantId, setId, orders: settled, by: ownSource, cause });
  }
}

interface Settled {
  orderId: number;
  transId: string;
  devId: number;
  orderedAt: Date;
  changedAt: Date;
  refunded: boolean;
  products: BookProduct[];
}

/**
 * Of these orders those that are sales: paid, out of a machine of ours that has a number in the set, at least one unit dispensed, and no
 * unit left of which that is open. Once all that dropped was paid back nothing is waited for. Lines have the dispensed units alone: of one
 * good at one price each, with what barcode and cost the good has now. The id is that of the order, unless somebody else
 * has sent an order of that very id into the set.
 */
export async function settledOrders(
  trx: Trx,
  merchantId: number,
  setId: number,
  orderIds: readonly number[],
): Promise<SourceOrder[]> {
  if (orderIds.length === 0) return [];
  await numberMachines(trx, merchantId, setId);
  const { rows } = await sql<Settled>`
    with unit as (
      select d.order_id, d.id, t.machine_id, t.created_at, t.changed_at, t.deliver_state, t.refund_state, t.goods_name, t.goods_id,
        t.quantity, t.price_cents, coalesce(g.barcode, '') as barcode, coalesce(g.cost_cents, 0) as cost_cents
      from dispenses d
      join trades t on t.merchant_id = d.merchant_id and t.dispense_id = d.id
      left join goods g on g.merchant_id = t.merchant_id and g.id = t.goods_id
      where d.merchant_id = ${merchantId} and d.order_id = any(${orderIds}::bigint[])
        and t.upstream_integration_id is null and t.pay_status = 'paid'
    ), line as (
      select order_id, min(id) as n, jsonb_build_object('barcode', barcode, 'name', goods_name, 'quantity', sum(quantity)::bigint,
        'amountCents', sum(quantity * price_cents)::bigint, 'costCents', sum(quantity * cost_cents)::bigint) as product
      from unit
      where deliver_state = 'dispensed'
      group by order_id, goods_id, goods_name, barcode, price_cents
    ), settled as (
      select order_id, machine_id, min(created_at) as created_at, max(changed_at) as changed_at,
        bool_and(refund_state = 'refunded') filter (where deliver_state = 'dispensed') as refunded,
        bool_or(deliver_state = 'pending') as pending
      from unit group by order_id, machine_id
    )
    select s.order_id as "orderId", m.dev_id as "devId", s.created_at as "orderedAt", s.changed_at as "changedAt", s.refunded, l.products,
      coalesce(known.trans_id, case when taken.id is null then '' else 'own-' end || s.order_id) as "transId"
    from settled s
    join book_machines m on m.merchant_id = ${merchantId} and m.set_id = ${setId} and m.machine_id = s.machine_id and m.dev_id is not null
    join lateral (select jsonb_agg(product order by n) as products from line where line.order_id = s.order_id) l on l.products is not null
    left join book_orders known
      on known.merchant_id = ${merchantId} and known.set_id = ${setId} and known.order_id = s.order_id
    left join book_orders taken
      on taken.merchant_id = ${merchantId} and taken.set_id = ${setId} and taken.trans_id = s.order_id::text and taken.order_id is null
    where s.refunded or not s.pending
    order by s.order_id`.execute(trx);
  return rows.map(({ refunded: isRefunded, ...order }) => ({ ...order, status: isRefunded ? refunded : paid, userNo: '' }));
}
