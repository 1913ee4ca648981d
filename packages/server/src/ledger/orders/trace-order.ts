import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { type PaidUnit, readPaidUnits } from '../making-good/read-paid-units.ts';
import { readSteps, type Step } from './read-steps.ts';

export type { Step } from './read-steps.ts';

export interface OrderTrace {
  merchantId: number;
  id: number;
  tradeId: string;
  state: string;
  machineId: number;
  machineNo: string;
  machineName: string;
  amountCents: number;
  /** What was given back so far. */
  refundedCents: number;
  currency: string;
  createdAt: Date;
  paidAt: Date | null;
  payStyle: string | null;
  /** Of whom sold it; null: the machine by itself. */
  channel: string | null;
  /** Paid for at another platform, which pays it back. */
  paidElsewhere: boolean;
  /** Another platform's machine dispenses it. */
  isForeign: boolean;
  /** Of an order that a code fetched: the one for which the code was issued, where it was issued instead of something. */
  madeGoodOrderId: number | null;
  /** The bill of it that a register tells, and its imports into ERPs: `recordId` is of the record or of the import. */
  bills: { shopId: number | null; shop: string; setId: number | null; set: string; key: string; recordId: number | null }[];
  lines: { id: number; productId: number; slot: string; goods: string; quantity: number; priceCents: number; units: string[] }[];
  /** With what was given for each that did not drop, and what is due. */
  units: PaidUnit[];
  /** What a person gave for what did not drop: the latest last. */
  madeGood: MadeGoodRow[];
  steps: Step[];
}

export interface MadeGoodRow {
  kind: 'refund' | 'pickup-code';
  amountCents: number;
  at: Date;
  by: string;
  slot: string;
  code: string | null;
  codeState: string | null;
  expiresAt: Date | null;
  fetchedOrderId: number | null;
}

/** An order by its id or its trade id, over all merchants unless one is named: for the operator. Undefined when there is none. */
export async function traceOrder(ledger: Ledger, idOrTradeId: string, merchantId?: number): Promise<OrderTrace | undefined> {
  const id = /^\d{1,15}$/.test(idOrTradeId) ? Number(idOrTradeId) : null;
  // Merchant by merchant, as the indexes are.
  const { rows } = await sql<{ merchantId: number; id: number }>`
    select t.id as "merchantId", found.id
    from merchants t
    cross join lateral (
      select o.id, 0 as rank from orders o where o.merchant_id = t.id and o.trade_id = ${idOrTradeId}
      union all
      select o.id, 1 from orders o where o.merchant_id = t.id and o.id = ${id}::bigint
    ) found
    where ${merchantId ?? null}::bigint is null or t.id = ${merchantId ?? null}
    order by found.rank, found.id limit 1`.execute(ledger.db);
  return rows[0] && (await readTrace(ledger, rows[0].merchantId, rows[0].id));
}

type Head = Omit<OrderTrace, 'lines' | 'units' | 'madeGood' | 'steps'>;

/** The whole life of an order; undefined when there is none of this id. */
export async function readTrace(ledger: Ledger, merchantId: number, orderId: number): Promise<OrderTrace | undefined> {
  const { rows } = await sql<Head>`
    select o.merchant_id as "merchantId", o.id, o.trade_id as "tradeId", o.state, m.id as "machineId", m.machine_no as "machineNo",
      m.name as "machineName", o.amount_cents as "amountCents", t.currency, o.created_at as "createdAt", o.paid_at as "paidAt",
      o.pay_style as "payStyle", coalesce(nullif(i.name, ''), i.wire_id) as channel, o.channel_id is not null as "paidElsewhere",
      m.upstream_integration_id is not null as "isForeign",
      (select coalesce(sum(p.amount_cents), 0)::bigint from payments p
        where p.merchant_id = o.merchant_id and p.order_id = o.id and p.kind = 'refund') as "refundedCents",
      (select min(g.order_id) from made_good g
        where g.merchant_id = o.merchant_id and g.pickup_code_id = o.pickup_code_id) as "madeGoodOrderId",
      coalesce(register.bills, '[]'::jsonb) || coalesce(imported.bills, '[]'::jsonb) as bills
    from orders o
    join machines m on m.merchant_id = o.merchant_id and m.id = o.machine_id
    join merchants t on t.id = o.merchant_id
    left join integrations i on i.merchant_id = o.merchant_id and i.id = o.integration_id
    left join lateral (
      select jsonb_agg(distinct jsonb_build_object('shopId', s.id, 'shop', s.name, 'setId', null, 'set', '', 'key', o.id::text,
        'recordId', r.id)) as bills
      from pos_bookings b join pos_shops s on s.merchant_id = b.merchant_id and s.id = b.shop_id
      left join pos_records r
        on r.merchant_id = b.merchant_id and r.shop_id = b.shop_id and r.kind = 'bill' and r.key = o.id::text and r.latest
      where b.merchant_id = o.merchant_id and b.order_id = o.id
    ) register on true
    left join lateral (
      select jsonb_agg(jsonb_build_object('shopId', null, 'shop', '', 'setId', s.id, 'set', s.number,
        'key', coalesce(b.bill_code, b.trans_id), 'recordId', b.id)) as bills
      from sets_of_books s join book_orders b on b.merchant_id = s.merchant_id and b.set_id = s.id and b.order_id = o.id
      where s.merchant_id = o.merchant_id
    ) imported on true
    where o.merchant_id = ${merchantId} and o.id = ${orderId}`.execute(ledger.db);
  const [head] = rows;
  if (!head) return undefined;
  const key = { merchantId, orderId };
  return {
    ...head,
    lines: await linesOf(ledger, key),
    units: await readPaidUnits(ledger.db, { ...key, now: ledger.clock.now() }),
    madeGood: await madeGoodOf(ledger, key),
    steps: await readSteps(ledger.db, key),
  };
}

interface Key {
  merchantId: number;
  orderId: number;
}

async function linesOf(ledger: Ledger, { merchantId, orderId }: Key): Promise<OrderTrace['lines']> {
  const { rows } = await sql<OrderTrace['lines'][number]>`
    select l.id, l.product_id as "productId", s.name as slot, l.goods_name as goods, l.quantity, l.price_cents as "priceCents",
      array(select d.state from dispenses d where d.merchant_id = l.merchant_id and d.order_id = l.order_id and d.line_id = l.id
        order by d.id) as units
    from order_lines l join slots s on s.merchant_id = l.merchant_id and s.id = l.slot_id
    where l.merchant_id = ${merchantId} and l.order_id = ${orderId}
    order by l.id`.execute(ledger.db);
  return rows;
}

async function madeGoodOf(ledger: Ledger, { merchantId, orderId }: Key): Promise<MadeGoodRow[]> {
  const { rows } = await sql<MadeGoodRow>`
    select case when g.refund_id is null then 'pickup-code' else 'refund' end as kind, g.amount_cents as "amountCents", g.made_at as at,
      g.made_by as by, s.name as slot, p.code, p.state as "codeState", p.expires_at as "expiresAt", p.order_id as "fetchedOrderId"
    from made_good g
    join dispenses d on d.merchant_id = g.merchant_id and d.id = g.dispense_id
    join slots s on s.merchant_id = d.merchant_id and s.id = d.slot_id
    left join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
    where g.merchant_id = ${merchantId} and g.order_id = ${orderId}
    order by g.id`.execute(ledger.db);
  return rows;
}
