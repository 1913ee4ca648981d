import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { ImportState } from './import-state.ts';
import type { BookProduct } from './ports.ts';

export interface BookOrder {
  id: number;
  transId: string;
  status: number;
  userNo: string;
  devId: number;
  /** As its configuration calls it; null where it has none. */
  deviceName: string | null;
  orderedAt: Date;
  changedAt: Date;
  totalCents: number;
  products: BookProduct[];
  receivedAt: Date;
  receivedBy: string;
  importState: ImportState;
  /** Why the last attempt failed: an error of the catalogue, and what of. */
  problem: string | null;
  problemSubject: string;
  importedAt: Date | null;
  importedBy: string | null;
  billId: number | null;
  billCode: string | null;
  refundedAfterImportAt: Date | null;
}

export interface BookOrderFilter {
  merchantId: number;
  setId: number;
  /** When the order was placed; `before` is not included. */
  from?: Date | undefined;
  before?: Date | undefined;
  devId?: number | undefined;
  transId?: string | undefined;
  status?: number | undefined;
  imported?: boolean | undefined;
}

/**
 * The latest first. Counted and paged over the indexes alone, which hold every field of the filter; only the rows of the page are read,
 * however far back it is.
 */
export async function listOrders(
  ledger: Ledger,
  filter: BookOrderFilter,
  page: { offset: number; limit: number },
): Promise<{ total: number; orders: BookOrder[] }> {
  const matching = matchingOf(filter);
  const { rows: counted } = await sql<{ total: number }>`
    select count(*)::bigint as total from book_orders where ${matching}`.execute(ledger.db);
  const { rows: orders } = await sql<BookOrder>`
    with page as (
      select merchant_id, set_id, id, ordered_at from book_orders where ${matching}
      order by ordered_at desc, id desc offset ${page.offset} limit ${page.limit}
    )
    select ${orderColumns}
    from page join book_orders o using (merchant_id, set_id, id)
    order by page.ordered_at desc, page.id desc`.execute(ledger.db);
  return { total: counted[0]?.total ?? 0, orders };
}

/** Of an order o. */
export const orderColumns = sql.raw(
  `o.id, o.trans_id as "transId", o.status, o.user_no as "userNo", o.dev_id as "devId", o.ordered_at as "orderedAt",
  o.changed_at as "changedAt", o.total_cents as "totalCents", o.products, o.received_at as "receivedAt", o.received_by as "receivedBy",
  o.import_state as "importState", o.problem, o.problem_subject as "problemSubject", o.imported_at as "importedAt",
  o.imported_by as "importedBy", o.bill_id as "billId", o.bill_code as "billCode",
  o.refunded_after_import_at as "refundedAfterImportAt",
  (select d.name from book_devices d where d.merchant_id = o.merchant_id and d.set_id = o.set_id and d.dev_id = o.dev_id) as "deviceName"`,
);

function matchingOf({ merchantId, setId, from, before, devId, transId, status, imported }: BookOrderFilter) {
  const conditions = [
    sql`merchant_id = ${merchantId}`,
    sql`set_id = ${setId}`,
    ...(from ? [sql`ordered_at >= ${from}`] : []),
    ...(before ? [sql`ordered_at < ${before}`] : []),
    ...(devId === undefined ? [] : [sql`dev_id = ${devId}`]),
    ...(transId === undefined ? [] : [sql`trans_id = ${transId}`]),
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(imported === undefined ? [] : [imported ? sql`import_state = 'imported'` : sql`import_state <> 'imported'`]),
  ];
  return sql.join(conditions, sql` and `);
}
