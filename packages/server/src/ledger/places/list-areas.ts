import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { linesOfSql } from './places-of.sql.ts';

export interface Area {
  id: number;
  name: string;
}

/** By their names; with `machineIds` those alone in which one of these stands. */
export async function listAreas(ledger: Ledger, merchantId: number, machineIds?: readonly number[]): Promise<Area[]> {
  const { rows } = await sql<Area>`
    select id, name from areas where merchant_id = ${merchantId} and ${
      machineIds
        ? sql`id in (select area_id from lines where merchant_id = ${merchantId} and id in (${linesOfSql(merchantId, machineIds)}))`
        : sql`true`
    } order by name`.execute(ledger.db);
  return rows;
}
