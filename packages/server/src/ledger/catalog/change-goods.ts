import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

export interface GoodsChange {
  merchantId: number;
  goodsId: number;
  slug: string;
  returnable: boolean;
  cause: Cause;
}

/** What a machine tells of a good: the name that its page uses, and whether it may be given back. False when there is no such good. */
export async function changeGoods(
  ledger: Ledger,
  { merchantId, goodsId, slug, returnable, cause }: GoodsChange,
): Promise<boolean> {
  return await inTransaction(ledger.db, async (trx) => {
    const changed = await trx
      .updateTable('goods')
      .set({ slug, returnable, updated_at: ledger.clock.now() })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', goodsId)
      .returning('number')
      .executeTakeFirst();
    if (!changed) return false;
    await recordEvent(ledger, trx, { merchantId, kind: 'goods.changed', data: { goods: [changed.number], slug } }, cause);
    return true;
  });
}
