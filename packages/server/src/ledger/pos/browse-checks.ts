import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { Difference } from './vending/check-day.ts';

/** What the last check of a shop's business day found. */
export interface KeptCheck {
  shopId: number;
  shopName: string;
  businessDay: string;
  checkedAt: Date;
  differsSince: Date | null;
  /** The first of them, where there are many. */
  differences: Difference[];
}

/** Of one shop, or of all, the latest days first; those alone that do not agree, where that is asked for. */
export async function browseChecks(
  ledger: Ledger,
  merchantId: number,
  query: { shopId?: number | undefined; differing?: boolean | undefined; offset: number; limit: number },
): Promise<KeptCheck[]> {
  const conditions = [
    sql`c.merchant_id = ${merchantId}`,
    ...(query.shopId === undefined ? [] : [sql`c.shop_id = ${query.shopId}`]),
    ...(query.differing ? [sql`c.differs_since is not null`] : []),
  ];
  const { rows } = await sql<KeptCheck>`
    select c.shop_id as "shopId", s.name as "shopName", c.business_day as "businessDay", c.checked_at as "checkedAt",
      c.differs_since as "differsSince", c.differences
    from pos_checks c join pos_shops s on s.merchant_id = c.merchant_id and s.id = c.shop_id
    where ${sql.join(conditions, sql` and `)}
    order by c.business_day desc, c.shop_id offset ${query.offset} limit ${query.limit}`.execute(ledger.db);
  return rows;
}
