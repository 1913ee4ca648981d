import { type BohType, FieldError, type Fields, isBohType, parseTime, readInteger } from '@polyvend/protocols/qianhub';
import { findVisibleShop } from '../../../ledger/pos/list-visible-shops.ts';
import { type PosRecord, readPosRecords } from '../../../ledger/pos/read-pos-records.ts';
import type { Shop } from '../../../ledger/pos/shop.ts';
import { Refusal } from '../errors.ts';
import { settingsOf } from '../integration.ts';
import { kindOf, recordText } from '../map.ts';
import { type Answer, type Call, fieldsOf, type Handler, viewerOf } from './call.ts';

/** 查询门店数据: the records of one type. */
export const query: Handler = async (call) => {
  const fields = fieldsOf(call);
  return await answer(call, fields, [readBohType(fields.boh_type, 'boh_type')]);
};

/** 批量查询门店数据: of several types, mixed, oldest first. */
export const batchQuery: Handler = async (call) => {
  const fields = fieldsOf(call);
  const { boh_types: types } = fields;
  if (!Array.isArray(types) || types.length === 0) throw new FieldError('boh_types', 'must be a list of types');
  return await answer(
    call,
    fields,
    types.map((type, n) => readBohType(type, `boh_types[${n}]`)),
  );
};

function readBohType(value: unknown, field: string): BohType {
  if (typeof value !== 'string' || value === '') throw new FieldError(field, 'is required');
  if (!isBohType(value)) throw new Refusal('bohTypeUnknown', `${field} ${value.slice(0, 64)}`);
  return value;
}

async function answer(call: Call, fields: Fields, types: readonly BohType[]): Promise<Answer> {
  const shopId = readInteger(fields, 'shop_id');
  const [begin, end] = [readTimeText(fields, 'begin'), readTimeText(fields, 'end')];
  const shop = await findVisibleShop(call.ledger, viewerOf(call), shopId);
  const batches = readPosRecords(call.ledger, {
    merchantId: call.integration.merchant.id,
    shopId: shop.id,
    kinds: types.map((type) => kindOf[type]),
    ...readRange(begin, end, shop, settingsOf(call.integration).mostDays),
  });
  // The first batch is there before anything is said: what fails until then is refused in words.
  const first = await batches.next();
  return listOf(shop, first.done ? [] : first.value, batches);
}

/** The list, a batch at a time: the next is fetched when the one before has gone out. A failure leaves it without its end. */
async function* listOf(shop: Shop, first: PosRecord[], rest: AsyncIterable<PosRecord[]>): AsyncGenerator<string, void> {
  const textOf = (records: PosRecord[]): string => records.map((record) => recordText(record, shop)).join(',');
  yield `[${textOf(first)}`;
  for await (const batch of rest) yield `,${textOf(batch)}`;
  yield ']';
}

function readTimeText(fields: Fields, name: 'begin' | 'end'): string {
  const value = fields[name];
  if (value === undefined || value === null || value === '') throw new FieldError(name, 'is required');
  if (typeof value !== 'string') throw new FieldError(name, 'must be a text');
  return value;
}

const day = 86_400_000;

function readRange(begin: string, end: string, { timeZone }: Shop, mostDays: number): { from: Date; until: Date } {
  const read = (name: string, text: string): Date => {
    const time = text.length === 19 ? parseTime(text, timeZone) : undefined;
    if (!time) throw new Refusal('timeRange', `${name} must be a time such as 2018-07-28 12:00:00`);
    return time;
  };
  const [from, until] = [read('begin', begin), read('end', end)];
  if (until < from) throw new Refusal('timeRange', 'end is before begin');
  if (until.getTime() - from.getTime() > mostDays * day) throw new Refusal('timeRange', `more than ${mostDays} days`);
  return { from, until };
}
