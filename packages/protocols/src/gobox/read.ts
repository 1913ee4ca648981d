import { FieldError, type Fields, optionalText, readInteger, readText } from '../shared/fields.ts';
import { parseYuan } from '../shared/money.ts';
import { formatTime, parseTime } from '../shared/time.ts';
import { isOrderStatus, longestRangeDays, type OrderStatus } from './values.ts';

/** One line of an order; money in fen. */
export interface OrderProduct {
  readonly barcode: string;
  readonly name: string;
  readonly num: number;
  readonly amountCents: number;
  readonly costCents: number;
}

/** An order as the wire tells it, its times and money read. `total_amount` is the sum of the amounts. */
export interface OrderMessage {
  readonly transId: string;
  readonly status: OrderStatus;
  readonly userNo: string;
  readonly devId: number;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly products: readonly OrderProduct[];
}

const mostProducts = 200;

/**
 * Reads the body of 2.1, or an order of a downloaded page.
 * @param timeZone of the set of books: the texts bear none.
 * @throws FieldError naming the field: `products[0].amount`.
 */
export function readOrder(fields: Fields, timeZone: string): OrderMessage {
  const status = readInteger(fields, 'status');
  if (!isOrderStatus(status)) throw new FieldError('status', 'is none that orders have');
  const products = fields.products;
  if (!Array.isArray(products)) throw new FieldError('products', 'must be a list');
  if (products.length > mostProducts) throw new FieldError('products', `must have at most ${mostProducts} lines`);
  if (products.length === 0) throw new FieldError('products', 'must have at least one line');
  const createTime = readTime(fields, 'create_time', timeZone);
  const updateTime = readTime(fields, 'update_time', timeZone);
  return {
    transId: readTransId(fields),
    status,
    userNo: optionalText(fields, 'e_id', { max: 64 }) ?? '',
    devId: readDevId(fields),
    createTime,
    updateTime,
    products: products.map((line, n) => within(`products[${n}]`, () => readProduct(line))),
  };
}

export const readTransId = (fields: Fields): string =>
  readText(fields, 'trans_id', { max: 64, pattern: /^[\x21-\x7e]+$/, shape: 'letters, digits and signs without blanks' });

/** int in the document: what fits in 8 bytes and in a JSON number. */
export const readDevId = (fields: Fields): number => readInteger(fields, 'dev_id', { min: 0 });

function readProduct(line: unknown): OrderProduct {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) throw new FieldError('', 'must be an object');
  const fields = line as Fields;
  return {
    barcode: readText(fields, 'barcode', { max: 64 }),
    name: optionalText(fields, 'name', { max: 200 }) ?? '',
    num: readInteger(fields, 'num', { min: 1, max: 100_000 }),
    amountCents: readAmount(fields, 'amount'),
    costCents: optionalText(fields, 'cost') === undefined ? 0 : readAmount(fields, 'cost'),
  };
}

/** Most of one line, in fen: sums of them stay exact. */
const mostCents = 100_000_000_000;

function readAmount(fields: Fields, field: string): number {
  const cents = parseYuan(Object.hasOwn(fields, field) ? fields[field] : undefined, field);
  if (cents < 0) throw new FieldError(field, 'must not be negative');
  if (cents > mostCents) throw new FieldError(field, 'is too large');
  return cents;
}

export function totalCents(products: readonly OrderProduct[]): number {
  return products.reduce((sum, { amountCents }) => sum + amountCents, 0);
}

/** `YYYY-MM-DD HH:mm:ss` in the zone of the set of books. */
export function readTime(fields: Fields, field: string, timeZone: string): Date {
  const time = parseTime(readText(fields, field, { max: 19 }), timeZone);
  if (!time || !isYear(time)) throw new FieldError(field, 'must be a time of the form YYYY-MM-DD HH:mm:ss');
  return time;
}

export interface TimeRange {
  readonly from?: Date;
  /** The first instant that is not meant any more. */
  readonly before?: Date;
}

/** start_date and end_date, both included: a bare date covers its whole day, a time its second. */
export function readRange(fields: Fields, timeZone: string): TimeRange {
  const from = optionalFace(fields, 'start_date', timeZone);
  const to = optionalFace(fields, 'end_date', timeZone);
  const before = to && afterFace(to.text, timeZone);
  if (from && before && before <= from.time) throw new FieldError('end_date', 'must not be before start_date');
  return { ...(from && { from: from.time }), ...(before && { before }) };
}

/** As readRange, both required and at most a week apart (by the clock on the wall: a day that has 25 hours is a day). */
export function readWeek(fields: Fields, timeZone: string): Required<TimeRange> {
  readText(fields, 'start_date');
  readText(fields, 'end_date');
  const { from, before } = readRange(fields, timeZone);
  if (!from || !before) throw new FieldError('start_date', 'is required');
  const days = (faceOf(before, timeZone) - faceOf(from, timeZone)) / 86_400_000;
  if (days > longestRangeDays) throw new FieldError('end_date', `must be at most ${longestRangeDays} days after start_date`);
  return { from, before };
}

function optionalFace(fields: Fields, field: string, timeZone: string): { text: string; time: Date } | undefined {
  const text = optionalText(fields, field, { max: 19 });
  if (text === undefined) return undefined;
  const time = parseTime(text, timeZone);
  if (!time || !isYear(time)) throw new FieldError(field, 'must be YYYY-MM-DD or YYYY-MM-DD HH:mm:ss');
  return { text, time };
}

/** The end of what a text names: of the day, the minute or the second. */
function afterFace(text: string, timeZone: string): Date {
  const face = parseTime(text, 'UTC')?.getTime() ?? 0;
  const length = text.length === 10 ? 86_400_000 : text.length === 16 ? 60_000 : 1_000;
  const next = formatTime(new Date(face + length), 'UTC');
  return parseTime(next, timeZone) ?? new Date(face + length);
}

const faceOf = (time: Date, timeZone: string): number => parseTime(formatTime(time, timeZone), 'UTC')?.getTime() ?? 0;

/** Times outside of these are a mistake, and some are none to a database. */
const isYear = (time: Date): boolean => time.getUTCFullYear() >= 1970 && time.getUTCFullYear() < 2200;

function within<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new FieldError(error.field === '' ? at : `${at}.${error.field}`, error.reason);
  }
}

/** Fen as the number in yuan that the wire has: 330 → 3.3. */
export const yuanNumber = (cents: number): number => cents / 100;
