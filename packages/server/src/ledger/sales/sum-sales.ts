import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { getMerchant } from '../merchants/get-merchant.ts';
import { codeOf, joinOf, nameOf } from './name-sales.sql.ts';
import { areDaysWholeSql } from './sales-days.sql.ts';
import { dayOf, isSold, type KeptDimension, keyOf, type SalesDimension, sumsOf } from './sales-dimension.ts';
import { conditionsOf, isFiltered, type SalesFilter } from './sales-filter.ts';

export interface SalesQuery {
  merchantId: number;
  /** `YYYY-MM-DD` by the merchant's clocks, both included. */
  from: string;
  to: string;
  dimension: SalesDimension;
  filter?: SalesFilter | undefined;
  sort?: SalesSort | undefined;
  offset: number;
  limit: number;
}

export const salesSorts = ['name', 'units', 'gross', 'refunds', 'net', 'mean'] as const;

export interface SalesSort {
  by: (typeof salesSorts)[number];
  descending: boolean;
}

/** Money in cents. Gross is what dropped and was paid; net is what counts of it; refunds are what was given back of it, whole units each. */
export interface SalesSums {
  /** That count: what was given back is not among them. */
  units: number;
  grossCents: number;
  refundedUnits: number;
  refundCents: number;
  /** Gross less refunds. */
  netCents: number;
  /** Of one unit that counts, rounded; null where there is none. */
  meanCents: number | null;
}

export interface SalesRow extends SalesSums {
  /** An id, a day, a month, an hour, a pay style; '' for what has none; of what is not in our catalogue what it was called, after '#'. */
  key: string;
  /** What it is called now; of days, hours and pay styles as the key. */
  name: string;
  /** The machine's, the site's or the good's number; '' where there is none. */
  code: string;
}

export interface SummedSales {
  rows: SalesRow[];
  /** How many rows there are in all. */
  count: number;
  /** Of all rows, whichever are on the page. */
  total: SalesSums;
}

/**
 * What was sold in the days of a period, by one thing; rows without sales are left out. The total is that of all rows and is read with
 * them, in one snapshot. Without a filter it is made of sums that are kept by day, so that a year costs its days and not its trades;
 * with one, of the trades themselves. Both say the same.
 */
export async function sumSales(ledger: Ledger, query: SalesQuery): Promise<SummedSales> {
  const { merchantId, dimension, filter = {}, offset, limit } = query;
  const { timeZone } = await getMerchant(ledger, merchantId);
  const sort = query.sort ?? { by: isTime(dimension) ? 'name' : 'net', descending: !isTime(dimension) };
  const kept = !isFiltered(filter) && (await areDaysKept(ledger, merchantId));
  const cells = kept ? keptCells(query) : tradeCells(query, timeZone, filter);
  const { rows } = await sql<Answer>`
    with cell as materialized (${cells}), named as (
      select c.*, ${nameOf[dimension] ?? sql`c.key`} as name, ${codeOf[dimension] ?? sql`''`} as code
      from cell c ${joinOf(merchantId)[dimension] ?? sql``}
    ), page as (
      select *, row_number() over (order by ${orderOf(sort)}) as n from named order by n offset ${offset} limit ${limit}
    )
    select 0 as n, '' as key, '' as name, '' as code, count(*) as count, ${totals(sql`cell`)} from cell
    union all
    select n, key, name, code, 0, ${sums(sql`page`)} from page
    order by n`.execute(ledger.db);
  const [total, ...page] = rows;
  if (!total) throw new Error('A sum has always a row.');
  return {
    count: total.count,
    total: sumsIn(total),
    rows: page.map((row) => ({ key: row.key, name: row.name, code: row.code, ...sumsIn(row) })),
  };
}

interface Answer {
  key: string;
  name: string;
  code: string;
  count: number;
  units: number;
  amount: number;
  returnedUnits: number;
  returnedCents: number;
}

function sumsIn({ units, amount, returnedUnits, returnedCents }: Answer): SalesSums {
  return {
    units,
    grossCents: amount + returnedCents,
    refundedUnits: returnedUnits,
    refundCents: returnedCents,
    netCents: amount,
    meanCents: units === 0 ? null : Math.round(amount / units),
  };
}

const isTime = (dimension: SalesDimension) => ['day', 'hour', 'hour-of-day', 'month'].includes(dimension);

/** Of which kept dimension it is made. */
const madeOf: Record<SalesDimension, KeptDimension> = {
  day: 'hour',
  hour: 'hour',
  'hour-of-day': 'hour',
  month: 'hour',
  machine: 'machine',
  site: 'site',
  line: 'line',
  area: 'line',
  goods: 'goods',
  category: 'category',
  'pay-style': 'pay-style',
  channel: 'channel',
};

/** The key of a row, of a day and a key of the dimension that it is made of. */
function rowKey(dimension: SalesDimension, merchantId: number, day: RawBuilder<unknown>, key: RawBuilder<unknown>) {
  switch (dimension) {
    case 'day':
      return day;
    case 'hour':
      return sql`${day} || ' ' || ${key} || ':00'`;
    case 'hour-of-day':
      return sql`${key} || ':00'`;
    case 'month':
      return sql`left(${day}, 7)`;
    case 'area':
      return sql`(select coalesce(l.area_id::text, '') from lines l where l.merchant_id = ${merchantId} and l.id = nullif(${key}, '')::bigint)`;
    default:
      return key;
  }
}

const columns = sql.raw('units, amount_cents, returned_units, returned_cents');
const anything = sql`(${columns}) <> (0, 0, 0, 0)`;

function keptCells({ merchantId, dimension, from, to }: SalesQuery) {
  // Summed by key before it is looked up what belongs to it.
  const byDay = isTime(dimension) ? sql`d.day` : sql`''`;
  return sql`
    select * from (
      select coalesce(${rowKey(dimension, merchantId, sql`d.day`, sql`d.key`)}, '') as key, ${added(sql`d`)}
      from (
        select ${byDay} as day, d.key, ${added(sql`d`)} from sales_days d
        where d.merchant_id = ${merchantId} and d.dimension = ${madeOf[dimension]} and d.day >= ${from} and d.day <= ${to}
        group by 1, 2
      ) d
      group by 1
    ) s where ${anything}`;
}

function tradeCells({ merchantId, dimension, from, to }: SalesQuery, timeZone: string, filter: SalesFilter) {
  const zone = sql`${timeZone}::text`;
  const byDay = isTime(dimension) ? dayOf(zone) : sql`''`;
  return sql`
    select * from (
      select coalesce(${rowKey(dimension, merchantId, sql`d.day`, sql`d.key`)}, '') as key, ${added(sql`d`)}
      from (
        select ${byDay} as day, coalesce(${keyOf(madeOf[dimension], zone)}, '') as key, ${sumsOf()} from trades t
        where t.merchant_id = ${merchantId} and ${isSold} and t.created_at >= ${from}::date::timestamp at time zone ${zone}
          and t.created_at < (${to}::date + 1)::timestamp at time zone ${zone}
          and ${sql.join([sql`true`, ...conditionsOf(filter)], sql` and `)}
        group by 1, 2
      ) d
      group by 1
    ) s where ${anything}`;
}

const added = (of: RawBuilder<unknown>) => sql`sum(${of}.units)::bigint as units, sum(${of}.amount_cents)::bigint as amount_cents,
  sum(${of}.returned_units)::bigint as returned_units, sum(${of}.returned_cents)::bigint as returned_cents`;

const sums = (of: RawBuilder<unknown>) => sql`${of}.units, ${of}.amount_cents as amount, ${of}.returned_units as "returnedUnits",
  ${of}.returned_cents as "returnedCents"`;

const totals = (
  of: RawBuilder<unknown>,
) => sql`coalesce(sum(${of}.units), 0)::bigint as units, coalesce(sum(${of}.amount_cents), 0)::bigint as amount,
  coalesce(sum(${of}.returned_units), 0)::bigint as "returnedUnits", coalesce(sum(${of}.returned_cents), 0)::bigint as "returnedCents"`;

/** Of two alike the one of the lower key comes first: pages lose nothing, and repeat nothing. */
function orderOf({ by, descending }: SalesSort) {
  const direction = descending ? sql`desc` : sql`asc`;
  const column = {
    name: sql`name`,
    units: sql`units`,
    gross: sql`amount_cents + returned_cents`,
    refunds: sql`returned_cents`,
    net: sql`amount_cents`,
    mean: sql`amount_cents / nullif(units, 0)::float8`,
  }[by];
  return sql`${column} ${direction} nulls last, key`;
}

/** Whether the sums by day are whole, and nothing in them is still to be moved. */
async function areDaysKept(ledger: Ledger, merchantId: number): Promise<boolean> {
  const { rows } = await sql<{ kept: boolean }>`
    select ${areDaysWholeSql(merchantId)} and not exists (select from sales_days_stale where merchant_id = ${merchantId}) as kept`.execute(
    ledger.db,
  );
  return rows[0]?.kept ?? false;
}
