import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { StyleSales } from './list-settlements.ts';
import type { PayStyle } from './pay-style.ts';

export interface SettlementQuery {
  merchantId: number;
  machineIds?: readonly number[] | undefined;
  siteIds?: readonly number[] | undefined;
  /** The machines that the asker may see at all; undefined: all. */
  scope?: readonly number[] | undefined;
  /** By the time of the refill; `until` is not in it. */
  from?: Date | undefined;
  until?: Date | undefined;
  /** The last one of the page before. */
  after?: { refilledAt: Date; refillId: number } | undefined;
  limit: number;
}

/** What a refill settled of its machine, slots put together. */
export interface SettlementHead {
  refillId: number;
  machineId: number;
  machineNo: string;
  machineName: string;
  /** Where the machine stands now; '' where that is not known. */
  siteName: string;
  previousAt: Date | null;
  refilledAt: Date;
  /** Filled into slots, all of them. */
  refilled: number;
  units: number;
  amountCents: number;
  sales: StyleSales[];
}

/** Settlements, the latest first; a page costs the same however far back it is. */
export async function browseSettlements(ledger: Ledger, query: SettlementQuery): Promise<SettlementHead[]> {
  const { merchantId, from, until, after, limit } = query;
  const machines = (ids: readonly number[] | undefined) => (ids ? [sql`s.machine_id = any(${[...ids]}::bigint[])`] : []);
  const conditions = [
    sql`s.merchant_id = ${merchantId}`,
    ...machines(query.machineIds),
    ...machines(query.scope),
    ...(query.siteIds
      ? [
          sql`s.machine_id in (select id from machines where merchant_id = ${merchantId} and site_id = any(${[...query.siteIds]}::bigint[]))`,
        ]
      : []),
    ...(from ? [sql`s.refilled_at >= ${from}`] : []),
    ...(until ? [sql`s.refilled_at < ${until}`] : []),
    ...(after
      ? [sql`s.refilled_at <= ${after.refilledAt}`, sql`(s.refilled_at, s.refill_id) < (${after.refilledAt}, ${after.refillId})`]
      : []),
  ];
  const { rows } = await sql<Omit<SettlementHead, 'units' | 'amountCents' | 'sales'> & { styles: StyleSum[] }>`
    with page as materialized (
      select s.* from settlements s where ${sql.join(conditions, sql` and `)}
      order by s.refilled_at desc, s.refill_id desc limit ${limit}
    )
    select page.refill_id as "refillId", page.machine_id as "machineId", m.machine_no as "machineNo", m.name as "machineName",
      coalesce(p.name, '') as "siteName", page.previous_at as "previousAt", page.refilled_at as "refilledAt",
      (select coalesce(sum(l.refilled), 0)::bigint from settlement_lines l
        where l.merchant_id = page.merchant_id and l.refill_id = page.refill_id) as refilled,
      (select coalesce(jsonb_agg(jsonb_build_object('style', y.pay_style, 'units', y.units, 'cents', y.cents) order by y.pay_style), '[]')
        from (select pay_style, sum(units) as units, sum(amount_cents) as cents from settlement_sales x
          where x.merchant_id = page.merchant_id and x.refill_id = page.refill_id group by pay_style) y) as styles
    from page
    join machines m on m.merchant_id = page.merchant_id and m.id = page.machine_id
    left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    order by page.refilled_at desc, page.refill_id desc`.execute(ledger.db);
  return rows.map(({ styles, ...head }) => ({
    ...head,
    units: styles.reduce((all, { units }) => all + units, 0),
    amountCents: styles.reduce((all, { cents }) => all + cents, 0),
    sales: styles.map(({ style, units, cents }) => ({ payStyle: style, units, amountCents: cents })),
  }));
}

interface StyleSum {
  style: PayStyle;
  units: number;
  cents: number;
}
