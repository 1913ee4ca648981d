import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { areDaysWholeSql } from '../sales/sales-days.sql.ts';

/**
 * What machines sold on the merchant's present day: `sold`, a list of `with`, of machine_id, units and amount_cents. Read out of the sums
 * by day, or, where those are not whole, of the day's trades.
 */
export function soldTodaySql({ clock }: Pick<Ledger, 'clock'>, merchantId: number): RawBuilder<unknown> {
  return sql`
    today as materialized (
      select to_char(day, 'YYYY-MM-DD') as day, day at time zone time_zone as began, (day + interval '1 day') at time zone time_zone as ended,
        ${areDaysWholeSql(merchantId)} as whole
      from merchants cross join lateral (select date_trunc('day', ${clock.now()}::timestamptz at time zone time_zone) as day) d
      where id = ${merchantId}
    ), sold as (
      select key::bigint as machine_id, units, amount_cents from sales_days
      where merchant_id = ${merchantId} and dimension = 'machine' and day = (select day from today where whole)
      union all
      select machine_id, sum(quantity)::bigint, sum(quantity * price_cents)::bigint from trades
      where merchant_id = ${merchantId} and counts and created_at >= (select began from today where not whole)
        and created_at < (select ended from today where not whole)
      group by machine_id
    )`;
}
