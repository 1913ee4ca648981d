import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  elsewhere,
  eventsOf,
  orderDraft,
  place,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { type LedgerError, ledgerErrors } from '../errors.ts';
import { changeMachine } from '../machines/change-machine.ts';
import { type OrderDraft, placeOrder, placeOrders } from './place-order.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

const lines = (shop: TestShop, ...slots: number[]): OrderDraft['lines'] =>
  slots.map((slot) => ({ productId: shop.slots[slot]?.productId ?? 0, quantity: 1 }));

/** How each ended: placed, or the code of its refusal; anything else is thrown. */
async function outcomes(work: readonly Promise<unknown>[]): Promise<string[]> {
  return (await Promise.allSettled(work)).map((result) => {
    if (result.status === 'fulfilled') return 'placed';
    const code = (result.reason as LedgerError).code;
    if (!(code in ledgerErrors)) throw result.reason;
    return code;
  });
}

function tally(all: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(all, (one) => one)].map(([one, many]) => [one, many.length]));
}

describe('an order', () => {
  test('takes its quantity from the slots at once, a unit for each can, and asks for the sum', async () => {
    const shop = await testShop(ledger, { slots: [{ priceCents: 300 }, { priceCents: 550 }] });
    const [first, second] = shop.slots.map(({ productId }) => productId) as [number, number];
    const draft = orderDraft(shop, 0, {
      lines: [
        { productId: second, quantity: 2 },
        { productId: first, quantity: 3 },
      ],
    });
    const placed = await placeOrder(ledger, draft);
    expect(placed.amountCents).toBe(2 * 550 + 3 * 300);
    expect(await stockOf(ledger, shop, 0)).toEqual({ onHand: 10, reserved: 3 });
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 10, reserved: 2 });
    expect(await unitsOf(ledger, shop, placed)).toEqual(Array(5).fill('reserved'));
    const rows = await ledger.rows('select product_id, quantity from order_lines where order_id = $1 order by id', [placed.id]);
    expect(rows).toEqual([
      { product_id: second, quantity: 2 },
      { product_id: first, quantity: 3 },
    ]);
    expect(await eventsOf(ledger, shop, 'order.placed')).toHaveLength(1);
  });

  test('the same product twice is two lines', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 3 }] });
    const order = await place(ledger, shop, 0, { lines: lines(shop, 0, 0) });
    expect(order.lineIds).toHaveLength(2);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 3, reserved: 2 });
    expect(await refusal(place(ledger, shop, 0, { lines: lines(shop, 0, 0) }))).toBe('stock.insufficient');
  });

  test('is refused whole, whichever line does not fit', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 0 }] });
    expect(await refusal(place(ledger, shop, 0, { lines: lines(shop, 0, 1) }))).toBe('stock.insufficient');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 5, reserved: 0 });
  });

  test('is refused for the reason that holds', async () => {
    const shop = await testShop(ledger, { slots: [{}, {}, {}, {}] });
    const other = await testShop(ledger);
    const set = (slot: number, change: string) => ledger.rows(`update slots set ${change} where id = $1`, [shop.slots[slot]?.id]);
    await set(1, 'on_sale = false');
    await set(2, 'fault_code = 2');
    await set(3, 'goods_id = null');
    const why = (draft: Partial<OrderDraft>) => refusal(placeOrder(ledger, orderDraft(shop, 1, draft)));
    expect(await why({ machineNo: '99999999' })).toBe('machine.unknown');
    expect(await why({ machineNo: other.machineNo })).toBe('machine.unknown');
    expect(await why({ lines: [{ productId: 999_999, quantity: 1 }] })).toBe('product.unknown');
    expect(await why({ lines: lines(other, 0) })).toBe('product.unknown');
    for (const slot of [1, 2, 3]) expect(await why({ lines: lines(shop, slot) })).toBe('product.off-sale');
    expect(await why({ lines: [{ productId: shop.slots[0]?.productId ?? 0, quantity: 11 }] })).toBe('stock.insufficient');
    await changeMachine(ledger, shop.merchantId, shop.machineNo, { operational: false });
    expect(await why({})).toBe('machine.not-operational');
  });

  test("of another machine's product of the same merchant is refused", async () => {
    const shop = await testShop(ledger);
    const second = await testShop(ledger, { of: shop });
    expect(await refusal(placeOrder(ledger, orderDraft(shop, 1, { lines: lines(second, 0) })))).toBe('product.unknown');
    expect(await stockOf(ledger, second)).toEqual({ onHand: 10, reserved: 0 });
  });

  test('a trade id is one order of its merchant, and names it; another merchant may use the same', async () => {
    const shop = await testShop(ledger);
    const { id } = await placeOrder(ledger, orderDraft(shop, 1, { tradeId: 'mine' }));
    const again = placeOrder(ledger, orderDraft(shop, 2, { tradeId: 'mine' }));
    await expect(again).rejects.toMatchObject({ code: 'order.duplicate', data: { orderId: id } });
    const other = await testShop(ledger);
    await placeOrder(ledger, orderDraft(other, 1, { tradeId: 'mine' }));
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
  });
});

describe('a batch', () => {
  test('64 that contend for stock in one statement: none takes what is not there, and each gets its own answer', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 20 }, { onHand: 20 }] });
    const drafts = Array.from({ length: 64 }, (_, n) => orderDraft(shop, 1, { lines: lines(shop, n % 2) }));
    const placed = await placeOrders(ledger, drafts);
    expect(placed).toHaveLength(64);
    const fits = (n: number) => Math.floor(n / 2) < 20;
    expect(placed.map((one) => one !== undefined)).toEqual(drafts.map((_, n) => fits(n)));
    const rows = await ledger.rows<{ id: number; trade_id: string }>('select id, trade_id from orders where machine_id = $1', [
      shop.machineId,
    ]);
    const byTrade = new Map(rows.map((row) => [row.trade_id, row.id]));
    expect(placed.map((one) => one?.id)).toEqual(drafts.map(({ tradeId }) => byTrade.get(tradeId)));
  });

  test('a greedy order refused harms none behind it: those are tried again alone', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 10 }] });
    // The first two go by themselves, the others together; who of them is first is nobody's promise, so there is enough for all.
    const quantities = [1, 3, 50, 2, 3, 1];
    const got = await outcomes(quantities.map((quantity) => placeOrder(ledger, orderDraft(shop, quantity))));
    expect(got).toEqual(['placed', 'placed', 'stock.insufficient', 'placed', 'placed', 'placed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 10 });
  });

  test('one that the database cannot take is refused alone', async () => {
    const shop = await testShop(ledger);
    const poison = { productId: shop.slots[0]?.productId ?? 0, quantity: -1 };
    const drafts = [orderDraft(shop), orderDraft(shop, 0, { lines: [poison] }), orderDraft(shop), orderDraft(shop)];
    const got = await Promise.allSettled(drafts.map((draft) => placeOrder(ledger, draft)));
    expect(got.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 3 });
  });

  test('orders of many merchants go together', async () => {
    const shops = await Promise.all(Array.from({ length: 5 }, () => testShop(ledger, { slots: [{ onHand: 2 }] })));
    const got = await outcomes(shops.flatMap((shop) => [1, 1, 1].map(() => placeOrder(ledger, orderDraft(shop)))));
    expect(tally(got)).toEqual({ placed: 10, 'stock.insufficient': 5 });
  });
});

describe('a swarm', () => {
  test('300 orders from two processes for 50 cans: 50 are placed', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 50 }] });
    const processes = [elsewhere(ledger), elsewhere(ledger)];
    const got = await outcomes(Array.from({ length: 300 }, (_, n) => placeOrder(processes[n % 2] ?? ledger, orderDraft(shop))));
    expect(tally(got)).toEqual({ placed: 50, 'stock.insufficient': 250 });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 50, reserved: 50 });
  });

  test('over several slots in differing order nobody waits in a circle', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 30 }, { onHand: 30 }, { onHand: 30 }] });
    const orders: number[][] = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0],
      [0, 2],
      [2, 0],
      [1, 2],
    ];
    const processes = [elsewhere(ledger), elsewhere(ledger), elsewhere(ledger)];
    const got = await outcomes(
      Array.from({ length: 180 }, (_, n) =>
        placeOrder(processes[n % 3] ?? ledger, orderDraft(shop, 0, { lines: lines(shop, ...(orders[n % 6] ?? [])) })),
      ),
    );
    const { placed = 0, ...others } = tally(got);
    expect(Object.keys(others)).toEqual(['stock.insufficient']);
    const taken = await ledger.rows<{ units: number }>('select count(*)::int as units from dispenses where slot_id = any($1)', [
      shop.slots.map(({ id }) => id),
    ]);
    const reserved = await Promise.all([0, 1, 2].map((slot) => stockOf(ledger, shop, slot)));
    expect(reserved.reduce((sum, slot) => sum + slot.reserved, 0)).toBe(taken[0]?.units);
    expect(placed).toBeGreaterThan(0);
    // Where an order of two could still have been placed, none would have been refused.
    expect(reserved.filter((slot) => slot.onHand > slot.reserved).length).toBeLessThan(2);
  });

  test.each([10, 1])(
    'of 20 orders with one trade id for %i cans, one is placed and the others are told which',
    async (onHand) => {
      const shop = await testShop(ledger, { slots: [{ onHand }] });
      const processes = Array.from({ length: 20 }, () => elsewhere(ledger));
      const got = await Promise.allSettled(
        processes.map((process) => placeOrder(process, orderDraft(shop, 1, { tradeId: 'once' }))),
      );
      const placed = got.flatMap((one) => (one.status === 'fulfilled' ? one.value.id : []));
      expect(placed).toHaveLength(1);
      const named = got.flatMap((one) => (one.status === 'rejected' ? [one.reason as LedgerError] : []));
      expect(named.map(({ code, data }) => [code, data.orderId])).toEqual(Array(19).fill(['order.duplicate', placed[0]]));
      expect(await stockOf(ledger, shop)).toEqual({ onHand, reserved: 1 });
    },
  );
});
