import { sql } from 'kysely';
import { isUniqueViolation } from '../../database/errors.ts';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { type BookDevice, deviceColumns } from './devices.ts';
import { rerunImports } from './rerun-imports.ts';

/** What stands in the head of the bills of a device's orders. */
export interface DeviceDraft {
  merchantId: number;
  setId: number;
  /** Of the configuration that is changed; without it, a new one. */
  id?: number;
  name: string;
  /** The device's number at the order source, unique in the set. */
  devId: number;
  storeId: number;
  bankId: number;
  memberId: number;
  employeeId: number;
  billType: number;
  by: string;
  cause: Cause;
}

/**
 * Adds or changes the configuration of a device; imports that were stuck for want of it, or because the ERP refused something of it, are
 * tried again. Refuses book-device.exists and book-device.unknown.
 */
export async function putDevice(ledger: Ledger, draft: DeviceDraft): Promise<BookDevice> {
  const { merchantId, setId, id, by, cause } = draft;
  const now = ledger.clock.now();
  const values = {
    name: draft.name,
    dev_id: draft.devId,
    store_id: draft.storeId,
    bank_id: draft.bankId,
    member_id: draft.memberId,
    employee_id: draft.employeeId,
    bill_type: draft.billType,
    updated_at: now,
    updated_by: by,
  };
  try {
    return await inTransaction(ledger.db, async (trx) => {
      const row =
        id === undefined
          ? await trx
              .insertInto('book_devices')
              .values({ merchant_id: merchantId, set_id: setId, ...values, created_at: now, created_by: by })
              .returning(deviceColumns)
              .executeTakeFirst()
          : await trx
              .updateTable('book_devices')
              .set(values)
              .where('merchant_id', '=', merchantId)
              .where('set_id', '=', setId)
              .where('id', '=', id)
              .returning(deviceColumns)
              .executeTakeFirst();
      if (!row) refuse('book-device.unknown');
      const within = { ...ledger, db: trx };
      for (const problem of ['import.no-device', 'import.device-refused'] as const) {
        await rerunImports(within, { merchantId, setId, problem, devId: draft.devId });
      }
      const data = { setId, deviceId: row.id, devId: draft.devId, by };
      await recordEvent(ledger, trx, { merchantId, kind: 'books.device-changed', data }, cause);
      return row;
    });
  } catch (error) {
    if (isUniqueViolation(error)) refuse('book-device.exists', `dev_id ${draft.devId}`);
    throw error;
  }
}

/** Orders of the device stay; they are not importable until it has a configuration again. Refuses book-device.unknown. */
export async function deleteDevice(
  ledger: Ledger,
  { merchantId, setId, id, by, cause }: Pick<DeviceDraft, 'merchantId' | 'setId' | 'by' | 'cause'> & { id: number },
): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const { rows } = await sql<{ devId: number }>`
      delete from book_devices where merchant_id = ${merchantId} and set_id = ${setId} and id = ${id}
      returning dev_id as "devId"`.execute(trx);
    const [row] = rows;
    if (!row) refuse('book-device.unknown');
    const data = { setId, deviceId: id, devId: row.devId, by, deleted: true };
    await recordEvent(ledger, trx, { merchantId, kind: 'books.device-changed', data }, cause);
  });
}
