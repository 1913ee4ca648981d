import type { Ledger } from '../ledger.ts';

/** A good of the catalogue. Money in minor units; packing 0 bottle, 1 can, 2 bag, 3 box, 4 cup. */
export interface ListedGoods {
  id: number;
  number: string;
  barcode: string;
  name: string;
  fullName: string;
  categoryTitle: string;
  manufacturer: string;
  packing: number | null;
  priceCents: number;
}

/** In the order in which they came to be; `total` counts all. */
export async function listGoods(
  ledger: Ledger,
  merchantId: number,
  page: { offset: number; limit: number },
): Promise<{ goods: ListedGoods[]; total: number }> {
  const of = ledger.db.selectFrom('goods as g').where('g.merchant_id', '=', merchantId);
  const goods = await of
    .leftJoin('categories as c', (join) => join.onRef('c.merchant_id', '=', 'g.merchant_id').onRef('c.id', '=', 'g.category_id'))
    .select(['g.id', 'g.number', 'g.barcode', 'g.name', 'g.full_name as fullName', 'g.manufacturer', 'g.packing'])
    .select((eb) => [eb.fn.coalesce('c.title', eb.val('')).as('categoryTitle'), 'g.price_cents as priceCents'])
    .orderBy('g.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  const { total } = await of.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { goods, total };
}
