import { inTransaction } from '../../../database/transaction.ts';
import type { Cause } from '../../events/event.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { Ledger } from '../../ledger.ts';
import { findOwnShop } from '../find-shop.ts';

/** The sales of a shop's site are told no more; what was told stays. Refuses shop.unknown. */
export async function shutVendingShop(ledger: Ledger, merchantId: number, sn: string, cause: Cause): Promise<void> {
  const { id: shopId } = await findOwnShop(ledger, merchantId, { sn });
  await inTransaction(ledger.db, async (trx) => {
    const shut = await trx
      .updateTable('pos_shops')
      .set({ vending_since: null })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', shopId)
      .where('vending_since', 'is not', null)
      .returning('id')
      .execute();
    if (shut.length === 0) return;
    await recordEvent(ledger, trx, { merchantId, kind: 'shop.changed', data: { shopId, sn, changed: ['shut'] } }, cause);
  });
}
