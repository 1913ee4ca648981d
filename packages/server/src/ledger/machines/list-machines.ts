import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { Sales } from '../sales/sales-statistic.ts';
import { onlineSql } from './online.sql.ts';
import { soldTodaySql } from './sold-today.sql.ts';
import { troubleSql } from './trouble.sql.ts';

/** How a machine is, as a list is narrowed by it; a machine may be several of them. */
export const machineStates = ['online', 'offline', 'broken', 'faulty', 'sold-out', 'short', 'held', 'out-of-operation'] as const;
export type MachineState = (typeof machineStates)[number];

export const machineSorts = ['name', 'number', 'seen', 'trouble', 'sales'] as const;
export type MachineSort = (typeof machineSorts)[number];

export interface MachineFilter {
  merchantId: number;
  /** Those alone of whoever looks; undefined: every machine. */
  machineIds?: readonly number[] | undefined;
  /** Within the number, the name or the address, or the number or name of the site; whatever the case. */
  text?: string | undefined;
  areaId?: number | undefined;
  lineId?: number | undefined;
  /** Null: those that stand at no site. */
  siteId?: number | null | undefined;
  /** True: our own; false: another platform's. */
  own?: boolean | undefined;
  state?: MachineState | undefined;
}

export interface MachineListing {
  sort: MachineSort;
  descending: boolean;
  offset: number;
  limit: number;
}

export interface MachineRow {
  id: number;
  machineNo: string;
  name: string;
  type: string;
  operational: boolean;
  online: boolean;
  lastSeenAt: Date | null;
  networkType: string;
  /** dBm. */
  networkRssi: number | null;
  /** The platform whose machine it is; null: our own. */
  upstreamIntegrationId: number | null;
  upstreamName: string | null;
  siteId: number | null;
  /** '' where there is none. */
  siteName: string;
  lineName: string;
  areaName: string;
  trouble: MachineTrouble;
  /** Those that hold a good or may; pieces. */
  slots: number;
  onHand: number;
  capacity: number;
  salesToday: Sales;
}

/** Slots, but for `held`, units that nobody knows the fate of, and `broken`, faults of the machine as a whole. */
export interface MachineTrouble {
  faulty: number;
  soldOut: number;
  short: number;
  held: number;
  broken: number;
}

export interface MachineList {
  machines: MachineRow[];
  /** All that match. */
  total: number;
  /** How many there would be of each state, and in all, were the list not narrowed by state. */
  counts: Record<MachineState | 'all', number>;
}

/** A page of the machines that match, ours and others', and how they are counted: two statements, however many there are. */
export async function listMachinesPage(ledger: Ledger, filter: MachineFilter, listing: MachineListing): Promise<MachineList> {
  const { merchantId, state } = filter;
  const { ids, counts } = await findPage(ledger, filter, listing);
  return { machines: await rowsOf(ledger, merchantId, ids), total: counts[state ?? 'all'], counts };
}

/** What each state asks of `v`, a row of the view below. */
const stateSql: Record<MachineState, RawBuilder<boolean>> = {
  online: sql`v.online`,
  offline: sql`not v.online`,
  broken: sql`v.broken > 0`,
  faulty: sql`v.faulty > 0`,
  'sold-out': sql`v.sold_out > 0`,
  short: sql`v.short > 0`,
  held: sql`v.held > 0`,
  'out-of-operation': sql`not v.operational`,
};

/** What cannot sell at all weighs more than what sells less: by the hundreds, so that one kind outweighs the next. */
const weightSql = sql`(case when v.operational and not v.online then 100000000 else 0 end + least(v.broken, 99) * 1000000
  + least(v.held, 99) * 10000 + least(v.faulty + v.short, 99) * 100 + least(v.sold_out, 99))`;

const sortSql: Record<MachineSort, RawBuilder<unknown>> = {
  name: sql`v.name`,
  number: sql`v.machine_no`,
  seen: sql`coalesce(v.last_seen_at, '-infinity')`,
  trouble: weightSql,
  sales: sql`v.sales_cents`,
};

async function findPage(ledger: Ledger, filter: MachineFilter, listing: MachineListing) {
  const { merchantId, state } = filter;
  const { sort, descending, offset, limit } = listing;
  const narrowed = state ? sql`where ${stateSql[state]}` : sql``;
  const direction = descending ? sql`desc` : sql`asc`;
  const { rows } = await sql<{ ids: number[]; counts: MachineList['counts'] }>`
    with ${soldTodaySql(ledger, merchantId)}, ${troubleSql(merchantId)}, v as materialized (
      select m.id, m.machine_no, m.name, m.operational, ${onlineSql(ledger)} as online, t.last_seen_at,
        coalesce(w.faulty, 0) as faulty, coalesce(w.sold_out, 0) as sold_out, coalesce(w.short, 0) as short,
        coalesce(w.held, 0) as held, coalesce(w.broken, 0) as broken, coalesce(b.amount_cents, 0) as sales_cents
      from machines m
      left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
      left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
      left join lines l on l.merchant_id = p.merchant_id and l.id = p.line_id
      left join trouble w on w.machine_id = m.id
      left join sold b on b.machine_id = m.id
      where m.merchant_id = ${merchantId} and ${matchesSql(filter)}
    ), page as (
      select v.id, row_number() over (order by ${sortSql[sort]} ${direction}, v.name, v.id) as n
      from v ${narrowed} order by n limit ${limit} offset ${offset}
    )
    select (select coalesce(jsonb_agg(id order by n), '[]') from page) as ids,
      (select jsonb_build_object('all', count(*), ${sql.join(
        machineStates.map((one) => sql`${sql.lit(one)}, count(*) filter (where ${stateSql[one]})`),
      )}) from v) as counts`.execute(ledger.db);
  const [found] = rows;
  if (!found) throw new Error('A count has a row always.');
  return found;
}

function matchesSql({ machineIds, text, areaId, lineId, siteId, own }: MachineFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (machineIds) conditions.push(sql`m.id = any(${[...machineIds]}::bigint[])`);
  if (text) {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    const within = ['m.machine_no', 'm.name', 'm.address', 'p.number', 'p.name'].map(
      (column) => sql`${sql.ref(column)} ilike ${pattern}`,
    );
    conditions.push(sql`(${sql.join(within, sql` or `)})`);
  }
  if (areaId !== undefined) conditions.push(sql`l.area_id = ${areaId}`);
  if (lineId !== undefined) conditions.push(sql`p.line_id = ${lineId}`);
  if (siteId !== undefined) conditions.push(siteId === null ? sql`m.site_id is null` : sql`m.site_id = ${siteId}`);
  if (own !== undefined)
    conditions.push(own ? sql`m.upstream_integration_id is null` : sql`m.upstream_integration_id is not null`);
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

type FlatRow = Omit<MachineRow, 'trouble' | 'salesToday'> & MachineTrouble & Sales;

/** Those of a page, in its order. */
async function rowsOf(ledger: Ledger, merchantId: number, ids: readonly number[]): Promise<MachineRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<FlatRow>`
    with asked as (
      select id, n from unnest(${[...ids]}::bigint[]) with ordinality as a(id, n)
    ), ${soldTodaySql(ledger, merchantId)}
    select m.id, m.machine_no as "machineNo", m.name, m.type, m.operational, ${onlineSql(ledger)} as online,
      t.last_seen_at as "lastSeenAt", coalesce(t.network_type, '') as "networkType", t.network_rssi as "networkRssi",
      m.upstream_integration_id as "upstreamIntegrationId", i.name as "upstreamName", m.site_id as "siteId",
      coalesce(p.name, '') as "siteName", coalesce(l.name, '') as "lineName", coalesce(a.name, '') as "areaName",
      s.slots, s.on_hand as "onHand", s.capacity, s.faulty, s.sold_out as "soldOut", s.short,
      (select count(*) from dispenses d join slots h on h.merchant_id = d.merchant_id and h.id = d.slot_id
        where d.merchant_id = m.merchant_id and d.state = 'held' and h.machine_id = m.id) as held,
      coalesce((select jsonb_array_length(c.condition -> 'faults') from machine_conditions c
        where c.merchant_id = m.merchant_id and c.machine_id = m.id), 0) as broken,
      coalesce(b.units, 0) as units, coalesce(b.amount_cents, 0) as "amountCents"
    from asked
    join machines m on m.merchant_id = ${merchantId} and m.id = asked.id
    cross join lateral (
      select count(*) as slots, coalesce(sum(least(s.on_hand, s.capacity)), 0) as on_hand, coalesce(sum(s.capacity), 0) as capacity,
        count(*) filter (where s.fault_code <> 1) as faulty, count(*) filter (where s.on_hand < s.reserved) as short,
        count(*) filter (where s.sold_out_at is not null and s.on_sale and s.goods_id is not null) as sold_out
      from slots s where s.merchant_id = m.merchant_id and s.machine_id = m.id and s.merged_into_id is null
        and (m.upstream_integration_id is null or s.on_sale)
    ) s
    left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    left join integrations i on i.merchant_id = m.merchant_id and i.id = m.upstream_integration_id
    left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    left join lines l on l.merchant_id = p.merchant_id and l.id = p.line_id
    left join areas a on a.merchant_id = l.merchant_id and a.id = l.area_id
    left join sold b on b.machine_id = m.id
    order by asked.n`.execute(ledger.db);
  return rows.map(({ faulty, soldOut, short, held, broken, units, amountCents, ...row }) => ({
    ...row,
    trouble: { faulty, soldOut, short, held, broken },
    salesToday: { units, amountCents },
  }));
}
