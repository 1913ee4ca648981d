import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** A shop as its merchant sees it. */
export interface ShopOverview {
  id: number;
  sn: string;
  name: string;
  /** Whose records these are: of a site's own sales, sent by a cash register, or another platform's. */
  source: 'ledger' | 'register' | 'mirror';
  siteName: string;
  timeZone: string;
  dayClosesAt: string;
  /** `YYYY-MM-DD`; of shops that have the sales of a site. */
  openDay: string | null;
  closedUntil: Date | null;
  latestBusinessDay: string | null;
  /** Of a mirrored shop: since when it could not be fetched, and why. */
  failingSince: Date | null;
  lastError: string;
  /** Days that do not agree. */
  differing: number;
  checkedAt: Date | null;
}

/** A merchant's shops by their names, those first in which something does not agree. */
export async function browseShops(
  ledger: Ledger,
  merchantId: number,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ shops: ShopOverview[]; total: number }> {
  const { rows: shops } = await sql<ShopOverview>`
    select s.id, s.sn, s.name, case when s.upstream_integration_id is not null then 'mirror' when s.vending_since is not null then 'ledger'
        else 'register' end as source,
      coalesce(p.name, '') as "siteName", s.time_zone as "timeZone", s.day_closes_at as "dayClosesAt", s.open_day as "openDay",
      s.closed_until as "closedUntil", s.latest_business_day as "latestBusinessDay", m.failing_since as "failingSince",
      coalesce(m.last_error, '') as "lastError", checks.differing, checks.at as "checkedAt"
    from pos_shops s
    left join sites p on p.merchant_id = s.merchant_id and p.id = s.site_id
    left join pos_mirrors m on m.merchant_id = s.merchant_id and m.integration_id = s.upstream_integration_id
    cross join lateral (
      select count(*) filter (where c.differs_since is not null) as differing, max(c.checked_at) as at from pos_checks c
      where c.merchant_id = s.merchant_id and c.shop_id = s.id
    ) checks
    where s.merchant_id = ${merchantId}
    order by checks.differing > 0 or m.failing_since is not null desc nulls last, s.name, s.id offset ${offset} limit ${limit}`.execute(
    ledger.db,
  );
  const { rows: counted } = await sql<{ total: number }>`
    select count(*) as total from pos_shops where merchant_id = ${merchantId}`.execute(ledger.db);
  return { shops, total: counted[0]?.total ?? 0 };
}
