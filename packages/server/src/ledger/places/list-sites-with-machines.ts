import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { onlineSql } from '../machines/online.sql.ts';
import { troubleSql } from '../machines/trouble.sql.ts';
import type { MachineSums } from './summarize-lines.ts';

export interface SiteFilter {
  merchantId: number;
  /** Those alone of whoever looks; undefined: every machine. Sites without any of them are left out then. */
  machineIds?: readonly number[] | undefined;
  /** Within the number, the name or the address. */
  text?: string | undefined;
  /** Null: those on no line. */
  lineId?: number | null | undefined;
  areaId?: number | undefined;
}

export interface SiteWithMachines extends MachineSums {
  id: number;
  number: string;
  name: string;
  address: string;
  longitude: number | null;
  latitude: number | null;
  lineId: number | null;
  /** '' where there is none. */
  lineName: string;
  areaName: string;
  /** The platform that names it; null: our own. */
  upstreamIntegrationId: number | null;
  /** At most so many as `mostDots`, the troubled first. */
  dots: MachineDot[];
}

export interface MachineDot {
  id: number;
  machineNo: string;
  name: string;
  operational: boolean;
  online: boolean;
  troubled: boolean;
}

/** Machines shown of one site; nobody has more at one, and a list must end. */
const mostDots = 60;

/** A page of sites by their numbers, each with how its machines are; `total` counts all that match. */
export async function listSitesWithMachines(
  ledger: Ledger,
  filter: SiteFilter,
  page: { offset: number; limit: number },
): Promise<{ sites: SiteWithMachines[]; total: number }> {
  const { merchantId, machineIds } = filter;
  const mine = sql`(${machineIds ?? null}::bigint[] is null or m.id = any(${machineIds ?? null}::bigint[]))`;
  const matching = sql`
    from sites p
    left join lines l on l.merchant_id = p.merchant_id and l.id = p.line_id
    left join areas a on a.merchant_id = l.merchant_id and a.id = l.area_id
    where p.merchant_id = ${merchantId} and ${matchesSql(filter)}
      and (${machineIds ?? null}::bigint[] is null or exists (
        select from machines m where m.merchant_id = p.merchant_id and m.site_id = p.id and ${mine}))`;
  const { rows: sites } = await sql<SiteWithMachines>`
    with ${troubleSql(merchantId)}, page as (
      select p.id, p.number, p.name, p.address, p.longitude, p.latitude, p.line_id, coalesce(l.name, '') as line_name,
        coalesce(a.name, '') as area_name, p.upstream_integration_id
      ${matching} order by p.number, p.id limit ${page.limit} offset ${page.offset}
    ), standing as (
      select m.site_id, m.id, m.machine_no, m.name, m.operational, m.online, m.amiss or (m.operational and not m.online) as troubled
      from (
        select m.*, ${onlineSql(ledger)} as online, w.machine_id is not null as amiss
        from page join machines m on m.merchant_id = ${merchantId} and m.site_id = page.id
        left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
        left join trouble w on w.machine_id = m.id
        where ${mine}
      ) m
    ), summed as (
      select site_id, count(*) as machines, count(*) filter (where online) as online, count(*) filter (where troubled) as troubled,
        (array_agg(jsonb_build_object('id', id, 'machineNo', machine_no, 'name', name, 'operational', operational, 'online', online,
          'troubled', troubled) order by troubled desc, machine_no))[1:${sql.lit(mostDots)}] as dots
      from standing group by site_id
    )
    select p.id, p.number, p.name, p.address, p.longitude, p.latitude, p.line_id as "lineId", p.line_name as "lineName",
      p.area_name as "areaName", p.upstream_integration_id as "upstreamIntegrationId", coalesce(s.machines, 0) as machines,
      coalesce(s.online, 0) as online, coalesce(s.troubled, 0) as troubled, coalesce(to_jsonb(s.dots), '[]') as dots
    from page p left join summed s on s.site_id = p.id
    order by p.number, p.id`.execute(ledger.db);
  const { rows } = await sql<{ total: number }>`select count(*) as total ${matching}`.execute(ledger.db);
  return { sites, total: rows[0]?.total ?? 0 };
}

function matchesSql({ text, lineId, areaId }: SiteFilter): RawBuilder<boolean> {
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (text) {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`(p.number ilike ${pattern} or p.name ilike ${pattern} or p.address ilike ${pattern})`);
  }
  if (lineId !== undefined) conditions.push(lineId === null ? sql`p.line_id is null` : sql`p.line_id = ${lineId}`);
  if (areaId !== undefined) conditions.push(sql`l.area_id = ${areaId}`);
  return sql<boolean>`${sql.join(conditions, sql` and `)}`;
}
