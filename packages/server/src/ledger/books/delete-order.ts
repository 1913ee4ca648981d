import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';

export interface DeleteOrder {
  merchantId: number;
  setId: number;
  orderId: number;
  by: string;
  cause: Cause;
}

/**
 * Refuses book-order.unknown, .imported, and .importing: while somebody imports it, and as long as nobody knows whether the ERP has made
 * a bill of it.
 */
export async function deleteOrder(ledger: Ledger, { merchantId, setId, orderId, by, cause }: DeleteOrder): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const order = await trx
      .selectFrom('book_orders')
      .select(['trans_id', 'import_state', 'unsettled_at', 'bill_code', 'status'])
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', setId)
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (!order) refuse('book-order.unknown');
    if (order.import_state === 'imported') refuse('book-order.imported', order.bill_code ?? '');
    if (order.import_state === 'claimed' || order.unsettled_at) refuse('book-order.importing');
    await trx
      .deleteFrom('book_orders')
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', setId)
      .where('id', '=', orderId)
      .execute();
    const data = { setId, bookOrderId: orderId, transId: order.trans_id, status: order.status, by };
    await recordEvent(ledger, trx, { merchantId, kind: 'books.order-deleted', data }, cause);
  });
}
