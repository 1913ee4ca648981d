import type { Ledger } from '../ledger.ts';
import { pictureUrl } from './picture-url.ts';

/** A good of a merchant's own catalogue, as another platform may be told of it. Money in minor units. */
export interface OwnGoods {
  number: string;
  name: string;
  unit: string;
  spec: string;
  priceCents: number;
  originalPriceCents: number;
  /** '' where there is no picture. */
  pictureUrl: string;
}

/** Those named, or all, by number; another platform's goods are left out. */
export async function readOwnGoods(ledger: Ledger, merchantId: number, numbers?: readonly string[]): Promise<OwnGoods[]> {
  let query = ledger.db
    .selectFrom('goods')
    .select(['number', 'name', 'unit', 'spec', 'price_cents as priceCents', 'original_price_cents as originalPriceCents'])
    .select(['picture', 'picture_url as pictureUrl'])
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', 'is', null);
  if (numbers) query = query.where('number', '=', (eb) => eb.fn.any(eb.val([...numbers])));
  const rows = await query.orderBy('number').execute();
  return rows.map(({ picture, ...goods }) => ({
    ...goods,
    pictureUrl: pictureUrl(ledger, { picture, pictureUrl: goods.pictureUrl }),
  }));
}
