import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  dispense,
  eventsOf,
  orderDraft,
  pay,
  place,
  placePaid,
  refusal,
  sendOut,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { requestTestDispense } from '../dispensing/request-test-dispense.ts';
import { putListing } from '../listings/put-listing.ts';
import { findMachine } from '../machines/find-machine.ts';
import { listProducts } from '../machines/list-products.ts';
import { recordSlotReport } from '../machines/record-slot-report.ts';
import { waitingMessages } from '../machines/waiting-messages.ts';
import { placeOrder } from '../orders/place-order.ts';
import { recordMachineOrders } from '../orders/record-machine-orders.ts';
import { createPickupCodes } from '../pickup-codes/create-pickup-codes.ts';
import { recordMachineUse } from '../pickup-codes/record-machine-use.ts';
import { typePickupCode } from '../pickup-codes/type-pickup-code.ts';
import { usePickupCode } from '../pickup-codes/use-pickup-code.ts';
import { recordVisit } from '../refills/record-visit.ts';
import { refillSlots } from '../refills/refill-slots.ts';
import { recordCount } from '../stock/record-count.ts';
import { changePlanogram } from './change-planogram.ts';
import { copyPlanogram, previewCopy } from './copy-planogram.ts';
import { getPlanogram, type PlanogramSlot } from './get-planogram.ts';
import type { SlotChange } from './plan-slots.ts';
import { previewPlanogram } from './preview-planogram.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const keyOf = ({ merchantId, machineId }: TestShop) => ({ merchantId, machineId });

async function tea(shop: TestShop): Promise<number> {
  const goods = await putGoods(ledger, shop.merchantId, [{ number: 'tea', name: 'Tea', priceCents: 450 }], byTest);
  return goods.get('tea') ?? 0;
}

async function change(shop: TestShop, ...changes: SlotChange[]) {
  const { version } = await getPlanogram(ledger, keyOf(shop));
  return await changePlanogram(ledger, { ...keyOf(shop), version, changes, cause: byTest });
}

async function slotOf(shop: TestShop, name: string): Promise<PlanogramSlot> {
  const { cabinets } = await getPlanogram(ledger, keyOf(shop));
  const slot = cabinets.flatMap(({ slots }) => slots).find((one) => one.name === name);
  if (!slot) throw new Error(`No slot ${name}.`);
  return slot;
}

const holds = async () => expect(await conservationProblems(ledger)).toEqual([]);

describe('a slot whose good changes', () => {
  test('has a new product, empty; what was left is booked out, and the machine is told to fetch its products', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 7 }, { onHand: 3 }] });
    const before = await slotOf(shop, 'A1');
    const done = await change(shop, { slot: 'A1', goodsId: await tea(shop), capacity: 6 }, { slot: 'A2', priceCents: 250 });
    expect(done).toMatchObject({ slots: ['A1', 'A2'], takenOut: 7 });
    const after = await slotOf(shop, 'A1');
    expect(after).toMatchObject({ onHand: 0, priceCents: 450, capacity: 6, goods: { number: 'tea' } });
    expect(after.productId).not.toBe(before.productId);
    expect(await slotOf(shop, 'A2')).toMatchObject({ onHand: 3, priceCents: 250, productId: shop.slots[1]?.productId });
    expect((await getPlanogram(ledger, keyOf(shop))).version).toBe(done.version);
    const [event] = await eventsOf(ledger, shop, 'planogram.changed');
    expect(event?.data).toMatchObject({ slots: [{ slot: 'A1', takenOut: 7, productId: before.productId }, { slot: 'A2' }] });
    const waiting = await waitingMessages(ledger, shop.merchantId, shop.machineId);
    expect(waiting?.messages.map(({ method }) => method)).toEqual(['machine.refresh']);
    await holds();
  });

  test('is not sold by the old number, and is by the new one', async () => {
    const shop = await testShop(ledger);
    await change(shop, { slot: 'A1', goodsId: await tea(shop) });
    await refillSlots(ledger, {
      ...keyOf(shop),
      slots: [{ slotId: shop.slots[0]?.id ?? 0, quantity: 2 }],
      source: 'test',
      cause: byTest,
    });
    expect(await refusal(place(ledger, shop))).toBe('product.unknown');
    const { productId } = await slotOf(shop, 'A1');
    const order = await place(ledger, shop, 1, { lines: [{ productId, quantity: 1 }] });
    await pay(ledger, shop, order);
    await holds();
  });

  test('keeps its good while units of it are promised', async () => {
    const shop = await testShop(ledger);
    await placePaid(ledger, shop);
    expect(await refusal(change(shop, { slot: 'A1', goodsId: await tea(shop) }))).toBe('slot.promised');
    expect(await refusal(change(shop, { slot: 'A1', goodsId: null }))).toBe('slot.promised');
    await change(shop, { slot: 'A1', priceCents: 1 });
  });

  test('is not dispensed from again for what an order wanted of the old good', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { dispensed: false });
    await change(shop, { slot: 'A1', goodsId: await tea(shop) });
    await refillSlots(ledger, {
      ...keyOf(shop),
      slots: [{ slotId: shop.slots[0]?.id ?? 0, quantity: 'full' }],
      source: 'test',
      cause: byTest,
    });
    expect(await refusal(dispense(ledger, shop, order))).toBe('stock.insufficient');
    await holds();
  });

  test('voids the codes for it, and forgets the price that a channel had for it', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId, integrationId } = shop;
    const product = { productId: shop.slots[0]?.productId ?? 0, count: 2 };
    const [first] = await createPickupCodes(ledger, { merchantId, machineId, product, length: 6, cause: byTest });
    await putListing(ledger, {
      merchantId,
      machineNo: shop.machineNo,
      integrationId,
      slots: [{ slotName: 'A1', offered: true, heldBackPercent: null, priceCents: 99 }],
      cause: byTest,
    });
    const goodsId = await tea(shop);
    const preview = await previewPlanogram(ledger, keyOf(shop), [{ slot: 'A1', goodsId }]);
    expect(preview.slots).toMatchObject([{ slot: 'A1', isNewProduct: true, takenOut: 10, voidCodes: 2, forgottenPrices: 1 }]);
    await change(shop, { slot: 'A1', goodsId });
    const use = { merchantId, integrationId, machineId, code: first?.code ?? '', notifyUrl: '', tradeId: 'void', cause: byTest };
    expect(await refusal(usePickupCode(ledger, { ...use, productId: product.productId }))).toBe('pickup-code.unknown');
    const { products } = await listProducts(ledger, { merchantId, machineId, integrationId });
    expect(products[0]?.priceCents).toBe(450);
    const waiting = await waitingMessages(ledger, merchantId, machineId);
    expect(waiting?.messages.filter(({ method }) => method === 'pickup-code.deleted')).toHaveLength(2);
  });

  test('does not give the new good for a code that was made while it changed', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId, integrationId } = shop;
    const product = { productId: shop.slots[0]?.productId ?? 0, count: 1 };
    const [made] = await createPickupCodes(ledger, { merchantId, machineId, product, length: 6, cause: byTest });
    await change(shop, { slot: 'A1', goodsId: await tea(shop) });
    await refillSlots(ledger, {
      ...keyOf(shop),
      slots: [{ slotId: shop.slots[0]?.id ?? 0, quantity: 3 }],
      source: 'test',
      cause: byTest,
    });
    await ledger.rows(`update pickup_codes set state = 'unused' where merchant_id = $1 and id = $2`, [merchantId, made?.id]);
    const use = { merchantId, integrationId, machineId, code: made?.code ?? '', notifyUrl: '', tradeId: 'late', cause: byTest };
    expect(await refusal(usePickupCode(ledger, { ...use, productId: product.productId }))).toBe('product.unknown');
    const typed = { merchantId, machineId, serial: 's1', code: made?.code ?? '', typedAt: ledger.clock.now(), cause: byTest };
    expect(await typePickupCode(ledger, typed)).toEqual({ state: 'refused', reason: 'sold-out' });
  });
});

test('what a machine sold before it knew of the new good is a sale of the old one, and takes nothing off the new', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  const [old] = shop.slots;
  if (!old) throw new Error('There is no slot.');
  const [made] = await createPickupCodes(ledger, {
    ...{ merchantId, machineId, product: { productId: old.productId, count: 1 } },
    ...{ length: 6, cause: byTest },
  });
  const soldAt = ledger.clock.now();
  ledger.clock.advance(60);
  await change(shop, { slot: 'A1', goodsId: await tea(shop) });
  await refillSlots(ledger, { ...keyOf(shop), slots: [{ slotId: old.id, quantity: 4 }], source: 'test', cause: byTest });
  const units = [{ dispensed: true, error: '' }];
  const order = {
    ...{ tradeId: 'offline-1', state: 'paid' as const, amountCents: 300, paymentReference: '', payStyle: 'cash' as const },
    ...{ createdAt: soldAt, paidAt: soldAt, lines: [{ productId: old.productId, priceCents: 300, units }] },
  };
  expect(await recordMachineOrders(ledger, { merchantId, id: machineId }, [order], byTest)).toBe(1);
  const use = { merchantId, machineId, pickupCodeId: made?.id ?? 0, usedAt: soldAt, cause: byTest };
  expect(await recordMachineUse(ledger, use)).toBe('used');
  const lines = await ledger.rows(
    'select goods_name, product_id from order_lines where merchant_id = $1 and slot_id = $2 order by id',
    [merchantId, old.id],
  );
  expect(lines).toEqual(Array.from({ length: 2 }, () => ({ goods_name: 'Cola', product_id: old.productId })));
  expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
  await holds();
});

describe('lanes that are merged', () => {
  async function merged(): Promise<TestShop> {
    const shop = await testShop(ledger, { slots: [{ onHand: 4 }, { onHand: 3 }, { onHand: 2 }] });
    await change(shop, { slot: 'A1', span: 2, capacity: 20 }, { slot: 'A2', goodsId: null });
    return shop;
  }

  test('are drawn as one, and taken apart again', async () => {
    const shop = await merged();
    expect(await slotOf(shop, 'A1')).toMatchObject({ span: 2, capacity: 20, onHand: 4 });
    expect(await slotOf(shop, 'A2')).toMatchObject({ mergedInto: 'A1', goods: null, onHand: 0 });
    await change(shop, { slot: 'A1', span: 1 }, { slot: 'A2', goodsId: await tea(shop) });
    expect(await slotOf(shop, 'A1')).toMatchObject({ span: 1 });
    expect(await slotOf(shop, 'A2')).toMatchObject({ mergedInto: null, goods: { number: 'tea' } });
    await holds();
  });

  test('sell nothing of the covered lane, hold nothing, and are not shown to channels', async () => {
    const shop = await merged();
    const { merchantId, machineId } = shop;
    const slotId = shop.slots[1]?.id ?? 0;
    const { productId } = await slotOf(shop, 'A2');
    const now = ledger.clock.now();
    const report = { merchantId, machineId, slot: { productId }, source: 'machine-report' as const, saidAt: now, cause: byTest };
    expect(await recordSlotReport(ledger, { ...report, onHand: 5, onSale: true, faultCode: 1, capacity: 9 })).toBe(true);
    await recordCount(ledger, {
      merchantId,
      machineId,
      counts: [{ slotId, onHand: 5 }],
      source: 'count',
      countedAt: now,
      cause: byTest,
    });
    await refillSlots(ledger, { merchantId, machineId, slots: [{ slotId, quantity: 'full' }], source: 'test', cause: byTest });
    const visit = {
      merchantId,
      machineId,
      key: 'visit-merged',
      begunAt: now,
      visitor: 'test',
      lines: [{ slotId, productId, added: 1 }],
      cause: byTest,
    };
    expect(await refusal(recordVisit(ledger, visit))).toBe('slot.merged');
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 0, reserved: 0 });
    const draft = orderDraft(shop, 1, { lines: [{ productId, quantity: 1 }] });
    expect(await refusal(placeOrder(ledger, draft))).toBe('product.unknown');
    const { products } = await listProducts(ledger, { merchantId, machineId, withEmptySlots: true });
    expect(products.map(({ slotName }) => slotName)).toEqual(['A1', 'A3']);
    const machine = await findMachine(ledger, merchantId, shop.machineNo);
    const testing = { merchantId, machine, integrationId: null, slotName: 'A2', notifyUrl: '', cause: byTest };
    expect(await refusal(requestTestDispense(ledger, testing))).toBe('slot.merged');
    const product = { productId, count: 1 };
    expect(await refusal(createPickupCodes(ledger, { merchantId, machineId, product, length: 6, cause: byTest }))).toBe(
      'product.unknown',
    );
    await holds();
  });

  test('cannot be made to hold or promise anything by any statement', async () => {
    const shop = await merged();
    const id = shop.slots[1]?.id;
    for (const wrong of ['on_hand = 1', 'reserved = 1', 'goods_id = (select min(id) from goods)', 'merged_into_id = id']) {
      await expect(ledger.rows(`update slots set ${wrong} where id = $1`, [id])).rejects.toThrow('slots_merged_check');
    }
  });

  test('what falls from a covered lane after all is booked, and leaves nothing', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 4 }, { onHand: 1 }] });
    const machine = await findMachine(ledger, shop.merchantId, shop.machineNo);
    const { merchantId } = shop;
    await requestTestDispense(ledger, { merchantId, machine, integrationId: null, slotName: 'A2', notifyUrl: '', cause: byTest });
    const command = await claim(ledger, shop);
    await change(shop, { slot: 'A1', span: 2 }, { slot: 'A2', goodsId: null });
    await answer(ledger, shop, { id: command?.id ?? 0 });
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 0, reserved: 0 });
    await holds();
  });
});

test('what was changed since it was looked at is not changed again, nor what another machine is', async () => {
  const shop = await testShop(ledger);
  const other = await testShop(ledger);
  const { version } = await getPlanogram(ledger, keyOf(shop));
  const wanted = { ...keyOf(shop), version, changes: [{ slot: 'A1', priceCents: 5 }], cause: byTest };
  const both = await Promise.allSettled([
    changePlanogram(ledger, wanted),
    changePlanogram(ledger, { ...wanted, changes: [{ slot: 'A1', priceCents: 6 }] }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await refusal(changePlanogram(ledger, wanted))).toBe('planogram.stale');
  expect(await refusal(getPlanogram(ledger, { merchantId: other.merchantId, machineId: shop.machineId }))).toBe(
    'machine.unknown',
  );
  expect(await refusal(changePlanogram(ledger, { ...wanted, merchantId: other.merchantId }))).toBe('machine.unknown');
  const goodsId = await tea(other);
  expect(await refusal(change(shop, { slot: 'A1', goodsId }))).toBe('goods.unknown');
});

test('of several slots all change or none, and all that is wrong is told', async () => {
  const shop = await testShop(ledger, { slots: [{}, { onHand: 9 }] });
  const { version } = await getPlanogram(ledger, keyOf(shop));
  const changes = [
    { slot: 'A1', priceCents: 7 },
    { slot: 'A2', capacity: 1 },
    { slot: 'A9', capacity: 1 },
  ];
  const { problems } = await previewPlanogram(ledger, keyOf(shop), changes.slice(0, 2));
  expect(problems).toMatchObject([{ slot: 'A2', code: 'slot.over-capacity' }]);
  const failed = changePlanogram(ledger, { ...keyOf(shop), version, changes: changes.slice(0, 2), cause: byTest });
  await expect(failed).rejects.toMatchObject({ code: 'slot.over-capacity', data: { problems } });
  expect(await slotOf(shop, 'A1')).toMatchObject({ priceCents: 300 });
  expect(await refusal(change(shop, ...changes))).toBe('slot.unknown');
});

describe('copying', () => {
  test('makes slots of the same names alike, and names those that the other has not', async () => {
    const from = await testShop(ledger, { slots: [{}, {}, {}, {}] });
    const to = await testShop(ledger, { of: from, slots: [{ onHand: 2 }, { onHand: 2 }, { onHand: 1 }] });
    const goodsId = await tea(from);
    await change(
      from,
      { slot: 'A1', span: 2, capacity: 30 },
      { slot: 'A2', goodsId: null },
      { slot: 'A3', goodsId, alertThreshold: 3 },
    );
    const copy = {
      merchantId: from.merchantId,
      from: from.machineId,
      to: to.machineId,
      parts: ['goods', 'prices', 'capacities'] as const,
    };
    const preview = await previewCopy(ledger, copy);
    expect(preview).toMatchObject({ missing: ['A4'], extra: [], problems: [], takenOut: 3 });
    expect(preview.slots.map(({ slot }) => slot)).toEqual(['A1', 'A2', 'A3']);
    const { version, fromVersion } = preview;
    await copyPlanogram(ledger, { ...copy, version, fromVersion, cause: byTest });
    expect(await slotOf(to, 'A1')).toMatchObject({ span: 2, capacity: 30, onHand: 2 });
    expect(await slotOf(to, 'A3')).toMatchObject({ goods: { number: 'tea' }, priceCents: 450, alertThreshold: 3 });
    expect(await refusal(copyPlanogram(ledger, { ...copy, version, fromVersion, cause: byTest }))).toBe('planogram.stale');
    expect((await previewCopy(ledger, copy)).slots).toEqual([]);
    await holds();
  });

  test('of prices alone leaves goods as they are, and prices of other goods', async () => {
    const from = await testShop(ledger, { slots: [{}, {}] });
    const to = await testShop(ledger, { of: from, slots: [{}, {}] });
    await change(to, { slot: 'A2', goodsId: await tea(from) });
    await change(from, { slot: 'A1', priceCents: 111 }, { slot: 'A2', priceCents: 222 });
    const copy = { merchantId: from.merchantId, from: from.machineId, to: to.machineId, parts: ['prices'] as const };
    const preview = await previewCopy(ledger, copy);
    expect(preview.slots).toMatchObject([{ slot: 'A1', after: { priceCents: 111 } }]);
  });
});

test('what the machine last said stands beside what is wanted', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  expect((await slotOf(shop, 'A1')).reported).toMatchObject({ onHand: null, stock: 'none' });
  const slot = { productId: shop.slots[0]?.productId ?? 0 };
  const saidAt = ledger.clock.now();
  await recordSlotReport(ledger, { merchantId, machineId, slot, onHand: 8, source: 'machine-report', saidAt, cause: byTest });
  expect(await slotOf(shop, 'A1')).toMatchObject({ onHand: 8, reported: { onHand: 8, at: saidAt, stock: 'same' } });
  ledger.clock.advance(5);
  const { command } = await sendOut(ledger, shop);
  await answer(ledger, shop, command);
  expect(await slotOf(shop, 'A1')).toMatchObject({ onHand: 7, reported: { onHand: 8, stock: 'since' } });
  ledger.clock.advance(5);
  const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 5 }];
  await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: ledger.clock.now(), cause: byTest });
  expect(await slotOf(shop, 'A1')).toMatchObject({ onHand: 5, reported: { onHand: 8, stock: 'differs' } });
});
