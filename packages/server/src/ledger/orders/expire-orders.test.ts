import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  dispense,
  elsewhere,
  eventsOf,
  pay,
  place,
  placePaid,
  refusal,
  stockOf,
  type TestLedger,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { expireOrders } from './expire-orders.ts';
import { getOrder } from './get-order.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

const window = 20 * 60;

describe('an order not paid within 20 minutes', () => {
  test('is closed by the clock: a millisecond before it may be paid, at the minute no more, swept or not', async () => {
    const shop = await testShop(ledger);
    const [early, late] = [await place(ledger, shop), await place(ledger, shop)];
    ledger.clock.advance(window - 0.001);
    expect(await expireOrders(ledger)).toBe(0);
    await pay(ledger, shop, early);
    ledger.clock.advance(0.001);
    expect(await refusal(pay(ledger, shop, late))).toBe('order.expired');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
    expect(await expireOrders(ledger)).toBe(0);
  });

  test('gives its stock back once, tells so once, and may not be dispensed', async () => {
    const shop = await testShop(ledger);
    const order = await place(ledger, shop, 3);
    ledger.clock.advance(window);
    expect(await refusal(dispense(ledger, shop, order))).toBe('order.expired');
    expect(await expireOrders(ledger)).toBe(0);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    expect(await unitsOf(ledger, shop, order)).toEqual(Array(3).fill('returned'));
    const [event, ...others] = await eventsOf(ledger, shop, 'order.expired');
    expect(others).toEqual([]);
    expect(event?.data).toMatchObject({ integrationId: shop.integrationId, notifyUrl: 'http://mall.test/notify' });
  });

  test('is shown as expired before any sweep', async () => {
    const shop = await testShop(ledger);
    const order = await place(ledger, shop);
    ledger.clock.advance(window);
    expect((await getOrder(ledger, shop.merchantId, shop.machineId, order.id)).state).toBe('expired');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
  });

  test('its cans are for sale before any sweep', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 4 }] });
    await place(ledger, shop, 4);
    expect(await refusal(place(ledger, shop))).toBe('stock.insufficient');
    ledger.clock.advance(window);
    await place(ledger, shop, 4);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 4 });
  });

  test('its cans are for sale to several at once, in several processes', async () => {
    for (let round = 0; round < 10; round += 1) {
      const shop = await testShop(ledger, { slots: [{ onHand: 6 }] });
      for (let n = 0; n < 6; n += 1) await place(ledger, shop);
      ledger.clock.advance(window);
      await Promise.all(Array.from({ length: 6 }, () => place(elsewhere(ledger), shop)));
      expect(await stockOf(ledger, shop)).toEqual({ onHand: 6, reserved: 6 });
    }
  });

  test('a paid one does not expire', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop);
    ledger.clock.advance(24 * 3600);
    expect(await expireOrders(ledger, { merchantId: shop.merchantId })).toBe(0);
    expect((await getOrder(ledger, shop.merchantId, shop.machineId, order.id)).state).toBe('paid');
  });
});

describe('the sweep', () => {
  test('closes so many at once, those due longest first, of all merchants', async () => {
    ledger.clock.advance(window);
    while ((await expireOrders(ledger)) > 0);
    const shops = [await testShop(ledger), await testShop(ledger)] as const;
    const orders = [];
    for (let n = 0; n < 6; n += 1) {
      orders.push(await place(ledger, shops[n % 2] ?? shops[0]));
      ledger.clock.advance(1);
    }
    ledger.clock.advance(window);
    expect(await expireOrders(ledger, { limit: 4 })).toBe(4);
    const states = await ledger.rows<{ state: string }>('select state from orders where id = any($1) order by id', [
      orders.map(({ id }) => id),
    ]);
    expect(states.map(({ state }) => state)).toEqual(['expired', 'expired', 'expired', 'expired', 'unpaid', 'unpaid']);
    expect(await expireOrders(ledger, { limit: 4 })).toBe(2);
  });

  test('of two sweeps and a payment at the same moment each order ends once', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 20 }] });
    const orders = await Promise.all(Array.from({ length: 20 }, () => place(ledger, shop)));
    ledger.clock.advance(window);
    const [first, second, ...payments] = await Promise.all([
      expireOrders(ledger),
      expireOrders(elsewhere(ledger)),
      ...orders.map((order) => refusal(pay(ledger, shop, order))),
    ]);
    expect(payments).toEqual(Array(20).fill('order.expired'));
    expect((first as number) + (second as number)).toBeLessThanOrEqual(20);
    expect(await eventsOf(ledger, shop, 'order.expired')).toHaveLength(20);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 20, reserved: 0 });
  });
});
