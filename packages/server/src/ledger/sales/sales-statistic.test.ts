import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { whileTime } from '../../testing/while-time.ts';
import { changeOrder } from '../orders/change-order.ts';
import { recordMachineOrders } from '../orders/record-machine-orders.ts';
import { payStyleSide, payStyles } from './pay-style.ts';
import { putForeignTrades } from './put-foreign-trades.ts';
import { type MachineSales, salesStatistic } from './sales-statistic.ts';

let ledger: TestLedger;
let shops: TestShop[];
beforeAll(async () => {
  ledger = await testLedger();
  const first = await testShop(ledger, { slots: [{ onHand: 1_000, capacity: 1_000 }] });
  shops = [first, await testShop(ledger, { of: first, slots: [{ onHand: 1_000, capacity: 1_000 }] })];
});
afterAll(() => ledger.drop());

/** About two years, often at the very edges of hours, days and months. */
const second = fc.oneof(
  fc.integer({ min: 0, max: 63_072_000 }),
  fc
    .tuple(fc.integer({ min: 0, max: 24 }), fc.constantFrom(0, 1, 3_599, 3_600, 86_399, 86_400, -1))
    .map(([month, offset]) => (Date.UTC(2023, month) - Date.UTC(2023, 0)) / 1000 + offset),
);
const timeOf = (seconds: number, millis = 0) => new Date(Date.UTC(2023, 0) + seconds * 1000 + millis);

type Sale = [at: number, millis: number, shop: number, style: number, price: number, fate: string];

const sale: fc.Arbitrary<Sale> = fc.tuple(
  second,
  fc.constantFrom(0, 1, 999),
  fc.nat(1),
  fc.nat(payStyles.length - 1),
  fc.integer({ min: 0, max: 900 }),
  fc.constantFrom(
    'own',
    'own-refunded',
    'own-failed',
    'foreign',
    'foreign-refunding',
    'foreign-refunded-later',
    'foreign-waiting',
  ),
);

let numbers = 0;

async function sell([at, millis, of, style, priceCents, fate]: Sale): Promise<(() => Promise<unknown>) | undefined> {
  const shop = shops[of] as TestShop;
  const { merchantId, machineId, integrationId } = shop;
  const createdAt = timeOf(at, millis);
  const payStyle = payStyles[style] ?? 'other';
  const number = `n${++numbers}`;
  if (fate.startsWith('own')) {
    const units = [{ dispensed: fate !== 'own-failed', error: '' }];
    const lines = [{ productId: shop.slots[0]?.productId ?? 0, priceCents, units }];
    const common = { tradeId: number, state: 'paid' as const, amountCents: priceCents, paymentReference: '', lines };
    const machine = { merchantId, id: machineId };
    await recordMachineOrders(ledger, machine, [{ ...common, payStyle, createdAt, paidAt: createdAt }], byTest);
    const [order] = await ledger.rows<{ id: number }>('select id from orders where trade_id = $1', [number]);
    if (fate !== 'own-refunded') return undefined;
    const refund = { merchantId, machineId, orderId: order?.id ?? 0, to: 'refunded' as const, cause: byTest };
    return () => changeOrder(ledger, refund);
  }
  const upstream = { merchantId, upstreamIntegrationId: integrationId };
  const trade = foreignTrade({
    upstreamTradeId: number,
    machineId,
    createdAt,
    payStyle,
    priceCents,
    quantity: 1 + (priceCents % 2),
  });
  const told = {
    ...trade,
    ...(fate === 'foreign-refunding' && { refundState: 'refunding' as const }),
    ...(fate === 'foreign-waiting' && { payStatus: 'waiting' as const, paidAt: null }),
  };
  await putForeignTrades(ledger, upstream, [told], byTest);
  if (fate !== 'foreign-refunded-later') return undefined;
  return () => putForeignTrades(ledger, upstream, [{ ...trade, refundState: 'refunded' }], byTest);
}

/** The sum over the trades, one by one. */
async function reckoned(from: Date, to: Date): Promise<unknown[]> {
  const trades = await ledger.rows<{
    machine_id: number;
    pay_style: string;
    quantity: number;
    price_cents: number;
    created_at: Date;
  }>(
    `select * from trades where pay_status = 'paid' and deliver_state = 'dispensed' and refund_state not in ('refunding', 'refunded')`,
  );
  return shops.map(({ machineId }) => {
    const within = trades.filter(
      (trade) =>
        trade.machine_id === machineId &&
        trade.created_at.getTime() >= from.getTime() &&
        Math.floor(trade.created_at.getTime() / 1000) * 1000 <= to.getTime(),
    );
    const byStyle: Record<string, { units: number; amountCents: number }> = {};
    for (const { pay_style, quantity, price_cents } of within) {
      byStyle[pay_style] ??= { units: 0, amountCents: 0 };
      byStyle[pay_style].units += quantity;
      byStyle[pay_style].amountCents += quantity * price_cents;
    }
    return { machineId, ...sumOf(Object.values(byStyle)), byStyle };
  });
}

function sumOf(parts: readonly { units: number; amountCents: number }[]) {
  const add = (sum: number, one: number) => sum + one;
  return {
    units: parts.map(({ units }) => units).reduce(add, 0),
    amountCents: parts.map(({ amountCents }) => amountCents).reduce(add, 0),
  };
}

const show = ({ byStyle, ...machine }: MachineSales) => ({ ...machine, byStyle: Object.fromEntries(byStyle) });

test('any period, any order of arrival, refunds later, another platform’s too: the sum over the trades', async () => {
  const world = fc.record({
    sales: fc.array(sale, { minLength: 1, maxLength: 12, size: 'max' }),
    projects: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    periods: fc.array(fc.tuple(second, second), { minLength: 6, maxLength: 6 }),
  });
  type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
  const holds = whileTime(30_000, async ({ sales, projects, periods }: World) => {
    const laters: (() => Promise<unknown>)[] = [];
    for (const [n, one] of sales.entries()) {
      const later = await sell(one);
      if (later) laters.push(later);
      if (projects[n]) await projectAll(ledger);
    }
    for (const refund of laters.reverse()) await refund();
    await projectAll(ledger);
    expect(await salesProblems(ledger)).toEqual([]);
    const marks = sales.map(([at]) => at);
    for (const [a, b] of [...periods, [marks[0] ?? 0, marks.at(-1) ?? 0] as const]) {
      const [from, to] = [timeOf(Math.min(a, b)), timeOf(Math.max(a, b))];
      const machineIds = shops.map(({ machineId }) => machineId);
      const statistic = await salesStatistic(ledger, { merchantId: shops[0]?.merchantId ?? 0, machineIds, from, to });
      expect(statistic.map(show)).toEqual(await reckoned(from, to));
      for (const { byStyle, units, amountCents } of statistic) {
        const sides = [...byStyle].map(([style, sums]) => ({ side: payStyleSide(style), ...sums }));
        const [online, offline] = ['online', 'offline'].map((side) => sumOf(sides.filter((one) => one.side === side)));
        expect(sumOf([online, offline].filter((one) => one !== undefined))).toEqual({ units, amountCents });
      }
    }
  });
  await fc.assert(fc.asyncProperty(world, holds), { numRuns: 15 });
}, 90_000);

test('a machine without sales has a row of nothing, one of another merchant none', async () => {
  const stranger = await testShop(ledger);
  const merchantId = shops[0]?.merchantId ?? 0;
  const idle = await testShop(ledger, { of: shops[0] as TestShop });
  const machineIds = [stranger.machineId, idle.machineId];
  const statistic = await salesStatistic(ledger, { merchantId, machineIds, from: timeOf(0), to: timeOf(1e8) });
  expect(statistic).toEqual([{ machineId: idle.machineId, units: 0, amountCents: 0, byStyle: new Map() }]);
});

test('the second in which it ends belongs to it', async () => {
  const shop = await testShop(ledger);
  const at = ledger.clock.now();
  const trade = foreignTrade({ upstreamTradeId: 'edge', machineId: shop.machineId, createdAt: new Date(at.getTime() + 999) });
  const { merchantId, integrationId, machineId } = shop;
  await putForeignTrades(ledger, { merchantId, upstreamIntegrationId: integrationId }, [trade], byTest);
  const unitsOf = async (from: Date, to: Date) =>
    (await salesStatistic(ledger, { merchantId, machineIds: [machineId], from, to }))[0]?.units;
  expect(await unitsOf(at, at)).toBe(1);
  expect(await unitsOf(new Date(at.getTime() - 1_000), new Date(at.getTime() - 1_000))).toBe(0);
  expect(await unitsOf(new Date(at.getTime() + 1_000), new Date(at.getTime() + 9_000))).toBe(0);
});
