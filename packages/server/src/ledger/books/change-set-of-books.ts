import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { rerunImports } from './rerun-imports.ts';
import { getSetOfBooks, type SetOfBooks } from './set-of-books.ts';

export interface SetOfBooksChange {
  sourceKey?: string;
  sourceUserName?: string;
  sourceUrl?: string;
  erpKey?: string;
  erpUrl?: string;
  autoImport?: boolean;
}

/**
 * Changes where the set gets and brings what, and with which credentials. A token that was got for other credentials is forgotten;
 * imports that were refused for the ERP's are tried again. Refuses set-of-books.unknown.
 */
export async function changeSetOfBooks(
  ledger: Ledger,
  merchantId: number,
  id: number,
  change: SetOfBooksChange,
  by: string,
  cause: Cause,
): Promise<SetOfBooks> {
  return await inTransaction(ledger.db, async (trx) => {
    const within = { ...ledger, db: trx };
    const row = await trx
      .selectFrom('sets_of_books')
      .select(['secrets', 'source_url', 'source_user'])
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!row) refuse('set-of-books.unknown');
    const secrets = ledger.vault.open(row.secrets);
    const { sourceKey = secrets.sourceKey ?? '', erpKey = secrets.erpKey ?? '' } = change;
    const { sourceUrl = row.source_url, sourceUserName = row.source_user } = change;
    const sameSource = sourceKey === secrets.sourceKey && sourceUrl === row.source_url && sourceUserName === row.source_user;
    await trx
      .updateTable('sets_of_books')
      .set({
        secrets: ledger.vault.seal({ ...secrets, sourceKey, erpKey }),
        source_url: sourceUrl,
        source_user: sourceUserName,
        ...(change.erpUrl !== undefined && { erp_url: change.erpUrl }),
        ...(change.autoImport !== undefined && { auto_import: change.autoImport }),
        ...(!sameSource && { source_token: null, source_token_created_at: null, source_token_expires_at: null }),
        paused_until: null,
        updated_at: ledger.clock.now(),
        updated_by: by,
      })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .execute();
    if (change.erpKey !== undefined || change.erpUrl !== undefined) {
      await rerunImports(within, { merchantId, setId: id, problem: 'erp.credentials' });
    }
    // Which fields, and nothing of what is in them.
    const data = { setId: id, by, fields: Object.keys(change) };
    await recordEvent(ledger, trx, { merchantId, kind: 'books.set-changed', data }, cause);
    return await getSetOfBooks(within, merchantId, id);
  });
}
