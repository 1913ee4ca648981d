import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testBooks } from '../../testing/books.ts';
import {
  answer,
  byTest,
  comeOnline,
  place,
  placePaid,
  refusal,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { projectAll } from '../../testing/sales.ts';
import { importOrder } from '../books/import-order.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { changeMachine } from '../machines/change-machine.ts';
import { clearSlotFault } from '../machines/clear-slot-fault.ts';
import { makeGood } from '../making-good/make-good.ts';
import { takeBackCodes } from '../making-good/take-back-codes.ts';
import { recordMirrorLook } from '../pos/mirror-state.ts';
import { putShop } from '../pos/put-shop.ts';
import type { DayCheck } from '../pos/vending/check-day.ts';
import { recordCheck } from '../pos/vending/record-check.ts';
import { refillSlots } from '../refills/refill-slots.ts';
import { recordCount } from '../stock/record-count.ts';
import { acknowledgeConflicts } from './acknowledge-conflicts.ts';
import { listProblems, type ProblemFilter, type Problems } from './list-problems.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const problemsOf = ({ merchantId }: { merchantId: number }, filter: Partial<ProblemFilter> = {}): Promise<Problems> =>
  listProblems(ledger, { merchantId, machineIds: null, limit: 50, ...filter });

async function kindsOf(shop: { merchantId: number }): Promise<string[]> {
  return (await problemsOf(shop)).problems.map(({ kind }) => kind);
}

/** So many cans sold within the days that count, at 3.00 each. */
async function sell(shop: TestShop, cans: number): Promise<void> {
  for (let can = 0; can < cans; can += 1) {
    const { command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command);
  }
  await projectAll(ledger);
}

async function jam(shop: TestShop) {
  const { order, command } = await sendOut(ledger, shop);
  await answer(ledger, shop, command, { dispensed: false, faultCode: 2 });
  return order;
}

describe('what is wrong', () => {
  test('is nothing while nothing is, and of another merchant never', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    await jam(other);
    expect(await problemsOf(shop)).toEqual({ total: 0, byKind: {}, dayCents: 0, onceCents: 0, problems: [] });
    expect(await problemsOf(shop, { machineIds: [other.machineId] })).toMatchObject({ total: 0 });
  });

  test('a silent machine costs what it sells in a day', async () => {
    const shop = await testShop(ledger);
    await sell(shop, 4);
    ledger.clock.advance(2 * 86_400);
    const { problems, dayCents } = await problemsOf(shop);
    // 12.00 in the two days since it was added.
    expect(problems).toMatchObject([
      {
        kind: 'machine-offline',
        key: `machine-offline:${shop.machineId}`,
        costCents: 600,
        costPer: 'day',
        machine: { no: shop.machineNo },
      },
    ]);
    expect(dayCents).toBe(600);
    await comeOnline(ledger, shop);
    expect(await kindsOf(shop)).toEqual([]);
    ledger.clock.advance(600);
    await changeMachine(ledger, shop.merchantId, shop.machineNo, { operational: false }, byTest);
    expect(await kindsOf(shop)).toEqual([]);
  });

  test('a jammed and a sold out slot cost their share of the machine, the paid order what was paid; each clears itself', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 9 }, { onHand: 3 }, { onHand: 3 }, { onHand: 0 }] });
    await sell(shop, 8);
    const order = await jam(shop);
    const { problems, total, byKind, onceCents } = await problemsOf(shop);
    expect(problems).toMatchObject([
      { kind: 'slot-fault', costCents: 600, action: 'test-dispense', facts: { slots: [{ name: 'A1', fault_code: 2 }] } },
      { kind: 'sold-out', costCents: 600, costPer: 'day', action: 'refill', facts: { slots: [{ name: 'A4', goods: 'Cola' }] } },
      { kind: 'paid-without-goods', orderId: order.id, costCents: 300, costPer: 'once', facts: { failed: 1, held: 0 } },
    ]);
    expect({ total, byKind, onceCents }).toEqual({
      total: 3,
      byKind: { 'paid-without-goods': 1, 'sold-out': 1, 'slot-fault': 1 },
      onceCents: 300,
    });
    expect(await problemsOf(shop, { kinds: ['sold-out'], limit: 1 })).toMatchObject({
      total: 1,
      problems: [{ kind: 'sold-out' }],
    });
    const { merchantId, machineId, slots } = shop;
    await makeGood(ledger, { merchantId, orderId: order.id, kind: 'refund', by: 'Ann', cause: byTest });
    await refillSlots(ledger, {
      ...{ merchantId, machineId, source: 'test', cause: byTest },
      slots: [{ slotId: slots[3]?.id ?? 0, quantity: 'full' }],
    });
    expect(await kindsOf(shop)).toEqual(['slot-fault']);
    await clearSlotFault(ledger, { merchantId, machineId, slotId: slots[0]?.id ?? 0, cause: byTest });
    expect(await kindsOf(shop)).toEqual([]);
  });

  test('more promised than there is costs what is missing', async () => {
    const shop = await testShop(ledger);
    await place(ledger, shop, 3);
    const { merchantId, machineId, slots } = shop;
    const counts = [{ slotId: slots[0]?.id ?? 0, onHand: 1 }];
    await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: ledger.clock.now(), cause: byTest });
    const { problems } = await problemsOf(shop);
    expect(problems.find(({ kind }) => kind === 'slot-short')).toMatchObject({
      costCents: 600,
      facts: { missing: 2, slots: ['A1'] },
    });
  });

  test('orders without goods: held at once, never asked for after an hour, and again when a code ends unused', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 10 }, { onHand: 10 }] });
    const { order: held } = await sendOut(ledger, shop);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    await comeOnline(ledger, shop);
    expect((await problemsOf(shop)).problems).toMatchObject([
      { kind: 'paid-without-goods', orderId: held.id, facts: { held: 1 } },
    ]);
    const unasked = await placePaid(ledger, shop, 2);
    expect((await problemsOf(shop)).problems).toMatchObject([{ orderId: held.id }]);
    ledger.clock.advance(3600);
    await comeOnline(ledger, shop);
    expect((await problemsOf(shop)).problems).toMatchObject([
      { orderId: null, count: 2, costCents: 900, facts: { held: 1, unasked: 2, order_ids: [unasked.id, held.id] } },
    ]);
    const { merchantId } = shop;
    for (const { id: orderId } of [held, unasked]) {
      await makeGood(ledger, { merchantId, orderId, kind: 'pickup-code', by: 'Ann', cause: byTest });
    }
    expect(await kindsOf(shop)).toEqual([]);
    await takeBackCodes(ledger, { merchantId, orderId: unasked.id, by: 'Ann', cause: byTest });
    expect((await problemsOf(shop)).problems).toMatchObject([{ orderId: unasked.id, costCents: 600, facts: { unasked: 2 } }]);
  });

  test('a conflict stands until a person has seen it, and what comes after it is another', async () => {
    const shop = await testShop(ledger);
    const contradict = async () => {
      const { command } = await sendOut(ledger, shop);
      await answer(ledger, shop, command);
      await answer(ledger, shop, command, { dispensed: false });
    };
    await contradict();
    const [first] = (await problemsOf(shop)).problems;
    expect(first).toMatchObject({ kind: 'conflict', count: 1, costCents: null, facts: { conflict: 'conflict.late-answer' } });
    await contradict();
    const see = (machineIds: number[] | null = null) =>
      acknowledgeConflicts(ledger, { merchantId: shop.merchantId, key: first?.key ?? '', by: 'Ann', machineIds });
    expect(await refusal(see([shop.machineId + 1]))).toBe('machine.unknown');
    expect(await see([shop.machineId])).toBe(1);
    expect(await see()).toBe(0);
    expect((await problemsOf(shop)).problems).toMatchObject([{ kind: 'conflict', count: 1 }]);
    const other = { merchantId: shop.merchantId, key: `sold-out:${shop.machineId}`, by: 'Ann', machineIds: null };
    expect(await refusal(acknowledgeConflicts(ledger, other))).toBe('request.invalid');
  });

  test('what whoever sold has not heard costs the orders, an endpoint without any nothing', async () => {
    const shop = await testShop(ledger);
    const { order } = await sendOut(ledger, shop);
    const now = ledger.clock.now();
    const insert = (state: string, key: string, orderId: number | null, finishedAt: Date | null) =>
      ledger.rows(
        `insert into notifications (merchant_id, integration_id, event_id, job_key, order_key, order_id, method, url, endpoint, body, state,
           created_at, next_attempt_at, finished_at, last_error)
         values ($1, $2, 1, $3, $3, $4, 'POST', 'http://mall.test/n', 'http://mall.test', '{}', $5, $6, $6, $7, '500')`,
        [shop.merchantId, shop.integrationId, key, orderId, state, now, finishedAt],
      );
    await insert('waiting', 'a', order.id, null);
    expect(await kindsOf(shop)).toEqual([]);
    await insert('failed', 'b', order.id, now);
    await ledger.rows('insert into endpoints (merchant_id, endpoint, failing_since, failures) values ($1, $2, $3, 4)', [
      ...[shop.merchantId, 'http://mall.test', now],
    ]);
    ledger.clock.advance(300);
    expect((await problemsOf(shop)).problems).toMatchObject([
      {
        ...{ kind: 'notifications-failing', count: 2, costCents: 300, costPer: 'once', action: 'replay' },
        facts: { endpoint: 'http://mall.test', waiting: 1, given_up: 1, failures: 4, last_error: '500' },
      },
    ]);
    // None of a refiller's affairs.
    expect(await problemsOf(shop, { machineIds: [shop.machineId] })).toMatchObject({ total: 0 });
  });

  test('imports that need a person, in groups by what is to be mended', async () => {
    const books = await testBooks(ledger, { device: false });
    await books.receive({ transId: 'T1' }, { transId: 'T2' });
    for (const transId of ['T1', 'T2']) {
      const draft = { set: books.set, orderId: await books.idOf(transId), by: 'test', cause: byTest };
      expect(await refusal(importOrder(ledger, books.neighbours, draft))).toBe('import.no-device');
    }
    expect((await problemsOf(books)).problems).toMatchObject([
      {
        kind: 'imports-stuck',
        count: 2,
        costCents: 1320,
        costPer: 'once',
        facts: { problem: 'import.no-device', trans_ids: ['T1', 'T2'] },
      },
    ]);
  });

  test('a mirror that fails for long, and books that differ, until they do not', async () => {
    const shop = await testShop(ledger);
    const { merchantId, integrationId } = shop;
    await recordMirrorLook(ledger, merchantId, integrationId, 'refused');
    expect(await kindsOf(shop)).toEqual([]);
    ledger.clock.advance(900);
    await comeOnline(ledger, shop);
    const differing = await putShop(ledger, { merchantId, sn: 'S', name: 'S' }, byTest);
    const check: DayCheck = {
      ...{ businessDay: '2025-06-01', closed: true, billsCents: 0, handedOverCents: 0, dayEndCents: 0, pending: [] },
      differences: [{ between: 'bill', subject: 'order 1', told: null, due: 300, cause: 'missing' }],
    };
    await recordCheck(ledger, merchantId, differing.id, check);
    expect((await kindsOf(shop)).sort()).toEqual(['books-differ', 'mirror-failing']);
    await recordMirrorLook(ledger, merchantId, integrationId, '');
    await recordCheck(ledger, merchantId, differing.id, { ...check, differences: [] });
    expect(await kindsOf(shop)).toEqual([]);
  });

  test('what another platform told and cannot be right', async () => {
    const shop = await testShop(ledger);
    await ledger.rows(
      `insert into inbound_messages (merchant_id, integration_id, kind, query, body, received_at, state, error, due_at)
       values ($1, $2, 'status', '', '', $3, 'refused', 'no such slot', $3)`,
      [shop.merchantId, shop.integrationId, ledger.clock.now()],
    );
    expect((await problemsOf(shop)).problems).toMatchObject([
      { kind: 'messages-refused', count: 1, facts: { kinds: ['status'], error: 'no such slot' } },
    ]);
  });
});
