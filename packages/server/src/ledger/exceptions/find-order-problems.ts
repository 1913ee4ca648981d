import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import type { Ledger } from '../ledger.ts';
import { liveCodeOf } from '../making-good/read-paid-units.ts';
import { lookBack, patience } from './patience.ts';
import type { FindProblems } from './problem.ts';

interface Group {
  machineId: number;
  since: Date;
  count: number;
  costCents: number;
  orderIds: number[];
  failed: number;
  held: number;
  unasked: number;
}

/**
 * Units `d` of orders `o` that were paid for, did not drop, and for which nothing was given: failed within 30 days, held, not asked for an hour
 * after the payment, or given back to the stock with a code that ended unused or fetched nothing. Orders that were paid for at another platform are paid back
 * there, and those of another platform's machines by themselves.
 */
export function unitsNotMadeGood(ledger: Ledger, merchantId: number) {
  const now = ledger.clock.now();
  return sql`
    (
      select d.* from dispenses d where d.merchant_id = ${merchantId} and d.state = 'failed' and d.refund_id is null and d.order_id is not null
        and d.changed_at > ${secondsAfter(now, -lookBack.failedUnits)}
      union all
      select d.* from dispenses d where d.merchant_id = ${merchantId} and d.state = 'held' and d.refund_id is null and d.order_id is not null
      union all
      select d.* from dispenses d where d.merchant_id = ${merchantId} and d.state = 'reserved' and d.order_id is not null
        and d.changed_at <= ${secondsAfter(now, -patience.unasked)}
      union all
      select d.* from made_good g join dispenses d on d.merchant_id = g.merchant_id and d.id = g.dispense_id
      where g.merchant_id = ${merchantId} and g.pickup_code_id is not null and d.state = 'returned' and d.refund_id is null
        and not exists (select from made_good later where later.merchant_id = g.merchant_id and later.dispense_id = g.dispense_id and later.id > g.id)
    ) d
    join orders o on o.merchant_id = d.merchant_id and o.id = d.order_id and o.state = 'paid' and o.channel_id is null
      and (d.state <> 'reserved' or o.paid_at <= ${secondsAfter(now, -patience.unasked)})
      and not exists (select from remote_orders r where r.merchant_id = o.merchant_id and r.order_id = o.id)
      and not exists (${liveCodeOf(now)})`;
}

/** Paid and got nothing, by machine: it costs what was paid for what did not drop. */
export const findPaidWithoutGoods: FindProblems = async (ledger, { merchantId, machineIds }) => {
  const { rows } = await sql<Group>`
    select o.machine_id as "machineId", min(d.changed_at) as since, count(distinct o.id)::int as count,
      sum(l.price_cents)::bigint as "costCents", (array_agg(distinct o.id order by o.id desc))[1:5] as "orderIds",
      count(*) filter (where d.state = 'failed')::int as failed, count(*) filter (where d.state = 'held')::int as held,
      count(*) filter (where d.state in ('reserved', 'returned'))::int as unasked
    from ${unitsNotMadeGood(ledger, merchantId)}
    join order_lines l on l.merchant_id = d.merchant_id and l.order_id = d.order_id and l.id = d.line_id
    where ${machineIds}::bigint[] is null or o.machine_id = any(${machineIds}::bigint[])
    group by o.machine_id`.execute(ledger.db);
  return rows.map(({ machineId, since, count, costCents, orderIds, ...units }) => ({
    kind: 'paid-without-goods',
    key: `paid-without-goods:${machineId}`,
    ...{ since, machineId, orderId: count === 1 ? (orderIds[0] ?? null) : null, count, costCents },
    costPer: 'once',
    action: 'make-good',
    facts: { order_ids: orderIds, ...units },
  }));
};

/** Another platform does not say what became of orders that it may be dispensing, by machine: what was paid for them is in doubt. */
export const findUndecidedRemoteOrders: FindProblems = async (ledger, { merchantId, machineIds }) => {
  const silent = secondsAfter(ledger.clock.now(), -ledger.rules.remoteSilence);
  const { rows } = await sql<{ machineId: number; since: Date; count: number; costCents: number; orderIds: number[] }>`
    select o.machine_id as "machineId", min(coalesce(r.sent_at, o.created_at)) as since, count(*)::int as count,
      sum(o.amount_cents)::bigint as "costCents", (array_agg(o.id order by o.id desc))[1:5] as "orderIds"
    from remote_orders r join orders o on o.merchant_id = r.merchant_id and o.id = r.order_id
    where r.merchant_id = ${merchantId} and r.finished_at is null and (r.state = 'unsure' or r.sent_at <= ${silent})
      and (${machineIds}::bigint[] is null or o.machine_id = any(${machineIds}::bigint[]))
    group by o.machine_id`.execute(ledger.db);
  return rows.map(({ machineId, since, count, costCents, orderIds }) => ({
    kind: 'remote-order-undecided',
    key: `remote-order-undecided:${machineId}`,
    ...{ since, machineId, orderId: count === 1 ? (orderIds[0] ?? null) : null, count, costCents },
    costPer: 'once',
    action: 'look-at-order',
    facts: { order_ids: orderIds },
  }));
};
