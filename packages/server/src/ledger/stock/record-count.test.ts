import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  comeOnline,
  dispense,
  eventsOf,
  place,
  refusal,
  sendOut,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { recordSlotReport } from '../machines/record-slot-report.ts';
import { recordMachineRefill } from '../refills/record-machine-refill.ts';
import { refillSlots } from '../refills/refill-slots.ts';
import { recordCount } from './record-count.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

function count(shop: TestShop, onHand: number | number[], source: 'count' | 'machine-report' = 'count', ago = 0) {
  const { merchantId, machineId } = shop;
  const counts = [onHand].flat().map((one) => ({ slotId: shop.slots[0]?.id ?? 0, onHand: one }));
  const countedAt = secondsAfter(ledger.clock.now(), -ago);
  return recordCount(ledger, { merchantId, machineId, counts, source, countedAt, cause: byTest });
}

async function held(shop: TestShop, quantity = 1) {
  const sent = await sendOut(ledger, shop, quantity);
  ledger.clock.advance(120);
  await giveUpSilent(ledger);
  return sent;
}

describe('a count', () => {
  test('is a fact: on_hand becomes what was counted, with its reason in the journal', async () => {
    const shop = await testShop(ledger);
    await count(shop, 7);
    await count(shop, 9, 'machine-report');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    const rows = await ledger.rows('select reason, on_hand_change from stock_journal where slot_id = $1 order by id', [
      shop.slots[0]?.id,
    ]);
    expect(rows.slice(1)).toEqual([
      { reason: 'count', on_hand_change: -3 },
      { reason: 'machine-report', on_hand_change: 2 },
    ]);
  });

  test('that confirms writes nothing', async () => {
    const shop = await testShop(ledger);
    expect(await count(shop, 10)).toHaveLength(1);
    expect(await eventsOf(ledger, shop, 'stock.counted')).toEqual([]);
  });

  test('below what is promised makes the slot short: promises stand, nothing more is sold', async () => {
    const shop = await testShop(ledger);
    const order = await place(ledger, shop, 5);
    await count(shop, 3);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 3, reserved: 5 });
    expect(await unitsOf(ledger, shop, order)).toEqual(Array(5).fill('reserved'));
    expect(await refusal(place(ledger, shop))).toBe('stock.insufficient');
    expect((await eventsOf(ledger, shop, 'stock.short'))[0]?.data).toMatchObject({ onHand: 3, reserved: 5 });
  });

  // Regression: the second was reckoned from what there was before the first, which could even go below nothing.
  test('of the same slot twice: the last stands', async () => {
    const shop = await testShop(ledger);
    await count(shop, [4, 2]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 2, reserved: 0 });
  });

  test("of another machine's slot is left out", async () => {
    const shop = await testShop(ledger);
    const neighbour = await testShop(ledger, { of: shop });
    const slots = neighbour.slots;
    expect(await count({ ...shop, slots }, 0)).toEqual([]);
    expect(await stockOf(ledger, neighbour)).toEqual({ onHand: 10, reserved: 0 });
  });
});

describe("a machine's report", () => {
  test('from before the last one changes nothing', async () => {
    const shop = await testShop(ledger);
    await count(shop, 8, 'machine-report');
    expect(await count(shop, 5, 'machine-report', 1)).toEqual([]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
  });

  test('from before the last refill or count changes nothing', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 2, capacity: 10 }] });
    const { merchantId, machineId } = shop;
    const slots = [{ slotId: shop.slots[0]?.id ?? 0, quantity: 3 }];
    await refillSlots(ledger, { merchantId, machineId, slots, source: 'test', cause: byTest });
    // Two minutes are forgiven: the machine's clock may be slow.
    expect(await count(shop, 2, 'machine-report', 121)).toEqual([]);
    await count(shop, 4);
    expect(await count(shop, 5, 'machine-report', 121)).toEqual([]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
    expect(await count(shop, 6, 'machine-report', 1)).toHaveLength(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 6, reserved: 0 });
  });

  // Regression: a report that came again after a drop made the can appear anew.
  test('from before a drop, or said again, does not bring back what fell', async () => {
    const shop = await testShop(ledger);
    await count(shop, 5, 'machine-report');
    const { command } = await sendOut(ledger, shop);
    ledger.clock.advance(15);
    await answer(ledger, shop, command);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
    expect(await count(shop, 5, 'machine-report', 15)).toEqual([]);
    expect(await count(shop, 5, 'machine-report', 10)).toEqual([]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
  });

  // Regression: the refill was booked at the hub's time, and the machine's newer count looked older.
  test('that follows a refill at the machine counts, though both come hours later; the refill said again does not', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 2, capacity: 10 }] });
    const { merchantId, machineId } = shop;
    const slotIds = [shop.slots[0]?.id ?? 0];
    const refill = { merchantId, machineId, slotIds, saidAt: secondsAfter(ledger.clock.now(), -7_200), cause: byTest };
    await recordMachineRefill(ledger, refill);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    await count(shop, 7, 'machine-report', 6_900);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 7, reserved: 0 });
    await recordMachineRefill(ledger, refill);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 7, reserved: 0 });
  });

  test('that is older than the last does not overrule what it said of sale and fault', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId } = shop;
    const report = { merchantId, machineId, slot: { code: '01', addr: 1 }, source: 'machine-report' as const, cause: byTest };
    const now = ledger.clock.now();
    await recordSlotReport(ledger, { ...report, onSale: true, faultCode: 1, saidAt: now });
    await recordSlotReport(ledger, { ...report, onSale: false, faultCode: 2, saidAt: secondsAfter(now, -100) });
    const rows = await ledger.rows('select on_sale, fault_code from slots where id = $1', [shop.slots[0]?.id]);
    expect(rows).toEqual([{ on_sale: true, fault_code: 1 }]);
  });

  test('of a slot may tell its state, its lock and whether it is on sale; a slot that is not there is no error', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId } = shop;
    const saidAt = ledger.clock.now();
    const report = { merchantId, machineId, source: 'machine-report' as const, saidAt, cause: byTest };
    const slot = { code: '01', addr: 1 };
    expect(await recordSlotReport(ledger, { ...report, slot, onHand: 6, capacity: 12, onSale: false, faultCode: 2 })).toBe(true);
    const productId = shop.slots[0]?.productId ?? 0;
    expect(await recordSlotReport(ledger, { ...report, slot: { productId }, lockStatus: 0 })).toBe(true);
    const rows = await ledger.rows('select on_hand, capacity, on_sale, fault_code, lock_status from slots where id = $1', [
      shop.slots[0]?.id,
    ]);
    expect(rows).toEqual([{ on_hand: 6, capacity: 12, on_sale: false, fault_code: 2, lock_status: 0 }]);
    expect(await refusal(place(ledger, shop))).toBe('product.off-sale');
    expect(await recordSlotReport(ledger, { ...report, slot: { code: '99', addr: 1 }, onHand: 1 })).toBe(false);
    expect(await recordSlotReport(ledger, { ...report, slot: { code: '01', addr: 2 }, onHand: 1 })).toBe(false);
  });
});

describe('a held unit', () => {
  test('that the count misses was dispensed', async () => {
    for (const source of ['count', 'machine-report'] as const) {
      const shop = await testShop(ledger);
      const { order } = await held(shop);
      await count(shop, 9, source);
      expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
      expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    }
  });

  test('that the count does not miss is still there, and may be dispensed again', async () => {
    const shop = await testShop(ledger);
    const { order } = await held(shop);
    await count(shop, 10);
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    await comeOnline(ledger, shop);
    await dispense(ledger, shop, order);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
  });

  test('of several as many were dispensed as the count misses; what is missing beyond them is an adjustment', async () => {
    const shop = await testShop(ledger);
    const { order } = await held(shop, 3);
    await count(shop, 8);
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'dispensed', 'failed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
    const other = await testShop(ledger);
    const { order: second } = await held(other, 2);
    await count(other, 5);
    expect(await unitsOf(ledger, other, second)).toEqual(['dispensed', 'dispensed']);
    expect(await stockOf(ledger, other)).toEqual({ onHand: 5, reserved: 0 });
  });

  test('is decided though more was found than was believed to be there', async () => {
    const shop = await testShop(ledger);
    const { order } = await held(shop);
    await count(shop, 12);
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 12, reserved: 0 });
  });

  // Regression: a report from before the command decided the unit, and it could be dispensed a second time.
  test('is not decided by a report from before it was given up', async () => {
    const shop = await testShop(ledger);
    const { order } = await held(shop);
    await count(shop, 10, 'machine-report', 180);
    expect(await unitsOf(ledger, shop, order)).toEqual(['held']);
    await count(shop, 10, 'machine-report');
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed']);
  });

  // Regression: a person had counted after the drop; the answer took the can from the books once more.
  test('in flight while a person counts is in that count, when it fell before', async () => {
    const shop = await testShop(ledger);
    const { command } = await sendOut(ledger, shop);
    ledger.clock.advance(60);
    await count(shop, 9);
    ledger.clock.advance(5);
    await answer(ledger, shop, command, { answeredAt: secondsAfter(ledger.clock.now(), -61) });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });

  // Regression: the drop was in a report made while the unit was in flight; the next report missed nothing and so declared the
  // unit failed, and it could be dispensed a second time.
  test('whose drop may be in an earlier report is not declared undispensed by the next one', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    ledger.clock.advance(5);
    await count(shop, 9, 'machine-report');
    ledger.clock.advance(115);
    await giveUpSilent(ledger);
    await count(shop, 9, 'machine-report');
    expect(await unitsOf(ledger, shop, order)).toEqual(['held']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 1 });
    await answer(ledger, shop, command, { answeredAt: secondsAfter(ledger.clock.now(), -117) });
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });
});
