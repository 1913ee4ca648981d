import type { DispenseState } from '../dispensing/dispense-state.ts';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { expireOrders } from '../orders/expire-orders.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { RemoteOrderState } from './remote-order-state.ts';

/** An order for what lies in a machine of another platform. Money in minor units. */
export interface ForeignOrder {
  id: number;
  tradeId: string;
  state: OrderState;
  /** Before the discount; `amountCents` is what is to be paid. */
  originalCents: number;
  amountCents: number;
  refundedCents: number;
  payStyle: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  paidAt: Date | null;
  machineId: number;
  machineNo: string;
  upstreamIntegrationId: number;
  cabinet: string;
  /** Null until it is paid. */
  remote: {
    state: RemoteOrderState;
    noticeUntil: Date;
    sentAt: Date | null;
    acceptedAt: Date | null;
    finishedAt: Date | null;
    queries: number;
    nextQueryAt: Date | null;
    reason: string;
  } | null;
  /** In the order in which they were sold. */
  lines: ForeignOrderLine[];
  refunds: { id: number; amountCents: number; at: Date }[];
  /** What contradicts what is known, as it was said: see conflict.remote-outcome. */
  conflicts: { at: Date; data: Record<string, unknown> }[];
}

/** Units of one slot, good and price. */
export interface ForeignOrderLine {
  id: number;
  slot: string;
  goods: string;
  goodsName: string;
  quantity: number;
  originalPriceCents: number;
  priceCents: number;
  units: { id: number; state: DispenseState; error: string; refundId: number | null }[];
}

/** Refuses order.unknown, also for an order at a machine of our own. */
export async function getForeignOrder(ledger: Ledger, merchantId: number, orderId: number): Promise<ForeignOrder> {
  const { db } = ledger;
  const order = await db
    .selectFrom('orders as o')
    .innerJoin('machines as m', (join) => join.onRef('m.merchant_id', '=', 'o.merchant_id').onRef('m.id', '=', 'o.machine_id'))
    .leftJoin('remote_orders as r', (join) => join.onRef('r.merchant_id', '=', 'o.merchant_id').onRef('r.order_id', '=', 'o.id'))
    .selectAll('o')
    .select([
      'm.machine_no',
      'm.upstream_integration_id',
      'r.state as remote_state',
      'r.notice_until',
      'r.sent_at',
      'r.accepted_at',
    ])
    .select(['r.finished_at', 'r.queries', 'r.next_query_at', 'r.reason'])
    .where('o.merchant_id', '=', merchantId)
    .where('o.id', '=', orderId)
    .executeTakeFirst();
  if (!order || order.upstream_integration_id === null) refuse('order.unknown', `order ${orderId}`);
  if (order.state === 'unpaid' && order.expires_at && order.expires_at <= ledger.clock.now()) {
    await expireOrders(ledger, { merchantId, orderId, waiting: true });
    return await getForeignOrder(ledger, merchantId, orderId);
  }
  const { cabinet, lines } = await linesOf(ledger, merchantId, orderId);
  const refunds = await db
    .selectFrom('payments')
    .select(['id', 'amount_cents as amountCents', 'at'])
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('kind', '=', 'refund')
    .orderBy('id')
    .execute();
  const conflicts = await db
    .selectFrom('events')
    .select(['at', 'data'])
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('kind', '=', 'conflict.remote-outcome')
    .orderBy('id')
    .execute();
  return {
    id: order.id,
    tradeId: order.trade_id,
    state: order.state as OrderState,
    originalCents: lines.reduce((sum, { quantity, originalPriceCents }) => sum + quantity * originalPriceCents, 0),
    amountCents: order.amount_cents,
    refundedCents: refunds.reduce((sum, { amountCents }) => sum + amountCents, 0),
    payStyle: order.pay_style,
    createdAt: order.created_at,
    expiresAt: order.expires_at,
    paidAt: order.paid_at,
    machineId: order.machine_id,
    machineNo: order.machine_no,
    upstreamIntegrationId: order.upstream_integration_id,
    cabinet,
    remote:
      order.remote_state !== null && order.notice_until !== null
        ? {
            state: order.remote_state as RemoteOrderState,
            noticeUntil: order.notice_until,
            sentAt: order.sent_at,
            acceptedAt: order.accepted_at,
            finishedAt: order.finished_at,
            queries: order.queries ?? 0,
            nextQueryAt: order.next_query_at,
            reason: order.reason ?? '',
          }
        : null,
    lines,
    refunds,
    conflicts: conflicts.map(({ at, data }) => ({ at, data: data as Record<string, unknown> })),
  };
}

async function linesOf(
  { db }: Ledger,
  merchantId: number,
  orderId: number,
): Promise<{ cabinet: string; lines: ForeignOrderLine[] }> {
  const rows = await db
    .selectFrom('order_lines as l')
    .innerJoin('slots as s', (join) => join.onRef('s.merchant_id', '=', 'l.merchant_id').onRef('s.id', '=', 'l.slot_id'))
    .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
    .innerJoin('goods as g', (join) => join.onRef('g.merchant_id', '=', 'l.merchant_id').onRef('g.id', '=', 'l.goods_id'))
    .innerJoin('dispenses as d', (join) =>
      join.onRef('d.merchant_id', '=', 'l.merchant_id').onRef('d.order_id', '=', 'l.order_id').onRef('d.line_id', '=', 'l.id'),
    )
    .select(['l.id', 's.code as slot', 'b.name as cabinet', 'g.number as goods', 'l.goods_name as goodsName', 'l.quantity'])
    .select(['l.price_cents as priceCents', 'l.original_price_cents as originalPriceCents'])
    .select(['d.id as unitId', 'd.state', 'd.error', 'd.refund_id as refundId'])
    .where('l.merchant_id', '=', merchantId)
    .where('l.order_id', '=', orderId)
    .orderBy('l.id')
    .orderBy('d.id')
    .execute();
  const lines = [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((units): ForeignOrderLine[] => {
    const [line] = units;
    if (!line) return [];
    const { id, slot, goods, goodsName, quantity, priceCents } = line;
    return [
      {
        ...{ id, slot, goods, goodsName, quantity, priceCents },
        originalPriceCents: line.originalPriceCents ?? priceCents,
        units: units.map((unit) => ({
          id: unit.unitId,
          state: unit.state as DispenseState,
          error: unit.error,
          refundId: unit.refundId,
        })),
      },
    ];
  });
  return { cabinet: rows[0]?.cabinet ?? '', lines };
}
