import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { listTrades, type TradeFilter } from './list-trades.ts';
import { type PayStyle, payStyles } from './pay-style.ts';
import { putForeignTrades } from './put-foreign-trades.ts';
import type { Trade } from './trade.ts';

let ledger: TestLedger;
let shops: TestShop[];
let all: Trade[];

let ids = 0;
async function tell(count: number): Promise<void> {
  const [{ merchantId, integrationId }] = shops as [TestShop];
  const trades = Array.from({ length: count }, () => {
    ids += 1;
    const createdAt = new Date(ledger.clock.now().getTime() + ((ids * 7919) % 1_000) * 1_000 + (ids % 1_000));
    const payStyle = payStyles[ids % 4] ?? 'other';
    return foreignTrade({ upstreamTradeId: `t${ids}`, machineId: shops[ids % 2]?.machineId ?? 0, createdAt, payStyle });
  });
  await putForeignTrades(ledger, { merchantId, upstreamIntegrationId: integrationId }, trades, byTest);
}

beforeAll(async () => {
  ledger = await testLedger();
  const first = await testShop(ledger);
  shops = [first, await testShop(ledger, { of: first })];
  await tell(200);
  all = (await list({}, 0, 1_000)).trades;
});
afterAll(() => ledger.drop());

function list(filter: TradeFilter, cursor: number, limit: number) {
  return listTrades(ledger, shops[0]?.merchantId ?? 0, filter, { cursor, limit });
}

const secondOf = (time: Date) => Math.floor(time.getTime() / 1000);

test('any filter and page: what a look through all of them gives', async () => {
  expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  const time = fc.nat(1_000).map((seconds) => new Date(ledger.clock.now().getTime() + seconds * 1_000));
  const filters = fc.record(
    {
      machineId: fc.constantFrom(...shops.map(({ machineId }) => machineId)),
      from: time,
      to: time,
      payStyles: fc.uniqueArray(fc.constantFrom<PayStyle>('baifubao', 'wechat', 'alipay', 'cash', 'card'), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(filters, fc.nat(220), fc.nat(60), async (filter, cursor, limit) => {
      const fitting = all.filter(
        (trade) =>
          (filter.machineId === undefined || trade.machineId === filter.machineId) &&
          (filter.from === undefined || secondOf(trade.createdAt) >= secondOf(filter.from)) &&
          (filter.to === undefined || secondOf(trade.createdAt) <= secondOf(filter.to)) &&
          (filter.payStyles === undefined || filter.payStyles.includes(trade.payStyle)),
      );
      const { total, trades } = await list(filter, cursor, limit);
      expect(total).toBe(fitting.length);
      expect(trades).toEqual(fitting.slice(cursor, cursor + limit));
    }),
    { numRuns: 60 },
  );
});

test('pages keep their rows when more comes', async () => {
  const page = await list({}, 50, 10);
  const filtered = await list({ payStyles: ['cash'] }, 5, 5);
  await tell(20);
  expect((await list({}, 50, 10)).trades).toEqual(page.trades);
  expect((await list({ payStyles: ['cash'] }, 5, 5)).trades).toEqual(filtered.trades);
  expect((await list({}, 0, 0)).total).toBe(page.total + 20);
});

test('another merchant has none of them', async () => {
  const stranger = await testShop(ledger);
  expect(await listTrades(ledger, stranger.merchantId, {}, { cursor: 0, limit: 10 })).toEqual({ total: 0, trades: [] });
  const { total } = await listTrades(ledger, stranger.merchantId, { machineId: shops[0]?.machineId }, { cursor: 0, limit: 10 });
  expect(total).toBe(0);
});
