import { type RawBuilder, sql } from 'kysely';

/**
 * Whether a merchant's sums by day are of all of its trades and of the days of its present zone. Those by goods may still be those of
 * other ids: see sales_days_stale.
 */
export const areDaysWholeSql = (merchantId: number): RawBuilder<boolean> => sql`exists (
  select from sales_counters c join merchants k on k.id = c.merchant_id
  where c.merchant_id = ${merchantId} and c.days_zone = k.time_zone and c.days_seq = c.trades)`;

/** Adds rows of all columns of sales_days to what is there. */
export const addToDaysSql = (rows: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  insert into sales_days as d (merchant_id, dimension, day, key, units, amount_cents, returned_units, returned_cents)
  select * from (${rows}) s
  where (s.units, s.amount_cents, s.returned_units, s.returned_cents) <> (0, 0, 0, 0)
  on conflict (merchant_id, dimension, day, key) do update set units = d.units + excluded.units,
    amount_cents = d.amount_cents + excluded.amount_cents, returned_units = d.returned_units + excluded.returned_units,
    returned_cents = d.returned_cents + excluded.returned_cents`;
