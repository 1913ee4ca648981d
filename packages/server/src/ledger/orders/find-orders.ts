import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { findMoment } from './find-moment.ts';
import { type OrderSummary, readOrderSummaries } from './read-order-summaries.ts';

/** By what it was found. */
export type OrderMatch =
  | 'order-id'
  | 'trade-id'
  | 'machine-trade-no'
  | 'trade'
  | 'upstream-trade'
  | 'payment-reference'
  | 'import-id'
  | 'pickup-code'
  | 'machine-and-time';

export interface OrderSearch {
  merchantId: number;
  /** Null: of all machines. */
  machineIds: readonly number[] | null;
  /** Whatever somebody pastes: a number, or a machine and a time, as `10000001 2025-06-01 14:30` or `10000001 14:30`. */
  text: string;
  /** In which such a time is meant. */
  timeZone: string;
}

/** A sale that another platform told of: there is no order of it here. */
export interface ForeignSale {
  tradeId: number;
  orderNo: string;
  machine: { id: number; no: string; name: string };
  goods: string;
  amountCents: number;
  at: Date;
  deliverState: string;
  refundState: string;
}

export interface FoundOrders {
  /** Best first: those that have that number themselves before those that something with that number belongs to. */
  orders: { matched: OrderMatch; order: OrderSummary }[];
  sales: ForeignSale[];
  /** The machine and the time that were looked around, when it was that. */
  around: { machineNo: string; at: Date } | null;
}

/** Most of each: who pastes a number means one. */
const most = 20;

/** An order by any of its numbers, or those of a machine around a time, nearest first. Every way there is an index. */
export async function findOrders(ledger: Ledger, { merchantId, machineIds, text, timeZone }: OrderSearch): Promise<FoundOrders> {
  // A NUL is no text to PostgreSQL, and in no number.
  const number = text.toWellFormed().replaceAll('\u0000', '').trim();
  const moment = await findMoment(ledger, { merchantId, text: number, timeZone });
  const { rows } = await sql<{ id: number; matched: OrderMatch }>`
    select found.id, min(found.matched) as matched from (
      ${moment ? around(merchantId, moment) : byNumber(merchantId, number)}
    ) found join orders o on o.merchant_id = ${merchantId} and o.id = found.id
    where ${machineIds}::bigint[] is null or o.machine_id = any(${machineIds}::bigint[])
    group by found.id order by min(found.rank), found.id desc limit ${most}`.execute(ledger.db);
  const orders = await readOrderSummaries(
    ledger.db,
    merchantId,
    rows.map(({ id }) => id),
  );
  const matched = new Map(rows.map((row) => [row.id, row.matched]));
  return {
    orders: orders.map((order) => ({ matched: matched.get(order.id) ?? 'order-id', order })),
    sales: moment ? [] : await findForeignSales(ledger, { merchantId, machineIds, number }),
    around: moment ? { machineNo: moment.machineNo, at: moment.at } : null,
  };
}

function around(merchantId: number, { machineId, at }: { machineId: number; at: Date }): RawBuilder<unknown> {
  return sql`
    select o.id, 'machine-and-time' as matched, abs(extract(epoch from o.created_at - ${at}::timestamptz)) as rank from orders o
    where o.merchant_id = ${merchantId} and o.machine_id = ${machineId}
      and o.created_at between ${at}::timestamptz - interval '1 hour' and ${at}::timestamptz + interval '1 hour'`;
}

function byNumber(merchantId: number, number: string): RawBuilder<unknown> {
  const id = idOf(number);
  return sql`
    select o.id, 'order-id' as matched, 1 as rank from orders o where o.merchant_id = ${merchantId} and o.id = ${id}::bigint
    union all
    select o.id, 'trade-id', 0 from orders o where o.merchant_id = ${merchantId} and o.trade_id = ${number}
    union all
    select o.id, 'machine-trade-no', 2 from orders o where o.merchant_id = ${merchantId} and o.machine_trade_no = ${number}
    union all
    select t.order_id, 'trade', 5 from trades t where t.merchant_id = ${merchantId} and t.id = ${id}::bigint and t.order_id is not null
    union all
    select p.order_id, 'payment-reference', 3 from payments p where p.merchant_id = ${merchantId} and p.reference = ${number} and p.reference <> ''
    union all
    select b.order_id, 'import-id', 4 from sets_of_books s
      join book_orders b on b.merchant_id = s.merchant_id and b.set_id = s.id and b.trans_id = ${number}
      where s.merchant_id = ${merchantId} and b.order_id is not null
    union all
    select p.order_id, 'pickup-code', 2 from pickup_codes p
      where p.merchant_id = ${merchantId} and p.code = ${number} and p.order_id is not null
    union all
    select g.order_id, 'pickup-code', 1 from pickup_codes p join made_good g on g.merchant_id = p.merchant_id and g.pickup_code_id = p.id
      where p.merchant_id = ${merchantId} and p.code = ${number}`;
}

/** By its number there, its order's, or the machine's own. */
async function findForeignSales(
  ledger: Ledger,
  { merchantId, machineIds, number }: { merchantId: number; machineIds: readonly number[] | null; number: string },
): Promise<ForeignSale[]> {
  const { rows } = await sql<ForeignSale>`
    select t.id as "tradeId", t.order_no as "orderNo", jsonb_build_object('id', m.id, 'no', m.machine_no, 'name', m.name) as machine,
      t.goods_name as goods, (t.quantity * t.price_cents)::bigint as "amountCents", t.created_at as at, t.deliver_state as "deliverState",
      t.refund_state as "refundState"
    from (
      select t.id from integrations i join trades t
        on t.merchant_id = i.merchant_id and t.upstream_integration_id = i.id and t.upstream_trade_id = ${number}
        where i.merchant_id = ${merchantId} and t.upstream_trade_id is not null
      union
      select t.id from integrations i join trades t
        on t.merchant_id = i.merchant_id and t.upstream_integration_id = i.id and t.order_no = ${number}
        where i.merchant_id = ${merchantId}
      union
      select t.id from trades t where t.merchant_id = ${merchantId} and t.upstream_integration_id is not null
        and t.machine_trade_no = ${number} and t.machine_trade_no <> ''
      union
      select t.id from trades t where t.merchant_id = ${merchantId} and t.id = ${idOf(number)}::bigint
    ) found
    join trades t on t.merchant_id = ${merchantId} and t.id = found.id and t.order_id is null
    join machines m on m.merchant_id = t.merchant_id and m.id = t.machine_id
    where ${machineIds}::bigint[] is null or t.machine_id = any(${machineIds}::bigint[])
    order by t.created_at desc limit ${most}`.execute(ledger.db);
  return rows;
}

const idOf = (number: string): number | null => (/^\d{1,15}$/.test(number) ? Number(number) : null);
