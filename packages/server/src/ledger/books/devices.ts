import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

/** The configuration of a device: what stands in the head of its orders' bills. */
export interface BookDevice {
  id: number;
  name: string;
  devId: number;
  storeId: number;
  bankId: number;
  memberId: number;
  employeeId: number;
  billType: number;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  updatedBy: string;
}

export const deviceColumns = [
  'id',
  'name',
  'dev_id as devId',
  'store_id as storeId',
  'bank_id as bankId',
  'member_id as memberId',
  'employee_id as employeeId',
  'bill_type as billType',
  'created_at as createdAt',
  'created_by as createdBy',
  'updated_at as updatedAt',
  'updated_by as updatedBy',
] as const;

/** Refuses book-device.unknown. */
export async function getDevice(ledger: Ledger, merchantId: number, setId: number, id: number): Promise<BookDevice> {
  const row = await ledger.db
    .selectFrom('book_devices')
    .select(deviceColumns)
    .where('merchant_id', '=', merchantId)
    .where('set_id', '=', setId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? refuse('book-device.unknown');
}

export interface DeviceFilter {
  merchantId: number;
  setId: number;
  /** Any part of the name. */
  name?: string | undefined;
}

/** By id, so that a page stays what it was while others are added. */
export async function listDevices(
  ledger: Ledger,
  { merchantId, setId, name }: DeviceFilter,
  page: { offset: number; limit: number },
): Promise<{ total: number; devices: BookDevice[] }> {
  let query = ledger.db.selectFrom('book_devices').where('merchant_id', '=', merchantId).where('set_id', '=', setId);
  if (name !== undefined) query = query.where(sql<boolean>`strpos(name, ${name}) > 0`);
  const devices = await query.select(deviceColumns).orderBy('id').offset(page.offset).limit(page.limit).execute();
  const { total } = await query.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
  return { total, devices };
}
