import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import { type ForeignShop, foreignDraft, foreignShop, foreignSlot, payForeign, tellLayout } from '../../testing/foreign.ts';
import { byTest, eventsOf, refusal, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { waitingSessions } from '../../testing/waiting.ts';
import { changeOrder } from '../orders/change-order.ts';
import { expireOrders } from '../orders/expire-orders.ts';
import { getForeignOrder } from './get-foreign-order.ts';
import { type ForeignOrderDraft, placeForeignOrder } from './place-foreign-order.ts';

let ledger: TestLedger;
let shop: ForeignShop;
beforeAll(async () => {
  ledger = await testLedger();
});
beforeEach(async () => {
  shop = await foreignShop(ledger, await testShop(ledger));
});
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});
afterAll(() => ledger.drop());

const place = (draft: Partial<ForeignOrderDraft> = {}) => placeForeignOrder(ledger, foreignDraft(shop, draft));
const linesOf = async (id: number) =>
  (await getForeignOrder(ledger, shop.merchantId, id)).lines.map(
    ({ slot, goods, quantity, priceCents, originalPriceCents }) =>
      `${slot} ${goods} ${quantity} ${priceCents}/${originalPriceCents}`,
  );
const reserved = () =>
  ledger.rows<{ code: string; reserved: number }>(
    'select s.code, s.reserved from slots s join machines m on m.id = s.machine_id where m.machine_no = $1 and s.reserved > 0 order by s.id',
    [shop.foreignNo],
  );

describe('what is bought', () => {
  test('by slot, by good, or both; a good from where most of it lies, and from several slots when it must', async () => {
    const order = await place({ lines: [{ slot: '1', quantity: 2 }] });
    expect(order).toMatchObject({ cabinet: 'c1', amountCents: 400, discountCents: 0 });
    expect(await linesOf(order.id)).toEqual(['1 cola 2 200/200']);
    const more = await place({
      lines: [
        { goods: 'cola', quantity: 6 },
        { slot: '3', goods: 'tea', quantity: 1 },
      ],
    });
    expect(await linesOf(more.id)).toEqual(['3 tea 1 350/350', '2 cola 5 200/200', '1 cola 1 200/200']);
    expect(await reserved()).toEqual([
      { code: '1', reserved: 3 },
      { code: '2', reserved: 5 },
      { code: '3', reserved: 1 },
    ]);
  });

  test('a discount is spread over the units, to the cent, rows of one slot and price being one', async () => {
    const order = await place({ lines: [{ slot: '1', quantity: 3 }], discountCents: 100 });
    expect(order.amountCents).toBe(500);
    expect(await linesOf(order.id)).toEqual(['1 cola 2 167/200', '1 cola 1 166/200']);
    const twice = await place({
      lines: [
        { slot: '2', quantity: 1 },
        { slot: '2', quantity: 1 },
      ],
      discountCents: 400,
    });
    expect(await linesOf(twice.id)).toEqual(['2 cola 2 0/200']);
  });

  test('from one cabinet: the first that can serve all of it, or the one that is named', async () => {
    await tellLayout(ledger, shop, { cabinet: 'c2', slots: [foreignSlot('1', 'cola', 5), foreignSlot('7', 'soup', 5)] });
    expect((await place()).cabinet).toBe('c1');
    expect((await place({ cabinet: 'c2' })).cabinet).toBe('c2');
    expect(
      (
        await place({
          lines: [
            { goods: 'cola', quantity: 1 },
            { goods: 'soup', quantity: 1 },
          ],
        })
      ).cabinet,
    ).toBe('c2');
    expect(
      await refusal(
        place({
          lines: [
            { goods: 'tea', quantity: 1 },
            { goods: 'soup', quantity: 1 },
          ],
        }),
      ),
    ).toBe('product.unknown');
    expect(await refusal(place({ cabinet: 'c3' }))).toBe('cabinet.unknown');
  });

  test('is refused with its reason', async () => {
    expect(await refusal(place({ machineNo: shop.machineNo }))).toBe('machine.unknown');
    expect(await refusal(place({ upstreamIntegrationId: shop.integrationId }))).toBe('machine.unknown');
    expect(await refusal(place({ lines: [{ slot: '8', quantity: 1 }] }))).toBe('slot.unknown');
    expect(await refusal(place({ lines: [{ slot: '1', goods: 'tea', quantity: 1 }] }))).toBe('product.unknown');
    expect(await refusal(place({ lines: [{ goods: 'cola', quantity: 11 }] }))).toBe('stock.insufficient');
    expect(await refusal(place({ lines: [] }))).toBe('request.invalid');
    expect(await refusal(place({ lines: [{ quantity: 1 }] }))).toBe('request.invalid');
    expect(await refusal(place({ lines: [{ slot: '1', quantity: 0.5 }] }))).toBe('request.invalid');
    expect(await refusal(place({ discountCents: 201 }))).toBe('request.invalid');
    expect(await refusal(place({ discountCents: -1 }))).toBe('request.invalid');
    expect(await refusal(place({ tradeId: '' }))).toBe('order.trade-id-missing');
    const { id } = await place({ tradeId: 'mine' });
    await expect(place({ tradeId: 'mine' })).rejects.toMatchObject({ code: 'order.duplicate', data: { orderId: id } });
    await tellLayout(ledger, shop, { slots: [foreignSlot('1', 'cola', 5, { faultCode: 3 })] });
    expect(await refusal(place())).toBe('product.off-sale');
    await tellLayout(ledger, shop, { status: 'offline' });
    expect(await refusal(place())).toBe('machine.offline');
    await tellLayout(ledger, shop, { status: 'fault' });
    expect(await refusal(place())).toBe('machine.not-operational');
  });

  test('is never more than there is, however many order at once', async () => {
    const orders = await Promise.allSettled(Array.from({ length: 14 }, () => place()));
    expect(orders.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await reserved()).toEqual([
      { code: '1', reserved: 5 },
      { code: '2', reserved: 5 },
    ]);
  });

  test('is asked for twice at once: one order, and the other says which, though what it wanted is taken by then', async () => {
    const held = await ledger.pool.connect();
    const twice = { tradeId: 'twice', lines: [{ goods: 'cola', quantity: 7 }] };
    await held.query('begin; select from slots for update');
    const asked = Promise.allSettled([place(twice), place(twice)]);
    await waitingSessions(ledger, 2).finally(() => held.query('rollback'));
    held.release();
    const [placed, refused] = (await asked).toSorted((a, b) => a.status.localeCompare(b.status));
    expect(placed).toMatchObject({ status: 'fulfilled', value: { id: expect.any(Number) } });
    const orders = await ledger.rows<{ id: number }>(`select id from orders where trade_id = 'twice'`);
    expect(orders).toHaveLength(1);
    expect(refused).toMatchObject({ reason: { code: 'order.duplicate', data: { orderId: orders[0]?.id } } });
  });
});

describe('the evidence of stock', () => {
  test('that is older than the rule says sells nothing, until it is told again', async () => {
    ledger.clock.advance(60);
    await place();
    ledger.clock.advance(1);
    expect(await refusal(place())).toBe('stock.stale');
    expect(await refusal(place({ lines: [{ goods: 'cola', quantity: 90 }] }))).toBe('stock.stale');
    expect(await refusal(place({ lines: [{ goods: 'gum', quantity: 1 }] }))).toBe('product.unknown');
    await tellLayout(ledger, shop);
    await place();
  });

  test('of less than was promised sells nothing more, and takes nothing back', async () => {
    const order = await place({ lines: [{ slot: '1', quantity: 3 }] });
    await tellLayout(ledger, shop, { slots: [foreignSlot('1', 'cola', 3)] });
    expect(await refusal(place())).toBe('stock.insufficient');
    await payForeign(ledger, shop, order);
    expect((await getForeignOrder(ledger, shop.merchantId, order.id)).remote?.state).toBe('queued');
  });
});

describe('until it is paid', () => {
  test('it expires by the clock and gives back what it held', async () => {
    const order = await place({ lines: [{ slot: '1', quantity: 5 }] });
    ledger.clock.advance(ledger.rules.paymentWindow);
    await tellLayout(ledger, shop, { slots: [foreignSlot('1', 'cola', 5)] });
    await place({ lines: [{ slot: '1', quantity: 5 }] });
    expect(await refusal(payForeign(ledger, shop, order))).toBe('order.expired');
    expect(await getForeignOrder(ledger, shop.merchantId, order.id)).toMatchObject({ state: 'expired', remote: null });
    await expireOrders(ledger);
  });

  test('it may be closed, and nobody is told to dispense it', async () => {
    const { id: orderId, machineId } = await place();
    await changeOrder(ledger, { merchantId: shop.merchantId, machineId, orderId, to: 'closed', cause: byTest });
    expect(await reserved()).toEqual([]);
    expect(await eventsOf(ledger, shop, 'remote-order.notice-due')).toEqual([]);
  });

  test('the view expires it too, and knows orders at machines of other platforms alone', async () => {
    const order = await place();
    ledger.clock.advance(ledger.rules.paymentWindow);
    expect((await getForeignOrder(ledger, shop.merchantId, order.id)).state).toBe('expired');
    expect(await refusal(getForeignOrder(ledger, shop.merchantId, 0))).toBe('order.unknown');
  });
});
