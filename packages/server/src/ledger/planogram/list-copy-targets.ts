import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** A machine that a planogram may be copied to. */
export interface CopyTarget {
  machineId: number;
  machineNo: string;
  name: string;
  /** '' where nobody said where it stands. */
  site: string;
  /** Slots that both have by name, and in all. */
  sameSlots: number;
  slots: number;
}

export interface CopyTargetFilter {
  merchantId: number;
  /** The one that is copied. */
  machineId: number;
  /** Within number, name or site, whatever the case. */
  text?: string | undefined;
  /** These alone. */
  machineIds?: readonly number[] | undefined;
  /** Those that come after this one. */
  after?: number | undefined;
  limit: number;
}

/** Other machines of our own, by ascending id. */
export async function listCopyTargets(ledger: Ledger, filter: CopyTargetFilter): Promise<CopyTarget[]> {
  const { merchantId, machineId, text, machineIds, after, limit } = filter;
  const pattern = text ? `%${text.replace(/[\\%_]/g, '\\$&')}%` : null;
  const { rows } = await sql<CopyTarget>`
    with page as (
      select m.id, m.machine_no, m.name, coalesce(p.name, '') as site
      from machines m left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
      where m.merchant_id = ${merchantId} and m.upstream_integration_id is null and m.id <> ${machineId} and m.id > ${after ?? 0}
        and (${pattern}::text is null or m.machine_no ilike ${pattern} or m.name ilike ${pattern} or p.name ilike ${pattern})
        and (${machineIds ?? null}::bigint[] is null or m.id = any(${machineIds ?? null}))
      order by m.id limit ${limit}
    )
    select page.id as "machineId", page.machine_no as "machineNo", page.name, page.site, count(s.id)::int as slots,
      count(o.id)::int as "sameSlots"
    from page
    left join slots s on s.merchant_id = ${merchantId} and s.machine_id = page.id
    left join slots o on o.merchant_id = ${merchantId} and o.machine_id = ${machineId} and o.name = s.name
    group by page.id, page.machine_no, page.name, page.site
    order by page.id`.execute(ledger.db);
  return rows;
}
