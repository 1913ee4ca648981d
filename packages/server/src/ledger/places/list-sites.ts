import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { onlineSql } from '../machines/online.sql.ts';
import type { Page, PlaceFilter } from './list-lines.ts';

/** A machine at its site. */
export interface MachineAtSite {
  machineId: number;
  machineNo: string;
  machineName: string;
  machineCreatedAt: Date;
  online: boolean;
  vendor: string;
  /** As the machine last said; '' where it did not. */
  firmware: string;
  vcsVersion: string;
  cabinetCount: number;
  slotCount: number;
  siteId: number;
  siteNumber: string;
  siteName: string;
  address: string;
  /** '' where it is on none. */
  lineName: string;
  areaName: string;
}

/** Sites with what stands there, a row for each machine, the oldest machine first; `total` counts all that match. */
export async function listSites(
  ledger: Ledger,
  { merchantId, lineName, areaName }: PlaceFilter,
  page?: Page,
): Promise<{ sites: MachineAtSite[]; total: number }> {
  const matching = sql`
    from machines m
    join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    left join lines l on l.merchant_id = p.merchant_id and l.id = p.line_id
    left join areas a on a.merchant_id = l.merchant_id and a.id = l.area_id
    where m.merchant_id = ${merchantId}
      and (${lineName ?? null}::text is null or l.name = ${lineName ?? null})
      and (${areaName ?? null}::text is null or a.name = ${areaName ?? null})`;
  const { rows: sites } = await sql<MachineAtSite>`
    with page as (
      select m.merchant_id, m.id, m.machine_no, m.name, m.created_at, m.vendor, m.upstream_integration_id, p.id as site_id,
        p.number as site_number, p.name as site_name, p.address, l.name as line_name, a.name as area_name
      ${matching}
      order by m.id limit ${page?.limit ?? null}::bigint offset ${page?.offset ?? 0}
    )
    select m.id as "machineId", m.machine_no as "machineNo", m.name as "machineName", m.created_at as "machineCreatedAt",
      ${onlineSql(ledger)} as online, m.vendor, coalesce(c.condition ->> 'firmware', '') as firmware,
      coalesce(c.condition ->> 'vcsVersion', '') as "vcsVersion",
      (select count(*) from cabinets b where b.merchant_id = m.merchant_id and b.machine_id = m.id) as "cabinetCount",
      (select count(*) from slots s where s.merchant_id = m.merchant_id and s.machine_id = m.id
        and (m.upstream_integration_id is null or s.on_sale)) as "slotCount",
      m.site_id as "siteId", m.site_number as "siteNumber", m.site_name as "siteName", m.address,
      coalesce(m.line_name, '') as "lineName", coalesce(m.area_name, '') as "areaName"
    from page m
    left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    left join machine_conditions c on c.merchant_id = m.merchant_id and c.machine_id = m.id
    order by m.id`.execute(ledger.db);
  const { rows } = await sql<{ total: number }>`select count(*) as total ${matching}`.execute(ledger.db);
  return { sites, total: rows[0]?.total ?? 0 };
}
