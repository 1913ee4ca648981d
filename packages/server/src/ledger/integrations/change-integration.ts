import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Ledger } from '../ledger.ts';

export interface IntegrationChange {
  status?: 'active' | 'revoked';
  /** Merged into the settings. */
  settings?: Record<string, unknown>;
}

/** Takes effect in every process at once: they are told to forget what they remember of credentials. */
export async function changeIntegration(
  ledger: Ledger,
  merchantId: number,
  id: number,
  change: IntegrationChange,
): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    await trx
      .updateTable('integrations')
      .set({
        ...(change.status && { status: change.status }),
        ...(change.settings && { settings: sql<string>`settings || ${JSON.stringify(change.settings)}::jsonb` }),
      })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .execute();
    await sql`select pg_notify('integrations', '')`.execute(trx);
  });
}
