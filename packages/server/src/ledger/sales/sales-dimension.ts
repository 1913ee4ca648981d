import { type RawBuilder, sql } from 'kysely';

/** By what sales are summed; days, hours and months are those of the merchant's clocks. */
export const salesDimensions = [
  'day',
  'hour',
  'hour-of-day',
  'month',
  'machine',
  'site',
  'line',
  'area',
  'goods',
  'category',
  'pay-style',
  'channel',
] as const;
export type SalesDimension = (typeof salesDimensions)[number];

/** Those of which sums by day are kept (sales_days); the others are made of them. */
export const keptDimensions = ['hour', 'machine', 'site', 'line', 'goods', 'category', 'pay-style', 'channel'] as const;
export type KeptDimension = (typeof keptDimensions)[number];

/** Between the number and the name of what has no id of ours. */
const gap = sql.raw(`chr(31)`);

/**
 * The key of trade `t` in a kept dimension, as text: an id; '' for none; of goods and categories that are not in our catalogue '#' and
 * what they were called. `zone`: of the merchant.
 */
export function keyOf(dimension: KeptDimension, zone: RawBuilder<unknown>): RawBuilder<unknown> {
  switch (dimension) {
    case 'hour':
      return sql`to_char(t.created_at at time zone ${zone}, 'HH24')`;
    case 'machine':
      return sql`t.machine_id::text`;
    case 'site':
      return sql`coalesce(t.site_id::text, '')`;
    case 'line':
      return sql`coalesce(t.line_id::text, '')`;
    case 'goods':
      return sql`coalesce(t.goods_id::text, '#' || t.goods_number || ${gap} || t.goods_name)`;
    case 'category':
      return sql`coalesce(t.category_id::text, case when t.category_title = '' then '' else '#' || t.category_title end)`;
    case 'pay-style':
      return sql`t.pay_style`;
    case 'channel':
      // What another platform's machine sold by itself was sold through that platform.
      return sql`coalesce(t.integration_id, t.upstream_integration_id)::text`;
  }
}

/** Every key of trade `t`: a `lateral` of rows (dimension, key). */
export function allKeys(zone: RawBuilder<unknown>): RawBuilder<unknown> {
  const rows = keptDimensions.map((dimension) => sql`(${sql.lit(dimension)}, coalesce(${keyOf(dimension, zone)}, ''))`);
  return sql`(values ${sql.join(rows)}) as k(dimension, key)`;
}

/** The day of trade `t`, `YYYY-MM-DD`. */
export const dayOf = (zone: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`to_char(t.created_at at time zone ${zone}, 'YYYY-MM-DD')`;

/** Whether trade `t` is in the sums at all: it was paid, and dropped. It counts unless it was given back since. */
export const isSold = sql`t.pay_status = 'paid' and t.deliver_state = 'dispensed'`;

/** The four sums of trades `t`. */
export const sumsOf = (sign: RawBuilder<unknown> = sql`1`): RawBuilder<unknown> => sql`
  coalesce(sum(${sign} * t.quantity) filter (where t.counts), 0)::bigint as units,
  coalesce(sum(${sign} * t.quantity * t.price_cents) filter (where t.counts), 0)::bigint as amount_cents,
  coalesce(sum(${sign} * t.quantity) filter (where not t.counts), 0)::bigint as returned_units,
  coalesce(sum(${sign} * t.quantity * t.price_cents) filter (where not t.counts), 0)::bigint as returned_cents`;
