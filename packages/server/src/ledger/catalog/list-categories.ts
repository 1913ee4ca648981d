import type { Ledger } from '../ledger.ts';

export interface Category {
  id: number;
  title: string;
  sortOrder: number;
  visible: boolean;
}

/** The categories of what the machine's slots hold, in their order. */
export async function listCategories(ledger: Ledger, merchantId: number, machineId: number): Promise<Category[]> {
  return await ledger.db
    .selectFrom('categories as c')
    .select(['c.id', 'c.title', 'c.sort_order as sortOrder', 'c.visible'])
    .where('c.merchant_id', '=', merchantId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('goods as g')
          .innerJoin('slots as s', (join) => join.onRef('s.merchant_id', '=', 'g.merchant_id').onRef('s.goods_id', '=', 'g.id'))
          .select('g.id')
          .whereRef('g.merchant_id', '=', 'c.merchant_id')
          .whereRef('g.category_id', '=', 'c.id')
          .where('s.machine_id', '=', machineId),
      ),
    )
    .orderBy('c.sort_order')
    .orderBy('c.id')
    .execute();
}
