import { FieldError, type Fields, optionalInteger, optionalText, type ReadRecord, readRecord } from '@polyvend/protocols/qianhub';
import { Type } from 'typebox';
import { findOwnShop } from '../../../ledger/pos/find-shop.ts';
import { type PosOutcome, putPosRecords as put } from '../../../ledger/pos/put-pos-records.ts';
import type { Shop } from '../../../ledger/pos/shop.ts';
import { wordError } from '../errors.ts';
import { draftOf } from '../map.ts';
import type { Call, CallRoute } from './call.ts';

/** Most records of one call. */
const most = 1_000;

const SentRecord = Type.Object({
  sn: Type.Optional(Type.String({ description: 'The shop, by its own number; or shop_id' })),
  shop_id: Type.Optional(Type.Integer()),
  staff_id: Type.Integer(),
  staff_name: Type.String(),
  boh_type: Type.String({ description: 'cashier.finish, handover.stat, dayend.stat or waimai.order' }),
  json: Type.Object({}, { description: 'See docs/protocols/qianhub.md' }),
  create_on: Type.Optional(Type.String({ description: 'Of handovers and day ends' })),
});

/** What became of one record. */
type Result = { index: number; warnings: readonly string[] } & (
  | { outcome: PosOutcome }
  | { outcome: 'refused'; error: { code: string; message: string; field?: string } }
);

/**
 * Takes the records of cash registers, one or a list. Of a list each is judged for itself, and the answer names those that were refused;
 * one alone that is refused is refused as a call. The same again changes nothing.
 */
export const putPosRecords: CallRoute = {
  method: 'POST',
  path: '/pos/records',
  needs: 'pos.write',
  schema: {
    summary: 'Bills, handovers, day ends and take-out orders of a cash register: one, or a list of up to 1000',
    body: Type.Union([SentRecord, Type.Array(SentRecord, { maxItems: most })]),
    response: { 200: Type.Object({ results: Type.Array(Type.Object({ index: Type.Integer(), outcome: Type.String() })) }) },
  },
  async handle(call) {
    if (!Array.isArray(call.body)) return { results: await putAll(call, [readOne(call.body)]) };
    if (call.body.length > most) throw new FieldError('body', `may have at most ${most} records`);
    return { results: await putAll(call, call.body.map(readEach)) };
  },
};

interface Read {
  shop: { sn: string } | { id: number };
  record: ReadRecord;
}

/** @throws FieldError */
function readOne(value: unknown): Read {
  const record = readRecord(value);
  const fields = value as Fields;
  const sn = optionalText(fields, 'sn', { max: 64 });
  if (sn !== undefined) return { record, shop: { sn } };
  const id = optionalInteger(fields, 'shop_id');
  if (id === undefined) throw new FieldError('sn', 'or shop_id is required');
  return { record, shop: { id } };
}

function readEach(value: unknown): Read | FieldError {
  try {
    return readOne(value);
  } catch (error) {
    if (error instanceof FieldError) return error;
    throw error;
  }
}

async function putAll(call: Call, reads: readonly (Read | FieldError)[]): Promise<Result[]> {
  const results: Result[] = reads.map((_, index) => ({ index, outcome: 'known', warnings: [] }));
  const byShop = new Map<string, { read: Read; index: number }[]>();
  for (const [index, read] of reads.entries()) {
    if (read instanceof FieldError) results[index] = refused(index, read);
    else {
      const name = JSON.stringify(read.shop);
      byShop.set(name, [...(byShop.get(name) ?? []), { read, index }]);
    }
  }
  for (const told of byShop.values()) {
    for (const result of await putOfShop(call, told, reads.length === 1)) results[result.index] = result;
  }
  return results;
}

async function putOfShop(call: Call, told: readonly { read: Read; index: number }[], alone: boolean): Promise<Result[]> {
  const { ledger, merchantId, integration } = call;
  // The records are kept word for word, and tell of guests: once is enough.
  const { raw: _, ...cause } = call.cause;
  try {
    const shop: Shop = await findOwnShop(ledger, merchantId, told[0]?.read.shop ?? { id: 0 });
    const records = told.map(({ read }) => draftOf(read.record, shop));
    const all = { merchantId, shopId: shop.id, source: 'register', integrationId: integration.id, records } as const;
    const outcomes = await put(ledger, all, cause);
    return told.map(({ index, read }, n) => ({ index, outcome: outcomes[n] ?? 'known', warnings: read.record.doubts }));
  } catch (error) {
    if (alone || !wordError(error)) throw error;
    return told.map(({ index }) => refused(index, error));
  }
}

function refused(index: number, error: unknown): Result {
  const { code, message, field } = wordError(error)?.answer.error ?? { code: 'internal', message: '' };
  return { index, outcome: 'refused', error: { code, message, ...(field !== undefined && { field }) }, warnings: [] };
}
