import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { LedgerError, refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { billKey } from './claim-import.ts';
import { moveImport, paid } from './import-state.ts';
import type { Neighbours } from './ports.ts';
import type { SetOfBooks } from './set-of-books.ts';

export interface ResetOrder {
  set: SetOfBooks;
  orderId: number;
  by: string;
  cause: Cause;
}

/**
 * Makes an imported order one that is not imported, once the ERP has its bill no more; one that is stuck is due again. Any other stays as
 * it is. Refuses book-order.unknown, .importing, .bill-exists with the bill's code, and erp.unavailable when the ERP cannot be asked.
 */
export async function resetOrder(ledger: Ledger, neighbours: Neighbours, { set, orderId, by, cause }: ResetOrder): Promise<void> {
  const { merchantId, id: setId } = set;
  const ofOrder = ledger.db
    .selectFrom('book_orders')
    .select(['trans_id', 'import_state', 'bill_id', 'due_at', 'status'])
    .where('merchant_id', '=', merchantId)
    .where('set_id', '=', setId)
    .where('id', '=', orderId);
  const order = await ofOrder.executeTakeFirst();
  if (!order) refuse('book-order.unknown');
  const now = ledger.clock.now();
  if (order.import_state === 'claimed' && order.due_at && order.due_at > now) refuse('book-order.importing');
  if (order.import_state !== 'imported' && order.import_state !== 'stuck') return;
  if (order.import_state === 'imported') {
    const bill = await neighbours.erpOf(set).findBill(billKey(set.number, order.trans_id));
    if (bill) throw new LedgerError('book-order.bill-exists', bill.code, { billCode: bill.code });
  }
  const { from, to } = moveImport([order.import_state], 'open');
  await inTransaction(ledger.db, async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('book_orders')
      .set({
        import_state: to,
        due_at: sql<Date | null>`case when status = ${paid} then ${now}::timestamptz end`,
        imported_at: null,
        imported_by: null,
        bill_id: null,
        bill_code: null,
        refunded_after_import_at: null,
      })
      .where('merchant_id', '=', merchantId)
      .where('set_id', '=', setId)
      .where('id', '=', orderId)
      .where('import_state', 'in', from)
      // The very bill that was asked for: another may have been made meanwhile.
      .where('bill_id', 'is not distinct from', order.bill_id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    const data = { setId, bookOrderId: orderId, transId: order.trans_id, billId: order.bill_id, by };
    await recordEvent(ledger, trx, { merchantId, kind: 'books.order-reset', data }, cause);
  });
}
