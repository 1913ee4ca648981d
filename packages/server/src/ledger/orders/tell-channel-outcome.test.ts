import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../testing/channel.ts';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  elsewhere,
  eventsOf,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { decideHeld } from '../dispensing/decide-held.ts';
import { recordCount } from '../stock/record-count.ts';
import { sweepLedger } from '../sweep.ts';
import { cancelChannelOrder } from './cancel-channel-order.ts';
import { getChannelOutcome } from './get-channel-outcome.ts';
import { placeChannelOrder } from './place-channel-order.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
  await projectAll(ledger);
  expect(await salesProblems(ledger)).toEqual([]);
});

/** An order of so many from each slot, sent as far as its first command. */
async function sold(...quantities: number[]) {
  const shop = await testShop(ledger, { slots: quantities.map(() => ({})) });
  const channel = await testChannel(ledger, shop);
  const lines = quantities.map((quantity, n) => ({ slotName: `A${n + 1}`, goodsNumber: 'cola', quantity, priceCents: 100 + n }));
  const { orderId } = await placeChannelOrder(ledger, channelDraft(ledger, shop, channel, { channelNo: 'X', lines }));
  const order = { merchantId: shop.merchantId, integrationId: channel, channelNo: 'X', cause: byTest };
  const sent = await claim(ledger, shop);
  if (!sent) throw new Error('Nothing could be claimed.');
  return { shop, channel, orderId, order, sent };
}

const told = async (shop: TestShop) =>
  (await eventsOf(ledger, shop, 'order.outcome', 'order.refund-due', 'conflict.channel-outcome')).map(({ kind, data }) =>
    kind === 'order.refund-due'
      ? `${data.amountCents} due for ${data.units}`
      : `${kind} ${(data.units as { dispensed: boolean }[]).map(({ dispensed }) => (dispensed ? 'y' : 'n')).join('')}`,
  );

const outcome = async (shop: TestShop, channel: number) => {
  const { final, units } = await getChannelOutcome(ledger, shop.merchantId, channel, 'X');
  return [final, ...units.map(({ status }) => status)];
};

describe('the outcome', () => {
  test('is told when the last unit is final, with what is to be given back for those that failed', async () => {
    const { shop, channel, order, sent } = await sold(2, 1);
    await answer(ledger, shop, sent, { index: 0 });
    await answer(ledger, shop, sent, { index: 1, dispensed: false });
    expect(await told(shop)).toEqual([]);
    expect(await outcome(shop, channel)).toEqual([false, 'dispensed', 'failed', 'pending']);
    const second = await claim(ledger, shop);
    await answer(ledger, shop, second ?? { id: 0 });
    await answer(ledger, shop, second ?? { id: 0 });
    expect(await told(shop)).toEqual(['order.outcome yny', '100 due for 1']);
    expect(await outcome(shop, channel)).toEqual([true, 'dispensed', 'failed', 'dispensed']);
    const [event] = await eventsOf(ledger, shop, 'order.outcome');
    expect(event?.data).toEqual({
      integrationId: order.integrationId,
      channelNo: 'X',
      units: [
        { slot: 'A1', goods: 'cola', dispensed: true },
        { slot: 'A1', goods: 'cola', dispensed: false },
        { slot: 'A2', goods: 'cola', dispensed: true },
      ],
    });
  });

  test('of all that was asked for leaves nothing due', async () => {
    const { shop, sent } = await sold(1);
    await answer(ledger, shop, sent);
    expect(await told(shop)).toEqual(['order.outcome y']);
  });

  test('is told once when the last answers of two slots come at the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { shop, sent } = await sold(1, 1);
      ledger.clock.advance(30);
      await comeOnline(ledger, shop);
      const second = await claim(ledger, shop);
      await Promise.all([answer(ledger, shop, sent), answer(elsewhere(ledger), shop, second ?? { id: 0 })]);
      expect(await told(shop)).toEqual(['order.outcome yy']);
    }
  });

  test('of what could not be sent in time is that it failed', async () => {
    const { shop, sent } = await sold(1, 2);
    await answer(ledger, shop, sent);
    ledger.clock.advance(ledger.rules.queueWindow);
    await sweepLedger(ledger);
    expect(await told(shop)).toEqual(['order.outcome ynn', '202 due for 2']);
    expect(await claim(ledger, shop)).toBeUndefined();
  });

  describe('of a unit that nobody knows of is that it failed', () => {
    async function givenUp() {
      const made = await sold(2);
      ledger.clock.advance(ledger.rules.answerWindow);
      await sweepLedger(ledger);
      expect(await unitsOf(ledger, made.shop, { id: made.orderId })).toEqual(['held', 'held']);
      expect(await told(made.shop)).toEqual(['order.outcome nn', '200 due for 2']);
      return made;
    }
    const contradicted = ['order.outcome nn', '200 due for 2', 'conflict.channel-outcome yn'];

    test('and a late answer that it dropped is a conflict, told to nobody', async () => {
      const { shop, channel, sent } = await givenUp();
      await answer(ledger, shop, sent, { index: 0 });
      expect(await told(shop)).toEqual(contradicted);
      await answer(ledger, shop, sent, { index: 1, dispensed: false });
      await answer(ledger, shop, sent, { index: 0 });
      expect(await told(shop)).toEqual(contradicted);
      expect(await outcome(shop, channel)).toEqual([true, 'failed', 'failed']);
    });

    test('and a count that misses one contradicts it', async () => {
      const { shop } = await givenUp();
      const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 9 }];
      const { merchantId, machineId } = shop;
      const now = ledger.clock.now();
      await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: now, cause: byTest });
      expect(await told(shop)).toEqual(contradicted);
    });

    test('and a person who found them in the slot says the same', async () => {
      const { shop, orderId } = await givenUp();
      const [line] = await ledger.rows<{ id: number }>('select id from order_lines where order_id = $1', [orderId]);
      const decision = { merchantId: shop.merchantId, orderId, lineId: line?.id ?? 0, dropped: false, cause: byTest };
      await decideHeld(ledger, decision);
      expect(await told(shop)).toEqual(['order.outcome nn', '200 due for 2']);
      expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    });
  });
});

describe('a cancellation', () => {
  test('returns what was not sent, leaves what is in flight, and is one however often it is told', async () => {
    const { shop, orderId, order, sent } = await sold(1, 2);
    const returned = await Promise.all([1, 2, 3].map(() => cancelChannelOrder(elsewhere(ledger), order)));
    expect(returned.sort()).toEqual([0, 0, 2]);
    expect(await unitsOf(ledger, shop, { id: orderId })).toEqual(['sent', 'returned', 'returned']);
    expect(await eventsOf(ledger, shop, 'order.refunded')).toEqual([
      { kind: 'order.refunded', data: { integrationId: order.integrationId, channelNo: 'X', amountCents: 302, returned: 2 } },
    ]);
    expect(await told(shop)).toEqual([]);
    await answer(ledger, shop, sent);
    expect(await told(shop)).toEqual(['order.outcome ynn']);
    expect(await claim(ledger, shop)).toBeUndefined();
    expect(
      await ledger.rows('select kind, amount_cents, style from payments where order_id = $1 order by id', [orderId]),
    ).toEqual([
      { kind: 'payment', amount_cents: 302, style: 'wechat' },
      { kind: 'refund', amount_cents: 302, style: 'wechat' },
    ]);
  });

  test('of nothing that is under way tells the outcome at once; what was given back is not due again', async () => {
    const { shop, order, sent } = await sold(1, 3);
    await answer(ledger, shop, sent, { dispensed: false });
    await cancelChannelOrder(ledger, { ...order, refundCents: 150 });
    expect(await told(shop)).toEqual(['order.outcome nnnn', '253 due for 4']);
  });

  test('after the end notes the refund and moves no unit', async () => {
    const { shop, orderId, order, sent } = await sold(1);
    await answer(ledger, shop, sent);
    expect(await cancelChannelOrder(ledger, order)).toBe(0);
    expect(await unitsOf(ledger, shop, { id: orderId })).toEqual(['dispensed']);
    expect(await told(shop)).toEqual(['order.outcome y']);
  });

  test('of a part returns what was not sent, and leaves the order paid: what fell is a sale', async () => {
    const { shop, order, orderId, sent } = await sold(1, 2);
    expect(await cancelChannelOrder(ledger, { ...order, part: true })).toBe(2);
    expect(await cancelChannelOrder(ledger, { ...order, part: true })).toBe(0);
    await answer(ledger, shop, sent);
    expect(await told(shop)).toEqual(['order.outcome ynn', '202 due for 2']);
    expect(await ledger.rows('select state from orders where id = $1', [orderId])).toEqual([{ state: 'paid' }]);
    await projectAll(ledger);
    expect(
      await ledger.rows('select deliver_state, refund_state from trades where order_id = $1 order by dispense_id', [orderId]),
    ).toEqual([
      { deliver_state: 'dispensed', refund_state: 'none' },
      { deliver_state: 'failed', refund_state: 'none' },
      { deliver_state: 'failed', refund_state: 'none' },
    ]);
  });

  test('that comes before the order itself: nothing is taken, nothing is due, and the order that comes later is that one', async () => {
    const shop = await testShop(ledger);
    const channel = await testChannel(ledger, shop);
    const draft = channelDraft(ledger, shop, channel, { channelNo: 'X' });
    const { orderId } = await placeChannelOrder(ledger, { ...draft, refunded: true });
    expect(await placeChannelOrder(ledger, draft)).toEqual({ orderId, isNew: false });
    expect(await told(shop)).toEqual(['order.outcome n']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    expect(await claim(ledger, shop)).toBeUndefined();
    const order = { merchantId: shop.merchantId, integrationId: channel, channelNo: 'X', cause: byTest };
    expect(await cancelChannelOrder(ledger, order)).toBe(0);
    expect(await ledger.rows('select kind, amount_cents from payments where order_id = $1 order by id', [orderId])).toEqual([
      { kind: 'payment', amount_cents: 300 },
      { kind: 'refund', amount_cents: 300 },
    ]);
  });

  test('of an order that is not known is refused', async () => {
    const { order } = await sold(1);
    expect(await refusal(cancelChannelOrder(ledger, { ...order, channelNo: 'Y' }))).toBe('order.unknown');
    expect(await refusal(cancelChannelOrder(ledger, { ...order, refundCents: -1 }))).toBe('request.invalid');
  });

  test('at the moment of the answer, and of the claim, meets no circle', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { shop, order, sent } = await sold(1, 1);
      await Promise.all([
        cancelChannelOrder(elsewhere(ledger), order),
        answer(ledger, shop, sent),
        claim(ledger, shop),
        cancelChannelOrder(ledger, order),
      ]);
      expect((await told(shop)).length).toBeLessThanOrEqual(1);
    }
  });
});
