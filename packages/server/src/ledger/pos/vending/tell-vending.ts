import { sql } from 'kysely';
import { isDatabaseGone } from '../../../database/errors.ts';
import { inTransaction } from '../../../database/transaction.ts';
import { secondsAfter } from '../../clock.ts';
import type { Cause } from '../../events/event.ts';
import { exclusively } from '../../exclusively.ts';
import type { Ledger } from '../../ledger.ts';
import { bookHandover } from './book-handover.ts';
import { bookOrder } from './book-order.ts';
import { type ClosedDay, closeDays, dueShops } from './close-day.ts';

export interface ToldVending {
  /** Due rows done. */
  done: number;
  closed: ClosedDay[];
  /** What could not be done, and waits or is tried again. */
  deferred: { merchantId?: number; orderId?: number | null; refillId?: number | null; error: unknown }[];
  /** Another process is at it. */
  busy: boolean;
}

interface Due {
  merchant_id: number;
  id: number;
  order_id: number | null;
  refill_id: number | null;
}

const cause: Cause = { by: 'booking' };

/** Seconds after which what failed is tried again, at most. */
const longestWait = 300;

const atOnce = 500;

/**
 * Tells what is due of vending as cash registers do: bills, take-out orders, handovers; then closes the days that have ended. One process
 * at a time, each order and each refill in a transaction of its own: one that fails waits, longer each time, and harms no other.
 * Ends early when `goesOn` says so.
 */
export async function tellVending(ledger: Ledger, goesOn: () => boolean = () => true): Promise<ToldVending> {
  const told: ToldVending = { done: 0, closed: [], deferred: [], busy: false };
  if (!(await isAnythingDue(ledger))) return told;
  const ours = await exclusively(ledger, 'vending', async () => {
    for (let more = true; more && goesOn(); ) more = await tellBatch(ledger, told);
    for (let more = true; more && goesOn(); ) {
      const { closed, errors } = await closeDays(ledger, cause);
      told.closed.push(...closed);
      told.deferred.push(...errors.map((error) => ({ error })));
      more = closed.length > 0;
    }
  });
  return { ...told, busy: !ours };
}

const dueRows = (ledger: Ledger) => sql<Due>`
  select merchant_id, id, order_id, refill_id from pos_due
  where retry_at is null or retry_at <= ${ledger.clock.now()} order by id limit ${atOnce}`;

async function isAnythingDue(ledger: Ledger): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select exists (${dueRows(ledger)}) or exists (${dueShops(ledger.clock.now())}) as due`.execute(ledger.db);
  return rows[0]?.due ?? false;
}

async function tellBatch(ledger: Ledger, told: ToldVending): Promise<boolean> {
  const { rows } = await dueRows(ledger).execute(ledger.db);
  // An order stands where it first came: before the refill that hands it over.
  const subjects = Map.groupBy(rows, ({ merchant_id, order_id, refill_id }) => `${merchant_id}/${order_id}/${refill_id}`);
  for (const group of subjects.values()) {
    const [{ merchant_id: merchantId, order_id: orderId, refill_id: refillId }] = group as [Due];
    const ids = group.map(({ id }) => id);
    try {
      await inTransaction(ledger.db, async (trx) => {
        await trx.deleteFrom('pos_due').where('merchant_id', '=', merchantId).where('id', 'in', ids).execute();
        if (orderId !== null) await bookOrder(ledger, trx, merchantId, orderId, cause);
        if (refillId !== null) await bookHandover(ledger, trx, merchantId, refillId, cause);
      });
      told.done += ids.length;
    } catch (error) {
      if (isDatabaseGone(error)) throw error;
      await sql`
        update pos_due
        set failures = failures + 1,
          retry_at = ${secondsAfter(ledger.clock.now(), 1)}::timestamptz
            + make_interval(secs => least(${longestWait}, 2 ^ least(failures, 10)) - 1)
        where merchant_id = ${merchantId} and id = any(${ids}::bigint[])`.execute(ledger.db);
      told.deferred.push({ merchantId, orderId, refillId, error });
    }
  }
  return rows.length > 0;
}
