import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  byTest,
  eventsOf,
  machineOf,
  orderDraft,
  place,
  refusal,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { requestTestDispense } from '../dispensing/request-test-dispense.ts';
import { placeOrder } from '../orders/place-order.ts';
import { clearSlotFault } from './clear-slot-fault.ts';
import { getSlot } from './get-slot.ts';
import { listSlotHistory, type SlotHappening } from './list-slot-history.ts';
import { recordSlotReport } from './record-slot-report.ts';
import { setSlotOnSale } from './set-slot-on-sale.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const slotIdOf = (shop: TestShop, n = 0) => shop.slots[n]?.id ?? 0;

function onSale(shop: TestShop, is: boolean, n = 0): Promise<boolean> {
  const { merchantId, machineId } = shop;
  return setSlotOnSale(ledger, { merchantId, machineId, slotId: slotIdOf(shop, n), onSale: is, cause: byTest });
}

function report(shop: TestShop, said: { faultCode?: number; onSale?: boolean }, ago = 0): Promise<boolean> {
  const { merchantId, machineId } = shop;
  const slot = { productId: shop.slots[0]?.productId ?? 0 };
  const saidAt = new Date(ledger.clock.now().getTime() - ago * 1_000);
  return recordSlotReport(ledger, { merchantId, machineId, slot, saidAt, source: 'machine-report', cause: byTest, ...said });
}

async function testSlot(shop: TestShop, n = 0): Promise<number> {
  const { merchantId } = shop;
  const machine = await machineOf(ledger, shop);
  const slotName = shop.slots[n]?.name ?? '';
  return await requestTestDispense(ledger, { merchantId, integrationId: null, machine, slotName, notifyUrl: '', cause: byTest });
}

test('a mended slot sells again: tested while at fault, cleared, put on sale', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  await report(shop, { faultCode: 2, onSale: false });
  const refused = () => refusal(placeOrder(ledger, orderDraft(shop)));
  expect(await refused()).toBe('product.off-sale');
  expect(await testSlot(shop)).toBeGreaterThan(0);
  await clearSlotFault(ledger, { merchantId, machineId, slotId: slotIdOf(shop), cause: byTest });
  expect(await getSlot(ledger, merchantId, machineId, slotIdOf(shop))).toMatchObject({ faultCode: 1, onSale: false });
  expect(await refused()).toBe('product.off-sale');
  expect(await onSale(shop, true)).toBe(true);
  expect(await onSale(shop, true)).toBe(false);
  expect((await place(ledger, shop)).id).toBeGreaterThan(0);
  expect((await eventsOf(ledger, shop, 'slot.listed')).map(({ data }) => data.onSale)).toEqual([false, true]);
});

test('what the machine said before a person decided does not overrule it when it comes late', async () => {
  const shop = await testShop(ledger);
  await onSale(shop, false);
  await report(shop, { onSale: true }, 60);
  expect(await refusal(placeOrder(ledger, orderDraft(shop)))).toBe('product.off-sale');
  ledger.clock.advance(1);
  await report(shop, { onSale: true });
  expect((await place(ledger, shop)).id).toBeGreaterThan(0);
});

test('a slot that is part of another is refused, and so is one of another machine', async () => {
  const shop = await testShop(ledger, { slots: [{}, { onHand: 0 }] });
  await ledger.rows('update slots set merged_into_id = $1, goods_id = null where id = $2 returning id', [
    slotIdOf(shop),
    slotIdOf(shop, 1),
  ]);
  expect(await refusal(onSale(shop, false, 1))).toBe('slot.merged');
  expect(await refusal(testSlot(shop, 1))).toBe('slot.merged');
  const other = await testShop(ledger, { of: shop });
  const { merchantId, machineId } = other;
  const change = { merchantId, machineId, slotId: slotIdOf(shop), onSale: false, cause: byTest };
  expect(await refusal(setSlotOnSale(ledger, change))).toBe('slot.unknown');
  expect(await refusal(getSlot(ledger, merchantId, machineId, slotIdOf(shop)))).toBe('slot.unknown');
});

test('the history of a slot: stock, faults and sale, the newest first, page by page', async () => {
  const shop = await testShop(ledger, { slots: [{}, {}] });
  const { merchantId } = shop;
  await place(ledger, shop, 2);
  ledger.clock.advance(60);
  await report(shop, { faultCode: 2 });
  ledger.clock.advance(60);
  await onSale(shop, false);
  await onSale(shop, false, 1);
  const all: SlotHappening[] = [];
  for (let before: string | undefined; ; before = all.at(-1)?.cursor) {
    const page = await listSlotHistory(ledger, { merchantId, slotId: slotIdOf(shop), limit: 2, before });
    all.push(...page);
    if (page.length === 0) break;
  }
  expect(
    all.map(({ kind, onSale: is, faultCode, reason, reservedChange }) => [kind, is ?? faultCode ?? reason, reservedChange]),
  ).toEqual([
    ['slot.listed', false, 0],
    ['slot.fault', 2, 0],
    ['stock', 'order', 2],
    ['stock', 'initial', 0],
  ]);
});
