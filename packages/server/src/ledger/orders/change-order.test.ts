import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  dispense,
  eventsOf,
  pay,
  place,
  placePaid,
  refusal,
  stockOf,
  type TestLedger,
  type TestOrder,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { changeOrder, type OrderChange } from './change-order.ts';
import { expireOrders } from './expire-orders.ts';
import type { OrderState } from './order-state.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

function change(shop: TestShop, order: TestOrder, to: OrderChange): Promise<void> {
  return changeOrder(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, orderId: order.id, to, cause: byTest });
}

async function stateOf(order: TestOrder): Promise<string | undefined> {
  return (await ledger.rows<{ state: string }>('select state from orders where id = $1', [order.id]))[0]?.state;
}

const all: readonly OrderChange[] = ['paid', 'refunded', 'closed', 'revoked', 'paying', 'payment_failed'];

/** What each change makes of an order in each state: a state, or the code of the refusal. */
const table: Record<Exclude<OrderState, 'fetched'>, Record<OrderChange, string>> = {
  unpaid: {
    paid: 'paid',
    refunded: 'refunded',
    closed: 'closed',
    revoked: 'revoked',
    paying: 'unpaid',
    payment_failed: 'payment_failed',
  },
  paid: {
    paid: 'paid',
    refunded: 'refunded',
    closed: 'order.state',
    revoked: 'order.state',
    paying: 'order.state',
    payment_failed: 'order.state',
  },
  refunded: onlyAgain('refunded'),
  closed: onlyAgain('closed'),
  revoked: onlyAgain('revoked'),
  payment_failed: onlyAgain('payment_failed'),
  expired: Object.fromEntries(all.map((to) => [to, 'order.expired'])) as Record<OrderChange, string>,
};

function onlyAgain(state: OrderChange): Record<OrderChange, string> {
  return Object.fromEntries(all.map((to) => [to, to === state ? state : 'order.state'])) as Record<OrderChange, string>;
}

async function orderIn(shop: TestShop, state: keyof typeof table): Promise<TestOrder> {
  const order = await place(ledger, shop);
  if (state === 'expired') {
    ledger.clock.advance(20 * 60);
    await expireOrders(ledger);
  } else if (state !== 'unpaid') {
    await change(shop, order, state);
  }
  return order;
}

describe('the table of changes', () => {
  for (const from of Object.keys(table) as (keyof typeof table)[]) {
    test(`of an order that is ${from}`, async () => {
      const shop = await testShop(ledger, { slots: [{ onHand: 20 }] });
      const got: Record<string, string> = {};
      for (const to of all) {
        const order = await orderIn(shop, from);
        got[to] = await change(shop, order, to).then(
          async () => (await stateOf(order)) ?? '',
          (error: { code: string }) => error.code,
        );
      }
      expect(got).toEqual(table[from]);
    });
  }

  test('the same again changes nothing and tells nothing', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop);
    ledger.clock.advance(60);
    await pay(ledger, shop, order);
    expect(await eventsOf(ledger, shop, 'order.paid')).toHaveLength(1);
    const [row] = await ledger.rows<{ paid_at: Date }>('select paid_at from orders where id = $1', [order.id]);
    expect(row?.paid_at.getTime()).toBe(ledger.clock.now().getTime() - 60_000);
  });

  test('paying does not lengthen the 20 minutes', async () => {
    const shop = await testShop(ledger);
    const order = await place(ledger, shop);
    ledger.clock.advance(19 * 60);
    await change(shop, order, 'paying');
    ledger.clock.advance(60);
    expect(await refusal(change(shop, order, 'paid'))).toBe('order.expired');
  });

  test('an order of another merchant, or of another machine, is not there', async () => {
    const shop = await testShop(ledger);
    const [stranger, neighbour] = [await testShop(ledger), await testShop(ledger, { of: shop })];
    const order = await place(ledger, shop);
    expect(await refusal(change(stranger, order, 'paid'))).toBe('order.unknown');
    expect(await refusal(change(neighbour, order, 'paid'))).toBe('order.unknown');
    expect(await stateOf(order)).toBe('unpaid');
  });

  test('of 10 payments and 10 closings at once the order ends one way', async () => {
    const shop = await testShop(ledger);
    const order = await place(ledger, shop);
    await Promise.allSettled(Array.from({ length: 20 }, (_, n) => change(shop, order, n % 2 === 0 ? 'paid' : 'closed')));
    const state = await stateOf(order);
    const kinds = (await eventsOf(ledger, shop, 'order.paid', 'order.closed')).map(({ kind }) => kind);
    expect(kinds).toEqual([`order.${state}`]);
  });
});

describe('leaving an order', () => {
  test('gives back what was not sent', async () => {
    for (const to of ['refunded', 'closed', 'revoked', 'payment_failed'] as const) {
      const shop = await testShop(ledger);
      const order = await place(ledger, shop, 4);
      await change(shop, order, to);
      expect(await stockOf(ledger, shop), to).toEqual({ onHand: 10, reserved: 0 });
    }
  });

  test('cancels what is queued; the machine is not told of it any more', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop, 2);
    await dispense(ledger, shop, order);
    await change(shop, order, 'refunded');
    expect(await claim(ledger, shop)).toBeUndefined();
    expect(await unitsOf(ledger, shop, order)).toEqual(['returned', 'returned']);
    expect(await refusal(dispense(ledger, shop, order))).toBe('order.state');
  });

  test('leaves what is in flight, or held, until its outcome', async () => {
    const shop = await testShop(ledger);
    const order = await placePaid(ledger, shop, 2);
    await dispense(ledger, shop, order);
    const command = await claim(ledger, shop);
    await change(shop, order, 'refunded');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 2 });
    expect(await answer(ledger, shop, command ?? { id: 0 })).toBe('applied');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 1 });
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'held']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 1 });
  });

  // Regression: the units not sent yet were given back, and nobody was told what had become of the others.
  test('a record of which a part was sent is told of when the rest is given back', async () => {
    const shop = await testShop(ledger, { drive: 'belt', hasDropDetection: true });
    const order = await placePaid(ledger, shop, 2);
    await dispense(ledger, shop, order);
    const command = await claim(ledger, shop);
    await answer(ledger, shop, command ?? { id: 0 });
    expect(await eventsOf(ledger, shop, 'dispense.settled')).toEqual([]);
    await change(shop, order, 'refunded');
    const told = await eventsOf(ledger, shop, 'dispense.settled');
    expect(told.map(({ data }) => data)).toMatchObject([{ lineId: order.lineIds[0], units: 2, delivered: 1 }]);
  });
});
