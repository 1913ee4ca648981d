import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { type CompareToday, compareToday } from './compare-today.ts';
import { putForeignTrades } from './put-foreign-trades.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const hour = 3_600_000;
const itIs = (time: string) => ledger.clock.advance((Date.parse(time) - ledger.clock.now().getTime()) / 1_000);
let numbers = 0;

/** Cans of 1 yuan each, so many milliseconds before now. */
async function sell(shop: TestShop, ago: number, priceCents = 100, more: Partial<Parameters<typeof foreignTrade>[0]> = {}) {
  numbers += 1;
  const upstream = { merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId };
  const createdAt = new Date(ledger.clock.now().getTime() - ago);
  await putForeignTrades(
    ledger,
    upstream,
    [foreignTrade({ upstreamTradeId: `c${numbers}`, machineId: shop.machineId, createdAt, priceCents, ...more })],
    byTest,
  );
}

const compare = (shop: TestShop, more: Partial<CompareToday> = {}) =>
  compareToday(ledger, { merchantId: shop.merchantId, order: 'sales', most: 5, ...more });

test('today’s day began by the merchant’s clocks; last week is the same weekday, up to now and the whole of it', async () => {
  // 01:30 on the day after, in Shanghai.
  itIs('2025-03-12T17:30:00Z');
  const shop = await testShop(ledger, { merchant: { timeZone: 'Asia/Shanghai' } });
  const week = 7 * 24 * hour;
  await sell(shop, 0, 1);
  await sell(shop, 1.5 * hour, 20);
  await sell(shop, 1.5 * hour + 1, 300); // yesterday
  await sell(shop, week + 1, 4_000);
  await sell(shop, week, 50_000); // at this very moment a week ago: not before it
  await sell(shop, week - 22 * hour, 600_000);
  await sell(shop, week - 22.5 * hour, 7_000_000); // the day after
  await sell(shop, 0, 80_000_000, { refundState: 'refunded' });
  const { day, today, lastWeekSoFar, lastWeek, hours } = await compare(shop);
  expect(day).toBe('2025-03-13');
  expect(today).toEqual({ units: 2, amountCents: 21 });
  expect(lastWeekSoFar).toEqual({ units: 1, amountCents: 4_000 });
  expect(lastWeek).toEqual({ units: 3, amountCents: 654_000 });
  expect(hours).toHaveLength(24);
  expect(hours[0]?.today.amountCents).toBe(20);
  expect(hours[1]?.today.amountCents).toBe(1);
  expect(hours[1]?.lastWeek.amountCents).toBe(54_000);
  expect(hours[23]?.lastWeek.amountCents).toBe(600_000);
});

test('the clocks were changed in between: it is the time of day that is the same', async () => {
  itIs('2025-03-31T10:00:00Z'); // 12:00 in Berlin, and a week ago 11:00 by the same clock of UTC
  const shop = await testShop(ledger, { merchant: { timeZone: 'Europe/Berlin' } });
  await sell(shop, 7 * 24 * hour - 0.5 * hour); // 11:30 of then
  await sell(shop, 7 * 24 * hour - 1.5 * hour); // 12:30
  expect((await compare(shop)).lastWeekSoFar.units).toBe(1);
  expect((await compare(shop)).lastWeek.units).toBe(2);
});

test('those who sell most, or those who changed most; of a scope alone its machines', async () => {
  itIs('2025-05-14T10:00:00Z');
  const first = await testShop(ledger);
  const others = [await testShop(ledger, { of: first }), await testShop(ledger, { of: first })];
  const [second, third] = others as [TestShop, TestShop];
  const week = 7 * 24 * hour + 1;
  await sell(first, hour, 1_000);
  await sell(first, week, 1_000);
  await sell(second, hour, 600);
  await sell(third, week, 900, { payStyle: 'cash' });
  const machines = async (more: Partial<CompareToday>) =>
    (await compare(first, more)).movers.machine.map(({ code, today, lastWeek }) => [
      code,
      today.amountCents,
      lastWeek.amountCents,
    ]);
  const [one, two, three] = [
    [first.machineNo, 1_000, 1_000],
    [second.machineNo, 600, 0],
    [third.machineNo, 0, 900],
  ];
  expect(await machines({})).toEqual([one, two, three]);
  expect(await machines({ order: 'change' })).toEqual([three, two, one]);
  expect(await machines({ most: 1 })).toEqual([one]);
  expect(await machines({ scope: [second.machineId] })).toEqual([two]);
  const { movers, today } = await compare(first, { most: 1 });
  expect(movers['pay-style']).toHaveLength(1);
  expect(movers['pay-style'][0]?.key).toBe('alipay');
  expect(movers.channel.map(({ today: sales }) => sales)).toEqual([today]);
  expect(movers.goods.map(({ name, code }) => [name, code])).toEqual([['Tea', 'tea']]);
  const stranger = await testShop(ledger);
  expect((await compare(stranger, { scope: [first.machineId] })).today.units).toBe(0);
});

test('the hours make the whole, whenever it was sold', async () => {
  itIs('2025-07-16T09:17:00Z');
  const shop = await testShop(ledger, { merchant: { timeZone: 'Asia/Kolkata' } });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(8 * 24 * 60), fc.nat(900)), { maxLength: 8 }), async (sales) => {
      for (const [minutes, cents] of sales) await sell(shop, minutes * 60_000, cents);
      const { hours, today, lastWeek, movers } = await compare(shop, { most: 100 });
      const sum = (pick: 'today' | 'lastWeek') => hours.reduce((all, one) => all + one[pick].amountCents, 0);
      expect([sum('today'), sum('lastWeek')]).toEqual([today.amountCents, lastWeek.amountCents]);
      const [{ n } = { n: -1 }] = await ledger.rows<{ n: number }>(
        `select coalesce(sum(quantity * price_cents), 0)::bigint as n from trades
         where merchant_id = $1 and counts and (created_at at time zone 'Asia/Kolkata')::date = '2025-07-16'`,
        [shop.merchantId],
      );
      expect(today.amountCents).toBe(n);
      for (const list of Object.values(movers)) {
        expect(list.reduce((all, one) => all + one.today.amountCents, 0)).toBe(n);
      }
    }),
    { numRuns: 12 },
  );
});
