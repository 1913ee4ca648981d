import { FieldError } from '../shared/fields.ts';
import { parseYuan } from '../shared/money.ts';
import { formatTime, parseTime } from '../shared/time.ts';
import { yuanNumber } from './read.ts';
import { isWhole, parseObject, type WireRequest } from './wire.ts';

// The ERP's interface as this product defines it (ours): its maker publishes none. The README has it as a document.

export const c8Paths = { session: '/polyvend/session', bills: '/polyvend/retail_bills' } as const;

/** The header of a creation that says which order it is for: the same key never makes a second bill while the first lives. */
export const idempotencyHeader = 'Idempotency-Key';

/** A retail bill to be made, or one that is there. Money in fen. */
export interface RetailBill {
  /** Set of books and trans_id. */
  readonly key: string;
  readonly setOfBook: string;
  readonly transId: string;
  readonly soldAt: Date;
  readonly storeId: number;
  readonly bankId: number;
  readonly memberId: number;
  readonly employeeId: number;
  readonly billType: number;
  readonly totalCents: number;
  readonly lines: readonly BillLine[];
}

export interface BillLine {
  readonly barcode: string;
  readonly name: string;
  readonly quantity: number;
  readonly amountCents: number;
  readonly costCents: number;
}

/** What a bill is known by, and what the daily check compares. */
export interface KnownBill {
  readonly key: string;
  readonly retailId: number;
  readonly retailCode: string;
  readonly totalCents: number;
}

/** Why a bill is refused (`code`), with `subject` saying what of. Anything else counts as `invalid`. */
export const billRefusals = [
  'unknown_barcode', // subject: the barcode
  'period_closed', // subject: the period, 2026-01
  'unknown_field', // subject: store_id, bank_id, member_id, employee_id or bill_type
  'invalid',
] as const;
export type BillRefusal = (typeof billRefusals)[number];

export type BillAnswer =
  | { readonly kind: 'created'; readonly retailId: number; readonly retailCode: string }
  | { readonly kind: 'refused'; readonly code: BillRefusal; readonly subject: string; readonly message: string }
  | { readonly kind: 'unauthorized' }
  /** The bill may have been made: ask by its key. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** How every key is made of set of books and trans_id: neither can contain what parts them. */
export const billKey = (setOfBook: string, transId: string): string =>
  `${encodeURIComponent(setOfBook)}/${encodeURIComponent(transId)}`;

const headersOf = (serviceKey: string) => ({
  authorization: `Bearer ${serviceKey}`,
  'content-type': 'application/json; charset=utf-8',
});

export function sessionRequest(serviceKey: string, set_of_book: string, user_name: string, session: string): WireRequest {
  const body = JSON.stringify({ set_of_book, user_name, session });
  return { method: 'POST', path: c8Paths.session, headers: headersOf(serviceKey), body };
}

/** Whether the session is that user's; undefined when the answer says neither. */
export function readSessionAnswer(status: number, body: string): boolean | undefined {
  const answer = parseObject(body);
  return status === 200 && answer?.state === 1 && typeof answer.valid === 'boolean' ? answer.valid : undefined;
}

export function createBillRequest(serviceKey: string, bill: RetailBill, timeZone: string): WireRequest {
  const body = JSON.stringify({
    idempotency_key: bill.key,
    set_of_book: bill.setOfBook,
    trans_id: bill.transId,
    bill_time: formatTime(bill.soldAt, timeZone),
    store_id: bill.storeId,
    bank_id: bill.bankId,
    member_id: bill.memberId,
    employee_id: bill.employeeId,
    bill_type: bill.billType,
    total_amount: yuanNumber(bill.totalCents),
    lines: bill.lines.map(({ barcode, name, quantity, amountCents, costCents }) => ({
      barcode,
      name,
      quantity,
      amount: yuanNumber(amountCents),
      cost: yuanNumber(costCents),
    })),
  });
  return { method: 'POST', path: c8Paths.bills, headers: { ...headersOf(serviceKey), [idempotencyHeader]: bill.key }, body };
}

export function readBillAnswer(status: number, body: string): BillAnswer {
  const answer = parseObject(body);
  if (status === 401 || status === 403) return { kind: 'unauthorized' };
  if (status === 200 && answer?.state === 1 && isWhole(answer.retail_id) && typeof answer.retail_code === 'string') {
    return { kind: 'created', retailId: answer.retail_id, retailCode: answer.retail_code };
  }
  // Only what says in this wire's own form that nothing was made is believed.
  if (status === 422 && answer?.state === 0) {
    return {
      kind: 'refused',
      code: billRefusals.find((code) => code === answer.code) ?? 'invalid',
      subject: typeof answer.subject === 'string' ? answer.subject.slice(0, 100) : '',
      message: typeof answer.errmsg === 'string' ? answer.errmsg.slice(0, 300) : '',
    };
  }
  return { kind: 'unknown', reason: `HTTP ${status}` };
}

export function findBillRequest(serviceKey: string, set_of_book: string, key: string): WireRequest {
  const query = new URLSearchParams({ set_of_book, key });
  return { method: 'GET', path: `${c8Paths.bills}?${query}`, headers: headersOf(serviceKey) };
}

/** Bills of a day, by bill_time, oldest first. */
export function listBillsRequest(serviceKey: string, set_of_book: string, date: string, page: number): WireRequest {
  const query = new URLSearchParams({ set_of_book, date, page: String(page) });
  return { method: 'GET', path: `${c8Paths.bills}?${query}`, headers: headersOf(serviceKey) };
}

export interface BillPage {
  readonly bills: readonly KnownBill[];
  /** null after the last. */
  readonly next: number | null;
}

/** The answer to a find or a list; undefined when it is none of this wire's. */
export function readBillPage(status: number, body: string): BillPage | undefined {
  const answer = parseObject(body);
  if (status !== 200 || answer?.state !== 1 || !Array.isArray(answer.bills)) return undefined;
  const bills = answer.bills.map(readKnownBill);
  const next = answer.page ?? null;
  if (bills.some((bill) => bill === undefined) || (next !== null && !isWhole(next))) return undefined;
  return { bills: bills as KnownBill[], next };
}

function readKnownBill(row: unknown): KnownBill | undefined {
  const { idempotency_key, retail_id, retail_code, total_amount } = (row ?? {}) as Record<string, unknown>;
  if (typeof idempotency_key !== 'string' || !isWhole(retail_id) || typeof retail_code !== 'string') return undefined;
  try {
    return { key: idempotency_key, retailId: retail_id, retailCode: retail_code, totalCents: parseYuan(total_amount) };
  } catch (error) {
    if (error instanceof FieldError) return undefined;
    throw error;
  }
}

/** What the body of a creation says, for the other end. undefined when it is none. */
export function readRetailBill(body: string, timeZone: string): RetailBill | undefined {
  const fields = parseObject(body);
  if (!fields || !Array.isArray(fields.lines)) return undefined;
  const numbers = ['store_id', 'bank_id', 'member_id', 'employee_id', 'bill_type'].map((field) => fields[field]);
  const soldAt = parseTime(String(fields.bill_time), timeZone);
  if (!numbers.every(isWhole) || !soldAt || typeof fields.idempotency_key !== 'string') return undefined;
  const [storeId = 0, bankId = 0, memberId = 0, employeeId = 0, billType = 0] = numbers;
  return {
    key: fields.idempotency_key,
    setOfBook: String(fields.set_of_book),
    transId: String(fields.trans_id),
    soldAt,
    storeId,
    bankId,
    memberId,
    employeeId,
    billType,
    totalCents: parseYuan(fields.total_amount, 'total_amount'),
    lines: (fields.lines as Record<string, unknown>[]).map((line) => ({
      barcode: String(line.barcode),
      name: String(line.name),
      quantity: Number(line.quantity),
      amountCents: parseYuan(line.amount, 'amount'),
      costCents: parseYuan(line.cost, 'cost'),
    })),
  };
}
