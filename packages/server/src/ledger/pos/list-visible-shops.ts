import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { type Shop, shopOf } from './shop.ts';

export interface Viewer {
  merchantId: number;
  integrationId: number;
  /** Sees every shop of its merchant, and not only those that are shown to it. */
  everyShop: boolean;
}

function visibleTo(ledger: Ledger, { merchantId, integrationId, everyShop }: Viewer) {
  const shops = ledger.db.selectFrom('pos_shops as s').selectAll('s').where('s.merchant_id', '=', merchantId);
  if (everyShop) return shops;
  return shops.where((is) =>
    is.exists(
      is
        .selectFrom('pos_shop_viewers as v')
        .select('v.shop_id')
        .where('v.merchant_id', '=', merchantId)
        .where('v.integration_id', '=', integrationId)
        .whereRef('v.shop_id', '=', 's.id'),
    ),
  );
}

/** The shops that an integration sees, oldest first. */
export async function listVisibleShops(ledger: Ledger, viewer: Viewer): Promise<Shop[]> {
  return (await visibleTo(ledger, viewer).orderBy('s.id').execute()).map(shopOf);
}

/** Refuses shop.unknown, whether there is no such shop or the integration does not see it. */
export async function findVisibleShop(ledger: Ledger, viewer: Viewer, shopId: number): Promise<Shop> {
  const row = await visibleTo(ledger, viewer).where('s.id', '=', shopId).executeTakeFirst();
  return row ? shopOf(row) : refuse('shop.unknown', String(shopId));
}
