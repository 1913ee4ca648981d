import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** What machines sold on the merchant's present day: `sold`, a list of `with`, of machine_id, units and amount_cents. */
export function soldTodaySql({ clock }: Pick<Ledger, 'clock'>, merchantId: number): RawBuilder<unknown> {
  return sql`
    sold as (
      select key::bigint as machine_id, units, amount_cents from sales_days
      where merchant_id = ${merchantId} and dimension = 'machine' and day = (
        select to_char(${clock.now()}::timestamptz at time zone time_zone, 'YYYY-MM-DD') from merchants where id = ${merchantId})
    )`;
}
