import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byTest, elsewhere, refusal, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { exclusively } from '../exclusively.ts';
import { createIntegration } from '../integrations/create-integration.ts';
import { findOwnShop } from './find-shop.ts';
import { findVisibleShop, listVisibleShops } from './list-visible-shops.ts';
import type { PosRecordDraft } from './pos-record.ts';
import { putPosRecords } from './put-pos-records.ts';
import { putShop } from './put-shop.ts';
import { type PosQuery, type PosRecord, readPosRecords } from './read-pos-records.ts';
import type { Shop } from './shop.ts';
import { showShop } from './show-shop.ts';

let ledger: TestLedger;
let merchant: TestShop;
beforeAll(async () => {
  ledger = await testLedger();
  merchant = await testShop(ledger);
});
afterAll(() => ledger.drop());

let shops = 0;

async function newShop(): Promise<Shop> {
  shops += 1;
  return await putShop(ledger, { merchantId: merchant.merchantId, sn: `S${shops}`, name: '店' }, byTest);
}

const at = (second: number): Date => new Date(Date.UTC(2025, 4, 1, 4, 0, second));

const bill = (key: string, version = 0, draft: Partial<PosRecordDraft> = {}): PosRecordDraft => ({
  kind: 'bill',
  key,
  version,
  at: at(10),
  staffId: 1,
  staffName: '王店',
  createdOn: null,
  businessDay: null,
  amountCents: 10_900,
  document: `{"bill_id": "${key}", "v": ${version}, "amount": 109.00}`,
  doubts: [],
  ...draft,
});

const put = (shop: Shop, ...records: PosRecordDraft[]) =>
  putPosRecords(
    ledger,
    { merchantId: merchant.merchantId, shopId: shop.id, source: 'register', integrationId: null, records },
    byTest,
  );

async function read(
  shop: Shop,
  kinds: PosRecordDraft['kind'][] = ['bill'],
  from = at(0),
  until = at(3_000),
): Promise<PosRecord[]> {
  const query = { merchantId: merchant.merchantId, shopId: shop.id, kinds, from, until };
  return (await batchesOf(query)).flat();
}

async function batchesOf(query: PosQuery): Promise<PosRecord[][]> {
  const batches: PosRecord[][] = [];
  for await (const batch of readPosRecords(ledger, query)) batches.push(batch);
  return batches;
}

const documents = async (shop: Shop) => (await read(shop)).map(({ document }) => document);

const historyOf = async (shop: Shop) =>
  await ledger.rows<{ key: string; version: number; latest: boolean }>(
    'select key, version, latest from pos_records where merchant_id = $1 and shop_id = $2 order by id',
    [merchant.merchantId, shop.id],
  );

describe('records', () => {
  test('are kept word for word, and the same again is known', async () => {
    const shop = await newShop();
    const document = '{"z":1, "a":109.00,"id":9007199254740991,"\\u0000":"\\ud800"}';
    expect(await put(shop, bill('1', 0, { document }))).toEqual(['latest']);
    expect(await put(shop, bill('1', 0, { document }), bill('2'), bill('2'))).toEqual(['known', 'latest', 'known']);
    expect(await documents(shop)).toEqual([document, bill('2').document]);
  });

  test('of a bill that comes again after a reversal the later one is answered, and both are kept', async () => {
    const shop = await newShop();
    await put(shop, bill('1'));
    expect(await put(shop, bill('1', 1, { at: at(20) }))).toEqual(['latest']);
    expect(await read(shop)).toMatchObject([{ at: at(20), document: bill('1', 1).document }]);
    expect(await historyOf(shop)).toEqual([
      { key: '1', version: 0, latest: false },
      { key: '1', version: 1, latest: true },
    ]);
  });

  test('an older version that arrives late is kept and not answered', async () => {
    const shop = await newShop();
    expect(await put(shop, bill('1', 2))).toEqual(['latest']);
    expect(await put(shop, bill('1', 1, { at: at(500) }), bill('1', 0))).toEqual(['superseded', 'superseded']);
    expect(await put(shop, bill('1', 3), bill('1', 4))).toEqual(['superseded', 'latest']);
    expect(await documents(shop)).toEqual([bill('1', 4).document]);
    expect(await historyOf(shop)).toHaveLength(5);
  });

  test('of one version the later time counts, then what came last; an old one again changes nothing', async () => {
    const shop = await newShop();
    await put(shop, bill('1', 0, { at: at(20) }));
    expect(await put(shop, bill('1', 0, { at: at(10) }))).toEqual(['superseded']);
    expect(await put(shop, bill('1', 0, { at: at(20), document: '{"mended":1}' }))).toEqual(['latest']);
    expect(await put(shop, bill('1', 0, { at: at(20) }))).toEqual(['known']);
    expect(await documents(shop)).toEqual(['{"mended":1}']);
  });

  test('whatever order and company versions come in, the same is answered in the end', async () => {
    const told = [0, 1, 2].flatMap((version) =>
      ['7', '8'].flatMap((key) => [bill(key, version), bill(key, version, { at: at(30), document: `{"late":${version}}` })]),
    );
    const expected = [bill('7', 2, { at: at(30) }), bill('8', 2, { at: at(30) })].map(() => '{"late":2}');
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 }),
        fc.integer({ min: 1, max: 6 }),
        async (order, size) => {
          const shop = await newShop();
          const calls = Array.from({ length: Math.ceil(order.length / size) }, (_, n) => order.slice(n * size, (n + 1) * size));
          await Promise.all(calls.map((records) => put(shop, ...records)));
          expect(await documents(shop)).toEqual(expected);
          expect(await historyOf(shop)).toHaveLength(told.length);
        },
      ),
      { numRuns: 10 },
    );
  }, 60_000);

  test('are read oldest first, both ends of the range included, kinds mixed as asked', async () => {
    const shop = await newShop();
    const handover = bill('h', 0, { kind: 'handover', at: at(15) });
    await put(
      shop,
      bill('3', 0, { at: at(30) }),
      handover,
      bill('1', 0, { at: at(10) }),
      bill('2', 0, { at: at(20) }),
      bill('4', 0, { at: at(31) }),
    );
    const keys = async (kinds: PosRecordDraft['kind'][], from: number, until: number) =>
      (await read(shop, kinds, at(from), at(until))).map(({ at: time }) => time.getUTCSeconds());
    expect(await keys(['bill'], 10, 30)).toEqual([10, 20, 30]);
    expect(await keys(['bill', 'handover', 'bill'], 10, 30)).toEqual([10, 15, 20, 30]);
    expect(await keys(['handover', 'take-out'], 0, 60)).toEqual([15]);
    expect(await keys(['bill'], 11, 19)).toEqual([]);
    expect(await keys([], 0, 60)).toEqual([]);
  });

  test('come in batches that are never large, each once, though all have the same time', async () => {
    const shop = await newShop();
    const records = Array.from({ length: 700 }, (_, n) =>
      bill(String(n), 0, { document: JSON.stringify({ n, pad: 'x'.repeat(4_000) }) }),
    );
    await put(shop, ...records);
    const query = { merchantId: merchant.merchantId, shopId: shop.id, kinds: ['bill' as const], from: at(0), until: at(60) };
    const batches = await batchesOf(query);
    expect(batches.flat().map(({ document }) => JSON.parse(document).n)).toEqual(records.map((_, n) => n));
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThan(200);
  });

  test('a day end tells the shop its latest business day, an older one does not', async () => {
    const shop = await newShop();
    const dayEnd = (businessDay: string) => bill(businessDay, 0, { kind: 'day-end', businessDay });
    await put(shop, dayEnd('2025-05-02'), dayEnd('2025-05-01'));
    await put(shop, dayEnd('2025-04-30'));
    expect((await findOwnShop(ledger, merchant.merchantId, { id: shop.id })).latestBusinessDay).toBe('2025-05-02');
  });

  test('for a shop that is none are refused, and so is what is not JSON; nothing of the call is kept', async () => {
    const shop = await newShop();
    const other = await testShop(ledger);
    const told = { shopId: shop.id, source: 'register', integrationId: null, records: [bill('1')] } as const;
    expect(await refusal(putPosRecords(ledger, { ...told, merchantId: other.merchantId }, byTest))).toBe('shop.unknown');
    await expect(put(shop, bill('1'), bill('2', 0, { document: '{' }))).rejects.toThrow('json');
    expect(await historyOf(shop)).toEqual([]);
  });

  test('one event tells of a call, none of one that told nothing new', async () => {
    const shop = await newShop();
    await put(shop, bill('1'), bill('2'), bill('1', 1));
    await put(shop, bill('1'), bill('2'));
    const events = await ledger.rows(
      `select data from events where merchant_id = $1 and kind = 'pos.recorded' and (data->>'shopId')::bigint = $2`,
      [merchant.merchantId, shop.id],
    );
    expect(events).toEqual([{ data: { shopId: shop.id, bill: 3 } }]);
  });
});

describe('shops', () => {
  test('are found by their sn and changed; what is not said stays', async () => {
    const { merchantId } = merchant;
    const draft = {
      merchantId,
      sn: '20001',
      name: '欢乐海岸店',
      brandId: 1,
      brandName: '哇哇叫',
      address: null,
      dayClosesAt: '05:00',
    };
    const paymentCodes = { cash: { id: 1, sn: '01', name: '现金' } };
    const made = await putShop(ledger, { ...draft, paymentCodes }, byTest);
    expect(made).toMatchObject({
      sn: '20001',
      timeZone: 'Asia/Shanghai',
      dayClosesAt: '05:00',
      paymentCodes,
      upstream: undefined,
    });
    const again = await putShop(ledger, { merchantId, sn: '20001', name: '新店', contact: '0755', paymentCodes }, byTest);
    expect(again).toEqual({ ...made, name: '新店', contact: '0755' });
    const changes = () =>
      ledger.rows(`select data from events where merchant_id = $1 and kind = 'shop.changed' and data->>'sn' = '20001'`, [
        merchantId,
      ]);
    expect(await changes()).toHaveLength(2);
    await putShop(ledger, { ...draft, name: '新店', paymentCodes: { cash: { name: '现金', sn: '01', id: 1 } } }, byTest);
    expect(await changes()).toHaveLength(2);
  });

  test('made by several at once are one', async () => {
    const { merchantId } = merchant;
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, n) => putShop(ledger, { merchantId, sn: 'at once', name: `店 ${n}` }, byTest)),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  });

  test('of another platform are found by their number there, and may have the sn of ours', async () => {
    const { merchantId, integrationId } = merchant;
    const own = await putShop(ledger, { merchantId, sn: 'same', name: '我们' }, byTest);
    const upstream = { integrationId, shopId: 10 };
    const theirs = await putShop(ledger, { merchantId, sn: 'same', name: '他们', upstream }, byTest);
    expect(theirs.id).not.toBe(own.id);
    expect(await putShop(ledger, { merchantId, sn: 'other', name: '他们', upstream }, byTest)).toEqual({
      ...theirs,
      sn: 'other',
    });
    expect((await findOwnShop(ledger, merchantId, { sn: 'same' })).id).toBe(own.id);
    expect(await refusal(findOwnShop(ledger, merchantId, { id: theirs.id }))).toBe('shop.unknown');
  });

  test('are seen by whom they are shown to, or by who sees all of the merchant’s', async () => {
    const other = await testShop(ledger);
    const { merchantId } = other;
    const integrationId = await createIntegration(ledger, { merchantId, dialect: 'd', role: 'platform', wireId: 'viewer' });
    const [one, two] = [
      await putShop(ledger, { merchantId, sn: '1', name: '一' }, byTest),
      await putShop(ledger, { merchantId, sn: '2', name: '二' }, byTest),
    ];
    const viewer = { merchantId, integrationId, everyShop: false };
    expect(await listVisibleShops(ledger, viewer)).toEqual([]);
    await showShop(ledger, { merchantId, shopId: two.id, integrationId, visible: true }, byTest);
    await showShop(ledger, { merchantId, shopId: two.id, integrationId, visible: true }, byTest);
    expect(await listVisibleShops(ledger, viewer)).toEqual([two]);
    expect(await findVisibleShop(ledger, viewer, two.id)).toEqual(two);
    expect(await refusal(findVisibleShop(ledger, viewer, one.id))).toBe('shop.unknown');
    expect(await listVisibleShops(ledger, { ...viewer, everyShop: true })).toEqual([one, two]);
    const foreign = await newShop();
    expect(await refusal(findVisibleShop(ledger, { ...viewer, everyShop: true }, foreign.id))).toBe('shop.unknown');
    await showShop(ledger, { merchantId, shopId: two.id, integrationId, visible: false }, byTest);
    expect(await listVisibleShops(ledger, viewer)).toEqual([]);
  });
});

test('what is done exclusively is done by one at a time over all processes', async () => {
  const [began, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = exclusively(ledger, 'work', () => {
    began.resolve();
    return held.promise;
  });
  await began.promise;
  expect(await exclusively(elsewhere(ledger), 'work', async () => undefined)).toBe(false);
  expect(await exclusively(ledger, 'other work', async () => undefined)).toBe(true);
  held.resolve();
  expect(await first).toBe(true);
  await expect(exclusively(ledger, 'work', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await exclusively(ledger, 'work', async () => undefined)).toBe(true);
});
