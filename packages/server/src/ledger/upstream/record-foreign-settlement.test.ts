import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { byTest, eventsOf, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { salesProblems } from '../../testing/sales.ts';
import { getMachineOverview } from '../machines/list-machine-overviews.ts';
import { listSettlements } from '../sales/list-settlements.ts';
import { putForeignTrades } from '../sales/put-foreign-trades.ts';
import { salesSinceRefill } from '../sales/sales-since-refill.ts';
import { putForeignMachine } from './put-foreign-machine.ts';
import { type ForeignSettlement, recordForeignSettlement } from './record-foreign-settlement.ts';

let ledger: TestLedger;
let shop: TestShop;
let machineId: number;
beforeAll(async () => {
  ledger = await testLedger();
});
beforeEach(async () => {
  shop = await testShop(ledger);
  machineId = await putForeignMachine(ledger, { ...of(), machineNo: 'F-1', cabinets: cabinets(2), saidAt: at(0), cause: byTest });
});
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
  expect(await salesProblems(ledger)).toEqual([]);
});
afterAll(() => ledger.drop());

const of = () => ({ merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId });
const at = (minute: number) => new Date(Date.UTC(2025, 4, 1, 12, minute));
const goods = { number: 'tea', name: 'Tea' };
const cabinets = (onHand: number) => [{ name: 'F-1', slots: [{ code: '1', goods, priceCents: 500, capacity: 20, onHand }] }];

const settle = (minute: number, more: Partial<ForeignSettlement> = {}) =>
  recordForeignSettlement(ledger, {
    ...of(),
    machineNo: 'F-1',
    refilledAt: at(minute),
    previousAt: null,
    slots: [{ cabinet: 'F-1', code: '1', goods, priceCents: 500, stock: 20, refilled: 18, sales: [sold(3)] }],
    otherSales: [],
    cause: byTest,
    ...more,
  });
const sold = (units: number) => ({ payStyle: 'wechat' as const, units, amountCents: units * 500 });
const sell = (id: string, minute: number) =>
  putForeignTrades(
    ledger,
    of(),
    [foreignTrade({ upstreamTradeId: id, machineId, createdAt: at(minute), slotName: 'F-1:1', cabinetName: 'F-1' })],
    byTest,
  );
const since = async () => (await salesSinceRefill(ledger, shop.merchantId, machineId)).reduce((sum, { units }) => sum + units, 0);
const onHand = async () =>
  (await getMachineOverview(ledger, { merchantId: shop.merchantId, machineNo: 'F-1' })).cabinets[0]?.slots[0]?.onHand;
const listed = () => listSettlements(ledger, shop.merchantId, {});

test('it is kept as it is told, with the stock that the refill left; told again nothing changes', async () => {
  expect(await settle(10, { previousAt: at(1), otherSales: [sold(1)] })).toBe(true);
  expect(await settle(10, { previousAt: at(1), slots: [] })).toBe(false);
  expect(await onHand()).toBe(20);
  expect(await listed()).toMatchObject([
    {
      machineNo: 'F-1',
      previousAt: at(1),
      refilledAt: at(10),
      slots: [{ slotName: 'F-1:1', goodsNumber: 'tea', priceCents: 500, stock: 20, refilled: 18, sales: [sold(3)] }],
      sales: [sold(4)],
    },
  ]);
  expect(await eventsOf(ledger, shop, 'refill.settled')).toHaveLength(1);
});

test('an older one than what is known of the stock changes no stock', async () => {
  await putForeignMachine(ledger, { ...of(), machineNo: 'F-1', cabinets: cabinets(7), saidAt: at(20), cause: byTest });
  await settle(10);
  expect(await onHand()).toBe(7);
  expect(await listed()).toHaveLength(1);
});

test('a trade belongs to the first refill after it, whichever is told first', async () => {
  await sell('a', 5);
  await settle(20);
  await sell('b', 15);
  await sell('c', 8);
  await sell('d', 25);
  await settle(10);
  expect(await since()).toBe(1);
  const rows = await ledger.rows<{ id: string; at: Date }>(
    `select t.upstream_trade_id as id, r.at from trades t join refills r on r.id = t.refill_id where t.merchant_id = $1 order by 1`,
    [shop.merchantId],
  );
  expect(rows).toEqual([
    { id: 'a', at: at(10) },
    { id: 'b', at: at(20) },
    { id: 'c', at: at(10) },
  ]);
});

test('a machine that nobody told of is made of it', async () => {
  await settle(10, { machineNo: 'F-9', site: { name: 'Tower', line: 'line 14' } });
  const machine = await getMachineOverview(ledger, { merchantId: shop.merchantId, machineNo: 'F-9' });
  expect(machine).toMatchObject({ name: 'F-9', site: { name: 'Tower', lineName: 'line 14' } });
  expect(machine.cabinets[0]?.slots).toMatchObject([{ code: '1', onHand: 20, goods: { number: 'tea' } }]);
});
