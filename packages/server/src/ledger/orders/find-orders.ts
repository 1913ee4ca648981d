import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { dayIn, findMoment, type Moment } from './find-moment.ts';
import { type OrderSummary, readOrderSummaries } from './read-order-summaries.ts';
import { type Pasted, readPasted } from './read-pasted.ts';

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
  | 'beginning'
  | 'machine-and-time';

export interface OrderSearch {
  merchantId: number;
  /** Null: of all machines. */
  machineIds: readonly number[] | null;
  /** Whatever somebody pastes: a number, or a machine, a site, a day, a time, or some of these (read-pasted.ts). */
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
  /** Where and when else was looked, when it was that: around a time, on a day, or for the latest. */
  around: { place: string; machineId: number | null; at: Date | null; day: string | null } | null;
}

/** Most of each: who pastes a number means one. */
const most = 20;

/**
 * An order by any of its numbers, or those of a place and a time: as the numbers are written first, then as they may have been meant, then by
 * what only begins so where there is no other. Every way there is an index.
 */
export async function findOrders(ledger: Ledger, search: OrderSearch): Promise<FoundOrders> {
  const { merchantId, machineIds, text, timeZone } = search;
  const pasted = readPasted(text, dayIn(timeZone, ledger.clock.now()));
  const moment = await findMoment(ledger, { merchantId, machineIds, readings: pasted.readings, timeZone });
  const numbers = pasted.numbers.filter((number) => !moment?.machineNos.includes(number));
  const find = async (ways: RawBuilder<unknown>) => {
    const { rows } = await sql<{ id: number; matched: OrderMatch }>`
      select found.id, (array_agg(found.matched order by found.rank))[1] as matched from (${ways}) found
      join orders o on o.merchant_id = ${merchantId} and o.id = found.id
      where ${machineIds}::bigint[] is null or o.machine_id = any(${machineIds}::bigint[])
      group by found.id, o.created_at order by min(found.rank), o.created_at desc, found.id desc limit ${most}`.execute(
      ledger.db,
    );
    return rows;
  };
  const byNumbers = byNumber(merchantId, numbers);
  const exact = await find(moment ? sql`${byNumbers} union all ${around(search, moment)}` : byNumbers);
  const rows = exact.length > 0 ? exact : await find(byBeginning(merchantId, pasted));
  const orders = await readOrderSummaries(
    ledger.db,
    merchantId,
    rows.map(({ id }) => id),
  );
  const matched = new Map(rows.map((row) => [row.id, row.matched]));
  return {
    orders: orders.map((order) => ({ matched: matched.get(order.id) ?? 'order-id', order })),
    sales: await findForeignSales(ledger, { merchantId, machineIds, numbers }),
    around: moment ? { place: moment.place, machineId: moment.machineId, at: moment.at, day: moment.day } : null,
  };
}

/** Behind whatever has a number. */
const rankOfMoments = 1_000;

/** From each side of a time no more than can be shown: who is asked for a whole merchant's orders reads a few of them. */
function around({ merchantId, machineIds }: OrderSearch, { machineIds: machines, at, from, to }: Moment): RawBuilder<unknown> {
  const which = machines
    ? sql`and o.machine_id = m.id`
    : sql`and (${machineIds}::bigint[] is null or o.machine_id = any(${machineIds}::bigint[]))`;
  const side = (since: RawBuilder<unknown>, until: RawBuilder<unknown>, direction: RawBuilder<unknown>) => sql`
    (select o.id, o.created_at from orders o where o.merchant_id = ${merchantId} ${which}
      and o.created_at >= ${since} and o.created_at < ${until}
      order by o.created_at ${direction}, o.id ${direction} limit ${most})`;
  const [asc, desc] = [sql`asc`, sql`desc`];
  const time = sql`${at}::timestamptz`;
  const sides = at
    ? sql`${side(time, sql`${time} + interval '1 hour'`, asc)} union all ${side(sql`${time} - interval '1 hour'`, time, desc)}`
    : side(sql`coalesce(${from}::timestamptz, '-infinity')`, sql`coalesce(${to}::timestamptz, 'infinity')`, desc);
  return sql`
    select near.id, 'machine-and-time', ${rankOfMoments} + coalesce(abs(extract(epoch from near.created_at - ${time})), 0)
    from ${machines ? sql`unnest(${machines}::bigint[]) as m(id) cross join lateral` : sql``} (${sides}) near`;
}

/** Sorted by which of the numbers it has, and then by what has it. */
function byNumber(merchantId: number, numbers: readonly string[]): RawBuilder<unknown> {
  const ids = idsIn(numbers);
  const places = sql`array_position(${numbers}::text[], found.number)`;
  return sql`
    select found.id, found.matched, found.rank + 10 * ${places} as rank from (
      select o.id, 'order-id' as matched, 1 as rank, o.id::text as number from orders o
        where o.merchant_id = ${merchantId} and o.id = any(${ids}::bigint[])
      union all
      select o.id, 'trade-id', 0, o.trade_id from orders o where o.merchant_id = ${merchantId} and o.trade_id = any(${numbers}::text[])
      union all
      select o.id, 'machine-trade-no', 2, o.machine_trade_no from orders o
        where o.merchant_id = ${merchantId} and o.machine_trade_no = any(${numbers}::text[])
      union all
      select t.order_id, 'trade', 5, t.id::text from trades t
        where t.merchant_id = ${merchantId} and t.id = any(${ids}::bigint[]) and t.order_id is not null
      union all
      select p.order_id, 'payment-reference', 3, p.reference from payments p
        where p.merchant_id = ${merchantId} and p.reference = any(${numbers}::text[]) and p.reference <> ''
      union all
      select b.order_id, 'import-id', 4, b.trans_id from sets_of_books s
        join book_orders b on b.merchant_id = s.merchant_id and b.set_id = s.id and b.trans_id = any(${numbers}::text[])
        where s.merchant_id = ${merchantId} and b.order_id is not null
      union all
      select p.order_id, 'pickup-code', 2, p.code from pickup_codes p
        where p.merchant_id = ${merchantId} and p.code = any(${numbers}::text[]) and p.order_id is not null
      union all
      select g.order_id, 'pickup-code', 1, p.code from pickup_codes p
        join made_good g on g.merchant_id = p.merchant_id and g.pickup_code_id = p.id
        where p.merchant_id = ${merchantId} and p.code = any(${numbers}::text[])
    ) found`;
}

/** Of so many that begin so those of the caller's machines are looked for: who types six figures that all begin with reads no million. */
const mostBeginnings = 200;

/** In bytes, as the index is: whatever the language of the database. */
function byBeginning(merchantId: number, { beginnings }: Pasted): RawBuilder<unknown> {
  return sql`
    select o.id, 'beginning' as matched, 0 as rank from unnest(${beginnings}::text[]) as b(beginning)
    cross join lateral (
      select o.id from orders o where o.merchant_id = ${merchantId}
        and o.trade_id ~>=~ b.beginning and o.trade_id ~<~ (b.beginning || chr(1114111)) limit ${mostBeginnings}
    ) o`;
}

/** By its number there, its order's, or the machine's own. */
async function findForeignSales(
  ledger: Ledger,
  { merchantId, machineIds, numbers }: { merchantId: number; machineIds: readonly number[] | null; numbers: readonly string[] },
): Promise<ForeignSale[]> {
  const { rows } = await sql<ForeignSale>`
    select t.id as "tradeId", t.order_no as "orderNo", jsonb_build_object('id', m.id, 'no', m.machine_no, 'name', m.name) as machine,
      t.goods_name as goods, (t.quantity * t.price_cents)::bigint as "amountCents", t.created_at as at, t.deliver_state as "deliverState",
      t.refund_state as "refundState"
    from (
      select t.id from integrations i join trades t
        on t.merchant_id = i.merchant_id and t.upstream_integration_id = i.id and t.upstream_trade_id = any(${numbers}::text[])
        where i.merchant_id = ${merchantId} and t.upstream_trade_id is not null
      union
      select t.id from integrations i join trades t
        on t.merchant_id = i.merchant_id and t.upstream_integration_id = i.id and t.order_no = any(${numbers}::text[])
        where i.merchant_id = ${merchantId}
      union
      select t.id from trades t where t.merchant_id = ${merchantId} and t.upstream_integration_id is not null
        and t.machine_trade_no = any(${numbers}::text[]) and t.machine_trade_no <> ''
      union
      select t.id from trades t where t.merchant_id = ${merchantId} and t.id = any(${idsIn(numbers)}::bigint[])
    ) found
    join trades t on t.merchant_id = ${merchantId} and t.id = found.id and t.order_id is null
    join machines m on m.merchant_id = t.merchant_id and m.id = t.machine_id
    where ${machineIds}::bigint[] is null or t.machine_id = any(${machineIds}::bigint[])
    order by t.created_at desc limit ${most}`.execute(ledger.db);
  return rows;
}

const idsIn = (numbers: readonly string[]): number[] => numbers.filter((number) => /^\d{1,15}$/.test(number)).map(Number);
