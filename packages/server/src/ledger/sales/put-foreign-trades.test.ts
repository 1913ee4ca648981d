import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, eventsOf, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { salesProblems } from '../../testing/sales.ts';
import { listTrades } from './list-trades.ts';
import { type ForeignTrade, putForeignTrades } from './put-foreign-trades.ts';

let ledger: TestLedger;
let shop: TestShop;
beforeAll(async () => {
  ledger = await testLedger();
  shop = await testShop(ledger);
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await salesProblems(ledger)).toEqual([]);
});

let ids = 0;
const newId = () => `upstream-${++ids}`;

function tell(id: string, what: Partial<ForeignTrade> = {}): ForeignTrade {
  return foreignTrade({ upstreamTradeId: id, machineId: shop.machineId, createdAt: ledger.clock.now(), ...what });
}

function put(...trades: ForeignTrade[]): Promise<number> {
  const { merchantId, integrationId } = shop;
  return putForeignTrades(ledger, { merchantId, upstreamIntegrationId: integrationId }, trades, byTest);
}

async function stored(id: string) {
  const { trades } = await listTrades(ledger, shop.merchantId, {}, { cursor: 0, limit: 1_000 });
  return trades.filter(({ upstreamTradeId }) => upstreamTradeId === id);
}

test('a trade of another platform stands among our own, marked, and told again changes nothing', async () => {
  const id = newId();
  expect(await put(tell(id), tell(id))).toBe(1);
  expect(await put(tell(id))).toBe(0);
  expect(await stored(id)).toMatchObject([
    {
      upstreamIntegrationId: shop.integrationId,
      orderId: null,
      integrationId: null,
      orderNo: `order-${id}`,
      slotId: shop.slots[0]?.id,
      goodsName: 'Tea',
      categoryTitle: 'Drinks',
      priceCents: 400,
      originalPriceCents: 500,
      payStyle: 'alipay',
      deliverState: 'dispensed',
    },
  ]);
  const events = await eventsOf(ledger, shop, 'trade.created', 'trade.changed');
  expect(events).toMatchObject([
    { kind: 'trade.created', data: { upstreamIntegrationId: shop.integrationId, payStyle: 'alipay' } },
  ]);
});

test('what is older never takes back what is newer, and may yet add to it', async () => {
  const id = newId();
  const later = new Date(ledger.clock.now().getTime() + 60_000);
  await put(tell(id, { deliverState: 'dispensed', executedAt: later, paymentReference: '' }));
  const old = tell(id, { deliverState: 'pending', executedAt: null, paymentReference: 'ali-1', refundState: 'refunding' });
  expect(await put(old)).toBe(1);
  const state = { deliverState: 'dispensed', executedAt: later, paymentReference: 'ali-1', refundState: 'refunding' };
  expect(await stored(id)).toMatchObject([state]);
  await put(tell(id, { refundState: 'refunded', refundCents: 400, refundedAt: later }));
  expect(await put(tell(id, { payStatus: 'waiting', paidAt: null, deliverState: 'failed', refundState: 'none' }))).toBe(0);
  expect(await stored(id)).toMatchObject([{ ...state, payStatus: 'paid', refundState: 'refunded', refundCents: 400 }]);
});

test('in whatever order the states of a life are told, and however often, it ends as it ended', async () => {
  const begun = ledger.clock.now();
  const at = (seconds: number) => new Date(begun.getTime() + seconds * 1000);
  const life: Partial<ForeignTrade>[] = [
    { payStatus: 'waiting', paidAt: null, deliverState: 'pending', executedAt: null },
    { paidAt: at(5), deliverState: 'pending', executedAt: null },
    { paidAt: at(5), deliverState: 'failed', executedAt: at(9) },
    { paidAt: at(5), deliverState: 'dispensed', executedAt: at(20) },
    { paidAt: at(5), deliverState: 'dispensed', executedAt: at(20), refundState: 'refunding', refundedAt: at(30) },
    { paidAt: at(5), deliverState: 'dispensed', executedAt: at(20), refundState: 'failed', refundedAt: at(31) },
    {
      paidAt: at(5),
      deliverState: 'dispensed',
      executedAt: at(20),
      refundState: 'refunded',
      refundCents: 400,
      refundedAt: at(40),
    },
  ];
  const orders = fc.tuple(
    fc.shuffledSubarray(life, { minLength: life.length }),
    fc.array(fc.constantFrom(...life), { maxLength: 5 }),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(orders, async ([all, more, together]) => {
      const id = newId();
      const told = [...all, ...more].map((what) => tell(id, { createdAt: begun, ...what }));
      if (together) await put(...told);
      else for (const one of told) await put(one);
      expect(await stored(id)).toMatchObject([{ ...life.at(-1), payStatus: 'paid' }]);
    }),
    { numRuns: 25 },
  );
});

test('platforms may use the same ids', async () => {
  const id = newId();
  const other = await testShop(ledger, { of: shop });
  await put(tell(id));
  const [integration] = await ledger.rows<{ id: number }>(
    `insert into integrations (merchant_id, dialect, role, wire_id, secrets, created_at) values ($1, 'plain', 'customer', 'x', '', now()) returning id`,
    [shop.merchantId],
  );
  const theirs = { merchantId: shop.merchantId, upstreamIntegrationId: integration?.id ?? 0 };
  expect(await putForeignTrades(ledger, theirs, [tell(id, { machineId: other.machineId })], byTest)).toBe(1);
  expect(await stored(id)).toHaveLength(2);
});
