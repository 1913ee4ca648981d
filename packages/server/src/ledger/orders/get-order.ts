import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { expireOrders } from './expire-orders.ts';
import type { OrderState } from './order-state.ts';

export interface Order {
  id: number;
  tradeId: string;
  state: OrderState;
  amountCents: number;
  createdAt: Date;
  expiresAt: Date | null;
  pickupCodeId: number | null;
  /** Callbacks sent so far over the whole order, repeats included. */
  notified: number;
  lines: OrderLine[];
}

export interface OrderLine {
  id: number;
  productId: number;
  goodsName: string;
  quantity: number;
  priceCents: number;
  /** Units by what became of them. */
  dispensed: number;
  returned: number;
  notified: boolean;
}

/** An order of this merchant at this machine, its payment window judged by the clock. Refuses order.unknown. */
export async function getOrder(ledger: Ledger, merchantId: number, machineId: number, orderId: number): Promise<Order> {
  const order = await ledger.db
    .selectFrom('orders')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('id', '=', orderId)
    .where('machine_id', '=', machineId)
    .executeTakeFirst();
  if (!order) refuse('order.unknown', `order_id ${orderId}`);
  if (order.state === 'unpaid' && order.expires_at && order.expires_at <= ledger.clock.now()) {
    await expireOrders(ledger, { merchantId, orderId });
    order.state = 'expired';
  }
  const { rows } = await sql<Omit<OrderLine, 'notified'> & { notified: number; orderNotified: number }>`
    select l.id, l.product_id as "productId", l.goods_name as "goodsName", l.quantity, l.price_cents as "priceCents",
      count(*) filter (where d.state = 'dispensed')::int as dispensed,
      count(*) filter (where d.state = 'returned')::int as returned,
      (select count(*)::int from notifications n
        where n.merchant_id = l.merchant_id and n.order_id = l.order_id and n.line_id = l.id and n.state = 'delivered'
          and n.integration_id = ${order.integration_id}) as notified,
      (select coalesce(sum(n.attempts), 0)::int from notifications n
        where n.merchant_id = l.merchant_id and n.order_id = l.order_id and n.integration_id = ${order.integration_id}) as "orderNotified"
    from order_lines l
    left join dispenses d on d.merchant_id = l.merchant_id and d.order_id = l.order_id and d.line_id = l.id
    where l.merchant_id = ${merchantId} and l.order_id = ${orderId}
    group by l.merchant_id, l.order_id, l.id
    order by l.id`.execute(ledger.db);
  return {
    id: order.id,
    tradeId: order.trade_id,
    state: order.state as OrderState,
    amountCents: order.amount_cents,
    createdAt: order.created_at,
    expiresAt: order.expires_at,
    pickupCodeId: order.pickup_code_id,
    notified: rows[0]?.orderNotified ?? 0,
    lines: rows.map(({ orderNotified: _, notified, ...line }) => ({ ...line, notified: notified > 0 })),
  };
}
