import { inTransaction } from '../../database/transaction.ts';
import type { Ledger } from '../ledger.ts';
import { refuseTakenLine } from './change-line.ts';
import { holdPlaces } from './hold-places.ts';
import { type LineDraft, putLine } from './put-line.ts';

/** A line that was not there before; answers its id. Refuses request.invalid for a name that is taken. */
export async function addLine(ledger: Ledger, draft: LineDraft): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    await holdPlaces(trx, draft.merchantId);
    await refuseTakenLine(trx, draft.merchantId, draft.name);
    return await putLine({ ...ledger, db: trx }, draft);
  });
}
