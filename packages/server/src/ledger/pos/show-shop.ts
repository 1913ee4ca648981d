import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

export interface ShopShowing {
  merchantId: number;
  shopId: number;
  integrationId: number;
  visible: boolean;
}

/** Lets an integration see a shop, or no more. Asked for twice it is done once. */
export async function showShop(
  ledger: Ledger,
  { merchantId, shopId, integrationId, visible }: ShopShowing,
  cause: Cause,
): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const row = { merchant_id: merchantId, integration_id: integrationId, shop_id: shopId };
    const changed = visible
      ? await trx
          .insertInto('pos_shop_viewers')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .returning('shop_id')
          .execute()
      : await trx
          .deleteFrom('pos_shop_viewers')
          .where('merchant_id', '=', merchantId)
          .where('integration_id', '=', integrationId)
          .where('shop_id', '=', shopId)
          .returning('shop_id')
          .execute();
    if (changed.length === 0) return;
    const data = { shopId, integrationId, changed: [visible ? 'shown' : 'hidden'] };
    await recordEvent(ledger, trx, { merchantId, kind: 'shop.changed', data }, cause);
  });
}
