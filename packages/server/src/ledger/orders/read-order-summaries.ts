import { sql } from 'kysely';
import type { Db } from '../ledger.ts';
import type { OrderState } from './order-state.ts';

/** An order in a list. Money in cents. */
export interface OrderSummary {
  id: number;
  tradeId: string;
  state: OrderState;
  createdAt: Date;
  paidAt: Date | null;
  amountCents: number;
  payStyle: string | null;
  machine: { id: number; no: string; name: string };
  /** Through which integration it came; null: the machine sold it by itself. */
  channel: { id: number; name: string } | null;
  /** Paid for at another platform, which pays it back. */
  paidElsewhere: boolean;
  /** What was ordered, a few words of it. */
  goods: string;
  /** `due`: did not drop, or nobody knows, and nothing was given for it. */
  units: { asked: number; dropped: number; failed: number; held: number; due: number };
}

/** Of these orders, in the order of the ids. */
export async function readOrderSummaries(db: Db, merchantId: number, ids: readonly number[]): Promise<OrderSummary[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<OrderSummary>`
    select o.id, o.trade_id as "tradeId", o.state, o.created_at as "createdAt", o.paid_at as "paidAt", o.amount_cents as "amountCents",
      o.pay_style as "payStyle", jsonb_build_object('id', m.id, 'no', m.machine_no, 'name', m.name) as machine,
      case when i.id is not null then jsonb_build_object('id', i.id, 'name', coalesce(nullif(i.name, ''), i.wire_id)) end as channel,
      o.channel_id is not null as "paidElsewhere",
      coalesce((select string_agg(l.goods_name || case when l.quantity > 1 then ' ×' || l.quantity else '' end, ', ' order by l.id)
        from order_lines l where l.merchant_id = o.merchant_id and l.order_id = o.id), '') as goods, unit.units
    from unnest(${ids}::bigint[]) with ordinality as asked(id, place)
    join orders o on o.merchant_id = ${merchantId} and o.id = asked.id
    join machines m on m.merchant_id = o.merchant_id and m.id = o.machine_id
    left join integrations i on i.merchant_id = o.merchant_id and i.id = o.integration_id
    cross join lateral (
      select jsonb_build_object('asked', count(*), 'dropped', count(*) filter (where d.state = 'dispensed'),
        'failed', count(*) filter (where d.state = 'failed'), 'held', count(*) filter (where d.state = 'held'),
        'due', count(*) filter (where d.state in ('failed', 'held') and refund_id is null and o.state = 'paid' and o.channel_id is null
          and not exists (select from made_good g where g.merchant_id = d.merchant_id and g.dispense_id = d.id and g.ended_at is null))) as units
      from dispenses d where d.merchant_id = o.merchant_id and d.order_id = o.id
    ) unit
    order by asked.place`.execute(db);
  return rows;
}
