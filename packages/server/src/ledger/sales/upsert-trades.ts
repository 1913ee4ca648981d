import { type RawBuilder, sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import { recordEvents } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { addToDaysSql } from './sales-days.sql.ts';
import { allKeys, dayOf, isSold, sumsOf } from './sales-dimension.ts';

/** What a trade was when it was sold: written once. */
const snapshot = `machine_id, order_id, dispense_id, upstream_integration_id, upstream_trade_id, integration_id, order_no, slot_id,
  slot_name, cabinet_name, goods_id, goods_number, goods_name, category_id, category_title, site_id, line_id, quantity, price_cents,
  original_price_cents, created_at`;

/** What becomes of it, and is told when it changes. */
const told = ['pay_style', 'pay_status', 'paid_at', 'payment_reference', 'deliver_state', 'executed_at', 'refund_state'].concat([
  'refund_cents',
  'refunded_at',
  'refund_no',
]);

/** Steps on the way, which lists show and nobody is told of. */
const untold = ['machine_trade_no', 'notified_at', 'received_at'];

const columnsOf = (names: readonly string[], of?: string) =>
  sql.raw(names.map((name) => (of === undefined ? name : `${of}.${name}`)).join(', '));
const changing = [...told, ...untold];

/**
 * Locks the merchants' counters, so that their trades are numbered without a gap and summed by one writer at a time; in the
 * order of their ids, as all do. To be called before the candidates are read.
 */
export async function lockSales(trx: Trx, merchantIds: readonly number[]): Promise<void> {
  const ids = [...new Set(merchantIds)].sort((a, b) => a - b);
  // Of a merchant that has sold nothing yet the sums by day are whole.
  await sql`
    insert into sales_counters (merchant_id, days_zone) select id, time_zone from merchants where id = any(${ids}::bigint[])
    on conflict do nothing`.execute(trx);
  await sql`select from sales_counters where merchant_id = any(${ids}::bigint[]) order by merchant_id for no key update`.execute(
    trx,
  );
}

interface Upserted {
  merchant_id: number;
  id: number;
  order_id: number | null;
  machine_id: number;
  integration_id: number | null;
  upstream_integration_id: number | null;
  pay_style: string;
  fresh: boolean;
}

/**
 * Brings trades to what `candidates` says of them, moves the sums by the difference and tells of it. A candidate has all columns
 * of a trade, `id` (null: not there yet) and `n`, the order of new ones. As they are already, nothing happens. The caller holds
 * lockSales. Answers how many were new or changed so that it was told.
 */
export async function upsertTrades(ledger: Ledger, trx: Trx, candidates: RawBuilder<unknown>, cause: Cause): Promise<number> {
  const { rows } = await sql<Upserted>`
    with candidate as materialized (${candidates}),
    before as materialized (
      select t.* from candidate c join trades t on t.merchant_id = c.merchant_id and t.id = c.id
    ), changed as (
      update trades t set (${columnsOf(changing)}, changed_at) = row (${columnsOf(changing, 'c')}, ${ledger.clock.now()}::timestamptz)
      from candidate c
      where t.merchant_id = c.merchant_id and t.id = c.id
        and (${columnsOf(changing, 't')}) is distinct from (${columnsOf(changing, 'c')})
      returning t.*
    ), fresh as (
      select c.*, row_number() over (partition by merchant_id order by n) as place from candidate c where id is null
    ), counted as (
      update sales_counters s set trades = s.trades + f.trades,
        days_seq = case when s.days_seq = s.trades and s.days_zone is not null then s.trades + f.trades else s.days_seq end
      from (select merchant_id, count(*) as trades from fresh group by merchant_id) f
      where s.merchant_id = f.merchant_id
      returning s.merchant_id, s.trades - f.trades as before, s.days_seq
    ), inserted as (
      insert into trades (merchant_id, seq, ${sql.raw(snapshot)}, ${columnsOf(changing)}, changed_at)
      select f.merchant_id, counted.before + f.place, ${sql.raw(snapshot)}, ${columnsOf(changing)}, ${ledger.clock.now()}
      from fresh f join counted on counted.merchant_id = f.merchant_id
      order by f.merchant_id, f.place
      returning *
    ), moved as (
      select b.*, -1 as sign from before b join changed c on c.merchant_id = b.merchant_id and c.id = b.id
      union all
      select *, 1 from changed
      union all
      select *, 1 from inserted
    ), rolled as (
      insert into sales_rollups as r (merchant_id, grain, machine_id, bucket, pay_style, units, amount_cents)
      select merchant_id, grain, machine_id, date_trunc(grain, created_at, 'UTC'), pay_style, sum(sign * quantity),
        sum(sign * quantity * price_cents)
      from moved, unnest(array['hour', 'day', 'month']) as grain
      where counts
      group by merchant_id, grain, machine_id, date_trunc(grain, created_at, 'UTC'), pay_style
      having sum(sign * quantity) <> 0 or sum(sign * quantity * price_cents) <> 0
      on conflict (merchant_id, grain, machine_id, bucket, pay_style)
      do update set units = r.units + excluded.units, amount_cents = r.amount_cents + excluded.amount_cents
    ), of_days as (${addToDaysSql(sql`
      select t.merchant_id, k.dimension, ${dayOf(sql`c.days_zone`)} as day, k.key, ${sumsOf(sql`t.sign`)}
      from moved t join sales_counters c on c.merchant_id = t.merchant_id left join counted on counted.merchant_id = t.merchant_id
      cross join lateral ${allKeys(sql`c.days_zone`)}
      -- Where they are still being made, what is not in them yet moves none.
      where ${isSold} and t.seq <= coalesce(counted.days_seq, c.days_seq)
      group by 1, 2, 3, 4`)}
    ), upserted as (
      select *, true as fresh from inserted
      union all
      select c.*, false from changed c join before b on b.merchant_id = c.merchant_id and b.id = c.id
      where (${columnsOf(told, 'b')}) is distinct from (${columnsOf(told, 'c')})
    )
    select merchant_id, id, order_id, machine_id, integration_id, upstream_integration_id, pay_style, fresh
    from upserted order by merchant_id, seq`.execute(trx);
  await recordEvents(
    ledger,
    trx,
    rows.map((trade) => ({
      merchantId: trade.merchant_id,
      kind: trade.fresh ? ('trade.created' as const) : ('trade.changed' as const),
      orderId: trade.order_id,
      machineId: trade.machine_id,
      data: {
        tradeId: trade.id,
        payStyle: trade.pay_style,
        integrationId: trade.integration_id,
        upstreamIntegrationId: trade.upstream_integration_id,
      },
    })),
    cause,
  );
  return rows.length;
}
