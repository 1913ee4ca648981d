import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  dispense,
  eventsOf,
  refusal,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { makingGood } from '../../testing/making-good.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { listProblems } from '../exceptions/list-problems.ts';
import { recordMachineUse } from '../pickup-codes/record-machine-use.ts';

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

const { give, mallRefunds, type, useByCall, jam, paidBack } = makingGood(() => ledger);
const two = { slots: [{ onHand: 5 }, { onHand: 5 }] };

async function issued(shop: TestShop) {
  const order = await jam(shop);
  const { units } = await give(shop, order, 'pickup-code');
  const [row] = await ledger.rows<{ id: number }>('select pickup_code_id as id from made_good where order_id = $1', [order.id]);
  return { order, code: units[0]?.code, codeId: row?.id ?? 0 };
}

/** A code is used by a call, and what it fetches fails. */
async function usedInVain(shop: TestShop) {
  const { order, code, codeId } = await issued(shop);
  const fetched = await useByCall(shop, code);
  await dispense(ledger, shop, fetched);
  await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 }, { dispensed: false });
  return { order, fetched, codeId };
}

const isPaidWithoutGoods = async ({ merchantId }: TestShop) =>
  (await listProblems(ledger, { merchantId, machineIds: null, limit: 20 })).problems.some(
    ({ kind }) => kind === 'paid-without-goods',
  );

describe('a code that a call used', () => {
  test('is spent while its unit is not asked for, on its way, in doubt, or dropped', async () => {
    const shop = await testShop(ledger, two);
    const { order, code } = await issued(shop);
    const fetched = await useByCall(shop, code);
    const isSpent = async () => {
      expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
      expect(await refusal(mallRefunds(shop, order))).toBe('order.made-good');
      expect(await isPaidWithoutGoods(shop)).toBe(false);
    };
    await isSpent();
    await dispense(ledger, shop, fetched);
    await isSpent();
    const command = await claim(ledger, shop);
    await isSpent();
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    expect(await unitsOf(ledger, shop, fetched)).toEqual(['held']);
    await isSpent();
    await answer(ledger, shop, command ?? { id: 0 });
    await isSpent();
  });

  test('and that fetched nothing leaves the buyer something to be given, once', async () => {
    const shop = await testShop(ledger, two);
    const { order, fetched } = await usedInVain(shop);
    expect(await isPaidWithoutGoods(shop)).toBe(true);
    expect(await give(shop, order, 'refund')).toMatchObject({ amountCents: 300 });
    expect(await refusal(dispense(ledger, shop, fetched))).toBe('order.made-good');
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
    expect(await paidBack(order)).toEqual([300]);
  });

  test('and that fetched nothing lets the seller give the money back, and then fetches nothing', async () => {
    const shop = await testShop(ledger, two);
    const { order, fetched } = await usedInVain(shop);
    await mallRefunds(shop, order);
    expect(await paidBack(order)).toEqual([300]);
    expect(await refusal(dispense(ledger, shop, fetched))).toBe('order.made-good');
  });

  test('and that fetched nothing may fetch it after all while nothing else was given', async () => {
    const shop = await testShop(ledger, two);
    const { order, fetched } = await usedInVain(shop);
    await dispense(ledger, shop, fetched);
    expect(await refusal(give(shop, order, 'pickup-code'))).toBe('order.made-good');
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
    expect(await unitsOf(ledger, shop, fetched)).toEqual(['dispensed']);
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
  });

  test('and that fetched nothing fetches nothing once the unit itself is dispensed again', async () => {
    const shop = await testShop(ledger, two);
    const { order, fetched } = await usedInVain(shop);
    await dispense(ledger, shop, order);
    expect(await refusal(dispense(ledger, shop, fetched))).toBe('order.made-good');
    await answer(ledger, shop, (await claim(ledger, shop)) ?? { id: 0 });
    expect(await refusal(dispense(ledger, shop, fetched))).toBe('order.made-good');
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.nothing-due');
  });

  test('and whose order the seller leaves is not spent; another may be issued', async () => {
    const shop = await testShop(ledger, two);
    const { order, code } = await issued(shop);
    await mallRefunds(shop, await useByCall(shop, code));
    const { units } = await give(shop, order, 'pickup-code');
    expect(await type(shop, units[0]?.code)).toMatchObject({ state: 'accepted' });
    expect(await refusal(mallRefunds(shop, order))).toBe('order.made-good');
  });

  test('and that the machine gave out by itself too is spent, whatever became of its unit', async () => {
    const shop = await testShop(ledger, two);
    const { order, codeId } = await usedInVain(shop);
    const { merchantId, machineId } = shop;
    const use = { merchantId, machineId, pickupCodeId: codeId, usedAt: ledger.clock.now(), cause: byTest };
    expect(await recordMachineUse(ledger, use)).toBe('conflict');
    expect(await refusal(give(shop, order, 'refund'))).toBe('order.made-good');
  });
});

test('a code that was typed, and whose order the seller leaves, is not spent', async () => {
  const shop = await testShop(ledger, two);
  const { order, code } = await issued(shop);
  const outcome = await type(shop, code);
  await mallRefunds(shop, { id: outcome.state === 'accepted' ? outcome.orderId : 0 });
  expect(await give(shop, order, 'refund')).toMatchObject({ amountCents: 300 });
});

describe('what a machine gave out for a code that it knew is a conflict', () => {
  const conflicts = async (shop: TestShop) => (await eventsOf(ledger, shop, 'conflict.pickup-code')).length;

  test('when the unit had dropped', async () => {
    const shop = await testShop(ledger, two);
    const { order, command } = await sendOut(ledger, shop);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    await give(shop, order, 'pickup-code');
    await answer(ledger, shop, command);
    await useOffline(shop, order);
    expect(await conflicts(shop)).toBe(1);
  });

  test.each(['queued', 'sent', 'dispensed'])('when the unit was dispensed again, and is %s', async (state) => {
    const shop = await testShop(ledger, two);
    const order = await jam(shop);
    await give(shop, order, 'pickup-code', { expiresAt: new Date(ledger.clock.now().getTime() + 60_000) });
    ledger.clock.advance(60);
    await dispense(ledger, shop, order);
    const command = state === 'queued' ? undefined : await claim(ledger, shop);
    if (state === 'dispensed') await answer(ledger, shop, command ?? { id: 0 });
    expect(await unitsOf(ledger, shop, order)).toEqual([state]);
    await useOffline(shop, order);
    expect(await conflicts(shop)).toBe(1);
  });

  test('and none when the unit did not drop', async () => {
    const shop = await testShop(ledger, two);
    const { order } = await issued(shop);
    await useOffline(shop, order);
    expect(await conflicts(shop)).toBe(0);
  });

  async function useOffline({ merchantId, machineId }: TestShop, order: { id: number }): Promise<void> {
    const [code] = await ledger.rows<{ id: number }>('select pickup_code_id as id from made_good where order_id = $1', [
      order.id,
    ]);
    const use = { merchantId, machineId, pickupCodeId: code?.id ?? 0, usedAt: ledger.clock.now(), cause: byTest };
    expect(await recordMachineUse(ledger, use)).toBe('used');
  }
});

test('a code that a call uses fetches at what was paid, as a typed one does', async () => {
  const shop = await testShop(ledger, two);
  const order = await jam(shop);
  await ledger.rows('update slots set price_cents = 450 where machine_id = $1', [shop.machineId]);
  const { units } = await give(shop, order, 'pickup-code');
  const fetched = await useByCall(shop, units[0]?.code);
  const [row] = await ledger.rows(
    'select o.amount_cents, l.price_cents from orders o join order_lines l on l.order_id = o.id where o.id = $1',
    [fetched.id],
  );
  expect(row).toEqual({ amount_cents: 300, price_cents: 300 });
});
