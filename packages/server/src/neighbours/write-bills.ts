import { buffer } from 'node:stream/consumers';
import { yuanNumber } from '@polyvend/protocols/gobox';
import { formatTime } from '@polyvend/protocols/shared';
import { stringify } from 'csv-stringify/sync';
import type { KeptBill } from '../ledger/books/keep-bill.ts';
import { writeXlsx } from '../spreadsheet/write-xlsx.ts';

export type BillFileFormat = 'csv' | 'xlsx';

const heads = [
  'retail_code',
  'trans_id',
  'bill_time',
  'store_id',
  'bank_id',
  'member_id',
  'employee_id',
  'bill_type',
  'total_amount',
  'barcode',
  'name',
  'quantity',
  'amount',
  'cost',
] as const;

/**
 * Retail bills as a table: a row for each line of a bill, with the fields of its head repeated in each. Barcodes and ids of orders are
 * texts, so that a spreadsheet neither rounds them nor reads them as formulas; money is in yuan.
 */
export async function writeBills(bills: readonly KeptBill[], format: BillFileFormat, timeZone: string): Promise<Buffer> {
  const rows = bills.flatMap((bill) => rowsOf(bill, timeZone));
  if (format === 'xlsx') {
    const columns = heads.map((head) => ({ head }));
    return await buffer(writeXlsx(columns, rows));
  }
  // With the mark by which spreadsheets know UTF-8.
  return Buffer.from(stringify([[...heads], ...rows], { bom: true, escape_formulas: true, record_delimiter: 'windows' }));
}

function rowsOf({ code, draft }: KeptBill, timeZone: string): (string | number)[][] {
  const head = [
    code,
    draft.transId,
    formatTime(draft.soldAt, timeZone),
    draft.storeId,
    draft.bankId,
    draft.memberId,
    draft.employeeId,
    draft.billType,
    yuanNumber(draft.totalCents),
  ];
  return draft.lines.map(({ barcode, name, quantity, amountCents, costCents }) => [
    ...head,
    barcode,
    name,
    quantity,
    yuanNumber(amountCents),
    yuanNumber(costCents),
  ]);
}
