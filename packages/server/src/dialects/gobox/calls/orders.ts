import {
  FieldError,
  type Fields,
  isOrderStatus,
  optionalFlag,
  optionalInteger,
  optionalText,
  readOrder,
  readRange,
  readWeek,
} from '@polyvend/protocols/gobox';
import { deleteOrder } from '../../../ledger/books/delete-order.ts';
import { downloadPage } from '../../../ledger/books/download-page.ts';
import { importOrder } from '../../../ledger/books/import-order.ts';
import { isImportProblem } from '../../../ledger/books/import-state.ts';
import { type BookOrder, listOrders } from '../../../ledger/books/list-orders.ts';
import { receiveOrders } from '../../../ledger/books/receive-orders.ts';
import { resetOrder } from '../../../ledger/books/reset-order.ts';
import { wordProblem } from '../errors.ts';
import { orderOf, sourceOrderOf } from '../map.ts';
import { type Call, type Handlers, readPathId } from './call.ts';
import { readPaging } from './paging.ts';

type Names = 'createOrder' | 'downloadOrders' | 'orders' | 'importOrder' | 'resetOrder' | 'deleteOrder';

const idOf = (call: Call) => readPathId(call, 'book_order_id', 'book-order.unknown');

export const orderCalls: Handlers<Names> = {
  createOrder: async ({ context, set, by, cause, body }) => {
    const order = sourceOrderOf(readOrder(body(), set.timeZone));
    await receiveOrders(context.ledger, { merchantId: set.merchantId, setId: set.id, orders: [order], by, cause });
    return {};
  },

  downloadOrders: async ({ context, set, by, cause, query }) => {
    const page = optionalInteger(query, 'page', { min: 1, max: 1_000_000 }) ?? 1;
    const only = readOnly(query);
    // One order may be asked for by its id alone; everything else is a time of a week at most.
    const range = only.transId !== undefined && !isRanged(query) ? {} : readWeek(query, set.timeZone);
    const { ledger, neighbours } = context;
    return { page: await downloadPage(ledger, neighbours, { set, filter: { ...only, ...range }, page, by, cause }) };
  },

  orders: async ({ context, set, query }) => {
    const filter = {
      merchantId: set.merchantId,
      setId: set.id,
      imported: optionalFlag(query, 'is_imported'),
      ...readOnly(query),
      ...readRange(query, set.timeZone),
    };
    const { total, orders } = await listOrders(context.ledger, filter, readPaging(query));
    return { total, root: orders.map((order) => orderOf(order, set, problemOf(order))) };
  },

  importOrder: async (call) => {
    const { context, set, by, cause } = call;
    await importOrder(context.ledger, context.neighbours, { set, orderId: idOf(call), by, cause });
    return {};
  },

  resetOrder: async (call) => {
    const { context, set, by, cause } = call;
    await resetOrder(context.ledger, context.neighbours, { set, orderId: idOf(call), by, cause });
    return {};
  },

  deleteOrder: async (call) => {
    const { context, set, by, cause } = call;
    await deleteOrder(context.ledger, { merchantId: set.merchantId, setId: set.id, orderId: idOf(call), by, cause });
    return {};
  },
};

const isRanged = (query: Fields): boolean =>
  optionalText(query, 'start_date') !== undefined || optionalText(query, 'end_date') !== undefined;

function readOnly(query: Fields): { devId?: number | undefined; transId?: string | undefined; status?: number | undefined } {
  const status = optionalInteger(query, 'status');
  if (status !== undefined && !isOrderStatus(status)) throw new FieldError('status', 'is none that orders have');
  return {
    devId: optionalInteger(query, 'dev_id', { min: 0 }),
    transId: optionalText(query, 'trans_id', { max: 64 }),
    status,
  };
}

function problemOf({ problem, problemSubject }: BookOrder): string | null {
  return problem !== null && isImportProblem(problem) ? wordProblem(problem, problemSubject) : null;
}
