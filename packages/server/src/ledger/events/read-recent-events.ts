import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** That something happened, without what: for who looks again then. */
export interface RecentEvent {
  id: number;
  kind: string;
  at: Date;
  orderId: number | null;
  machineId: number | null;
}

/** Events of a merchant after an id, the latest first, so many at most. */
export async function readRecentEvents(ledger: Ledger, merchantId: number, after: number, limit: number): Promise<RecentEvent[]> {
  const { rows } = await sql<RecentEvent>`
    select id, kind, at, order_id as "orderId", machine_id as "machineId" from events
    where merchant_id = ${merchantId} and id > ${after} order by id desc limit ${limit}`.execute(ledger.db);
  return rows;
}
