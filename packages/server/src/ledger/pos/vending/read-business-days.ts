import { sql } from 'kysely';
import { secondsAfter } from '../../clock.ts';
import type { Ledger } from '../../ledger.ts';

/** The business days of a shop of the last week, oldest first, the open one among them; none for a shop that has no sales of a site. */
export async function readBusinessDays(ledger: Ledger, merchantId: number, shopId: number): Promise<string[]> {
  const since = secondsAfter(ledger.clock.now(), -7 * 86_400);
  const { rows } = await sql<{ day: string }>`
    select r.key as day from pos_records r
    where r.merchant_id = ${merchantId} and r.shop_id = ${shopId} and r.kind = 'day-end' and r.source = 'ledger' and r.at > ${since}
    union
    select open_day from pos_shops where merchant_id = ${merchantId} and id = ${shopId} and open_day is not null
    order by day`.execute(ledger.db);
  return rows.map(({ day }) => day);
}
