import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

export interface AuditEntry {
  id: number;
  at: Date;
  userId: number | null;
  integrationId: number | null;
  who: string;
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
  requestId: string;
  address: string;
}

export interface AuditFilter {
  /** As it was written: `machine 12`. */
  subject?: string | undefined;
  userId?: number | undefined;
  /** Older than this entry. */
  before?: number | undefined;
  limit: number;
}

/** The latest first. */
export async function listAudit(ledger: Ledger, merchantId: number, filter: AuditFilter): Promise<AuditEntry[]> {
  const conditions = [sql`merchant_id = ${merchantId}`];
  if (filter.subject !== undefined) conditions.push(sql`subject = ${filter.subject}`);
  if (filter.userId !== undefined) conditions.push(sql`user_id = ${filter.userId}`);
  if (filter.before !== undefined) conditions.push(sql`id < ${filter.before}`);
  const { rows } = await sql<AuditEntry>`
    select id, at, user_id as "userId", integration_id as "integrationId", who, action, subject, before, after,
      request_id as "requestId", address
    from audit_log where ${sql.join(conditions, sql` and `)}
    order by id desc limit ${filter.limit}`.execute(ledger.db);
  return rows;
}
