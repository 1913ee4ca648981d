import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { PayStyle } from './pay-style.ts';
import { splitPeriod } from './split-period.ts';

export interface SalesPeriod {
  merchantId: number;
  machineIds: readonly number[];
  /** Whole seconds, both inclusive: what was made in the second of `to` belongs to it. */
  from: Date;
  to: Date;
}

/** Units, and their amount in cents. */
export interface Sales {
  units: number;
  amountCents: number;
}

export interface MachineSales extends Sales {
  machineId: number;
  /** Styles without sales are left out. */
  byStyle: Map<PayStyle, Sales>;
}

interface Row extends Sales {
  machineId: number;
  /** Null: sold nothing. */
  payStyle: PayStyle | null;
}

/**
 * What each machine sold of what was made in the period: what is paid, dispensed and not refunded. Always the sum of those trades,
 * made of whole months, days and hours, and of the trades at its two edges: its cost does not grow with the trades within. One row
 * per machine asked for, in their order; a machine that is not the merchant's has none.
 */
export async function salesStatistic(ledger: Ledger, period: SalesPeriod): Promise<MachineSales[]> {
  const { merchantId, machineIds, from } = period;
  const { edges, whole } = splitPeriod(from, new Date(Math.floor(period.to.getTime() / 1000) * 1000 + 1000));
  const { rows } = await sql<Row>`
    with asked as (
      select id from machines where merchant_id = ${merchantId} and id = any(${[...machineIds]}::bigint[])
    ), part as (
      select s.machine_id, s.pay_style, s.units, s.amount_cents
      from unnest(${whole.map(({ grain }) => grain)}::text[], ${whole.map((part) => part.from)}::timestamptz[],
        ${whole.map((part) => part.to)}::timestamptz[], ${whole.map(({ sign }) => sign)}::int[]) as w(grain, since, until, sign)
      cross join asked
      cross join lateral (
        select r.machine_id, r.pay_style, w.sign * sum(r.units) as units, w.sign * sum(r.amount_cents) as amount_cents from sales_rollups r
        where r.merchant_id = ${merchantId} and r.grain = w.grain and r.machine_id = asked.id and r.bucket >= w.since and r.bucket < w.until
        group by r.machine_id, r.pay_style
      ) s
      union all
      select s.machine_id, s.pay_style, s.units, s.amount_cents
      from unnest(${edges.map((part) => part.from)}::timestamptz[], ${edges.map((part) => part.to)}::timestamptz[],
        ${edges.map(({ sign }) => sign)}::int[]) as e(since, until, sign)
      cross join asked
      cross join lateral (
        select t.machine_id, t.pay_style, e.sign * sum(t.quantity) as units, e.sign * sum(t.quantity * t.price_cents) as amount_cents from trades t
        where t.merchant_id = ${merchantId} and t.machine_id = asked.id and t.created_at >= e.since and t.created_at < e.until and t.counts
        group by t.machine_id, t.pay_style
      ) s
    )
    select asked.id as "machineId", p.pay_style as "payStyle", coalesce(sum(p.units), 0)::bigint as units,
      coalesce(sum(p.amount_cents), 0)::bigint as "amountCents"
    from asked left join part p on p.machine_id = asked.id
    group by asked.id, p.pay_style`.execute(ledger.db);
  const machines = new Map<number, MachineSales>();
  for (const { machineId, payStyle, units, amountCents } of rows) {
    const machine = machines.get(machineId) ?? { machineId, units: 0, amountCents: 0, byStyle: new Map() };
    machines.set(machineId, machine);
    machine.units += units;
    machine.amountCents += amountCents;
    // Sums that are back at nothing are there still.
    if (payStyle !== null && (units !== 0 || amountCents !== 0)) machine.byStyle.set(payStyle, { units, amountCents });
  }
  return machineIds.flatMap((id) => machines.get(id) ?? []);
}
