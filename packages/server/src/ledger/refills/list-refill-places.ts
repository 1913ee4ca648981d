import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** Where machines of our own stand, for who chooses among them. */
export interface RefillPlaces {
  lines: { id: number; name: string; machines: number }[];
  sites: { id: number; name: string; lineId: number | null; machines: number }[];
}

/** Most sites; who has more searches by name. */
const mostSites = 1_000;

/** Lines and sites with so many machines each, by name; of these machines alone, where some are named. */
export async function listRefillPlaces(
  ledger: Ledger,
  { merchantId, machineIds }: { merchantId: number; machineIds?: readonly number[] | undefined },
): Promise<RefillPlaces> {
  const only = machineIds ? sql`and m.id = any(${[...machineIds]}::bigint[])` : sql``;
  const standing = sql`machines m
    join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    left join lines n on n.merchant_id = p.merchant_id and n.id = p.line_id
    where m.merchant_id = ${merchantId} and m.upstream_integration_id is null ${only}`;
  const { rows: lines } = await sql<RefillPlaces['lines'][number]>`
    select n.id, n.name, count(*)::int as machines from ${standing} and n.id is not null
    group by n.id, n.name order by n.name, n.id`.execute(ledger.db);
  const { rows: sites } = await sql<RefillPlaces['sites'][number]>`
    select p.id, p.name, p.line_id as "lineId", count(*)::int as machines from ${standing}
    group by p.id, p.name, p.line_id order by p.name, p.id limit ${mostSites}`.execute(ledger.db);
  return { lines, sites };
}
