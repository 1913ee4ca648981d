import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { FieldError, type Fields } from '../shared/fields.ts';
import { parseTime } from '../shared/time.ts';
import { findDoubts } from './find-doubts.ts';
import { nameFaults } from './name-fault.ts';
import { Bill } from './schema/bill.ts';
import { type BohType, isBohType, type StatisticSection, statisticRows } from './schema/dictionaries.ts';
import { RecordEnvelope } from './schema/gateway.ts';
import { DayEnd, Handover } from './schema/statistic.ts';
import { TakeOut } from './schema/take-out.ts';
import { fenOf } from './schema/values.ts';

/** A record that was read: what it is, what tells it from others, and its `json` as it came, with every field that we do not know. */
export interface ReadRecord {
  bohType: BohType;
  /** `shop_id`, or the `shop_10` of the document's samples. */
  shopId: number | undefined;
  /** What stays when it comes again: bill_id, the take-out order, the business day, who handed over when. */
  key: string;
  /** Of two of one key the higher replaces the lower: undo_index of a bill, 1 of a cancelled take-out order. */
  version: number;
  /** Its time, `YYYY-MM-DD HH:mm:ss` in the shop's zone: cashier_on, create_on or createon. */
  time: string;
  staffId: number;
  staffName: string;
  createOn: string | undefined;
  /** What it is about, in fen: receivable of a bill (real_amount), sum of a statistic (cashierSum), amount of a take-out order. */
  amountFen: number;
  businessDay: string | undefined;
  json: Fields;
  /** What is taken all the same: sums that disagree, values that are in no dictionary. */
  doubts: readonly string[];
}

const schemas: Record<BohType, TSchema> = {
  'cashier.finish': Bill,
  'handover.stat': Handover,
  'dayend.stat': DayEnd,
  'waimai.order': TakeOut,
};

const compiled = new Map<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const validator = compiled.get(schema) ?? Compile(schema);
  compiled.set(schema, validator);
  return validator;
}

/** Objects and lists lie in one another in so many levels at most: a deeper one is no bill, and would run what walks it out of stack. */
const mostLevels = 48;

/** Most that is told of one record. */
const mostDoubts = 20;

/**
 * Reads one record, strictly by its tables: what the document's samples lack may be missing, a wrong sum is a doubt.
 * @throws FieldError naming the first field that is wrong, by its path: `json.orders[0].details[1].goods.goods_id`.
 */
export function readRecord(value: unknown): ReadRecord {
  return read(value, (fault) => {
    throw fault;
  });
}

/**
 * As readRecord, for what another gateway sends: what is not by the tables is a doubt too, as long as it can be told what the record is
 * and when it was. Nothing is lost for a field that is missing.
 */
export function readRecordLeniently(value: unknown): ReadRecord {
  return read(value, () => undefined);
}

function read(value: unknown, onFault: (fault: FieldError) => void): ReadRecord {
  if (tooDeep(value, mostLevels)) throw new FieldError('record', 'is nested too deep');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FieldError('record', 'must be an object');
  const envelope = value as Fields;
  const { boh_type: bohType, json } = envelope;
  if (!isBohType(bohType)) throw new FieldError('boh_type', bohType === undefined ? 'is required' : 'is none that is known');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new FieldError('json', 'must be an object');
  const faults = [
    ...faultsOf(RecordEnvelope, envelope, ''),
    ...faultsOf(schemas[bohType], json, 'json'),
    ...(bohType === 'handover.stat' || bohType === 'dayend.stat' ? missingRows(json as Fields) : []),
  ];
  for (const fault of faults) onFault(fault);
  const fields = json as Fields;
  const identity = identify[bohType](fields, envelope);
  return {
    bohType,
    shopId: optional(() => idOf(envelope, envelope.shop_id === undefined ? 'shop_10' : 'shop_id')),
    ...identity,
    staffId: optional(() => idOf(envelope, 'staff_id')) ?? 0,
    staffName: optional(() => textOf(envelope, 'staff_name')) ?? '',
    createOn: optional(() => timeOf(envelope, 'create_on')),
    amountFen: optional(() => amountOf(bohType, fields)) ?? 0,
    json: fields,
    doubts: doubtsOf(bohType, fields, faults),
  };
}

const longestDoubt = 200;

function doubtsOf(bohType: BohType, json: Fields, faults: readonly FieldError[]): string[] {
  const found = faults.length === 0 ? findDoubts(bohType, json) : faults.map(({ message }) => message);
  return found.slice(0, mostDoubts).map((doubt) => doubt.slice(0, longestDoubt));
}

type Identity = Pick<ReadRecord, 'key' | 'version' | 'time' | 'businessDay'>;

/** What a record cannot be kept without. @throws FieldError */
const identify: Record<BohType, (json: Fields, envelope: Fields) => Identity> = {
  'cashier.finish': (json) => ({
    key: String(idOf(json, 'bill_id', 'json')),
    version: optional(() => idOf(json, 'undo_index')) ?? 0,
    time: timeOf(json, 'cashier_on', 'json'),
    businessDay: undefined,
  }),
  'handover.stat': (_, envelope) => {
    const time = timeOf(envelope, 'create_on');
    return { key: `${idOf(envelope, 'staff_id')} ${time}`, version: 0, time, businessDay: undefined };
  },
  'dayend.stat': (json, envelope) => {
    const businessDay = textOf(json, 'businessDay', 'json');
    if (businessDay.length !== 10 || !parseTime(businessDay, 'UTC'))
      throw new FieldError('json.businessDay', 'must be a day such as 2018-07-29');
    return { key: businessDay, version: 0, time: timeOf(envelope, 'create_on'), businessDay };
  },
  'waimai.order': (json) => ({
    key: String(idOf(json, 'order', 'json')),
    version: json.orderState === 'Canceled' ? 1 : 0,
    time: timeOf(json, 'createon', 'json'),
    businessDay: undefined,
  }),
};

function amountOf(bohType: BohType, json: Fields): number {
  if (bohType === 'cashier.finish') return fenOf(json.real_amount as number);
  if (bohType === 'waimai.order') return fenOf(json.amount as number);
  const rows = json.detail as { key: string; amount: number }[];
  return fenOf(rows.find(({ key }) => key === 'cashierSum')?.amount ?? 0);
}

function faultsOf(schema: TSchema, value: unknown, root: string): FieldError[] {
  const validator = validatorOf(schema);
  return validator.Check(value) ? [] : nameFaults(validator.Errors(value), root);
}

/** The rows that every statistic has, at zero too; the sum of the goods stands last. */
function missingRows(json: Fields): FieldError[] {
  return (Object.keys(statisticRows) as StatisticSection[]).flatMap((section) => {
    const rows = json[section];
    if (!Array.isArray(rows)) return [];
    const keys = rows.map((row: { key?: unknown } | null) => row?.key);
    const missing = Object.keys(statisticRows[section]).filter((key) => !keys.includes(key));
    const faults = missing.map((key) => new FieldError(`json.${section}`, `has no row of the key ${key}`));
    if (section === 'goods' && missing.length === 0 && keys.at(-1) !== 'expectValue')
      faults.push(new FieldError('json.goods', 'must end with the row of the key expectValue'));
    return faults;
  });
}

function optional<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldError) return undefined;
    throw error;
  }
}

const named = (name: string, root?: string): string => (root === undefined ? name : `${root}.${name}`);

function idOf(fields: Fields, name: string, root?: string): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value)) throw new FieldError(named(name, root), 'must be a whole number');
  return value as number;
}

function textOf(fields: Fields, name: string, root?: string): string {
  const value = fields[name];
  const isText = typeof value === 'string' && !value.includes('\u0000') && value.isWellFormed();
  return isText ? value : fail(new FieldError(named(name, root), 'must be a text'));
}

function timeOf(fields: Fields, name: string, root?: string): string {
  const value = textOf(fields, name, root);
  const isTime = value.length === 19 && parseTime(value, 'UTC') !== undefined;
  return isTime ? value : fail(new FieldError(named(name, root), 'must be a time such as 2018-07-28 12:00:00'));
}

function fail(error: FieldError): never {
  throw error;
}

function tooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => tooDeep(one, levels - 1));
}
