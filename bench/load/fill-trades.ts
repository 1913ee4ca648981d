import { sql } from 'kysely';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { keepSalesDays, merchantsToKeep } from '../../packages/server/src/ledger/sales/keep-sales-days.ts';

/** The year that is filled. */
export const year = { from: new Date('2024-01-01T00:00:00Z'), to: new Date('2024-12-31T23:59:59Z') };

const atOnce = 25_000;

/**
 * As many trades of a merchant as are asked for, spread over a year and all of its machines, four in five paid by telephone, one in
 * fifty given back; what was there goes. Written straight into the tables that the projection writes, and so are their sums.
 */
export async function fillTrades(ledger: Ledger, merchantId: number, count: number): Promise<void> {
  const { db } = ledger;
  await sql`truncate trades, sales_rollups, sales_days, sales_counters`.execute(db);
  for (let done = 0; done < count; done += atOnce) {
    await sql`
      with slot as (
        select s.id, s.machine_id, s.name, b.name as cabinet_name, s.goods_id, s.price_cents, row_number() over (order by s.id) - 1 as n,
          count(*) over () as slots
        from slots s join cabinets b on b.merchant_id = s.merchant_id and b.id = s.cabinet_id where s.merchant_id = ${merchantId}
      ), sold as (
        select i, ${year.from}::timestamptz + (${year.to}::timestamptz - ${year.from}::timestamptz) * ((i - 1) / ${count}::float8) as at
        from generate_series(${done + 1}::bigint, ${Math.min(count, done + atOnce)}::bigint) as i
      )
      insert into trades (merchant_id, seq, machine_id, order_no, machine_trade_no, slot_id, slot_name, cabinet_name, goods_id, goods_number,
        goods_name, category_title, quantity, price_cents, original_price_cents, pay_style, pay_status, paid_at, payment_reference,
        deliver_state, executed_at, refund_state, refund_cents, refund_no, created_at, changed_at)
      select ${merchantId}, i, slot.machine_id, 'bench-' || i, i::text, slot.id, slot.name, slot.cabinet_name, slot.goods_id, '1', 'Water', '',
        1, slot.price_cents, slot.price_cents, (array['qrcode', 'wechat', 'alipay', 'unionpay', 'cash'])[1 + i % 5], 'paid', at, '',
        'dispensed', at, case when i % 50 = 0 then 'refunded' else 'none' end, 0, '', at, at
      from sold join slot on slot.n = (i * 7919) % slot.slots`.execute(db);
  }
  await sql`
    insert into sales_rollups (merchant_id, grain, machine_id, bucket, pay_style, units, amount_cents)
    select merchant_id, grain, machine_id, date_trunc(grain, created_at, 'UTC'), pay_style, sum(quantity), sum(quantity * price_cents)
    from trades, unnest(array['hour', 'day', 'month']) as grain where counts group by 1, 2, 3, 4, 5`.execute(db);
  await sql`insert into sales_counters (merchant_id, trades) values (${merchantId}, ${count})`.execute(db);
  // Else the hub would be at it while it is measured.
  while ((await merchantsToKeep(ledger)).length > 0) await keepSalesDays(ledger, merchantId);
  await sql`vacuum (analyze) trades, sales_rollups, sales_days`.execute(db);
}
