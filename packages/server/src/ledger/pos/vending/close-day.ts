import { sql } from 'kysely';
import { inTransaction } from '../../../database/transaction.ts';
import { secondsAfter } from '../../clock.ts';
import type { Cause } from '../../events/event.ts';
import type { Ledger } from '../../ledger.ts';
import type { PosRecordDraft } from '../pos-record.ts';
import { putPosRecords } from '../put-pos-records.ts';
import { clockFace, dayAfter, opensAt } from './business-day.ts';
import { lockVendingShop } from './lock-shop.ts';
import { statisticDocument } from './statistic-document.ts';
import { sumBookings } from './sum-bookings.ts';

export interface ClosedDay {
  merchantId: number;
  shopId: number;
  businessDay: string;
}

/** Seconds after its end that a day is closed: what happened in its last moment is booked by then. */
const grace = 10;

interface Due {
  merchant_id: number;
  id: number;
}

/** Whose first open day has ended; while orders of that day are still to be projected or booked it waits, but for those that failed. */
export const dueShops = (now: Date) => sql<Due>`
  select s.merchant_id, s.id from pos_shops s
  cross join lateral (select ${opensAt(dayAfter(sql`s.open_day`))} as at) closes
  where s.open_day is not null and closes.at <= ${secondsAfter(now, -grace)}
    and (s.vending_since is not null or exists (
      select from pos_bookings b where b.merchant_id = s.merchant_id and b.shop_id = s.id and b.business_day >= s.open_day))
    and not exists (
      select from sales_due d left join orders o on o.merchant_id = d.merchant_id and o.id = d.order_id
      where d.merchant_id = s.merchant_id and d.failures = 0 and coalesce(o.created_at, '-infinity') < closes.at)
    and not exists (
      select from pos_due d left join orders o on o.merchant_id = d.merchant_id and o.id = d.order_id
      where d.merchant_id = s.merchant_id and d.failures = 0 and coalesce(o.created_at, '-infinity') < closes.at)
  order by s.merchant_id, s.id limit 100`;

/** Closes one business day of each shop whose open day has ended, and answers which: asked until there is none, days go in their order. */
export async function closeDays(ledger: Ledger, cause: Cause): Promise<{ closed: ClosedDay[]; errors: unknown[] }> {
  const { rows } = await dueShops(ledger.clock.now()).execute(ledger.db);
  const closed: ClosedDay[] = [];
  const errors: unknown[] = [];
  for (const { merchant_id: merchantId, id: shopId } of rows) {
    try {
      const businessDay = await closeDay(ledger, merchantId, shopId, cause);
      if (businessDay !== undefined) closed.push({ merchantId, shopId, businessDay });
    } catch (error) {
      errors.push(error);
    }
  }
  return { closed, errors };
}

interface Ended {
  closes_at: Date;
  next_day: string;
  face: string;
}

/**
 * Makes the day end of a shop's open business day, of what is booked in it now; undefined when it has not ended. From then on nothing is
 * booked in that day any more: what changes stands in the day in which it happens.
 */
async function closeDay(ledger: Ledger, merchantId: number, shopId: number, cause: Cause): Promise<string | undefined> {
  return await inTransaction(ledger.db, async (trx) => {
    const shop = await lockVendingShop(trx, merchantId, { id: shopId });
    if (!shop) return undefined;
    const { rows } = await sql<Ended>`
      update pos_shops s set open_day = closes.next_day, closed_until = greatest(s.closed_until, closes.at)
      from (
        select s.merchant_id, s.id, ${dayAfter(sql`s.open_day`)} as next_day, ${opensAt(dayAfter(sql`s.open_day`))} as at
        from pos_shops s where s.merchant_id = ${merchantId} and s.id = ${shopId}
      ) closes
      where s.merchant_id = closes.merchant_id and s.id = closes.id and closes.at <= ${ledger.clock.now()}
      returning closes.at as closes_at, closes.next_day, ${clockFace(sql`closes.at`)} as face`.execute(trx);
    const [ended] = rows;
    if (!ended) return undefined;
    const businessDay = shop.openDay;
    const sums = await sumBookings(
      trx,
      sql`b.merchant_id = ${merchantId} and b.shop_id = ${shopId} and b.business_day = ${businessDay}`,
    );
    const record: PosRecordDraft = {
      ...{ kind: 'day-end', key: businessDay, version: 0, at: ended.closes_at, createdOn: ended.closes_at, businessDay },
      ...{ staffId: 0, staffName: shop.name, doubts: [] },
      amountCents: sums.filter(({ part }) => part === 'payment').reduce((sum, { amountCents }) => sum + amountCents, 0),
      document: JSON.stringify({ businessDay, ...statisticDocument(sums) }),
    };
    const told = { merchantId, shopId, source: 'ledger', integrationId: null, records: [record] } as const;
    await putPosRecords({ ...ledger, db: trx }, told, cause);
    return businessDay;
  });
}
