import type { Ledger } from '../ledger/ledger.ts';
import { keepSalesDays, merchantsToKeep } from '../ledger/sales/keep-sales-days.ts';
import { projectSales } from '../ledger/sales/project-sales.ts';
import type { TestLedger } from './ledger.ts';

/** Makes all sums by day whole. */
export async function keepAll(ledger: Ledger): Promise<void> {
  for (let due = await merchantsToKeep(ledger); due.length > 0; due = await merchantsToKeep(ledger)) {
    for (const merchantId of due) await keepSalesDays(ledger, merchantId);
  }
}

/** Projects until nothing is due, and makes all sums whole. */
export async function projectAll(ledger: Ledger): Promise<void> {
  for (;;) {
    const { done, deferred, busy } = await projectSales(ledger);
    if (deferred.length > 0) throw deferred[0]?.error;
    if (done === 0 && !busy) return await keepAll(ledger);
  }
}

/**
 * What must hold once nothing is due, and does not: trades are what the orders say, reckoned here anew and unit by unit; sums are
 * those of the trades; every trade is settled once at most.
 */
export async function salesProblems(ledger: Pick<TestLedger, 'rows'>): Promise<string[]> {
  return [
    ...(await tradeProblems(ledger)),
    ...(await sumProblems(ledger)),
    ...(await dayProblems(ledger)),
    ...(await settlementProblems(ledger)),
  ];
}

interface Unit {
  id: number;
  state: string;
  error: string;
  order_state: string;
  paid_at: Date | null;
  expires_at: Date | null;
  price_cents: number;
  style: string | null;
  order_id: number;
  amount_cents: number;
  /** Null: nothing was given back. */
  refund_cents: number | null;
  /** Asked for, and none of ours. */
  lost_cents: number;
}

interface Found {
  dispense_id: number;
  deliver_state: string;
  pay_style: string;
  pay_status: string;
  refund_state: string;
  refund_cents: number;
  price_cents: number;
  notified: boolean;
  executed: boolean;
}

async function tradeProblems({ rows }: Pick<TestLedger, 'rows'>): Promise<string[]> {
  const units = await rows<Unit & { sent: boolean; refunded_apart: boolean }>(`
    select d.id, d.state, d.error, o.state as order_state, o.paid_at, o.expires_at, l.price_cents,
      (select style from payments p where p.order_id = o.id and p.kind = 'payment') as style,
      o.id as order_id, o.amount_cents,
      (select sum(p.amount_cents)::bigint from payments p where p.order_id = o.id and p.kind = 'refund') as refund_cents,
      (select coalesce(sum(n.quantity * n.price_cents), 0)::bigint from channel_lines n where n.order_id = o.id and n.line_id is null) as lost_cents,
      exists (select from dispense_commands c where c.id = d.command_id and c.sent_at is not null)
        or exists (select from remote_orders r where r.order_id = d.order_id and r.sent_at is not null) as sent,
      d.refund_id is not null as refunded_apart
    from dispenses d
    join orders o on o.id = d.order_id
    join order_lines l on l.id = d.line_id`);
  const trades = await rows<Found>(`
    select dispense_id, deliver_state, pay_style, pay_status, refund_state, refund_cents, price_cents, notified_at is not null as notified,
      executed_at is not null as executed
    from trades where dispense_id is not null`);
  const found = new Map(trades.map((trade) => [trade.dispense_id, JSON.stringify(trade)]));
  const wanted = new Map(
    units.filter(isSold).map((unit) => {
      const fell = unit.state === 'dispensed';
      const lost = unit.state === 'failed' || unit.state === 'returned';
      const backCents = givenBack(unit, units);
      const trade: Found = {
        dispense_id: unit.id,
        deliver_state: fell ? 'dispensed' : lost ? (unit.error === 'sold-out' ? 'sold-out' : 'failed') : 'pending',
        pay_style: unit.style ?? 'pickup-code',
        pay_status: 'paid',
        refund_state:
          backCents >= unit.price_cents && (unit.order_state === 'refunded' || unit.refunded_apart) ? 'refunded' : 'none',
        refund_cents: unit.refund_cents === null ? 0 : backCents,
        price_cents: unit.price_cents,
        notified: unit.sent,
        executed: fell || unit.state === 'failed',
      };
      return [unit.id, JSON.stringify(trade)];
    }),
  );
  return [...new Set([...found.keys(), ...wanted.keys()])].flatMap((id) =>
    found.get(id) === wanted.get(id) ? [] : [`unit ${id}: the trade ${found.get(id)} should be ${wanted.get(id)}`],
  );
}

/** Of a refund of a part first comes what did not drop. */
function givenBack(unit: Unit & { refunded_apart: boolean }, units: readonly Unit[]): number {
  if (unit.refunded_apart) return unit.price_cents;
  if (unit.order_state !== 'refunded') return 0;
  if (unit.refund_cents === null || unit.refund_cents >= unit.amount_cents) return unit.price_cents;
  const all = units.filter(({ order_id }) => order_id === unit.order_id).sort((a, b) => a.id - b.id);
  let left = unit.refund_cents - unit.lost_cents;
  for (const one of [...all.filter(({ state }) => state !== 'dispensed'), ...all.filter(({ state }) => state === 'dispensed')]) {
    if (one.id === unit.id) return Math.max(0, Math.min(unit.price_cents, left));
    left -= one.price_cents;
  }
  return 0;
}

/** Money was taken for it, or a code: only an order that waits for money has a time by which it must come. */
function isSold({ order_state, paid_at, expires_at }: Unit): boolean {
  if (order_state === 'paid' || order_state === 'fetched') return true;
  return order_state === 'refunded' && (paid_at !== null || expires_at === null);
}

async function sumProblems({ rows }: Pick<TestLedger, 'rows'>): Promise<string[]> {
  const problems = await rows<{ problem: string }>(`
    with counting as (
      select * from trades where pay_status = 'paid' and deliver_state = 'dispensed' and refund_state not in ('refunding', 'refunded')
    ), summed as (
      select merchant_id, grain, machine_id, date_trunc(grain, created_at, 'UTC') as bucket, pay_style, sum(quantity)::bigint as units,
        sum(quantity * price_cents)::bigint as amount_cents
      from counting, unnest(array['hour', 'day', 'month']) as grain group by 1, 2, 3, 4, 5
    )
    select 'sums of ' || coalesce(r.grain, s.grain) || ' ' || coalesce(r.bucket, s.bucket) || ' ' || coalesce(r.pay_style, s.pay_style)
      || ': ' || coalesce(r.units, 0) || ' for ' || coalesce(r.amount_cents, 0) || ', trades say ' || coalesce(s.units, 0) || ' for '
      || coalesce(s.amount_cents, 0) as problem
    from sales_rollups r full join summed s using (merchant_id, grain, machine_id, bucket, pay_style)
    where coalesce(r.units, 0) <> coalesce(s.units, 0) or coalesce(r.amount_cents, 0) <> coalesce(s.amount_cents, 0)
    union all
    select 'merchant ' || t.merchant_id || ' has ' || count(*) || ' trades from ' || min(t.seq) || ' to ' || max(t.seq) || ', counted ' || c.trades
    from trades t join sales_counters c on c.merchant_id = t.merchant_id
    group by t.merchant_id, c.trades having count(*) <> max(t.seq) or count(*) <> c.trades or min(t.seq) <> 1`);
  return problems.map(({ problem }) => problem);
}

/**
 * The sums by the merchant's days, of which each thing has one row at most, are those of the trades, one thing after the other; where they
 * are still being made, of the trades that have had their turn.
 */
async function dayProblems({ rows }: Pick<TestLedger, 'rows'>): Promise<string[]> {
  const keys = {
    hour: `lpad(extract(hour from t.local)::text, 2, '0')`,
    machine: `t.machine_id::text`,
    site: `t.site_id::text`,
    line: `t.line_id::text`,
    goods: `case when t.goods_id is null then concat('#', t.goods_number, e'\\x1f', t.goods_name) else t.goods_id::text end`,
    category: `case when t.category_id is not null then t.category_id::text when t.category_title <> '' then concat('#', t.category_title) end`,
    'pay-style': `t.pay_style`,
    channel: `case when t.integration_id is null then t.upstream_integration_id else t.integration_id end::text`,
  };
  const problems = await rows<{ problem: string }>(`
    with sold as (
      select t.*, t.created_at at time zone c.days_zone as local, refund_state in ('refunding', 'refunded') as returned
      from trades t join sales_counters c on c.merchant_id = t.merchant_id and t.seq <= c.days_seq
      where pay_status = 'paid' and deliver_state = 'dispensed'
    ), due as (
      ${Object.entries(keys)
        .map(
          ([dimension, key]) => `
      select t.merchant_id, '${dimension}' as dimension, local::date::text as day, coalesce(${key}, '') as key,
        array[sum((not returned)::int * quantity), sum((not returned)::int * quantity * price_cents), sum(returned::int * quantity),
          sum(returned::int * quantity * price_cents)]::bigint[] as sums
      from sold t group by 1, 2, 3, 4`,
        )
        .join(' union all ')}
    ), kept as (
      select merchant_id, dimension, day, key, array[units, amount_cents, returned_units, returned_cents] as sums from sales_days
      where (units, amount_cents, returned_units, returned_cents) <> (0, 0, 0, 0)
        -- Without a zone they are on their way out.
        and merchant_id in (select merchant_id from sales_counters where days_zone is not null)
    )
    select concat('sums of ', dimension, ' ', key, ' on ', day, ': ', kept.sums, ', trades say ', due.sums) as problem
    from kept full join due using (merchant_id, dimension, day, key)
    where coalesce(kept.sums, '{0,0,0,0}') <> coalesce(due.sums, '{0,0,0,0}')
      -- They are to be made anew.
      and not exists (select from sales_days_stale v where v.merchant_id = coalesce(kept.merchant_id, due.merchant_id))`);
  return problems.map(({ problem }) => problem);
}

/** What was refunded after its settlement is still in it: so the sums are of all that were taken in, whatever they are now. */
async function settlementProblems({ rows }: Pick<TestLedger, 'rows'>): Promise<string[]> {
  const problems = await rows<{ problem: string }>(`
    with taken as (
      select merchant_id, refill_id, cabinet_name, slot_name, pay_style, sum(quantity) as units, sum(quantity * price_cents) as amount_cents
      from trades where refill_id is not null group by 1, 2, 3, 4, 5
    )
    select 'refill ' || refill_id || ' settled ' || coalesce(s.units, 0) || ' of ' || slot_name || ', and has ' || coalesce(t.units, 0) as problem
    from settlement_sales s full join taken t using (merchant_id, refill_id, cabinet_name, slot_name, pay_style)
    where (s.units is distinct from t.units or s.amount_cents is distinct from t.amount_cents)
      and not exists (select from refills r where r.id = refill_id and r.source = 'upstream')
    union all
    select 'refill ' || r.id || ' is not settled'
    from refills r left join settlements s on s.merchant_id = r.merchant_id and s.refill_id = r.id where s.refill_id is null
    union all
    select 'trade ' || t.id || ' dropped after its refill' from trades t join refills r on r.id = t.refill_id where t.executed_at > r.at
    union all
    select 'refill ' || l.refill_id || ' left ' || l.stock || ' in slot ' || l.slot_id || ', the journal says ' || sum(j.on_hand_change)
    from settlement_lines l
    join stock_journal j on j.merchant_id = l.merchant_id and j.slot_id = l.slot_id
      and j.id <= (select max(k.id) from stock_journal k where k.slot_id = l.slot_id and k.refill_id = l.refill_id)
    where l.refilled > 0
    group by l.refill_id, l.slot_id, l.stock having sum(j.on_hand_change) <> l.stock`);
  return problems.map(({ problem }) => problem);
}
