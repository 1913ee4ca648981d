import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import { answer, byTest, eventsOf, sendOut, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { changeOrder } from '../orders/change-order.ts';
import { recordMachineOrders } from '../orders/record-machine-orders.ts';
import { recordMachineRefill } from '../refills/record-machine-refill.ts';
import { refillSlots } from '../refills/refill-slots.ts';
import { listSettlements } from './list-settlements.ts';
import { byGoods, salesSinceRefill } from './sales-since-refill.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  await projectAll(ledger);
  expect([...(await conservationProblems(ledger)), ...(await salesProblems(ledger))]).toEqual([]);
});

const shopOfTwo = () => testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 5, priceCents: 500 }] });

let sales = 0;

async function sell(shop: TestShop, slot: number, payStyle: 'cash' | 'wechat', soldAt = ledger.clock.now()): Promise<number> {
  const lines = [
    { productId: shop.slots[slot]?.productId ?? 0, priceCents: slot === 0 ? 300 : 500, units: [{ dispensed: true, error: '' }] },
  ];
  const tradeId = `settled-${++sales}`;
  const common = { tradeId, state: 'paid' as const, amountCents: 300, paymentReference: '', createdAt: soldAt, paidAt: soldAt };
  await recordMachineOrders(
    ledger,
    { merchantId: shop.merchantId, id: shop.machineId },
    [{ ...common, payStyle, lines }],
    byTest,
  );
  const [order] = await ledger.rows<{ id: number }>('select id from orders where trade_id = $1', [tradeId]);
  return order?.id ?? 0;
}

async function refill(shop: TestShop, quantity = 1): Promise<void> {
  ledger.clock.advance(60);
  const { merchantId, machineId, slots } = shop;
  const filled = [{ slotId: slots[0]?.id ?? 0, quantity }];
  await refillSlots(ledger, { merchantId, machineId, slots: filled, source: 'test', cause: byTest });
  ledger.clock.advance(60);
}

async function settlementsOf(shop: TestShop) {
  await projectAll(ledger);
  return await listSettlements(ledger, shop.merchantId, {});
}

const unitsIn = (settlements: Awaited<ReturnType<typeof settlementsOf>>) =>
  settlements.map(({ sales: sold }) => sold.reduce((sum, { units }) => sum + units, 0));

function refund(shop: TestShop, orderId: number): Promise<void> {
  const { merchantId, machineId } = shop;
  return changeOrder(ledger, { merchantId, machineId, orderId, to: 'refunded', cause: byTest });
}

test('a refill settles what was sold since the last: by slot and pay style, with the stock that it left', async () => {
  const shop = await shopOfTwo();
  const { command } = await sendOut(ledger, shop);
  await answer(ledger, shop, command);
  await sell(shop, 0, 'cash');
  await sell(shop, 1, 'cash');
  await projectAll(ledger);
  const since = await salesSinceRefill(ledger, shop.merchantId, shop.machineId);
  expect(since).toMatchObject([
    { cabinetName: 'A', slotName: 'A1', goodsNumber: 'cola', units: 2, amountCents: 600 },
    { cabinetName: 'A', slotName: 'A2', goodsNumber: 'cola', units: 1, amountCents: 500 },
  ]);
  expect(byGoods(since)).toMatchObject([{ cabinetName: 'A', goodsName: 'Cola', units: 3, amountCents: 1_100 }]);
  await refill(shop, 4);
  const [settlement] = await settlementsOf(shop);
  expect(settlement).toMatchObject({
    machineNo: shop.machineNo,
    previousAt: null,
    sales: [
      { payStyle: 'cash', units: 2, amountCents: 800 },
      { payStyle: 'qrcode', units: 1, amountCents: 300 },
    ],
    slots: [
      {
        slotName: 'A1',
        cabinetName: 'A',
        goodsNumber: 'cola',
        goodsName: 'Cola',
        priceCents: 300,
        stock: 7,
        refilled: 4,
        sales: [
          { payStyle: 'cash', units: 1, amountCents: 300 },
          { payStyle: 'qrcode', units: 1, amountCents: 300 },
        ],
      },
      { slotName: 'A2', stock: 4, refilled: 0, sales: [{ payStyle: 'cash', units: 1, amountCents: 500 }] },
    ],
  });
  expect(await salesSinceRefill(ledger, shop.merchantId, shop.machineId)).toEqual([]);
  const events = await eventsOf(ledger, shop, 'refill.settled');
  expect(events).toEqual([{ kind: 'refill.settled', data: { refillId: settlement?.refillId } }]);
});

test('two refills in a row: the second has no sales, and the first’s time before it', async () => {
  const shop = await shopOfTwo();
  await sell(shop, 0, 'wechat');
  await refill(shop);
  await refill(shop);
  const [first, second] = await settlementsOf(shop);
  expect(unitsIn([first, second].filter((one) => one !== undefined))).toEqual([1, 0]);
  expect(second?.previousAt).toEqual(first?.refilledAt);
  const { refilledAt: from } = second as NonNullable<typeof second>;
  expect(await listSettlements(ledger, shop.merchantId, { from })).toEqual([second]);
  expect(await listSettlements(ledger, shop.merchantId, { to: first?.refilledAt })).toEqual([first]);
  expect(await listSettlements(ledger, shop.merchantId, { machineIds: [] })).toEqual([]);
  expect(await listSettlements(ledger, shop.merchantId + 1, {})).toEqual([]);
});

test('what is known late goes to the next, what is sold after a refill that is not yet settled too', async () => {
  const shop = await shopOfTwo();
  const before = ledger.clock.now();
  await refill(shop);
  await sell(shop, 1, 'cash');
  expect(unitsIn(await settlementsOf(shop))).toEqual([0]);
  await sell(shop, 0, 'cash', before);
  expect(unitsIn(await settlementsOf(shop))).toEqual([0]);
  await refill(shop);
  expect(unitsIn(await settlementsOf(shop))).toEqual([0, 2]);
});

test('refunded before, it is settled nowhere; afterwards, it stays where it is', async () => {
  const shop = await shopOfTwo();
  const [before, after] = [await sell(shop, 0, 'cash'), await sell(shop, 1, 'cash')];
  await refund(shop, before);
  await refill(shop);
  expect(unitsIn(await settlementsOf(shop))).toEqual([1]);
  await refund(shop, after);
  await refill(shop);
  expect(unitsIn(await settlementsOf(shop))).toEqual([1, 0]);
});

test('slots that were filled at the machine are one refill, told again none', async () => {
  const shop = await shopOfTwo();
  await sell(shop, 0, 'cash');
  ledger.clock.advance(60);
  const { merchantId, machineId, slots } = shop;
  const said = { merchantId, machineId, slotIds: slots.map(({ id }) => id), saidAt: ledger.clock.now(), cause: byTest };
  await recordMachineRefill(ledger, said);
  await recordMachineRefill(ledger, said);
  const settlements = await settlementsOf(shop);
  expect(unitsIn(settlements)).toEqual([1]);
  expect(settlements[0]?.slots.map(({ stock, refilled }) => [stock, refilled])).toEqual([
    [10, 6],
    [10, 5],
  ]);
});

test('a refill is settled once, and two at the same moment share nothing', async () => {
  const shop = await shopOfTwo();
  await sell(shop, 0, 'cash');
  await sell(shop, 1, 'cash');
  const { merchantId, machineId, slots } = shop;
  const fill = (slotId = 0) =>
    refillSlots(ledger, { merchantId, machineId, slots: [{ slotId, quantity: 1 }], source: 'test', cause: byTest });
  await Promise.all(slots.map(({ id }) => fill(id)));
  const settled = await settlementsOf(shop);
  expect(unitsIn(settled).sort()).toEqual([0, 2]);
  for (const { refillId } of settled)
    await ledger.rows('insert into sales_due (merchant_id, refill_id) values ($1, $2)', [merchantId, refillId]);
  expect(await settlementsOf(shop)).toEqual(settled);
});
