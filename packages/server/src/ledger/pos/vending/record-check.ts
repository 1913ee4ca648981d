import { sql } from 'kysely';
import type { Ledger } from '../../ledger.ts';
import type { DayCheck } from './check-day.ts';

/** Most differences that are kept of a day: of many the first tell enough. */
const most = 100;

/** Keeps what a check found: what does not agree stands among the exceptions until a later check finds that it does. */
export async function recordCheck(ledger: Ledger, merchantId: number, shopId: number, check: DayCheck): Promise<void> {
  const now = ledger.clock.now();
  const differs = check.differences.length > 0;
  await sql`
    insert into pos_checks (merchant_id, shop_id, business_day, checked_at, differs_since, differences)
    values (${merchantId}, ${shopId}, ${check.businessDay}, ${now}, case when ${differs} then ${now}::timestamptz end,
      ${JSON.stringify(check.differences.slice(0, most))}::jsonb)
    on conflict (merchant_id, shop_id, business_day) do update
    set checked_at = excluded.checked_at, differences = excluded.differences,
      differs_since = case when ${differs} then coalesce(pos_checks.differs_since, excluded.differs_since) end`.execute(
    ledger.db,
  );
}
