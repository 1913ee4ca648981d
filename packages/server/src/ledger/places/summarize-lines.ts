import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { onlineSql } from '../machines/online.sql.ts';
import { troubleSql } from '../machines/trouble.sql.ts';
import { sitesOfSql } from './places-of.sql.ts';

/** How the machines of a place are. */
export interface MachineSums {
  machines: number;
  online: number;
  /** In operation and offline, or with something wrong: a fault, a slot that is faulty, short or sold out, a unit held. */
  troubled: number;
}

export interface LineSummary extends MachineSums {
  /** Null: what stands on no line, at a site or at none. */
  id: number | null;
  name: string;
  description: string;
  areaId: number | null;
  /** '' where it is in none. */
  areaName: string;
  sites: number;
}

/**
 * Every line with how its machines are, by area and name, lines without machines too; what is on no line comes last. With `machineIds` the
 * lines and sites alone at which one of these stands.
 */
export async function summarizeLines(
  ledger: Ledger,
  merchantId: number,
  machineIds: readonly number[] | undefined,
): Promise<LineSummary[]> {
  const { rows } = await sql<LineSummary>`
    with ${troubleSql(merchantId)}, standing as (
      select p.line_id, count(*) as machines, count(*) filter (where s.online) as online,
        count(*) filter (where s.amiss or (s.operational and not s.online)) as troubled
      from (
        select m.site_id, m.operational, ${onlineSql(ledger)} as online, w.machine_id is not null as amiss
        from machines m
        left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
        left join trouble w on w.machine_id = m.id
        where m.merchant_id = ${merchantId} and (${machineIds ?? null}::bigint[] is null or m.id = any(${machineIds ?? null}::bigint[]))
      ) s
      left join sites p on p.merchant_id = ${merchantId} and p.id = s.site_id
      group by p.line_id
    ), placed as (
      select line_id, count(*) as sites from sites
      where merchant_id = ${merchantId} and ${machineIds ? sql`id in (${sitesOfSql(merchantId, machineIds)})` : sql`true`} group by line_id
    ), line as (
      select l.id, l.name, l.description, l.area_id, a.name as area_name
      from lines l left join areas a on a.merchant_id = l.merchant_id and a.id = l.area_id
      where l.merchant_id = ${merchantId}
      union all
      select null, '', '', null, null
    )
    select l.id, l.name, l.description, l.area_id as "areaId", coalesce(l.area_name, '') as "areaName", coalesce(p.sites, 0) as sites,
      coalesce(s.machines, 0) as machines, coalesce(s.online, 0) as online, coalesce(s.troubled, 0) as troubled
    from line l
    left join standing s on s.line_id is not distinct from l.id
    left join placed p on p.line_id is not distinct from l.id
    where s.machines > 0 or ${machineIds ? sql`false` : sql`(l.id is not null or p.sites > 0)`}
    order by l.id is null, l.area_name nulls last, l.name`.execute(ledger.db);
  return rows;
}
