import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  byTest,
  elsewhere,
  place,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { recordCount } from '../stock/record-count.ts';
import { type MachineOrder, recordMachineOrders } from './record-machine-orders.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

let sales = 0;

function sale(shop: TestShop, units: readonly boolean[], what: Partial<MachineOrder> = {}): MachineOrder {
  sales += 1;
  const now = ledger.clock.now();
  return {
    tradeId: `sale-${sales}`,
    state: 'paid',
    amountCents: 300 * units.length,
    paymentReference: 'cash',
    payStyle: 'cash',
    createdAt: now,
    paidAt: now,
    lines: [
      {
        productId: shop.slots[0]?.productId ?? 0,
        priceCents: 300,
        units: units.map((dispensed) => ({ dispensed, error: dispensed ? '' : 'Over Current' })),
      },
    ],
    ...what,
  };
}

const upload = (shop: TestShop, ...orders: MachineOrder[]) =>
  recordMachineOrders(elsewhere(ledger), { merchantId: shop.merchantId, id: shop.machineId }, orders, byTest);

describe('what a machine sold by itself', () => {
  test('is written with its units and its payment, and taken from the slot', async () => {
    const shop = await testShop(ledger);
    expect(await upload(shop, sale(shop, [true, false, true]))).toBe(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
    const [order] = await ledger.rows<{ id: number }>('select id from orders where machine_id = $1', [shop.machineId]);
    expect(await unitsOf(ledger, shop, order ?? { id: 0 })).toEqual(['dispensed', 'failed', 'dispensed']);
    const payments = await ledger.rows('select kind, amount_cents, reference from payments where order_id = $1', [order?.id]);
    expect(payments).toEqual([{ kind: 'payment', amount_cents: 900, reference: 'cash' }]);
  });

  test('told again changes nothing, even 10 times at once', async () => {
    const shop = await testShop(ledger);
    const orders = [sale(shop, [true]), sale(shop, [true])];
    const written = await Promise.all(
      Array.from({ length: 10 }, (_, n) => upload(shop, ...(n % 2 === 0 ? orders : orders.toReversed()))),
    );
    expect(written.reduce((sum, one) => sum + one, 0)).toBe(2);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
  });

  test('beside orders for the same slot, at once: the machine is believed, the orders have what is left', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 10 }] });
    const got = await Promise.allSettled([
      ...Array.from({ length: 6 }, () => upload(shop, sale(shop, [true]))),
      ...Array.from({ length: 10 }, () => place(elsewhere(ledger), shop)),
    ]);
    expect(got.slice(0, 6).map(({ status }) => status)).toEqual(Array(6).fill('fulfilled'));
    const { onHand, reserved } = await stockOf(ledger, shop);
    expect(onHand).toBe(4);
    expect(reserved).toBe(got.slice(6).filter(({ status }) => status === 'fulfilled').length);
  });

  test('more than was believed to be there was there', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 1 }] });
    await upload(shop, sale(shop, [true, true, true]));
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 0, reserved: 0 });
  });

  test('below what is promised makes the slot short; the promise stands', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 2 }] });
    await place(ledger, shop, 2);
    await upload(shop, sale(shop, [true]));
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 1, reserved: 2 });
  });

  test('of a product that has another number by now is found by its slot; of neither, all is refused', async () => {
    const shop = await testShop(ledger);
    const line = { productId: 999_999, priceCents: 300, units: [{ dispensed: true, error: '' }] };
    await upload(shop, sale(shop, [], { lines: [{ ...line, slotCode: '01' }] }));
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect(await refusal(upload(shop, sale(shop, [true]), sale(shop, [], { lines: [line] })))).toBe('product.unknown');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });

  // Regression: uploaded after the machine's stock, which had them already, they were taken from the stock once more.
  test('before the last report of the slot is in that report already', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId } = shop;
    const before = sale(shop, [true, true]);
    ledger.clock.advance(60);
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 8 }];
    const report = { merchantId, machineId, counts, source: 'machine-report', countedAt: ledger.clock.now() } as const;
    await recordCount(ledger, { ...report, cause: byTest });
    ledger.clock.advance(60);
    await upload(shop, before, sale(shop, [true]));
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 7, reserved: 0 });
  });

  // Regression: everything that the machine said of the slot until then was taken for old.
  test('at a time to come, by a clock that runs ahead, does not make its later reports look old', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId } = shop;
    const ahead = secondsAfter(ledger.clock.now(), 8 * 3600);
    await upload(shop, sale(shop, [true], { createdAt: ahead, paidAt: ahead }));
    ledger.clock.advance(60);
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 5 }];
    const report = { merchantId, machineId, counts, source: 'machine-report', countedAt: ledger.clock.now() } as const;
    expect(await recordCount(ledger, { ...report, cause: byTest })).toHaveLength(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 5, reserved: 0 });
  });
});
