import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  eventsOf,
  machineOf,
  place,
  placePaid,
  refusal,
  sendOut,
  stockOf,
  type TestLedger,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { changeMachine } from '../machines/change-machine.ts';
import { changeMerchant } from '../merchants/change-merchant.ts';
import { recordCount } from '../stock/record-count.ts';
import { getDelivery } from './get-delivery.ts';
import { giveUpSilent } from './give-up-silent.ts';
import { requestTestDispense } from './request-test-dispense.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

describe('asking for a record', () => {
  test('queues one command of its whole quantity', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop, 3);
    const batchId = await dispense(ledger, shop, order);
    const command = await claim(ledger, shop);
    expect(command).toMatchObject({
      id: batchId,
      orderId: order.id,
      lineId: order.lineIds[0],
      quantity: 3,
      productId: shop.slots[0]?.productId,
      slotCode: '01',
      cabinetAddr: 1,
      drive: 'spring',
      machineNo: shop.machineNo,
      deviceKey: shop.deviceKey,
    });
    expect(await claim(ledger, shop)).toBeUndefined();
  });

  test('of a belt with drop detection queues one command per unit, of one batch', async () => {
    const shop = await testShop(ledger, { drive: 'belt', hasDropDetection: true });
    const order = await placePaid(ledger, shop, 3);
    const batchId = await dispense(ledger, shop, order);
    const rows = await ledger.rows('select batch_id, quantity from dispense_commands where order_id = $1', [order.id]);
    expect(rows).toEqual(Array(3).fill({ batch_id: batchId, quantity: 1 }));
    const plain = await testShop(ledger, { drive: 'belt' });
    expect((await sendOut(ledger, plain, 3)).command.quantity).toBe(3);
  });

  test('again, while it is queued or in flight, is the same delivery', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop, 2);
    const batchIds = await Promise.all(Array.from({ length: 10 }, () => dispense(ledger, shop, order)));
    expect(new Set(batchIds).size).toBe(1);
    const command = await claim(ledger, shop);
    expect(await dispense(ledger, shop, order)).toBe(command?.id);
    await answer(ledger, shop, command ?? { id: 0 });
    expect(await dispense(ledger, shop, order)).toBe(command?.id);
  });

  test('again, when all dropped, is refused', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command);
    expect(await refusal(dispense(ledger, shop, order))).toBe('dispense.done');
  });

  test('again, when given up, is the same delivery and no second drop', async () => {
    const shop = await testShop(ledger);
    const { order, batchId } = await sendOut(ledger, shop, 2);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    await comeOnline(ledger, shop);
    expect(await dispense(ledger, shop, order)).toBe(batchId);
    expect(await claim(ledger, shop)).toBeUndefined();
  });

  test('again, after a definite failure, is a new delivery of the failed units alone, reserved anew', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 3 }] });
    const { order, command, batchId } = await sendOut(ledger, shop, 3);
    await answer(ledger, shop, command, { index: 0 });
    await answer(ledger, shop, command, { index: 1, dispensed: false });
    await answer(ledger, shop, command, { index: 2, dispensed: false });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 2, reserved: 0 });
    const again = await dispense(ledger, shop, order);
    expect(again).not.toBe(batchId);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 2, reserved: 2 });
    const second = await claim(ledger, shop);
    expect(second).toMatchObject({ id: again, quantity: 2 });
    for (const index of [0, 1]) await answer(ledger, shop, second ?? { id: 0 }, { index });
    expect(await unitsOf(ledger, shop, order)).toEqual(Array(3).fill('dispensed'));
    expect((await eventsOf(ledger, shop, 'dispense.settled')).map(({ data }) => data.delivered)).toEqual([1, 3]);
  });

  test('again, after a failure, is refused when the cans were sold meanwhile', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 1 }] });
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { dispensed: false });
    await place(ledger, shop);
    expect(await refusal(dispense(ledger, shop, order))).toBe('stock.insufficient');
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed']);
  });

  test('ten times at once after a failure reserves once', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { dispensed: false });
    const batchIds = await Promise.all(Array.from({ length: 10 }, () => dispense(ledger, shop, order)));
    expect(new Set(batchIds).size).toBe(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
  });

  test('is refused for the reason that holds', async () => {
    const shop = await testShop(ledger);
    const unpaid = await place(ledger, shop);
    expect(await refusal(dispense(ledger, shop, unpaid))).toBe('order.unpaid');
    expect(await refusal(dispense(ledger, shop, { ...unpaid, lineIds: [999_999] }))).toBe('line.unknown');
    expect(await refusal(dispense(ledger, shop, { ...unpaid, id: 999_999 }))).toBe('order.unknown');
    const neighbour = await testShop(ledger, { of: shop });
    expect(await refusal(dispense(ledger, neighbour, unpaid))).toBe('order.unknown');
    const paid = await placePaid(ledger, shop);
    expect(await refusal(dispense(ledger, shop, { ...paid, lineIds: unpaid.lineIds }))).toBe('line.unknown');
    ledger.clock.advance(10 * 60);
    expect(await refusal(dispense(ledger, shop, paid))).toBe('machine.offline');
    await changeMachine(ledger, shop.merchantId, shop.machineNo, { operational: false });
    expect(await refusal(dispense(ledger, shop, paid))).toBe('machine.not-operational');
    expect(await unitsOf(ledger, shop, paid)).toEqual(['reserved']);
  });

  test("the merchant's debug mode forgives a machine that is offline", async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop);
    ledger.clock.advance(10 * 60);
    await changeMerchant(ledger, shop.merchantId, { debugMode: true });
    const batchId = await dispense(ledger, shop, order);
    expect((await claim(ledger, shop))?.id).toBe(batchId);
  });
});

describe('a test dispense', () => {
  const request = async (shop: Awaited<ReturnType<typeof testShop>>, slotName = 'A1') =>
    requestTestDispense(ledger, {
      merchantId: shop.merchantId,
      integrationId: shop.integrationId,
      machine: await machineOf(ledger, shop),
      slotName,
      notifyUrl: 'http://mall.test/test',
      cause: byTest,
    });

  test('reserves nothing, takes its stock when it drops, and tells so', async () => {
    const shop = await testShop(ledger);
    const batchId = await request(shop);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    const command = await claim(ledger, shop);
    expect(command).toMatchObject({ id: batchId, orderId: null, quantity: 1 });
    await answer(ledger, shop, command ?? { id: 0 });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect((await eventsOf(ledger, shop, 'dispense.test-settled')).map(({ data }) => data)).toMatchObject([
      { batchId, delivered: 1, units: 1 },
    ]);
  });

  test('that failed, or was given up, or decided by a count, leaves reserved alone', async () => {
    const shop = await testShop(ledger);
    await request(shop);
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 }, { dispensed: false });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    await request(shop);
    await claim(ledger, shop);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 9 }];
    const { merchantId, machineId } = shop;
    await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: ledger.clock.now(), cause: byTest });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });

  test('of a slot that is not there is refused', async () => {
    const shop = await testShop(ledger);
    expect(await refusal(request(shop, 'Z9'))).toBe('slot.unknown');
  });
});

describe('a delivery', () => {
  const stateOf = async (shop: Awaited<ReturnType<typeof testShop>>, id: number) =>
    (await getDelivery(ledger, shop.merchantId, shop.machineId, id)).state;

  test('is pending, then what became of it', async () => {
    const shop = await testShop(ledger);
    const { command, batchId } = await sendOut(ledger, shop, 2);
    expect(await stateOf(shop, batchId)).toBe('pending');
    await answer(ledger, shop, command, { index: 0 });
    expect(await stateOf(shop, batchId)).toBe('pending');
    await answer(ledger, shop, command, { index: 1 });
    expect(await stateOf(shop, batchId)).toBe('dispensed');
  });

  test('that failed stays failed when a later one brought the goods', async () => {
    const shop = await testShop(ledger);
    const { order, command, batchId } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { dispensed: false, error: 'Over Current' });
    expect(await getDelivery(ledger, shop.merchantId, shop.machineId, batchId)).toMatchObject({
      state: 'failed',
      error: 'Over Current',
    });
    const again = await dispense(ledger, shop, order);
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
    expect(await stateOf(shop, again)).toBe('dispensed');
    expect(await stateOf(shop, batchId)).toBe('failed');
  });

  test('given up is timed out; the late answer makes it dispensed', async () => {
    const shop = await testShop(ledger);
    const { command, batchId } = await sendOut(ledger, shop);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    expect(await getDelivery(ledger, shop.merchantId, shop.machineId, batchId)).toMatchObject({
      state: 'timed-out',
      error: 'time-out',
    });
    await answer(ledger, shop, command);
    expect(await stateOf(shop, batchId)).toBe('dispensed');
  });

  test("of another merchant's machine is not there", async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    const { batchId } = await sendOut(ledger, shop);
    expect(await refusal(getDelivery(ledger, other.merchantId, other.machineId, batchId))).toBe('delivery.unknown');
    expect(await refusal(getDelivery(ledger, shop.merchantId, other.machineId, batchId))).toBe('delivery.unknown');
  });
});
