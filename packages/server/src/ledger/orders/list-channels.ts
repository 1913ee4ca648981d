import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { soldThroughSql } from './sold-through.sql.ts';

export interface Channel {
  id: number;
  name: string;
  dialect: string;
}

/** The integrations through which orders came, by name; with `machineIds` orders of these. */
export async function listChannels(ledger: Ledger, merchantId: number, machineIds?: readonly number[]): Promise<Channel[]> {
  const { rows } = await sql<Channel>`
    select i.id, coalesce(nullif(i.name, ''), i.wire_id) as name, i.dialect from integrations i
    where i.merchant_id = ${merchantId}
      and exists (select from orders o where o.merchant_id = i.merchant_id and o.integration_id = i.id)
      and ${machineIds ? soldThroughSql(sql`i`, machineIds) : sql`true`}
    order by 2, 1`.execute(ledger.db);
  return rows;
}
