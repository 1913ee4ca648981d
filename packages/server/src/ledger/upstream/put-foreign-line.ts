import { inTransaction } from '../../database/transaction.ts';
import type { Ledger } from '../ledger.ts';
import { type LineDraft, putLineIn } from '../places/put-line.ts';

/** A line that another platform tells of. Lines have no owner: of one that is there only what nobody has said yet is taken. */
export async function putForeignLine(ledger: Ledger, { merchantId, name, area, description }: LineDraft): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const known = await trx
      .selectFrom('lines')
      .select(['area_id as areaId', 'description'])
      .where('merchant_id', '=', merchantId)
      .where('name', '=', name)
      .executeTakeFirst();
    await putLineIn(ledger, trx, {
      ...{ merchantId, name },
      area: known?.areaId ? undefined : area,
      description: known && known.description !== '' ? undefined : description,
    });
  });
}
