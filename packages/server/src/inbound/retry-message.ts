import { sql } from 'kysely';
import type { Ledger } from '../ledger/ledger.ts';

/** Tries one again that waits, was refused or was given up. False when there is none. */
export async function retryMessage(ledger: Ledger, merchantId: number, id: number): Promise<boolean> {
  const { rows } = await sql`
    with retried as (
      update inbound_messages set state = 'waiting', due_at = ${ledger.clock.now()}
      where merchant_id = ${merchantId} and id = ${id} and state <> 'applied'
      returning id
    )
    select pg_notify('inbound', '') from retried`.execute(ledger.db);
  return rows.length > 0;
}
