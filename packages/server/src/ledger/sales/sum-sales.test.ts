import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { keepAll, salesProblems } from '../../testing/sales.ts';
import { whileTime } from '../../testing/while-time.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { placeMachine } from '../places/place-machine.ts';
import { putLine } from '../places/put-line.ts';
import { putSite } from '../places/put-site.ts';
import { putForeignGoods } from '../upstream/put-foreign-goods.ts';
import type { PayStyle } from './pay-style.ts';
import { putForeignTrades } from './put-foreign-trades.ts';
import { type SalesDimension, salesDimensions } from './sales-dimension.ts';
import type { SalesFilter } from './sales-filter.ts';
import { type SalesQuery, type SalesSums, salesSorts, sumSales } from './sum-sales.ts';

/** Half an hour off the whole, and clocks that are changed: what is summed by hours of UTC would be wrong here. */
const timeZone = 'Australia/Adelaide';

let ledger: TestLedger;
let shops: TestShop[];
let merchantId: number;
let goodsIds: number[];
let sites: { id: number; line_id: number }[];

beforeAll(async () => {
  ledger = await testLedger();
  const first = await testShop(ledger, { merchant: { timeZone } });
  shops = [first, await testShop(ledger, { of: first }), await testShop(ledger, { of: first })];
  merchantId = first.merchantId;
  await putLine(ledger, { merchantId, name: 'North', area: 'City' });
  await putLine(ledger, { merchantId, name: 'South', area: 'City' });
  await putSite(ledger, { merchantId, number: 's1', name: 'Station', line: 'North' });
  await putSite(ledger, { merchantId, number: 's2', name: 'School', line: 'South' });
  // The third stands nowhere.
  await placeMachine(ledger, { merchantId, machineNo: first.machineNo, siteNumber: 's1', cause: byTest });
  await placeMachine(ledger, { merchantId, machineNo: shops[1]?.machineNo ?? '', siteNumber: 's2', cause: byTest });
  sites = await ledger.rows('select id, line_id from sites where merchant_id = $1 order by number', [merchantId]);
  const goods = ['tea', 'nuts'].map((number) => ({ number, name: `Good ${number}`, priceCents: 300 }));
  goodsIds = [...(await putGoods(ledger, merchantId, goods, byTest)).values()];
});
afterAll(() => ledger.drop());

/** Four months, often at the very edges of days; the clocks are changed in April. */
const minute = fc.oneof(
  fc.nat(120 * 1_440),
  fc.nat(120).map((day) => day * 1_440 + 810),
);
const timeOf = (minutes: number) => new Date(Date.UTC(2025, 0, 31) + minutes * 60_000);

const sale = fc.record({
  minute,
  shop: fc.nat(2),
  // The last two are in no catalogue.
  goods: fc.nat(3),
  style: fc.constantFrom<PayStyle>('cash', 'wechat', 'alipay'),
  priceCents: fc.integer({ min: 0, max: 900 }),
  quantity: fc.integer({ min: 1, max: 3 }),
  category: fc.constantFrom('', 'Drinks', 'Snacks'),
  fate: fc.constantFrom('sold', 'refunded', 'refunded-later', 'refunding', 'failed', 'waiting', 'part-refunded'),
});
type Sale = typeof sale extends fc.Arbitrary<infer T> ? T : never;

let numbers = 0;

/** Tells of it; answers what tells of it again, where it is given back later. */
async function sell(one: Sale): Promise<(() => Promise<unknown>) | undefined> {
  const upstream = { merchantId, upstreamIntegrationId: shops[0]?.integrationId ?? 0 };
  numbers += 1;
  const trade = foreignTrade({
    upstreamTradeId: `n${numbers}`,
    machineId: shops[one.shop]?.machineId ?? 0,
    createdAt: timeOf(one.minute),
    goodsId: goodsIds[one.goods] ?? null,
    goodsNumber: `g${one.goods}`,
    goodsName: `Foreign ${one.goods}`,
    categoryTitle: one.category,
    payStyle: one.style,
    priceCents: one.priceCents,
    quantity: one.quantity,
    ...(one.fate === 'refunded' && { refundState: 'refunded' as const, refundCents: one.priceCents }),
    ...(one.fate === 'refunding' && { refundState: 'refunding' as const }),
    ...(one.fate === 'part-refunded' && { refundCents: 1 }),
    ...(one.fate === 'failed' && { deliverState: 'failed' as const }),
    ...(one.fate === 'waiting' && { payStatus: 'waiting' as const }),
  });
  await putForeignTrades(ledger, upstream, [trade], byTest);
  if (one.fate !== 'refunded-later') return undefined;
  return () => putForeignTrades(ledger, upstream, [{ ...trade, refundState: 'refunded' }], byTest);
}

const clock = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
/** `YYYY-MM-DD HH:mm` */
const faceOf = (at: Date) => clock.format(at).replace(', ', ' ');

function keyOf(dimension: SalesDimension, one: Sale): string {
  const face = faceOf(timeOf(one.minute));
  const foreign = { goods: `#g${one.goods}\x1fForeign ${one.goods}`, category: one.category === '' ? '' : `#${one.category}` };
  const site = sites[one.shop];
  switch (dimension) {
    case 'day':
      return face.slice(0, 10);
    case 'hour':
      return `${face.slice(0, 13)}:00`;
    case 'hour-of-day':
      return `${face.slice(11, 13)}:00`;
    case 'month':
      return face.slice(0, 7);
    case 'machine':
      return String(shops[one.shop]?.machineId);
    case 'site':
      return String(site?.id ?? '');
    case 'line':
      return String(site?.line_id ?? '');
    case 'area':
      return site ? 'City' : '';
    case 'goods':
      return String(goodsIds[one.goods] ?? foreign.goods);
    case 'category':
      return foreign.category;
    case 'pay-style':
      return one.style;
    case 'channel':
      return String(shops[0]?.integrationId);
  }
}

type Sums = Omit<SalesSums, 'meanCents'>;
const noSums: Sums = { units: 0, grossCents: 0, refundedUnits: 0, refundCents: 0, netCents: 0 };

function add(sums: Sums, { fate, quantity, priceCents }: Sale): Sums {
  if (fate === 'failed' || fate === 'waiting') return sums;
  const cents = quantity * priceCents;
  const counts = fate === 'sold' || fate === 'part-refunded';
  return {
    units: sums.units + (counts ? quantity : 0),
    grossCents: sums.grossCents + cents,
    refundedUnits: sums.refundedUnits + (counts ? 0 : quantity),
    refundCents: sums.refundCents + (counts ? 0 : cents),
    netCents: sums.netCents + (counts ? cents : 0),
  };
}

function fits(filter: SalesFilter, one: Sale): boolean {
  const has = <T>(list: readonly T[] | undefined, value: T | undefined) => !list || (value !== undefined && list.includes(value));
  const shop = shops[one.shop] as TestShop;
  return (
    has(filter.machineIds, shop.machineId) &&
    has(filter.scope, shop.machineId) &&
    has(filter.siteIds, sites[one.shop]?.id) &&
    has(filter.lineIds, sites[one.shop]?.line_id) &&
    has(filter.goodsIds, goodsIds[one.goods]) &&
    has(filter.payStyles, one.style)
  );
}

const all = (query: Partial<SalesQuery> & Pick<SalesQuery, 'dimension'>) =>
  sumSales(ledger, { merchantId, from: '2025-01-01', to: '2025-12-31', offset: 0, limit: 1_000, ...query });

const withoutMean = ({ meanCents: _, ...sums }: SalesSums): Sums => sums;

test('by anything, filtered by anything: the sum over the trades, each in its row, and the total that of all of them', async () => {
  const world = fc.record({
    sales: fc.array(sale, { minLength: 1, maxLength: 12, size: 'max' }),
    days: fc.tuple(fc.nat(125), fc.nat(125)),
    picks: fc.record({
      filter: fc.nat(6),
      shop: fc.nat(2),
      goods: fc.nat(1),
      style: fc.constantFrom<PayStyle>('cash', 'wechat'),
    }),
  });
  const told: Sale[] = [];
  type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
  const holds = whileTime(60_000, async ({ sales, days, picks }: World) => {
    const laters: (() => Promise<unknown>)[] = [];
    for (const one of sales) laters.push(...[await sell(one)].flatMap((later) => later ?? []));
    for (const refund of laters.reverse()) await refund();
    told.push(...sales);
    expect(await salesProblems(ledger)).toEqual([]);
    const [from = '', to = ''] = days.map((day) => faceOf(timeOf(day * 1_440)).slice(0, 10)).sort();
    const shop = shops[picks.shop] as TestShop;
    const site = sites[picks.shop % 2];
    const filters: SalesFilter[] = [
      {},
      { machineIds: [shop.machineId] },
      { siteIds: [site?.id ?? 0] },
      { lineIds: [site?.line_id ?? 0] },
      { goodsIds: [goodsIds[picks.goods] ?? 0] },
      { payStyles: [picks.style] },
      { scope: [shop.machineId], payStyles: [picks.style] },
    ];
    const filter = filters[picks.filter] ?? {};
    const within = told.filter((one) => {
      const day = faceOf(timeOf(one.minute)).slice(0, 10);
      return day >= from && day <= to && fits(filter, one);
    });
    for (const dimension of salesDimensions) {
      const wanted = new Map<string, Sums>();
      for (const one of within) wanted.set(keyOf(dimension, one), add(wanted.get(keyOf(dimension, one)) ?? noSums, one));
      const { rows, total, count } = await all({ dimension, from, to, filter });
      const nothing = JSON.stringify(noSums);
      const found = rows.map((row) => {
        const { key, name, code: _, ...sums } = row;
        return [dimension === 'area' ? name : key, withoutMean(sums)] as const;
      });
      expect(new Map(found)).toEqual(new Map([...wanted].filter(([, sums]) => JSON.stringify(sums) !== nothing)));
      expect(count).toBe(rows.length);
      expect(withoutMean(total)).toEqual(within.reduce(add, noSums));
    }
  });
  await fc.assert(fc.asyncProperty(world, holds), { numRuns: 25 });
}, 90_000);

test('pages put together are the whole, in its order, whatever it is sorted by; the total does not depend on the page', async () => {
  for (const dimension of ['hour', 'goods', 'site'] as const) {
    for (const by of salesSorts) {
      for (const descending of [false, true]) {
        const sort = { by, descending };
        const whole = await all({ dimension, sort });
        const pages = [];
        for (let offset = 0; offset < whole.count + 3; offset += 3) pages.push(await all({ dimension, sort, offset, limit: 3 }));
        expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
        for (const { total, count } of pages) expect({ total, count }).toEqual({ total: whole.total, count: whole.count });
        if (by === 'name') continue;
        const values = whole.rows.flatMap((row) => {
          const value = {
            units: row.units,
            gross: row.grossCents,
            refunds: row.refundCents,
            net: row.netCents,
            mean: row.meanCents,
          }[by];
          return value === null ? [] : [descending ? -value : value];
        });
        expect(values).toEqual(values.toSorted((a, b) => a - b));
      }
    }
  }
});

test('rows are called what the things are called now', async () => {
  const named = async (dimension: SalesDimension) =>
    (await all({ dimension, sort: { by: 'name', descending: false } })).rows.map(({ name, code }) => [name, code]);
  expect(await named('site')).toEqual([
    ['', ''],
    ['School', 's2'],
    ['Station', 's1'],
  ]);
  expect(await named('area')).toEqual([
    ['', ''],
    ['City', ''],
  ]);
  expect(await named('goods')).toEqual(
    expect.arrayContaining([
      ['Good tea', 'tea'],
      ['Foreign 2', 'g2'],
    ]),
  );
  expect((await named('machine')).map(([, code]) => code)).toEqual(
    expect.arrayContaining(shops.map(({ machineNo }) => machineNo)),
  );
});

test('a zone that was set otherwise: the days are those of the new one, before and after they are made anew', async () => {
  const shop = await testShop(ledger, { merchant: { timeZone: 'Asia/Shanghai' } });
  const upstream = { merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId };
  const createdAt = new Date('2025-03-01T18:00:00Z');
  const tell = (id: string) =>
    putForeignTrades(ledger, upstream, [foreignTrade({ upstreamTradeId: id, machineId: shop.machineId, createdAt })], byTest);
  const days = async () =>
    (await all({ merchantId: shop.merchantId, dimension: 'hour' })).rows.map(({ key, units }) => [key, units]);
  await tell('z1');
  expect(await days()).toEqual([['2025-03-02 02:00', 1]]);
  await ledger.rows(`update merchants set time_zone = 'Europe/Lisbon' where id = $1`, [shop.merchantId]);
  expect(await days()).toEqual([['2025-03-01 18:00', 1]]);
  await tell('z2');
  expect(await days()).toEqual([['2025-03-01 18:00', 2]]);
  await keepAll(ledger);
  expect(await days()).toEqual([['2025-03-01 18:00', 2]]);
  expect(await salesProblems(ledger)).toEqual([]);
});

test('a good that was known under two ids is one in the sums too, before and after they are made anew', async () => {
  const shop = await testShop(ledger);
  const upstream = { merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId };
  const [first] = await putForeignGoods(ledger, upstream, [{ upstreamId: 'abc', name: 'Tea' }]);
  const [second] = await putForeignGoods(ledger, upstream, [{ number: '1001', name: 'Tea, 500 ml' }]);
  const createdAt = ledger.clock.now();
  const tell = (id: string, goodsId: number | undefined) =>
    putForeignTrades(
      ledger,
      upstream,
      [foreignTrade({ upstreamTradeId: id, machineId: shop.machineId, createdAt, goodsId: goodsId ?? null })],
      byTest,
    );
  await tell('g1', first);
  await tell('g2', second);
  const goods = async () =>
    (
      await sumSales(ledger, { ...upstream, from: '2000-01-01', to: '2100-01-01', dimension: 'goods', offset: 0, limit: 10 })
    ).rows.map(({ name, units }) => [name, units]);
  expect(await goods()).toHaveLength(2);
  await putForeignGoods(ledger, upstream, [{ upstreamId: 'abc', number: '1001', name: 'Tea' }]);
  expect(await goods()).toEqual([['Tea', 2]]);
  await tell('g3', second);
  expect(await goods()).toEqual([['Tea', 3]]);
  await keepAll(ledger);
  expect(await goods()).toEqual([['Tea', 3]]);
  expect(await ledger.rows('select * from sales_days_stale')).toEqual([]);
  expect(await salesProblems(ledger)).toEqual([]);
});

test('another merchant sees none of it', async () => {
  const stranger = await testShop(ledger);
  for (const filter of [{}, { machineIds: shops.map(({ machineId }) => machineId) }]) {
    expect(await all({ merchantId: stranger.merchantId, dimension: 'machine', filter })).toEqual({
      rows: [],
      count: 0,
      total: { ...noSums, meanCents: null },
    });
  }
});
