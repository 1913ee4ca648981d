import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  byTest,
  elsewhere,
  eventsOf,
  place,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { refillSlots } from './refill-slots.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

function refill(shop: TestShop, ...quantities: (number | 'full')[]) {
  const { merchantId, machineId } = shop;
  const slots = quantities.map((quantity, n) => ({ slotId: shop.slots[n]?.id ?? 0, quantity }));
  return refillSlots(elsewhere(ledger), { merchantId, machineId, slots, source: 'test', cause: byTest });
}

describe('a refill', () => {
  test('adds; a slot that would overflow is left as it is and named, the others are filled', async () => {
    const shop = await testShop(ledger, {
      slots: [
        { onHand: 2, capacity: 10 },
        { onHand: 9, capacity: 10 },
        { onHand: 0, capacity: 5 },
      ],
    });
    const result = await refill(shop, 8, 2, 5);
    expect(result.filled).toEqual([shop.slots[0]?.id, shop.slots[2]?.id]);
    expect(result.overCapacity).toEqual([{ slotId: shop.slots[1]?.id, name: 'A2' }]);
    expect((await Promise.all([0, 1, 2].map((slot) => stockOf(ledger, shop, slot)))).map(({ onHand }) => onHand)).toEqual([
      10, 9, 5,
    ]);
  });

  test('to the brim fills what is missing, and nothing of what holds more than it should', async () => {
    const shop = await testShop(ledger, {
      slots: [
        { onHand: 2, capacity: 10 },
        { onHand: 10, capacity: 10 },
      ],
    });
    await ledger.rows('update slots set capacity = 8 where id = $1', [shop.slots[1]?.id]);
    await refill(shop, 'full', 'full');
    expect(await stockOf(ledger, shop, 0)).toEqual({ onHand: 10, reserved: 0 });
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 10, reserved: 0 });
    expect((await eventsOf(ledger, shop, 'stock.refilled')).map(({ data }) => data.slots)).toEqual([
      [{ slotId: shop.slots[0]?.id, quantity: 8 }],
    ]);
  });

  test('is reckoned against what is there, promised or not', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 8, capacity: 10 }] });
    await place(ledger, shop, 8);
    expect((await refill(shop, 3)).overCapacity).toHaveLength(1);
    await refill(shop, 2);
    await place(ledger, shop, 2);
    expect(await refusal(place(ledger, shop))).toBe('stock.insufficient');
  });

  test('ten at once never pass the capacity', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 0, capacity: 10 }] });
    const results = await Promise.all(Array.from({ length: 10 }, () => refill(shop, 3)));
    expect(results.filter(({ filled }) => filled.length === 1)).toHaveLength(3);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });

  // Regression: each was reckoned from what there was before both.
  test('that names a slot twice adds both, as far as they fit', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 4, capacity: 10 }] });
    const twice = { ...shop, slots: [...shop.slots, ...shop.slots] };
    await refill(twice, 2, 3);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect((await refill(twice, 1, 1)).overCapacity).toHaveLength(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
  });

  test("of another machine's slot does nothing", async () => {
    const shop = await testShop(ledger);
    const neighbour = await testShop(ledger, { of: shop, slots: [{ onHand: 0, capacity: 10 }] });
    expect(await refill({ ...shop, slots: neighbour.slots }, 5)).toEqual({ filled: [], overCapacity: [] });
  });
});
