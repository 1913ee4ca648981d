import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  placePaid,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { settledOrWaiting } from '../../testing/waiting.ts';
import { recordFarewell } from '../machines/record-farewell.ts';
import { changeMerchant } from '../merchants/change-merchant.ts';
import { claimCommand, machinesToServe } from './claim-command.ts';
import type { Drive } from './lock-times.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

async function ask(shop: TestShop, quantity = 1) {
  const order = await placePaid(ledger, shop, quantity);
  const batchId = await dispense(ledger, shop, order);
  return { order, batchId };
}

const toServe = async (shop: TestShop) => (await machinesToServe(ledger)).some(({ machineId }) => machineId === shop.machineId);

describe('a machine', () => {
  test('has one command in flight, however many take from its queue at once', async () => {
    const shop = await testShop(ledger);
    const asked = [await ask(shop), await ask(shop), await ask(shop)];
    const claimed = await Promise.all(Array.from({ length: 10 }, () => claim(ledger, shop)));
    expect(claimed.flatMap((command) => command?.id ?? [])).toEqual([asked[0]?.batchId]);
  });

  // The lower id comes to light later: who claims then must not pass by what the other is about to claim.
  test('has one command in flight, also when one that was asked for first is committed last', async () => {
    const shop = await testShop(ledger);
    const [first, second] = [await placePaid(ledger, shop), await placePaid(ledger, shop)];
    const asking = await ledger.db.startTransaction().execute();
    await dispense({ ...ledger, db: asking }, shop, first);
    const batchId = await dispense(ledger, shop, second);
    const claiming = await ledger.pool.connect();
    try {
      await claiming.query('begin');
      const query = claiming.query.bind(claiming);
      const claimed = await claim({ ...ledger, pool: { query } as unknown as TestLedger['pool'] }, shop);
      await asking.commit().execute();
      const other = claim(ledger, shop);
      await settledOrWaiting(ledger, other);
      await claiming.query('commit');
      expect(claimed?.id).toBe(batchId);
      expect(await other).toBeUndefined();
    } finally {
      await claiming.query('rollback');
      claiming.release();
    }
  });

  test('gets its commands in the order in which they were asked for, each after the answer of the one before', async () => {
    const shop = await testShop(ledger);
    const asked = [await ask(shop), await ask(shop), await ask(shop)];
    for (const { batchId, order } of asked) {
      const command = await claim(ledger, shop);
      expect(command?.id).toBe(batchId);
      expect(await unitsOf(ledger, shop, order)).toEqual(['sent']);
      await answer(ledger, shop, command ?? { id: 0 });
    }
    expect(await toServe(shop)).toBe(false);
  });

  const locks: readonly [Drive, number][] = [
    ['lock', 15],
    ['spring', 30],
    ['belt', 90],
    ['other', 45],
  ];
  test.each(locks)('with a %s is locked for %i s when no answer comes', async (drive, seconds) => {
    const shop = await testShop(ledger, { drive });
    await sendOut(ledger, shop);
    const next = await ask(shop);
    ledger.clock.advance(seconds - 0.001);
    expect(await claim(ledger, shop)).toBeUndefined();
    expect(await toServe(shop)).toBe(false);
    ledger.clock.advance(0.001);
    expect(await toServe(shop)).toBe(true);
    expect((await claim(ledger, shop))?.id).toBe(next.batchId);
  });

  test("is locked from its latest unit's answer on, until the last", async () => {
    const shop = await testShop(ledger);
    const { command } = await sendOut(ledger, shop, 3);
    const next = await ask(shop);
    for (const index of [0, 1]) {
      ledger.clock.advance(29);
      await answer(ledger, shop, command, { index });
    }
    ledger.clock.advance(29);
    expect(await claim(ledger, shop)).toBeUndefined();
    await answer(ledger, shop, command, { index: 2 });
    expect((await claim(ledger, shop))?.id).toBe(next.batchId);
  });

  test('is not unlocked by the answer to an older command', async () => {
    const shop = await testShop(ledger);
    const { command: first } = await sendOut(ledger, shop);
    ledger.clock.advance(30);
    const { command: second } = await sendOut(ledger, shop);
    await ask(shop);
    await answer(ledger, shop, first);
    expect(await claim(ledger, shop)).toBeUndefined();
    await answer(ledger, shop, second);
    expect(await claim(ledger, shop)).toBeDefined();
  });

  test('gets nothing while it is offline, and what waited when it is back', async () => {
    const shop = await testShop(ledger);
    const { batchId } = await ask(shop);
    const { merchantId, machineId } = shop;
    await recordFarewell(ledger, { merchantId, machineId, saidAt: ledger.clock.now(), reason: 'night', cause: byTest });
    expect(await claim(ledger, shop)).toBeUndefined();
    ledger.clock.advance(1);
    await comeOnline(ledger, shop);
    expect((await claim(ledger, shop))?.id).toBe(batchId);
  });

  test("that is silent gets something in its merchant's debug mode, and only when it is known to listen", async () => {
    const shop = await testShop(ledger);
    const { batchId } = await ask(shop);
    await changeMerchant(ledger, shop.merchantId, { debugMode: true });
    ledger.clock.advance(3_600);
    expect(await claimCommand(ledger, shop.merchantId, shop.machineId, { listening: false })).toBeUndefined();
    expect((await claimCommand(ledger, shop.merchantId, shop.machineId, { listening: true }))?.id).toBe(batchId);
  });

  test('does not wait for its neighbour', async () => {
    const shop = await testShop(ledger);
    const neighbour = await testShop(ledger, { of: shop });
    await sendOut(ledger, shop);
    expect((await sendOut(ledger, neighbour)).command.machineNo).toBe(neighbour.machineNo);
  });
});
