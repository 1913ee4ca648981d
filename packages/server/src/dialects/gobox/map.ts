import {
  type Device,
  formatTime,
  masked,
  type Order,
  type OrderMessage,
  type SetOfBooks,
  yuanNumber,
} from '@polyvend/protocols/gobox';
import type { BookDevice } from '../../ledger/books/devices.ts';
import type { BookOrder } from '../../ledger/books/list-orders.ts';
import type { SourceOrder } from '../../ledger/books/ports.ts';
import type { SetOfBooks as LedgerSet } from '../../ledger/books/set-of-books.ts';

/** @param shown the app key, in the answer to the call that set it. */
export function setOfBooksOf(set: LedgerSet, shown?: string): SetOfBooks {
  const { source, sourceToken, timeZone } = set;
  const time = (at: Date | undefined) => (at ? formatTime(at, timeZone) : null);
  return {
    id: set.id,
    set_of_book: set.number,
    app_key: shown ?? (source.key === '' ? '' : masked),
    user_name: source.userName,
    access_token: sourceToken ? masked : null,
    token_created_at: time(sourceToken?.createdAt),
    expired_at: time(sourceToken?.expiresAt),
    token: masked,
    updated_at: formatTime(set.updatedAt, timeZone),
    updated_user: set.updatedBy,
  };
}

export function deviceOf(device: BookDevice, { number, timeZone }: LedgerSet): Device {
  return {
    id: device.id,
    set_of_book: number,
    name: device.name,
    dev_id: device.devId,
    store_id: device.storeId,
    bank_id: device.bankId,
    member_id: device.memberId,
    employee_id: device.employeeId,
    bill_type: device.billType,
    created_at: formatTime(device.createdAt, timeZone),
    created_user: device.createdBy,
    updated_at: formatTime(device.updatedAt, timeZone),
    updated_user: device.updatedBy,
  };
}

/** Beyond the document, for whoever looks: why it is not imported, and what a credit note is due for. */
type MoreOfOrder = { import_error: string | null; refunded_after_import: boolean };

export function orderOf(order: BookOrder, { number, timeZone }: LedgerSet, problem: string | null): Order & MoreOfOrder {
  return {
    id: order.id,
    set_of_book: number,
    trans_id: order.transId,
    status: order.status,
    e_id: order.userNo,
    dev_id: order.devId,
    create_time: formatTime(order.orderedAt, timeZone),
    update_time: formatTime(order.changedAt, timeZone),
    total_amount: yuanNumber(order.totalCents),
    products: order.products.map(({ barcode, name, quantity, amountCents, costCents }) => ({
      barcode,
      name,
      num: quantity,
      amount: yuanNumber(amountCents),
      cost: yuanNumber(costCents),
    })),
    created_at: formatTime(order.receivedAt, timeZone),
    created_user: order.receivedBy,
    is_imported: order.importState === 'imported',
    imported_at: order.importedAt && formatTime(order.importedAt, timeZone),
    imported_user: order.importedBy,
    retail_id: order.billId,
    retail_code: order.billCode,
    import_error: problem,
    refunded_after_import: order.refundedAfterImportAt !== null,
  };
}

export function sourceOrderOf({ transId, status, userNo, devId, createTime, updateTime, products }: OrderMessage): SourceOrder {
  return {
    transId,
    status,
    userNo,
    devId,
    orderedAt: createTime,
    changedAt: updateTime,
    products: products.map(({ num, ...product }) => ({ ...product, quantity: num })),
  };
}
