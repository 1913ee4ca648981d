import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, elsewhere, placePaid, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { keepAll, salesProblems } from '../../testing/sales.ts';
import { keepSalesDays, merchantsToKeep } from './keep-sales-days.ts';
import { projectSales } from './project-sales.ts';
import { putForeignTrades } from './put-foreign-trades.ts';
import { sumSales } from './sum-sales.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const evening = new Date('2025-03-01T18:00:00Z');

async function shopWith(trades: number): Promise<TestShop> {
  const shop = await testShop(ledger, { merchant: { timeZone: 'Asia/Shanghai' } });
  await tell(shop, ...Array.from({ length: trades }, (_, n) => `old ${n}`));
  return shop;
}

function tell(shop: TestShop, ...ids: string[]): Promise<number> {
  const { merchantId, integrationId, machineId } = shop;
  const trades = ids.map((upstreamTradeId) => foreignTrade({ upstreamTradeId, machineId, createdAt: evening }));
  return putForeignTrades(ledger, { merchantId, upstreamIntegrationId: integrationId }, trades, byTest);
}

function giveBack(shop: TestShop, id: string): Promise<number> {
  const { merchantId, integrationId, machineId } = shop;
  const trade = foreignTrade({ upstreamTradeId: id, machineId, createdAt: evening, refundState: 'refunded' });
  return putForeignTrades(ledger, { merchantId, upstreamIntegrationId: integrationId }, [trade], byTest);
}

const move = ({ merchantId }: TestShop, zone: string) =>
  ledger.rows('update merchants set time_zone = $2 where id = $1', [merchantId, zone]);

/** As a merchant is that was there before the sums were. */
async function forget({ merchantId }: TestShop): Promise<void> {
  await ledger.rows('delete from sales_days where merchant_id = $1', [merchantId]);
  await ledger.rows('update sales_counters set days_zone = null, days_seq = 0 where merchant_id = $1', [merchantId]);
}

async function counter({ merchantId }: TestShop) {
  const [row] = await ledger.rows<{ zone: string | null; seq: number; trades: number }>(
    'select days_zone as zone, days_seq as seq, trades from sales_counters where merchant_id = $1',
    [merchantId],
  );
  return row;
}

/** Hour and units of each row. */
async function hours({ merchantId }: TestShop): Promise<(string | number)[][]> {
  const query = { merchantId, from: '2025-01-01', to: '2025-12-31', dimension: 'hour', offset: 0, limit: 10 } as const;
  return (await sumSales(ledger, query)).rows.map(({ key, units, refundedUnits }) => [key, units, refundedUnits]);
}

const isDue = async ({ merchantId }: TestShop) => (await merchantsToKeep(ledger)).includes(merchantId);

test('of a merchant that has sold nothing yet the sums are whole, and stay so', async () => {
  const shop = await shopWith(3);
  expect(await counter(shop)).toEqual({ zone: 'Asia/Shanghai', seq: 3, trades: 3 });
  expect(await isDue(shop)).toBe(false);
});

test('who writes trades leaves sums that are not whole to be made in their turn', async () => {
  const [before, moved] = [await shopWith(3), await shopWith(3)];
  await forget(before);
  await move(moved, 'Europe/Lisbon');
  for (const shop of [before, moved]) {
    await tell(shop, 'new');
    await placePaid(ledger, shop);
  }
  expect(await projectSales(ledger)).toMatchObject({ done: 2, trades: 2 });
  expect(await counter(before)).toEqual({ zone: null, seq: 0, trades: 5 });
  expect(await counter(moved)).toEqual({ zone: 'Asia/Shanghai', seq: 5, trades: 5 });
  expect([await isDue(before), await isDue(moved)]).toEqual([true, true]);
  expect(await hours(before)).toEqual([['2025-03-02 02:00', 4, 0]]);
  expect(await hours(moved)).toEqual([['2025-03-01 18:00', 4, 0]]);
  expect(await salesProblems(ledger)).toEqual([]);
  await keepAll(ledger);
});

test("while one merchant's sums are made, the sales of another are projected", async () => {
  const [large, other] = [await shopWith(3), await testShop(ledger)];
  await move(large, 'Europe/Lisbon');
  await ledger.db.transaction().execute(async (trx) => {
    for (let step = 0; step < 3; step += 1) await keepSalesDays({ ...ledger, db: trx }, large.merchantId, 2);
    await placePaid(elsewhere(ledger), other);
    expect(await projectSales(elsewhere(ledger))).toMatchObject({ done: 1, trades: 1, busy: false });
  });
  await keepAll(ledger);
  expect(await hours(large)).toEqual([['2025-03-01 18:00', 3, 0]]);
});

test('step by step, with trades that come and are given back in between: right at every step, and whole in the end', async () => {
  const shop = await shopWith(5);
  await move(shop, 'Europe/Lisbon');
  const seen: (number | null)[] = [];
  let [told, back] = [5, 0];
  for (let n = 0; await isDue(shop); n += 1) {
    await keepSalesDays(ledger, shop.merchantId, 2);
    expect(await salesProblems(ledger)).toEqual([]);
    const { zone, seq } = (await counter(shop)) ?? {};
    seen.push(zone === null ? null : (seq ?? 0));
    expect(await hours(shop)).toEqual([['2025-03-01 18:00', told - back, back]]);
    if (n > 3 && n < 7) {
      await tell(shop, `between ${n}`);
      await giveBack(shop, `old ${n - 4}`);
      told += 1;
      back += 1;
      expect(await salesProblems(ledger)).toEqual([]);
      expect(await hours(shop)).toEqual([['2025-03-01 18:00', told - back, back]]);
    }
  }
  // Eight sums go by twos, then the trades come by twos.
  expect(seen).toEqual([null, null, null, null, 0, 2, 4, 6, 8]);
  expect(await counter(shop)).toEqual({ zone: 'Europe/Lisbon', seq: 8, trades: 8 });
  await tell(shop, 'after');
  expect(await counter(shop)).toMatchObject({ seq: 9, trades: 9 });
  expect(await salesProblems(ledger)).toEqual([]);
});

test('a zone that is changed again while its sums are made: they are made for the last', async () => {
  const shop = await shopWith(3);
  await move(shop, 'Europe/Lisbon');
  for (let step = 0; step < 6; step += 1) await keepSalesDays(ledger, shop.merchantId, 2);
  expect(await counter(shop)).toMatchObject({ zone: 'Europe/Lisbon', seq: 2 });
  await move(shop, 'Asia/Kolkata');
  await tell(shop, 'new');
  await keepAll(ledger);
  expect(await hours(shop)).toEqual([['2025-03-01 23:00', 4, 0]]);
  expect(await salesProblems(ledger)).toEqual([]);
});

test('made by several processes at once they are made once', async () => {
  const shop = await shopWith(20);
  await forget(shop);
  const step = () => keepSalesDays(elsewhere(ledger), shop.merchantId, 3);
  for (let round = 0; round < 4; round += 1) await Promise.all([step(), step(), step(), tell(shop, `meanwhile ${round}`)]);
  expect(await isDue(shop)).toBe(false);
  expect(await hours(shop)).toEqual([['2025-03-02 02:00', 24, 0]]);
  expect(await salesProblems(ledger)).toEqual([]);
});
