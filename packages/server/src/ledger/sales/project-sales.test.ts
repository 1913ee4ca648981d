import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../testing/channel.ts';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  dispense,
  elsewhere,
  eventsOf,
  pay,
  place,
  placePaid,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { cancelChannelOrder } from '../orders/cancel-channel-order.ts';
import { changeOrder } from '../orders/change-order.ts';
import { placeChannelOrder } from '../orders/place-channel-order.ts';
import { recordMachineOrders } from '../orders/record-machine-orders.ts';
import { createPickupCodes } from '../pickup-codes/create-pickup-codes.ts';
import { recordMachineUse } from '../pickup-codes/record-machine-use.ts';
import { recordCount } from '../stock/record-count.ts';
import { getTrade } from './get-trade.ts';
import { listTrades } from './list-trades.ts';
import { soldOut } from './project-orders.ts';
import { projectSales } from './project-sales.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger({ relayed: ['trade.created', 'trade.changed'] });
});
afterAll(() => ledger.drop());
afterEach(async () => {
  await projectAll(ledger);
  expect([...(await conservationProblems(ledger)), ...(await salesProblems(ledger))]).toEqual([]);
});

async function tradesOf(shop: TestShop) {
  await projectAll(ledger);
  return (await listTrades(ledger, shop.merchantId, {}, { cursor: 0, limit: 100 })).trades;
}

function refund(shop: TestShop, order: { id: number }): Promise<void> {
  const { merchantId, machineId } = shop;
  return changeOrder(ledger, { merchantId, machineId, orderId: order.id, to: 'refunded', cause: byTest });
}

test('an unpaid order is no trade; paid it is one per unit', async () => {
  const shop = await testShop(ledger, { slots: [{ priceCents: 350 }] });
  const order = await place(ledger, shop, 2);
  expect(await tradesOf(shop)).toEqual([]);
  await changeOrder(ledger, {
    merchantId: shop.merchantId,
    machineId: shop.machineId,
    orderId: order.id,
    to: 'paid',
    payStyle: 'wechat',
    paymentReference: 'wx-1',
    cause: byTest,
  });
  const trades = await tradesOf(shop);
  expect(trades.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(trades[0]).toMatchObject({
    machineNo: shop.machineNo,
    orderId: order.id,
    integrationId: shop.integrationId,
    upstreamIntegrationId: null,
    orderNo: expect.stringMatching(/^trade-/),
    machineTradeNo: '',
    paymentReference: 'wx-1',
    slotId: shop.slots[0]?.id,
    slotName: 'A1',
    cabinetName: 'A',
    goodsNumber: 'cola',
    goodsName: 'Cola',
    quantity: 1,
    priceCents: 350,
    originalPriceCents: 300,
    payStyle: 'wechat',
    payStatus: 'paid',
    paidAt: ledger.clock.now(),
    deliverState: 'pending',
    notifiedAt: null,
    executedAt: null,
    refundState: 'none',
    refundCents: 0,
    refundNo: '',
    createdAt: ledger.clock.now(),
  });
  expect(await getTrade(ledger, shop.merchantId, trades[1]?.id ?? 0)).toEqual(trades[1]);
  expect(await getTrade(ledger, shop.merchantId + 1, trades[1]?.id ?? 0)).toBeUndefined();
});

test('it is sent, drops and is given back: a change is told where one can see it, and once', async () => {
  const shop = await testShop(ledger);
  const order = await placePaid(ledger, shop);
  await tradesOf(shop);
  await dispense(ledger, shop, order);
  expect(await tradesOf(shop)).toMatchObject([{ notifiedAt: null }]);
  const sentAt = ledger.clock.now();
  const command = (await claim(ledger, shop)) ?? { id: 0 };
  const [sent] = await tradesOf(shop);
  expect(sent).toMatchObject({ deliverState: 'pending', notifiedAt: sentAt, machineTradeNo: String(command.id) });
  ledger.clock.advance(5);
  await answer(ledger, shop, command);
  const [dropped] = await tradesOf(shop);
  const at = ledger.clock.now();
  expect(dropped).toMatchObject({ deliverState: 'dispensed', notifiedAt: sentAt, receivedAt: at, executedAt: at });
  ledger.clock.advance(5);
  await refund(shop, order);
  const [back] = await tradesOf(shop);
  expect(back).toMatchObject({ refundState: 'refunded', refundCents: 300, refundedAt: ledger.clock.now() });
  expect(back?.refundNo).toMatch(/^\d+$/);
  // Again and again: as it is already.
  await ledger.rows('insert into sales_due (merchant_id, order_id) values ($1, $2), ($1, $2)', [shop.merchantId, order.id]);
  await projectAll(ledger);
  const told = await eventsOf(ledger, shop, 'trade.created', 'trade.changed');
  expect(told).toEqual([
    {
      kind: 'trade.created',
      data: { tradeId: back?.id, payStyle: 'qrcode', integrationId: shop.integrationId, upstreamIntegrationId: null },
    },
    { kind: 'trade.changed', data: expect.objectContaining({ tradeId: back?.id }) },
    { kind: 'trade.changed', data: expect.objectContaining({ tradeId: back?.id }) },
  ]);
  expect(await ledger.rows('select count(*)::int as n from outbox where merchant_id = $1', [shop.merchantId])).toEqual([
    { n: 3 },
  ]);
});

test('a unit that failed and is asked for again is on its way again', async () => {
  const shop = await testShop(ledger);
  const { order, command } = await sendOut(ledger, shop);
  await answer(ledger, shop, command, { dispensed: false });
  expect((await tradesOf(shop))[0]?.deliverState).toBe('failed');
  await dispense(ledger, shop, order);
  expect((await tradesOf(shop))[0]).toMatchObject({ deliverState: 'pending', notifiedAt: null, executedAt: null });
});

test('held is pending, until a count decides', async () => {
  const shop = await testShop(ledger);
  await sendOut(ledger, shop);
  ledger.clock.advance(120);
  await giveUpSilent(ledger);
  expect((await tradesOf(shop))[0]?.deliverState).toBe('pending');
  const { merchantId, machineId, slots } = shop;
  const counts = [{ slotId: slots[0]?.id ?? 0, onHand: 9 }];
  const countedAt = ledger.clock.now();
  await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt, cause: byTest });
  expect((await tradesOf(shop))[0]?.deliverState).toBe('dispensed');
});

test('refunded before it went to the machine it will not be dispensed', async () => {
  const shop = await testShop(ledger);
  const order = await placePaid(ledger, shop);
  await refund(shop, order);
  expect((await tradesOf(shop))[0]).toMatchObject({ deliverState: 'failed', refundState: 'refunded', executedAt: null });
});

test('a pickup code is a trade of its own style', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId, slots } = shop;
  const product = { productId: slots[0]?.productId ?? 0, count: 1 };
  const [code] = await createPickupCodes(ledger, {
    merchantId,
    machineId,
    product,
    expiresAt: undefined,
    length: 6,
    cause: byTest,
  });
  const usedAt = ledger.clock.now();
  await recordMachineUse(ledger, { merchantId, machineId, pickupCodeId: code?.id ?? 0, usedAt, cause: byTest });
  expect(await tradesOf(shop)).toMatchObject([
    {
      payStyle: 'pickup-code',
      payStatus: 'paid',
      paidAt: usedAt,
      deliverState: 'dispensed',
      priceCents: 300,
      integrationId: null,
    },
  ]);
});

test('what a machine sold by itself is a trade under its own number, however it is told', async () => {
  const shop = await testShop(ledger);
  const soldAt = new Date(ledger.clock.now().getTime() - 3_600_000);
  const sale = {
    tradeId: `machine:${shop.machineId}:17`,
    machineTradeNo: '17',
    state: 'paid' as const,
    amountCents: 600,
    paymentReference: '',
    payStyle: 'cash' as const,
    createdAt: soldAt,
    paidAt: soldAt,
    lines: [
      {
        productId: shop.slots[0]?.productId ?? 0,
        priceCents: 300,
        units: [
          { dispensed: true, error: '' },
          { dispensed: false, error: soldOut },
        ],
      },
    ],
  };
  const machine = { merchantId: shop.merchantId, id: shop.machineId };
  expect(await recordMachineOrders(ledger, machine, [sale], byTest)).toBe(1);
  const { machineTradeNo, ...uploaded } = sale;
  expect(await recordMachineOrders(ledger, machine, [sale, { ...uploaded, tradeId: machineTradeNo }], byTest)).toBe(0);
  const common = { machineTradeNo: '17', payStyle: 'cash', createdAt: soldAt, executedAt: soldAt, notifiedAt: null };
  expect(await tradesOf(shop)).toMatchObject([
    { ...common, deliverState: 'dispensed' },
    { ...common, deliverState: 'sold-out' },
  ]);
  const other = await testShop(ledger, { of: shop });
  const theirs = {
    ...sale,
    tradeId: `machine:${other.machineId}:17`,
    lines: [{ ...sale.lines[0], productId: other.slots[0]?.productId ?? 0 }],
  };
  const counted = await recordMachineOrders(ledger, { ...machine, id: other.machineId }, [theirs as typeof sale], byTest);
  expect(counted).toBe(1);
});

test('an order that cannot be projected waits, and harms no other', async () => {
  const shop = await testShop(ledger);
  const poisoned = await placePaid(ledger, shop, 1, { tradeId: 'poison' });
  const sound = await placePaid(ledger, shop);
  await ledger.rows(`alter table trades add constraint poisoned check (order_no <> 'poison')`);
  const first = await projectSales(ledger);
  expect(first).toMatchObject({ done: 1, trades: 1, deferred: [{ orderId: poisoned.id }] });
  expect(await projectSales(ledger)).toMatchObject({ done: 0, deferred: [] });
  ledger.clock.advance(1);
  expect((await projectSales(ledger)).deferred).toHaveLength(1);
  ledger.clock.advance(1);
  expect((await projectSales(ledger)).deferred).toEqual([]);
  await ledger.rows('alter table trades drop constraint poisoned');
  ledger.clock.advance(1);
  expect((await tradesOf(shop)).map(({ orderId, seq }) => [seq, orderId])).toEqual([
    [1, sound.id],
    [2, poisoned.id],
  ]);
});

test('of two projectors one is busy, and numbers have no gap', async () => {
  const shop = await testShop(ledger, { slots: [{ onHand: 60, capacity: 60 }] });
  const orders = await Promise.all(Array.from({ length: 20 }, () => place(ledger, shop, 2)));
  await Promise.all([
    ...orders.map((order) => pay(ledger, shop, order)),
    ...Array.from({ length: 10 }, () => projectSales(elsewhere(ledger), 7)),
  ]);
  const trades = await tradesOf(shop);
  expect(trades.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  expect(await claim(ledger, shop)).toBeUndefined();
});

test.each([
  [300, ['none 0', 'refunded 300']],
  [450, ['none 150', 'refunded 300']],
  [200, ['none 0', 'none 200']],
  [600, ['refunded 300', 'refunded 300']],
])('a refund of %i out of 600 is for what did not drop first, then for what did', async (refundCents, states) => {
  const shop = await testShop(ledger);
  const channel = await testChannel(ledger, shop);
  const lines = [{ slotName: 'A1', goodsNumber: 'cola', quantity: 2, priceCents: 300 }];
  const draft = channelDraft(ledger, shop, channel, { lines });
  await placeChannelOrder(ledger, draft);
  const command = await claim(ledger, shop);
  await answer(ledger, shop, command ?? { id: 0 }, { index: 0 });
  await answer(ledger, shop, command ?? { id: 0 }, { index: 1, dispensed: false });
  await cancelChannelOrder(ledger, { ...draft, refundCents });
  const trades = await tradesOf(shop);
  expect(trades.map(({ refundState, refundCents: cents }) => `${refundState} ${cents}`)).toEqual(states);
});
