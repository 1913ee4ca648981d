import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Ledger } from '../ledger.ts';
import type { Offers } from '../listings/set-offers.ts';
import { hashSecret } from './vault.ts';

export interface IntegrationDraft {
  merchantId: number;
  dialect: string;
  role: string;
  wireId: string;
  name?: string;
  /** Kept as a hash. */
  secret?: string;
  /** Kept sealed. */
  secrets?: Record<string, string>;
  settings?: Record<string, unknown>;
  /** Which of our machines it is offered; all unless told. */
  offers?: Offers;
}

export async function createIntegration(ledger: Ledger, draft: IntegrationDraft): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    const { id } = await trx
      .insertInto('integrations')
      .values({
        merchant_id: draft.merchantId,
        dialect: draft.dialect,
        role: draft.role,
        wire_id: draft.wireId,
        name: draft.name ?? '',
        secret_hash: draft.secret === undefined ? null : hashSecret(draft.secret),
        secrets: ledger.vault.seal(draft.secrets ?? {}),
        settings: JSON.stringify(draft.settings ?? {}),
        ...(draft.offers && { offers: draft.offers }),
        created_at: ledger.clock.now(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await sql`select pg_notify('integrations', '')`.execute(trx);
    return id;
  });
}
