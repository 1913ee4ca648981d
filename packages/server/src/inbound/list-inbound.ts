import { sql } from 'kysely';
import type { Ledger } from '../ledger/ledger.ts';

export interface ListedMessage {
  merchantId: number;
  id: number;
  integrationId: number;
  kind: string;
  state: string;
  attempts: number;
  receivedAt: Date;
  error: string;
}

export interface InboundFilter {
  merchantId?: number | undefined;
  id?: number | undefined;
  /** Those that wait, were refused or given up. */
  unapplied?: boolean;
}

/** The latest 100 first. */
export async function listMessages(
  ledger: Ledger,
  { merchantId, id, unapplied = false }: InboundFilter,
): Promise<ListedMessage[]> {
  const { rows } = await sql<ListedMessage>`
    select merchant_id as "merchantId", id, integration_id as "integrationId", kind, state, attempts, received_at as "receivedAt", error
    from inbound_messages
    where (${merchantId ?? null}::bigint is null or merchant_id = ${merchantId ?? null}) and (${id ?? null}::bigint is null or id = ${id ?? null})
      and (not ${unapplied} or state <> 'applied')
    order by id desc limit 100`.execute(ledger.db);
  return rows;
}

export interface ListedPoll {
  merchantId: number;
  integrationId: number;
  name: string;
  finishedAt: Date | null;
  dueAt: Date;
  failures: number;
  error: string;
}

/** Platforms that are asked: when they last were, and what went wrong since. */
export async function listPolls(ledger: Ledger, merchantId?: number): Promise<ListedPoll[]> {
  const { rows } = await sql<ListedPoll>`
    select p.merchant_id as "merchantId", p.integration_id as "integrationId", i.name, p.finished_at as "finishedAt", p.due_at as "dueAt",
      p.failures, p.error
    from inbound_polls p join integrations i on i.merchant_id = p.merchant_id and i.id = p.integration_id
    where ${merchantId ?? null}::bigint is null or p.merchant_id = ${merchantId ?? null}
    order by p.merchant_id, p.integration_id`.execute(ledger.db);
  return rows;
}
