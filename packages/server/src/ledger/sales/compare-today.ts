import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { codeOf, joinOf, nameOf } from './name-sales.sql.ts';
import { keyOf, type SalesDimension } from './sales-dimension.ts';
import { conditionsOf } from './sales-filter.ts';
import type { Sales } from './sales-statistic.ts';

/** What today's sales are compared by, beside the hours. */
export const comparedDimensions = ['machine', 'goods', 'channel', 'pay-style'] as const satisfies SalesDimension[];
export type ComparedDimension = (typeof comparedDimensions)[number];

/** A thing's sales today so far, and those of the same weekday last week up to the same time of day. */
export interface Mover {
  key: string;
  name: string;
  code: string;
  today: Sales;
  lastWeek: Sales;
}

export interface TodaysSales {
  /** `YYYY-MM-DD` by the merchant's clocks, and now. */
  day: string;
  at: Date;
  today: Sales;
  /** Of the same weekday last week: until the same time of day, and all of it. */
  lastWeekSoFar: Sales;
  lastWeek: Sales;
  /** 0 to 23 by the merchant's clocks; hours of the future have no sales today yet. */
  hours: { hour: number; today: Sales; lastWeek: Sales }[];
  movers: Record<ComparedDimension, Mover[]>;
}

export interface CompareToday {
  merchantId: number;
  /** Those that sell most today, or those whose sales differ most from last week's. */
  order: 'sales' | 'change';
  /** Of each dimension. */
  most: number;
  scope?: readonly number[] | undefined;
}

interface Row {
  dimension: 'hour' | ComparedDimension;
  key: string;
  name: string;
  code: string;
  todayUnits: number;
  todayCents: number;
  soFarUnits: number;
  soFarCents: number;
  lastWeekUnits: number;
  lastWeekCents: number;
}

/** What counts of the merchant's day so far, against the same weekday last week. Reads the trades of two days, and no more. */
export async function compareToday(ledger: Ledger, { merchantId, order, most, scope }: CompareToday): Promise<TodaysSales> {
  const now = ledger.clock.now();
  const { rows: days } = await sql<{
    zone: string;
    day: string;
    began: Date;
    weekAgoBegan: Date;
    weekAgo: Date;
    weekAgoEnded: Date;
  }>`
    select time_zone as zone, to_char(local, 'YYYY-MM-DD') as day, local::date::timestamp at time zone time_zone as began,
      (local::date - 7)::timestamp at time zone time_zone as "weekAgoBegan", (local - interval '7 days') at time zone time_zone as "weekAgo",
      (local::date - 6)::timestamp at time zone time_zone as "weekAgoEnded"
    from merchants cross join lateral (select ${now}::timestamptz at time zone time_zone as local) l
    where id = ${merchantId}`.execute(ledger.db);
  const [when] = days;
  if (!when) throw new Error(`There is no merchant ${merchantId}.`);
  const zone = sql`${when.zone}::text`;
  const change = sql`abs(today_cents - so_far_cents)`;
  const rank = order === 'sales' ? sql`today_cents desc, so_far_cents desc` : sql`${change} desc, today_cents desc`;
  const summed = (name: string, condition: ReturnType<typeof sql>) => sql`
    coalesce(sum(t.quantity) filter (where ${condition}), 0)::bigint as ${sql.raw(`${name}_units`)},
    coalesce(sum(t.quantity * t.price_cents) filter (where ${condition}), 0)::bigint as ${sql.raw(`${name}_cents`)}`;
  const keys = (['hour', ...comparedDimensions] as const).map(
    (dimension) => sql`(${sql.lit(dimension)}, coalesce(${keyOf(dimension, zone)}, ''))`,
  );
  const named = comparedDimensions.map(
    (dimension) => sql`
      select c.*, ${nameOf[dimension] ?? sql`c.key`} as name, ${codeOf[dimension] ?? sql`''`} as code
      from ranked c ${joinOf(merchantId)[dimension] ?? sql``} where c.dimension = ${dimension} and c.place <= ${most}`,
  );
  const { rows } = await sql<Row>`
    with cell as (
      select k.dimension, k.key, ${summed('today', sql`t.created_at >= ${when.began}`)},
        ${summed('so_far', sql`t.created_at < ${when.weekAgo}`)}, ${summed('last_week', sql`t.created_at < ${when.weekAgoEnded}`)}
      from trades t cross join lateral (values ${sql.join(keys)}) as k(dimension, key)
      where t.merchant_id = ${merchantId} and t.counts and ${sql.join([sql`true`, ...conditionsOf({ scope })], sql` and `)} and (
        t.created_at >= ${when.began} and t.created_at <= ${now} or t.created_at >= ${when.weekAgoBegan} and t.created_at < ${when.weekAgoEnded})
      group by k.dimension, k.key
    ), ranked as (
      select *, row_number() over (partition by dimension order by ${rank}, key) as place from cell
      where dimension <> 'hour' and (today_units, so_far_units) <> (0, 0)
    )
    select dimension, key, name, code, today_units as "todayUnits", today_cents as "todayCents", so_far_units as "soFarUnits",
      so_far_cents as "soFarCents", last_week_units as "lastWeekUnits", last_week_cents as "lastWeekCents"
    from (
      select *, 0 as place, '' as name, '' as code from cell where dimension = 'hour' union all
      ${sql.join(
        named.map(
          (one) =>
            sql`select dimension, key, today_units, today_cents, so_far_units, so_far_cents, last_week_units, last_week_cents, place, name, code from (${one}) n`,
        ),
        sql` union all `,
      )}
    ) all_rows
    order by dimension, place, key`.execute(ledger.db);
  const byHour = new Map(rows.flatMap((row) => (row.dimension === 'hour' ? [[Number(row.key), row] as const] : [])));
  const sum = (units: keyof Row, cents: keyof Row): Sales => {
    const add = (field: keyof Row) => [...byHour.values()].reduce((all, row) => all + Number(row[field]), 0);
    return { units: add(units), amountCents: add(cents) };
  };
  const movers = (wanted: ComparedDimension): Mover[] =>
    rows
      .filter(({ dimension }) => dimension === wanted)
      .map(({ key, name, code, todayUnits, todayCents, soFarUnits, soFarCents }) => ({
        key,
        name,
        code,
        today: { units: todayUnits, amountCents: todayCents },
        lastWeek: { units: soFarUnits, amountCents: soFarCents },
      }));
  return {
    day: when.day,
    at: now,
    today: sum('todayUnits', 'todayCents'),
    lastWeekSoFar: sum('soFarUnits', 'soFarCents'),
    lastWeek: sum('lastWeekUnits', 'lastWeekCents'),
    hours: Array.from({ length: 24 }, (_, hour) => ({
      hour,
      today: { units: byHour.get(hour)?.todayUnits ?? 0, amountCents: byHour.get(hour)?.todayCents ?? 0 },
      lastWeek: { units: byHour.get(hour)?.lastWeekUnits ?? 0, amountCents: byHour.get(hour)?.lastWeekCents ?? 0 },
    })),
    movers: { machine: movers('machine'), goods: movers('goods'), channel: movers('channel'), 'pay-style': movers('pay-style') },
  };
}
