import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../testing/channel.ts';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  byTest,
  claim,
  dispense,
  elsewhere,
  eventsOf,
  orderDraft,
  pay,
  place,
  refusal,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { putListing } from '../listings/put-listing.ts';
import { changeMachine } from '../machines/change-machine.ts';
import { changeMerchant } from '../merchants/change-merchant.ts';
import { changeOrder } from './change-order.ts';
import { getChannelOutcome } from './get-channel-outcome.ts';
import { type ChannelLine, type ChannelOrderDraft, placeChannelOrder } from './place-channel-order.ts';
import { placeOrder } from './place-order.ts';

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

const line = (slotName: string, quantity: number, more: Partial<ChannelLine> = {}): ChannelLine => ({
  slotName,
  goodsNumber: 'cola',
  quantity,
  priceCents: 300,
  ...more,
});

async function channelShop(slots: Parameters<typeof testShop>[1] = {}) {
  const shop = await testShop(ledger, slots);
  return { shop, channel: await testChannel(ledger, shop) };
}

const take = (shop: TestShop, channel: number, draft: Partial<ChannelOrderDraft> = {}) =>
  placeChannelOrder(ledger, channelDraft(ledger, shop, channel, draft));

async function outcomeOf(shop: TestShop, channel: number, channelNo: string): Promise<string[]> {
  const { final, units } = await getChannelOutcome(ledger, shop.merchantId, channel, channelNo);
  return [final ? 'final' : 'open', ...units.map(({ slot, goods, status }) => `${slot} ${goods} ${status}`)];
}

describe('an order that another platform took', () => {
  test('takes its stock from the slots it names, is paid, and goes to the machine at once', async () => {
    const { shop, channel } = await channelShop({ slots: [{}, {}] });
    const paidAt = new Date(ledger.clock.now().getTime() - 5_000);
    const { orderId, isNew } = await take(shop, channel, {
      channelNo: 'X1',
      lines: [line('A2', 2, { priceCents: 167 }), line('A2', 1, { priceCents: 166 }), line('A1', 1)],
      amountCents: 800,
      paymentReference: 'pay-9',
      paidAt,
    });
    expect(isNew).toBe(true);
    expect(await stockOf(ledger, shop, 0)).toEqual({ onHand: 10, reserved: 1 });
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 10, reserved: 3 });
    expect(await unitsOf(ledger, shop, { id: orderId })).toEqual(Array(4).fill('queued'));
    expect(await ledger.rows('select state, trade_id, amount_cents, pay_style from orders where id = $1', [orderId])).toEqual([
      { state: 'paid', trade_id: 'X1', amount_cents: 800, pay_style: 'wechat' },
    ]);
    expect(
      await ledger.rows('select kind, amount_cents, style, reference, at from payments where order_id = $1', [orderId]),
    ).toEqual([{ kind: 'payment', amount_cents: 800, style: 'wechat', reference: 'pay-9', at: paidAt }]);
    expect(await claim(ledger, shop)).toMatchObject({ orderId, quantity: 2 });
    expect(await outcomeOf(shop, channel, 'X1')).toEqual([
      'open',
      'A2 cola pending',
      'A2 cola pending',
      'A2 cola pending',
      'A1 cola pending',
    ]);
    expect(await eventsOf(ledger, shop, 'order.paid', 'order.outcome')).toEqual([
      { kind: 'order.paid', data: { integrationId: channel, channelNo: 'X1', amountCents: 800, refused: [] } },
    ]);
  });

  test('whose prices do not add up stands, and says so', async () => {
    const { shop, channel } = await channelShop();
    await take(shop, channel, { channelNo: 'X2', lines: [line('A1', 2)], amountCents: 550 });
    const [event] = await eventsOf(ledger, shop, 'order.paid');
    expect(event?.data).toMatchObject({ amountCents: 550, linesCents: 600 });
  });

  test('told again is the same; with other content it is refused', async () => {
    const { shop, channel } = await channelShop();
    const draft = channelDraft(ledger, shop, channel, { lines: [line('A1', 2)] });
    const { orderId } = await placeChannelOrder(ledger, draft);
    const later = new Date(ledger.clock.now().getTime() + 60_000);
    expect(await placeChannelOrder(ledger, { ...draft, orderedAt: later })).toEqual({ orderId, isNew: false });
    const others: Partial<ChannelOrderDraft>[] = [
      { amountCents: 1 },
      { lines: [line('A1', 3)] },
      { lines: [line('A1', 2, { goodsNumber: 'tea' })] },
      { lines: [line('A1', 2, { priceCents: 299 })] },
      { lines: [line('A1', 1), line('A1', 1)] },
    ];
    for (const other of others) {
      const again = placeChannelOrder(ledger, { ...draft, ...other });
      await expect(again).rejects.toMatchObject({ code: 'order.differs', data: { orderId } });
    }
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 2 });
    expect(await eventsOf(ledger, shop, 'dispense.queued')).toHaveLength(1);
  });

  test('told by many at once in several processes is one', async () => {
    const { shop, channel } = await channelShop();
    const draft = channelDraft(ledger, shop, channel, { lines: [line('A1', 3)] });
    const told = await Promise.all(Array.from({ length: 12 }, () => placeChannelOrder(elsewhere(ledger), draft)));
    expect(new Set(told.map(({ orderId }) => orderId)).size).toBe(1);
    expect(told.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 3 });
  });

  test('has a number of its own platform: the same of another platform, or of a mall, is another order', async () => {
    const { shop, channel } = await channelShop();
    const second = await testChannel(ledger, shop);
    const numbers = await Promise.all([
      take(shop, channel, { channelNo: 'same' }),
      take(shop, second, { channelNo: 'same' }),
      placeOrder(ledger, orderDraft(shop, 1, { tradeId: 'same' })).then(({ id }) => ({ orderId: id })),
    ]);
    expect(new Set(numbers.map(({ orderId }) => orderId)).size).toBe(3);
    expect(await refusal(placeOrder(ledger, orderDraft(shop, 1, { tradeId: 'same' })))).toBe('order.duplicate');
    expect(await refusal(getChannelOutcome(ledger, shop.merchantId, channel, 'other'))).toBe('order.unknown');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 3 });
  });

  test('is no affair of a mall: it is neither paid, left nor dispensed again by its calls', async () => {
    const { shop, channel } = await channelShop();
    const { orderId } = await take(shop, channel);
    const { merchantId, machineId } = shop;
    const refund = { merchantId, machineId, orderId, to: 'refunded' as const, cause: byTest };
    expect(await refusal(changeOrder(ledger, refund))).toBe('order.unknown');
    const [row] = await ledger.rows<{ id: number }>('select id from order_lines where order_id = $1', [orderId]);
    expect(await refusal(dispense(ledger, shop, { id: orderId, lineIds: [row?.id ?? 0] }))).toBe('order.unknown');
  });

  test('is refused only where nothing can be made of it', async () => {
    const { shop, channel } = await channelShop();
    const other = await testShop(ledger);
    expect(await refusal(take(shop, channel, { machineNo: other.machineNo }))).toBe('machine.unknown');
    const malformed: Partial<ChannelOrderDraft>[] = [
      { channelNo: '' },
      { lines: [] },
      { lines: [line('A1', 0)] },
      { lines: [line('A1', 1.5)] },
      { lines: [line('A1', 600), line('A1', 600)] },
      { lines: [line('A1', 1, { priceCents: -1 })] },
      { amountCents: Number.NaN },
    ];
    for (const draft of malformed) expect(await refusal(take(shop, channel, draft))).toBe('request.invalid');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
  });
});

describe('what cannot be had', () => {
  async function failsWhole(shop: TestShop, channel: number, why: string, lines = [line('A1', 2)]): Promise<void> {
    const { orderId } = await take(shop, channel, { channelNo: 'X', lines });
    const units = lines.flatMap(({ slotName, goodsNumber, quantity }) =>
      Array.from({ length: quantity }, () => ({ slot: slotName, goods: goodsNumber, dispensed: false })),
    );
    expect(await eventsOf(ledger, shop, 'order.outcome', 'order.refund-due')).toEqual([
      { kind: 'order.outcome', data: { integrationId: channel, channelNo: 'X', units } },
      {
        kind: 'order.refund-due',
        data: { integrationId: channel, channelNo: 'X', units: units.length, amountCents: 300 * units.length },
      },
    ]);
    const [paid] = await eventsOf(ledger, shop, 'order.paid');
    expect(paid?.data.refused).toEqual(lines.map(({ slotName }) => ({ slot: slotName, why })));
    expect((await unitsOf(ledger, shop, { id: orderId })).every((state) => state === 'failed')).toBe(true);
    expect(await claim(ledger, shop)).toBeUndefined();
  }

  test('for want of the slot', async () => {
    const { shop, channel } = await channelShop();
    await failsWhole(shop, channel, 'slot.unknown', [line('B1', 2), line('B2', 1)]);
  });
  test('since another good lies in it', async () => {
    const { shop, channel } = await channelShop();
    await failsWhole(shop, channel, 'product.unknown', [line('A1', 1, { goodsNumber: 'tea' })]);
  });
  test('since the slot is faulty', async () => {
    const { shop, channel } = await channelShop();
    await ledger.rows('update slots set fault_code = 2 where machine_id = $1', [shop.machineId]);
    await failsWhole(shop, channel, 'product.off-sale');
  });
  test('since the machine is out of operation', async () => {
    const { shop, channel } = await channelShop();
    await changeMachine(ledger, shop.merchantId, shop.machineNo, { operational: false });
    await failsWhole(shop, channel, 'machine.not-operational');
  });
  test('since the machine is offline, and debug mode forgives that', async () => {
    const { shop, channel } = await channelShop();
    ledger.clock.advance(ledger.rules.silence);
    await failsWhole(shop, channel, 'machine.offline');
    await changeMerchant(ledger, shop.merchantId, { debugMode: true });
    const { orderId } = await take(shop, channel);
    expect(await unitsOf(ledger, shop, { id: orderId })).toEqual(['queued']);
  });
  test('since the machine, or the slot, is not on this channel', async () => {
    const { shop, channel } = await channelShop();
    const { merchantId, machineNo } = shop;
    await putListing(ledger, { merchantId, integrationId: channel, machineNo, offered: false, cause: byTest });
    await failsWhole(shop, channel, 'slot.unknown');
    const slots = [{ slotName: 'A1', offered: false, heldBackPercent: null, priceCents: null }];
    await putListing(ledger, { merchantId, integrationId: channel, machineNo, offered: true, slots, cause: byTest });
    await take(shop, channel, { channelNo: 'Y' });
    expect(await outcomeOf(shop, channel, 'Y')).toEqual(['final', 'A1 cola failed']);
  });

  test('fails by the unit: the others are dispensed, of what is not held back', async () => {
    const { shop, channel } = await channelShop({ slots: [{ onHand: 5 }, { onHand: 5 }] });
    const { merchantId, machineNo } = shop;
    await putListing(ledger, { merchantId, integrationId: channel, machineNo, heldBackPercent: 20, cause: byTest });
    await pay(ledger, shop, await place(ledger, shop, 1));
    const { orderId } = await take(shop, channel, {
      channelNo: 'X',
      lines: [line('A1', 2), line('A1', 2), line('A2', 1), line('A9', 1)],
    });
    // By line: two, one of two since one is held back and one is sold, one, none.
    expect(await unitsOf(ledger, shop, { id: orderId })).toEqual(['queued', 'queued', 'queued', 'failed', 'queued']);
    expect(await stockOf(ledger, shop, 0)).toEqual({ onHand: 5, reserved: 4 });
    expect(await eventsOf(ledger, shop, 'order.outcome')).toEqual([]);
    expect(await outcomeOf(shop, channel, 'X')).toEqual([
      'open',
      'A1 cola pending',
      'A1 cola pending',
      'A1 cola pending',
      'A1 cola failed',
      'A2 cola pending',
      'A9 cola failed',
    ]);
  });
});

describe('a swarm', () => {
  test('of two platforms, a mall and repeats, over slots in differing order, takes no can twice and meets no circle', async () => {
    const { shop, channel } = await channelShop({ slots: [{ onHand: 9 }, { onHand: 9 }] });
    const second = await testChannel(ledger, shop);
    const processes = [ledger, elsewhere(ledger), elsewhere(ledger)];
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const process = processes[n % 3] ?? ledger;
        if (n % 5 === 0) return await placeOrder(process, orderDraft(shop)).catch(() => undefined);
        const names = n % 2 === 0 ? ['A1', 'A2'] : ['A2', 'A1'];
        const draft = channelDraft(ledger, shop, n % 3 === 0 ? channel : second, { lines: names.map((name) => line(name, 1)) });
        return await Promise.all([placeChannelOrder(process, draft), placeChannelOrder(ledger, draft)]);
      }),
    );
    expect(await stockOf(ledger, shop, 0)).toEqual({ onHand: 9, reserved: 9 });
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 9, reserved: 9 });
  });
});
