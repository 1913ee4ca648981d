import { sql } from 'kysely';
import { secondsAfter } from '../../clock.ts';
import type { Ledger } from '../../ledger.ts';
import { checkDay } from './check-day.ts';
import { recordCheck } from './record-check.ts';

/** Seconds after which a day is checked again; sooner where it did not agree. Days that were closed longer ago and agree
 * are left alone. */
const every = { agreeing: 3_600, differing: 60 };
const lookBack = 7 * 86_400;
const atOnce = 50;

interface Due {
  merchant_id: number;
  shop_id: number;
  day: string;
}

/** Checks the days that are due for it: those just closed, and from time to time those of the last week. Answers how many. */
export async function keepChecks(ledger: Ledger): Promise<number> {
  const now = ledger.clock.now();
  const { rows } = await sql<Due>`
    select s.merchant_id, s.id as shop_id, d.day
    from pos_shops s
    cross join lateral (
      select s.open_day as day, null::timestamptz as closed_at where s.vending_since is not null
      union all
      select r.key, r.received_at from pos_records r
      where r.merchant_id = s.merchant_id and r.shop_id = s.id and r.kind = 'day-end' and r.latest
        and r.at > ${secondsAfter(now, -lookBack)}
      union all
      select w.business_day, null from pos_checks w
      where w.merchant_id = s.merchant_id and w.shop_id = s.id and w.differs_since is not null
    ) d
    left join pos_checks c on c.merchant_id = s.merchant_id and c.shop_id = s.id and c.business_day = d.day
    where s.open_day is not null and (c.checked_at is null or c.checked_at < d.closed_at or c.checked_at <= ${now}::timestamptz
      - make_interval(secs => case when c.differs_since is null then ${every.agreeing}::int else ${every.differing} end))
    group by s.merchant_id, s.id, d.day
    order by min(c.checked_at) nulls first limit ${atOnce}`.execute(ledger.db);
  for (const { merchant_id: merchantId, shop_id: shopId, day } of rows) {
    await recordCheck(ledger, merchantId, shopId, await checkDay(ledger, { merchantId, shopId, businessDay: day }));
  }
  return rows.length;
}
