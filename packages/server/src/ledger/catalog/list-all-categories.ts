import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { Category } from './list-categories.ts';

/** All of a merchant's, in their order, with how many goods each has. */
export async function listAllCategories(ledger: Ledger, merchantId: number): Promise<(Category & { goods: number })[]> {
  const { rows } = await sql<Category & { goods: number }>`
    select c.id, c.title, c.sort_order as "sortOrder", c.visible, count(g.id) as goods
    from categories c left join goods g on g.merchant_id = c.merchant_id and g.category_id = c.id
    where c.merchant_id = ${merchantId}
    group by c.id, c.title, c.sort_order, c.visible
    order by c.sort_order, c.id`.execute(ledger.db);
  return rows;
}
