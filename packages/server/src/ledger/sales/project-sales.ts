import { sql } from 'kysely';
import { isDatabaseGone } from '../../database/errors.ts';
import { takeTurn } from '../../database/take-turn.ts';
import { inTransaction } from '../../database/transaction.ts';
import { bookOwnOrders } from '../books/book-own-orders.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { tradesOfOrders } from './project-orders.ts';
import { settleRefill } from './settle-refill.ts';
import { lockSales, upsertTrades } from './upsert-trades.ts';

/** An order or a refill that could not be projected, and waits. */
export interface DeferredSale {
  merchantId: number;
  orderId: number | null;
  refillId: number | null;
  error: unknown;
}

export interface ProjectedSales {
  /** Due rows done. */
  done: number;
  /** Trades made or changed. */
  trades: number;
  deferred: readonly DeferredSale[];
  /** Another process is at it. */
  busy: boolean;
}

interface Due {
  merchant_id: number;
  id: number;
  order_id: number | null;
  refill_id: number | null;
}

const cause: Cause = { by: 'projection' };

/** Seconds after which what failed is tried again, at most. */
const longestWait = 300;

/**
 * Brings the trades, the sums, the settlements and the orders in sets of books up to what is due, at most `limit` rows, in one transaction: one projector at a
 * time over all processes. When that fails, order by order, so that one that cannot be projected harms no other: it waits, longer
 * each time.
 */
export async function projectSales(ledger: Ledger, limit = 500): Promise<ProjectedSales> {
  try {
    return await inTransaction(ledger.db, (trx) => project(ledger, trx, limit));
  } catch (error) {
    if (isDatabaseGone(error)) throw error;
    return await projectApart(ledger, limit);
  }
}

async function project(ledger: Ledger, trx: Trx, limit: number, only?: readonly number[]): Promise<ProjectedSales> {
  const nothing = { done: 0, trades: 0, deferred: [], busy: false };
  if (!(await takeTurn(trx, 'project sales'))) return { ...nothing, busy: true };
  const due = await sql<Due>`
    with taken as (${dueRows(ledger, limit, only)})
    delete from sales_due d using taken t where d.merchant_id = t.merchant_id and d.id = t.id
    returning d.merchant_id, d.id, d.order_id, d.refill_id`.execute(trx);
  if (due.rows.length === 0) return nothing;
  const orders = new Map<string, { merchantId: number; orderId: number }>();
  const refills: { merchantId: number; refillId: number }[] = [];
  // Refills in their order: a trade is the first one's that finds it.
  for (const { merchant_id: merchantId, order_id, refill_id } of due.rows.sort((a, b) => a.id - b.id)) {
    if (order_id !== null) orders.set(`${merchantId}/${order_id}`, { merchantId, orderId: order_id });
    if (refill_id !== null) refills.push({ merchantId, refillId: refill_id });
  }
  await lockSales(
    trx,
    due.rows.map(({ merchant_id }) => merchant_id),
  );
  const trades = orders.size > 0 ? await upsertTrades(ledger, trx, tradesOfOrders([...orders.values()]), cause) : 0;
  if (orders.size > 0) await bookOwnOrders(ledger, trx, [...orders.values()], cause);
  for (const refill of refills) await settleRefill(ledger, trx, refill, cause);
  return { ...nothing, done: due.rows.length, trades };
}

function dueRows(ledger: Ledger, limit: number, only?: readonly number[]) {
  return sql<Due>`
    select merchant_id, id, order_id, refill_id from sales_due
    where (retry_at is null or retry_at <= ${ledger.clock.now()}) and ${only ? sql`id = any(${only}::bigint[])` : sql`true`}
    order by id limit ${limit}`;
}

async function projectApart(ledger: Ledger, limit: number): Promise<ProjectedSales> {
  const { rows } = await dueRows(ledger, limit).execute(ledger.db);
  const all = { done: 0, trades: 0, deferred: [] as DeferredSale[], busy: false };
  const subjects = Map.groupBy(rows, ({ merchant_id, order_id, refill_id }) => `${merchant_id}/${order_id}/${refill_id}`);
  for (const group of subjects.values()) {
    const ids = group.map(({ id }) => id);
    try {
      const { done, trades, busy } = await inTransaction(ledger.db, (trx) => project(ledger, trx, ids.length, ids));
      if (busy) return { ...all, busy };
      all.done += done;
      all.trades += trades;
    } catch (error) {
      if (isDatabaseGone(error)) throw error;
      await sql`
        update sales_due
        set failures = failures + 1,
          retry_at = ${secondsAfter(ledger.clock.now(), 1)}::timestamptz
            + make_interval(secs => least(${longestWait}, 2 ^ least(failures, 10)) - 1)
        where id = any(${ids}::bigint[])`.execute(ledger.db);
      const [{ merchant_id: merchantId, order_id: orderId, refill_id: refillId }] = group as [Due];
      all.deferred.push({ merchantId, orderId, refillId, error });
    }
  }
  return all;
}
