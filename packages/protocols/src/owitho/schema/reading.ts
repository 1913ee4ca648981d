import { Type } from 'typebox';
import { FieldError, type Fields, optionalInteger, optionalText, readInteger, type TextRule } from '../../shared/fields.ts';
import { parseYuan } from '../../shared/money.ts';

/** A list of no more rows than this is read: an order or a machine with more is none. */
export const mostRows = 1_000;
/** Products in one `/sku/sync`. */
export const mostSkus = 10_000;
/** More fen than this is no price (ten million yuan). */
const mostFen = 1_000_000_000;

const codeRule: TextRule = { max: 128 };
export const nameRule: TextRule = { max: 512 };

/** A code or number that others gave. A number that JSON has rounded is refused: it would name something else. */
export function optionalCode(params: Fields, field: string): string | undefined {
  const value: unknown = params[field];
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new FieldError(field, 'must be a text');
  return optionalText(params, field, codeRule);
}

export function readCode(params: Fields, field: string): string {
  const code = optionalCode(params, field);
  if (code === undefined) throw new FieldError(field, 'is required');
  return code;
}

/** Money as the wire has it: "12.00". */
export const MoneyText = (description: string) =>
  Type.String({ pattern: '^\\d+\\.\\d{2}$', description: `${description}; yuan with two decimals, "12.00"` });

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The fields of `data`, which is an object or the JSON text of one: requests carry the text, answers either.
 * @throws FieldError naming `data`.
 */
export function parseData(data: unknown): Fields {
  let value = data;
  if (typeof data === 'string') {
    try {
      value = JSON.parse(data);
    } catch {
      throw new FieldError('data', 'must be a JSON text');
    }
  }
  if (!isObject(value)) throw new FieldError('data', 'must be a JSON object');
  return value;
}

/** Each row of the list `field`; what is wrong in one is named `field[3].what`. */
export function readRows<T>(params: Fields, field: string, readRow: (row: Fields) => T, most = mostRows): T[] {
  const rows: unknown = Object.hasOwn(params, field) ? params[field] : undefined;
  if (rows === undefined || rows === null) throw new FieldError(field, 'is required');
  if (!Array.isArray(rows)) throw new FieldError(field, 'must be a list');
  if (rows.length > most) throw new FieldError(field, `must have at most ${most} rows`);
  return rows.map((row: unknown, index) => {
    if (!isObject(row)) throw new FieldError(`${field}[${index}]`, 'must be an object');
    try {
      return readRow(row);
    } catch (error) {
      if (error instanceof FieldError) throw new FieldError(`${field}[${index}].${error.field}`, error.reason);
      throw error;
    }
  });
}

/** Money, text or number, in fen. */
export function readMoney(params: Fields, field: string): number {
  const fen = optionalMoney(params, field);
  if (fen === undefined) throw new FieldError(field, 'is required');
  return fen;
}

export function optionalMoney(params: Fields, field: string): number | undefined {
  const text = optionalText(params, field);
  if (text === undefined) return undefined;
  const fen = parseYuan(text, field);
  if (fen < 0 || fen > mostFen) throw new FieldError(field, 'must be an amount from 0.00 to 10000000.00');
  return fen;
}

/** A number of a dictionary of the vendor's, sent as number or text. */
export function readStatus<T extends number>(params: Fields, field: string, statuses: readonly T[]): T {
  const number = readInteger(params, field);
  const found = statuses.find((status) => status === number);
  if (found === undefined) throw new FieldError(field, `must be one of ${statuses.join(', ')}`);
  return found;
}

/** The year 9999: a time beyond it is none. */
const lastMs = 253_402_300_799_999;

/** A time in milliseconds. */
export const readTime = (params: Fields, field: string): Date => new Date(readInteger(params, field, { min: 0, max: lastMs }));

/** As readTime; zero, too, is "not given". */
export function optionalTime(params: Fields, field: string): Date | undefined {
  const ms = optionalInteger(params, field, { min: 0, max: lastMs });
  return ms ? new Date(ms) : undefined;
}
