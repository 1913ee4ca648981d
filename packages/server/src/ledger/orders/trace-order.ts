import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';

/** One step of an order's life, from whatever part of the ledger knows it. */
export interface Step {
  at: Date;
  what: 'event' | 'stock' | 'command' | 'answer' | 'notification' | 'attempt';
  title: string;
  detail: Record<string, unknown>;
  cause: Cause | null;
}

export interface OrderTrace {
  merchantId: number;
  id: number;
  tradeId: string;
  state: string;
  machineNo: string;
  amountCents: number;
  currency: string;
  lines: { id: number; productId: number; slot: string; goods: string; quantity: number; priceCents: number; units: string[] }[];
  steps: Step[];
}

/** An order by its id or its trade id, over all merchants unless one is named: for the operator. Undefined when there is none. */
export async function traceOrder(ledger: Ledger, idOrTradeId: string, merchantId?: number): Promise<OrderTrace | undefined> {
  const id = /^\d{1,15}$/.test(idOrTradeId) ? Number(idOrTradeId) : null;
  const { rows } = await sql<Omit<OrderTrace, 'lines' | 'steps'>>`
    select o.merchant_id as "merchantId", o.id, o.trade_id as "tradeId", o.state, m.machine_no as "machineNo",
      o.amount_cents as "amountCents", t.currency
    from orders o
    join machines m on m.merchant_id = o.merchant_id and m.id = o.machine_id
    join merchants t on t.id = o.merchant_id
    where (o.id = ${id}::bigint or o.trade_id = ${idOrTradeId}) and (${merchantId ?? null}::bigint is null or o.merchant_id = ${merchantId ?? null})
    order by (o.trade_id = ${idOrTradeId}) desc, o.id
    limit 1`.execute(ledger.db);
  const [order] = rows;
  if (!order) return undefined;
  return { ...order, lines: await linesOf(ledger, order), steps: await stepsOf(ledger, order) };
}

type Key = { merchantId: number; id: number };

async function linesOf(ledger: Ledger, { merchantId, id }: Key): Promise<OrderTrace['lines']> {
  const { rows } = await sql<OrderTrace['lines'][number]>`
    select l.id, l.product_id as "productId", s.name as slot, l.goods_name as goods, l.quantity, l.price_cents as "priceCents",
      array(select d.state from dispenses d where d.merchant_id = l.merchant_id and d.order_id = l.order_id and d.line_id = l.id
        order by d.id) as units
    from order_lines l join slots s on s.merchant_id = l.merchant_id and s.id = l.slot_id
    where l.merchant_id = ${merchantId} and l.order_id = ${id}
    order by l.id`.execute(ledger.db);
  return rows;
}

async function stepsOf(ledger: Ledger, { merchantId, id }: Key): Promise<Step[]> {
  const { rows } = await sql<Step>`
    with command as (
      select * from dispense_commands where merchant_id = ${merchantId} and order_id = ${id}
    ), notification as (
      select * from notifications where merchant_id = ${merchantId} and order_id = ${id}
    ), step as (
      select at, 'event' as what, kind as title, data as detail, cause, 1 as rank, id from events
        where merchant_id = ${merchantId} and order_id = ${id}
      union all
      select j.at, 'stock', j.reason, jsonb_build_object('slot', s.name, 'on_hand', j.on_hand_change, 'reserved', j.reserved_change,
        'dispense', j.dispense_id, 'note', nullif(j.note, '')), null, 2, j.id
      from stock_journal j join slots s on s.merchant_id = j.merchant_id and s.id = j.slot_id
        where j.merchant_id = ${merchantId} and j.order_id = ${id}
      union all
      select sent_at, 'command', 'to the machine', jsonb_build_object('command', id, 'batch', batch_id, 'record', line_id,
        'quantity', quantity, 'state', state, 'deadline', deadline), null, 3, id
      from command where sent_at is not null
      union all
      select a.received_at, 'answer', a.effect, a.raw, null, 4, a.id
      from dispense_answers a join command c on c.id = a.command_id where a.merchant_id = ${merchantId}
      union all
      select created_at, 'notification', method, jsonb_build_object('notification', id, 'url', url, 'state', state, 'body', body,
        'attempts', attempts), null, 5, id
      from notification
      union all
      select a.started_at, 'attempt', 'attempt ' || a.number, jsonb_build_object('notification', a.notification_id, 'status', a.status,
        'error', nullif(a.error, ''), 'answer', nullif(a.answer, ''), 'finished_at', a.finished_at), null, 6, a.number
      from notification_attempts a join notification n on n.id = a.notification_id where a.merchant_id = ${merchantId}
    )
    select at, what, title, detail, cause from step order by at, rank, id`.execute(ledger.db);
  return rows;
}
