import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** The integrations through which orders came, by name. */
export async function listChannels(ledger: Ledger, merchantId: number): Promise<{ id: number; name: string; dialect: string }[]> {
  const { rows } = await sql<{ id: number; name: string; dialect: string }>`
    select i.id, coalesce(nullif(i.name, ''), i.wire_id) as name, i.dialect from integrations i
    where i.merchant_id = ${merchantId}
      and exists (select from orders o where o.merchant_id = i.merchant_id and o.integration_id = i.id)
    order by 2, 1`.execute(ledger.db);
  return rows;
}
