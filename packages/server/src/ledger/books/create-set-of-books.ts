import { isUniqueViolation } from '../../database/errors.ts';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import { createIntegration } from '../integrations/create-integration.ts';
import type { Ledger } from '../ledger.ts';
import { getMerchant } from '../merchants/get-merchant.ts';

export interface SetOfBooksDraft {
  merchantId: number;
  number: string;
  /** Of its integration: revoking that one switches the set's credentials off. */
  dialect: string;
  role: string;
  erp: { kind: string; url: string; key: string };
  source?: { kind: string; url: string; userName: string; key: string };
  /** The merchant's unless told. */
  timeZone?: string;
  autoImport?: boolean;
  by: string;
}

/** Answers the ids of the set and of its integration. Refuses set-of-books.exists. */
export async function createSetOfBooks(ledger: Ledger, draft: SetOfBooksDraft): Promise<{ id: number; integrationId: number }> {
  const { merchantId, number, erp, source = { kind: 'none', url: '', userName: '', key: '' } } = draft;
  const timeZone = draft.timeZone ?? (await getMerchant(ledger, merchantId)).timeZone;
  const now = ledger.clock.now();
  try {
    return await inTransaction(ledger.db, async (trx) => {
      const integrationId = await createIntegration(
        { ...ledger, db: trx },
        { merchantId, dialect: draft.dialect, role: draft.role, wireId: number },
      );
      const { id } = await trx
        .insertInto('sets_of_books')
        .values({
          merchant_id: merchantId,
          integration_id: integrationId,
          number,
          time_zone: timeZone,
          erp_kind: erp.kind,
          erp_url: erp.url,
          source_kind: source.kind,
          source_url: source.url,
          source_user: source.userName,
          secrets: ledger.vault.seal({ erpKey: erp.key, sourceKey: source.key }),
          auto_import: draft.autoImport ?? false,
          created_at: now,
          updated_at: now,
          updated_by: draft.by,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { id, integrationId };
    });
  } catch (error) {
    if (isUniqueViolation(error)) refuse('set-of-books.exists', number);
    throw error;
  }
}
