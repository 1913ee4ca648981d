import { sql } from 'kysely';
import type { Ledger } from '../ledger/ledger.ts';

export const inboundStates = ['waiting', 'applied', 'refused', 'failed'] as const;
export type InboundState = (typeof inboundStates)[number];

export interface MessageRow {
  id: number;
  integrationId: number;
  /** The wire's name of what is told. */
  kind: string;
  state: InboundState;
  attempts: number;
  receivedAt: Date;
  /** Not before this time, while it waits. */
  dueAt: Date;
  appliedAt: Date | null;
  error: string;
}

export interface WholeMessage extends MessageRow {
  query: string;
  body: Buffer;
}

export interface MessagePage {
  merchantId: number;
  integrationId?: number | undefined;
  state?: InboundState | undefined;
  /** Those that wait, were refused or given up. */
  unapplied?: boolean | undefined;
  /** The last of the page before. */
  before?: number | undefined;
  limit: number;
}

const columns = sql`id, integration_id as "integrationId", kind, state, attempts, received_at as "receivedAt", due_at as "dueAt",
  applied_at as "appliedAt", error`;

/** What other platforms told, the latest first. */
export async function listMessagePage(ledger: Ledger, page: MessagePage): Promise<MessageRow[]> {
  const conditions = [sql`merchant_id = ${page.merchantId}`];
  if (page.integrationId !== undefined) conditions.push(sql`integration_id = ${page.integrationId}`);
  if (page.state !== undefined) conditions.push(sql`state = ${page.state}`);
  if (page.unapplied) conditions.push(sql`state <> 'applied'`);
  if (page.before !== undefined) conditions.push(sql`id < ${page.before}`);
  const { rows } = await sql<MessageRow>`
    select ${columns} from inbound_messages where ${sql.join(conditions, sql` and `)}
    order by id desc limit ${page.limit}`.execute(ledger.db);
  return rows;
}

/** With its bytes; undefined when there is none of this merchant. */
export async function getMessage(ledger: Ledger, merchantId: number, id: number): Promise<WholeMessage | undefined> {
  const { rows } = await sql<WholeMessage>`
    select ${columns}, query, body from inbound_messages where merchant_id = ${merchantId} and id = ${id}`.execute(ledger.db);
  return rows[0];
}
