import type { Ledger } from '../ledger.ts';

/** An integration as it is listed: without anything secret. */
export interface IntegrationRow {
  id: number;
  dialect: string;
  role: string;
  wireId: string;
  name: string;
  status: 'active' | 'revoked';
  settings: Record<string, unknown>;
  createdAt: Date;
  /** To the minute. */
  lastCallAt: Date | null;
  /** Until when the credentials before these are good; null: they are not. */
  overlapUntil: Date | null;
  /** Whether we sign with those meanwhile. */
  signsWithOld: boolean;
}

export interface IntegrationPage {
  merchantId: number;
  id?: number | undefined;
  status?: 'active' | 'revoked' | undefined;
  dialect?: string | undefined;
  /** The last of the page before. */
  after?: number | undefined;
  limit: number;
}

/** The oldest first, as they were made. */
export async function listIntegrationPage(ledger: Ledger, page: IntegrationPage): Promise<IntegrationRow[]> {
  const now = ledger.clock.now();
  let query = ledger.db
    .selectFrom('integrations')
    .select(['id', 'dialect', 'role', 'wire_id', 'name', 'status', 'settings', 'created_at', 'last_call_at'])
    .select(['previous_until', 'previous_signs'])
    .where('merchant_id', '=', page.merchantId);
  if (page.id !== undefined) query = query.where('id', '=', page.id);
  if (page.status !== undefined) query = query.where('status', '=', page.status);
  if (page.dialect !== undefined) query = query.where('dialect', '=', page.dialect);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  const rows = await query.orderBy('id').limit(page.limit).execute();
  return rows.map((row) => {
    const overlapUntil = row.previous_until !== null && row.previous_until > now ? row.previous_until : null;
    return {
      ...{ id: row.id, dialect: row.dialect, role: row.role, wireId: row.wire_id, name: row.name, createdAt: row.created_at },
      status: row.status as IntegrationRow['status'],
      settings: row.settings as Record<string, unknown>,
      lastCallAt: row.last_call_at,
      overlapUntil,
      signsWithOld: overlapUntil !== null && row.previous_signs,
    };
  });
}
