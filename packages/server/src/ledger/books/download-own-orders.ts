import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { lockSales } from '../sales/upsert-trades.ts';
import { settledOrders } from './book-own-orders.ts';
import type { SourceFilter } from './ports.ts';
import { receiveOrders } from './receive-orders.ts';
import type { SetOfBooks } from './set-of-books.ts';

export interface DownloadOwnOrders {
  set: SetOfBooks;
  filter: SourceFilter;
  page: number;
  by: string;
  cause: Cause;
}

const pageSize = 200;

/**
 * Brings a page of the ledger's own orders into the set, as they are now; answers the next page's number, null after the last. Pages are of
 * all orders of the time that were ever paid, settled or not, by when they were placed: what is settled meanwhile moves none of them.
 */
export async function downloadOwnOrders(
  ledger: Ledger,
  { set, filter, page, by, cause }: DownloadOwnOrders,
): Promise<number | null> {
  const { merchantId, id: setId } = set;
  const { devId, status } = filter;
  return await inTransaction(ledger.db, async (trx) => {
    // Against the projector, who brings them too: nobody writes what was true before.
    await lockSales(trx, [merchantId]);
    const ids = filter.transId === undefined ? await idsOf(trx, merchantId, filter, page) : idOf(filter.transId);
    const settled = await settledOrders(trx, merchantId, setId, ids.slice(0, pageSize));
    const orders = settled.filter(
      (order) => (devId === undefined || order.devId === devId) && (status === undefined || order.status === status),
    );
    await receiveOrders({ ...ledger, db: trx }, { merchantId, setId, orders, by, cause });
    return ids.length > pageSize ? page + 1 : null;
  });
}

/** Of a page, and of one more where there is a next. */
async function idsOf(trx: Trx, merchantId: number, { from, before }: SourceFilter, page: number): Promise<number[]> {
  const { rows } = await sql<{ orderId: number }>`
    select order_id as "orderId" from trades
    where merchant_id = ${merchantId} and order_id is not null and upstream_integration_id is null
      and created_at >= ${from ?? '-infinity'}::timestamptz and created_at < ${before ?? 'infinity'}::timestamptz
    group by order_id
    order by min(created_at), order_id
    offset ${(page - 1) * pageSize} limit ${pageSize + 1}`.execute(trx);
  return rows.map(({ orderId }) => orderId);
}

/** Orders of ours go by their ids. */
const idOf = (transId: string): number[] => (/^[1-9]\d{0,14}$/.test(transId) ? [Number(transId)] : []);
