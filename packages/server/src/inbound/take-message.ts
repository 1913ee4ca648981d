import { sql } from 'kysely';
import type { Ledger } from '../ledger/ledger.ts';

export interface TakenMessage {
  merchantId: number;
  integrationId: number;
  kind: string;
  query: string;
  body: Uint8Array;
}

/** Stores a verified message, to be applied soon. When this resolves it may be acknowledged: it is not lost any more. */
export async function takeMessage(ledger: Ledger, message: TakenMessage): Promise<void> {
  const { merchantId, integrationId, kind, query, body } = message;
  const now = ledger.clock.now();
  await sql`
    with taken as (
      insert into inbound_messages (merchant_id, integration_id, kind, query, body, received_at, due_at)
      values (${merchantId}, ${integrationId}, ${kind}, ${query}, ${Buffer.from(body)}, ${now}, ${now})
      returning id
    )
    select pg_notify('inbound', '') from taken`.execute(ledger.db);
}
