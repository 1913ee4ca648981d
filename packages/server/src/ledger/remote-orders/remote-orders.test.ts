import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  begin,
  type ForeignShop,
  type ForeignTestOrder,
  foreignDraft,
  foreignShop,
  foreignSlot,
  payForeign,
  sendForeign,
  tellLayout,
} from '../../testing/foreign.ts';
import { byTest, eventsOf, refusal, type TestLedger, testLedger, testShop, unitsOf } from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { decideHeld } from '../dispensing/decide-held.ts';
import { listExceptions } from '../exceptions/list-exceptions.ts';
import { changeOrder } from '../orders/change-order.ts';
import { sweepLedger } from '../sweep.ts';
import { getForeignOrder } from './get-foreign-order.ts';
import type { OutcomeRow } from './match-outcome.ts';
import { placeForeignOrder } from './place-foreign-order.ts';
import { type NoticeOutcome, recordNoticeOutcome } from './record-notice-outcome.ts';
import { type RemoteOutcome, recordRemoteOutcome } from './record-remote-outcome.ts';
import { recordRemoteUnknown } from './record-remote-unknown.ts';

let ledger: TestLedger;
let shop: ForeignShop;
beforeAll(async () => {
  ledger = await testLedger({ relayed: ['remote-order.notice-due', 'remote-order.query-due'] });
});
beforeEach(async () => {
  shop = await foreignShop(ledger, await testShop(ledger));
});
afterEach(async () => {
  await projectAll(ledger);
  expect([...(await conservationProblems(ledger)), ...(await salesProblems(ledger))]).toEqual([]);
});
afterAll(() => ledger.drop());

const three = { lines: [{ slot: '1', quantity: 3 }], discountCents: 100 };
const notice = (order: ForeignTestOrder, outcome: NoticeOutcome) =>
  recordNoticeOutcome(ledger, { merchantId: shop.merchantId, orderId: order.id, outcome, cause: byTest });
/** `+` it fell, `-` it did not: cans of slot 1. */
const rows = (told: string): OutcomeRow[] => [...told].map((one) => ({ slot: '1', goods: 'cola', dispensed: one === '+' }));
const outcome = (order: ForeignTestOrder, told: string, what: Partial<RemoteOutcome> = {}) =>
  recordRemoteOutcome(ledger, {
    ...{ merchantId: shop.merchantId, integrationId: shop.upstreamIntegrationId, orderId: order.id, source: 'callback' },
    ...{ rows: rows(told), complete: true, cause: byTest },
    ...what,
  });
const unknown = (order: ForeignTestOrder) =>
  recordRemoteUnknown(ledger, {
    ...{ merchantId: shop.merchantId, integrationId: shop.upstreamIntegrationId, orderId: order.id, cause: byTest },
  });
const refund = ({ id: orderId, machineId }: ForeignTestOrder) =>
  changeOrder(ledger, { merchantId: shop.merchantId, machineId, orderId, to: 'refunded', cause: byTest });
const view = (order: ForeignTestOrder) => getForeignOrder(ledger, shop.merchantId, order.id);
const stock = async () => {
  const [row] = await ledger.rows<{ on_hand: number; reserved: number }>(
    "select on_hand, reserved from slots where merchant_id = $1 and name = 'c1:1'",
    [shop.merchantId],
  );
  return [row?.on_hand, row?.reserved];
};
const told = async (...kinds: Parameters<typeof eventsOf>[2][]) => await eventsOf(ledger, shop, ...kinds);
async function accepted(): Promise<ForeignTestOrder> {
  const order = await sendForeign(ledger, shop, three);
  await notice(order, 'accepted');
  return order;
}

describe('telling the other platform', () => {
  test('is due when the order is paid, and not before', async () => {
    const order = await placeForeignOrder(ledger, foreignDraft(shop, three));
    expect(await begin(ledger, shop, order)).toBe(false);
    expect(await told('remote-order.notice-due')).toEqual([]);
    await payForeign(ledger, shop, order);
    await payForeign(ledger, shop, order);
    const due = await told('remote-order.notice-due');
    expect(due).toHaveLength(1);
    expect(due[0]?.data).toMatchObject({ integrationId: shop.upstreamIntegrationId, noticeUntil: expect.any(String) });
    expect(await unitsOf(ledger, shop, order)).toEqual(['queued', 'queued', 'queued']);
  });

  test('is a row before it is a message: sent before the first attempt, and again by the next', async () => {
    const order = await sendForeign(ledger, shop, three);
    expect(await unitsOf(ledger, shop, order)).toEqual(['sent', 'sent', 'sent']);
    expect(await begin(ledger, shop, order)).toBe(true);
    expect(await told('remote-order.sent')).toHaveLength(1);
    await notice(order, 'accepted');
    await notice(order, 'accepted');
    expect(await begin(ledger, shop, order)).toBe(true);
    expect(await told('remote-order.accepted')).toHaveLength(1);
    expect((await view(order)).remote).toMatchObject({
      state: 'accepted',
      sentAt: ledger.clock.now(),
      acceptedAt: ledger.clock.now(),
    });
  });

  test('that never began within ten minutes is not begun any more: returned and refunded', async () => {
    const swept = await placeForeignOrder(ledger, foreignDraft(shop, three));
    const begun = await placeForeignOrder(ledger, foreignDraft(shop));
    for (const order of [swept, begun]) await payForeign(ledger, shop, order);

    ledger.clock.advance(ledger.rules.noticeWindow);
    expect(await begin(ledger, shop, begun)).toBe(false);
    await sweepLedger(ledger);
    for (const order of [swept, begun]) {
      expect(await view(order)).toMatchObject({ state: 'refunded', remote: { state: 'cancelled', reason: 'not-sent' } });
      expect(await begin(ledger, shop, order)).toBe(false);
    }
    expect(await unitsOf(ledger, shop, swept)).toEqual(['returned', 'returned', 'returned']);
    expect((await view(swept)).refundedCents).toBe(500);
  });

  test('that was given up before it began is cancelled', async () => {
    const order = await placeForeignOrder(ledger, foreignDraft(shop, three));
    await payForeign(ledger, shop, order);
    await notice(order, 'given-up');
    expect(await view(order)).toMatchObject({ state: 'refunded', refundedCents: 500, remote: { state: 'cancelled' } });
    expect(await stock()).toEqual([5, 0]);
  });

  test('and being refused for good pays all back', async () => {
    const order = await sendForeign(ledger, shop, three);
    await notice(order, 'refused');
    await notice(order, 'refused');
    expect(await view(order)).toMatchObject({
      state: 'refunded',
      refundedCents: 500,
      remote: { state: 'cancelled', reason: 'refused' },
    });
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed', 'failed', 'failed']);
    expect(await stock()).toEqual([5, 0]);
    expect((await told('order.refunded')).map(({ data }) => data)).toMatchObject([{ amountCents: 500, units: 3 }]);
    expect((await told('remote-order.settled')).map(({ data }) => data)).toMatchObject([
      { state: 'cancelled', reason: 'refused', dispensed: 0, failed: 3, refundedCents: 500 },
    ]);
  });

  test('that was accepted is refused no more', async () => {
    const order = await accepted();
    await notice(order, 'refused');
    await notice(order, 'given-up');
    expect((await view(order)).remote?.state).toBe('accepted');
    expect(await refusal(notice({ id: 0, machineId: 0 }, 'accepted'))).toBe('order.unknown');
  });
});

describe('when nobody knows whether it has heard', () => {
  test.each(['told so', 'found by the sweep'])(
    'it is asked in a while (%s), since it may be on its way; unknown there, it is cancelled and paid back',
    async (how) => {
      const order = await sendForeign(ledger, shop, three);
      ledger.clock.advance(ledger.rules.noticeWindow + 30);
      expect(await begin(ledger, shop, order)).toBe(false);
      if (how === 'told so') await notice(order, 'given-up');
      else await sweepLedger(ledger);
      ledger.clock.advance(59);
      await sweepLedger(ledger);
      expect(await told('remote-order.query-due')).toEqual([]);
      ledger.clock.advance(1);
      await sweepLedger(ledger);
      expect((await told('remote-order.query-due')).map(({ data }) => data)).toEqual([
        { integrationId: shop.upstreamIntegrationId, query: 1 },
      ]);
      expect((await view(order)).remote?.state).toBe('unsure');
      expect(await begin(ledger, shop, order)).toBe(false);
      expect(await unknown(order)).toBe('cancelled');
      expect(await unknown(order)).toBe('ignored');
      expect(await view(order)).toMatchObject({ state: 'refunded', refundedCents: 500, remote: { reason: 'unknown-there' } });
      expect(await stock()).toEqual([5, 0]);
    },
  );

  test('known there, and nothing decided yet: it is accepted', async () => {
    const order = await sendForeign(ledger, shop, three);
    await notice(order, 'given-up');
    expect(await outcome(order, '', { source: 'query', complete: false })).toBe('repeated');
    expect((await view(order)).remote?.state).toBe('accepted');
    expect(await unknown(order)).toBe('conflict');
  });

  test('it is not cancelled while it may still be told', async () => {
    const order = await sendForeign(ledger, shop, three);
    expect(await unknown(order)).toBe('ignored');
    expect((await view(order)).remote?.state).toBe('sent');
  });

  test('accepted after all, when it was paid back: a conflict, told once', async () => {
    const order = await sendForeign(ledger, shop, three);
    await notice(order, 'refused');
    await notice(order, 'accepted');
    await notice(order, 'accepted');
    expect((await told('conflict.remote-outcome')).map(({ data }) => data)).toMatchObject([
      { known: 'cancelled', told: 'accepted' },
    ]);
    expect((await view(order)).state).toBe('refunded');
  });
});

describe('the outcome', () => {
  test('all dispensed: nothing is paid back', async () => {
    const order = await accepted();
    expect(await outcome(order, '+++')).toBe('applied');
    expect(await view(order)).toMatchObject({ state: 'paid', refundedCents: 0, remote: { state: 'done', nextQueryAt: null } });
    expect(await stock()).toEqual([2, 0]);
    expect((await told('remote-order.settled')).map(({ data }) => data)).toEqual([
      { integrationId: shop.upstreamIntegrationId, state: 'done', reason: '', dispensed: 3, failed: 0, refundedCents: 0 },
    ]);
  });

  test('some failed: their own prices are paid back, to the cent, and told', async () => {
    const order = await accepted();
    await outcome(order, '+--');
    const { lines, ...seen } = await view(order);
    expect(seen).toMatchObject({ state: 'paid', refundedCents: 333, refunds: [{ amountCents: 333 }] });
    expect(lines.map((line) => line.units.map(({ state, refundId }) => [state, refundId !== null]))).toEqual([
      [
        ['dispensed', false],
        ['failed', true],
      ],
      [['failed', true]],
    ]);
    expect((await told('order.refunded-part')).map(({ data }) => data)).toMatchObject([
      { amountCents: 333, units: 2, integrationId: shop.integrationId, refundId: seen.refunds[0]?.id },
    ]);
    expect(await stock()).toEqual([4, 0]);
  });

  test('all failed: the order is refunded', async () => {
    const order = await accepted();
    await outcome(order, '---');
    expect(await view(order)).toMatchObject({ state: 'refunded', refundedCents: 500, remote: { state: 'done' } });
    expect(await told('order.refunded-part')).toEqual([]);
    expect(await told('order.refunded')).toHaveLength(1);
  });

  test('may come before the answer to the notice, and whenever it comes the same is once', async () => {
    const order = await sendForeign(ledger, shop, three);
    expect(await outcome(order, '+-+')).toBe('applied');
    await notice(order, 'accepted');
    expect(await outcome(order, '+-+')).toBe('repeated');
    expect(await outcome(order, '+-+', { source: 'query' })).toBe('repeated');
    expect(await view(order)).toMatchObject({ refundedCents: 167, remote: { state: 'done' }, conflicts: [] });
    const outcomes = await ledger.rows('select source, effect, times from remote_outcomes where order_id = $1 order by id', [
      order.id,
    ]);
    expect(outcomes).toEqual([
      { source: 'callback', effect: 'applied', times: 2 },
      { source: 'query', effect: 'repeated', times: 1 },
    ]);
  });

  test('that contradicts what is known changes nothing, and is shown once for each who says so', async () => {
    const order = await accepted();
    await outcome(order, '++-', { source: 'query' });
    const before = await view(order);
    expect(await outcome(order, '+++')).toBe('conflict');
    expect(await outcome(order, '+++')).toBe('conflict');
    expect(await outcome(order, '++-')).toBe('repeated');
    const { conflicts, ...after } = await view(order);
    expect({ ...after, conflicts: [] }).toEqual(before);
    expect(conflicts.map(({ data }) => data)).toEqual([
      {
        integrationId: shop.upstreamIntegrationId,
        source: 'callback',
        known: [{ slot: '1', goods: 'cola', state: 'failed' }],
        told: rows('+++'),
      },
    ]);
    const shown = await listExceptions(ledger, shop.merchantId);
    expect(shown.filter(({ kind }) => kind === 'conflict').map(({ orderId }) => orderId)).toEqual([order.id]);
  });

  test('of an order that was paid back is a conflict where it fell all the same', async () => {
    const order = await sendForeign(ledger, shop, three);
    await notice(order, 'given-up');
    await unknown(order);
    expect(await outcome(order, '---')).toBe('repeated');
    expect(await outcome(order, '+--')).toBe('conflict');
    expect((await view(order)).refundedCents).toBe(500);
    expect(await stock()).toEqual([5, 0]);
  });

  test('of which a part is decided: that part, and the rest when it is told', async () => {
    const order = await sendForeign(ledger, shop, { lines: [{ slot: '1', quantity: 3 }] });
    await notice(order, 'accepted');
    const partly = { source: 'query' as const, complete: false };
    expect(await outcome(order, '+', partly)).toBe('applied');
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'sent', 'sent']);
    expect(await outcome(order, '+', partly)).toBe('repeated');
    expect(await outcome(order, '-+', partly)).toBe('applied');
    expect((await view(order)).refundedCents).toBe(0);
    expect(await outcome(order, '--+')).toBe('applied');
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'failed', 'failed']);
    expect(await view(order)).toMatchObject({ refundedCents: 400, conflicts: [] });
  });

  test('that does not fit the order, is of another platform, or of what was never told there, is refused', async () => {
    const order = await accepted();
    expect(await refusal(outcome(order, '++'))).toBe('outcome.unfit');
    expect(await refusal(outcome(order, '++++'))).toBe('outcome.unfit');
    expect(await refusal(outcome(order, '', { rows: [{ slot: '3', goods: 'tea', dispensed: true }], complete: false }))).toBe(
      'outcome.unfit',
    );
    expect(await refusal(outcome(order, '+++', { integrationId: shop.integrationId }))).toBe('order.unknown');
    const queued = await placeForeignOrder(ledger, foreignDraft(shop));
    expect(await refusal(outcome(queued, '+'))).toBe('order.unknown');
    await payForeign(ledger, shop, queued);
    expect(await refusal(outcome(queued, '+'))).toBe('order.state');
    await refund(queued);
  });

  test('that a can fell from a slot that was empty by the books is booked in first', async () => {
    const order = await accepted();
    await tellLayout(ledger, shop, { slots: [foreignSlot('1', 'cola', 1)] });
    await outcome(order, '+++');
    expect(await stock()).toEqual([0, 0]);
  });
});

describe('silence', () => {
  test('is asked about after a minute, then after twice as long each time, an hour at most, until it ends', async () => {
    const order = await accepted();
    const asked: number[] = [];
    for (let minute = 1; minute <= 200; minute += 1) {
      ledger.clock.advance(60);
      await sweepLedger(ledger);
      if ((await told('remote-order.query-due')).length > asked.length) asked.push(minute);
    }
    expect(asked).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
    await outcome(order, '+++', { source: 'query' });
    ledger.clock.advance(86_400);
    await sweepLedger(ledger);
    expect(await told('remote-order.query-due')).toHaveLength(asked.length);
  });

  test('for too long holds the units, and a late word still moves them', async () => {
    const order = await accepted();
    ledger.clock.advance(60);
    await sweepLedger(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['sent', 'sent', 'sent']);
    ledger.clock.advance(ledger.rules.remoteSilence);
    await sweepLedger(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['held', 'held', 'held']);
    expect((await listExceptions(ledger, shop.merchantId)).filter(({ kind }) => kind === 'held-unit')).toHaveLength(3);
    expect(await outcome(order, '++-')).toBe('applied');
    expect((await view(order)).refundedCents).toBe(166);
  });

  test('is ended by a person, unit by unit of a record; what that platform says then is compared', async () => {
    const order = await accepted();
    ledger.clock.advance(60 + ledger.rules.remoteSilence);
    await sweepLedger(ledger);
    const { lines } = await view(order);
    for (const [n, { id: lineId }] of lines.entries()) {
      await decideHeld(ledger, { merchantId: shop.merchantId, orderId: order.id, lineId, dropped: n === 0, cause: byTest });
    }
    expect(await view(order)).toMatchObject({ refundedCents: 166, remote: { state: 'done' } });
    expect(await outcome(order, '++-')).toBe('repeated');
    expect(await outcome(order, '+++')).toBe('conflict');
  });
});

describe('a refund by the seller', () => {
  test('before it was sent cancels it', async () => {
    const order = await placeForeignOrder(ledger, foreignDraft(shop, three));
    await payForeign(ledger, shop, order);
    await refund(order);
    await refund(order);
    expect(await begin(ledger, shop, order)).toBe(false);
    expect(await view(order)).toMatchObject({
      state: 'refunded',
      refundedCents: 500,
      remote: { state: 'cancelled', reason: 'refunded' },
    });
  });

  test('while it may be dispensed is refused; afterwards it gives back what is left', async () => {
    const order = await accepted();
    expect(await refusal(refund(order))).toBe('order.state');
    await outcome(order, '++-');
    await refund(order);
    const { refunds, state } = await view(order);
    expect([state, refunds.map(({ amountCents }) => amountCents)]).toEqual(['refunded', [166, 334]]);
    expect(await stock()).toEqual([3, 0]);
  });
});

test('one that fails keeps no other from its turn', async () => {
  const first = await placeForeignOrder(ledger, foreignDraft(shop, three));
  const second = await placeForeignOrder(ledger, foreignDraft(shop));
  for (const order of [first, second]) await payForeign(ledger, shop, order);
  await ledger.rows("update remote_orders set state = 'nonsense' where order_id = $1", [first.id]);
  ledger.clock.advance(ledger.rules.noticeWindow);
  await expect(sweepLedger(ledger)).rejects.toThrow('failed');
  expect((await view(second)).remote?.state).toBe('cancelled');
  await ledger.rows("update remote_orders set state = 'queued' where order_id = $1", [first.id]);
  await sweepLedger(ledger);
});
