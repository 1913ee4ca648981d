import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  claim,
  comeOnline,
  dispense,
  eventsOf,
  placePaid,
  stockOf,
  type TestLedger,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { cancelStale } from './cancel-stale.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

describe('a command that could not be sent', () => {
  test('is cancelled after 15 minutes: its units fail, are told, and may be asked for again', async () => {
    const shop = await testShop(ledger, { slots: [{}, {}] });
    const blocking = await placePaid(ledger, shop);
    const order = await placePaid(ledger, shop, 2);
    await dispense(ledger, shop, blocking);
    await claim(ledger, shop);
    await dispense(ledger, shop, order);
    ledger.clock.advance(15 * 60 - 1);
    await comeOnline(ledger, shop);
    await cancelStale(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['queued', 'queued']);
    ledger.clock.advance(1);
    await comeOnline(ledger, shop);
    await cancelStale(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed', 'failed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
    const told = await eventsOf(ledger, shop, 'dispense.settled');
    expect(told.map(({ data }) => data)).toMatchObject([{ lineId: order.lineIds[0], delivered: 0, error: 'not-sent' }]);
    await dispense(ledger, shop, order);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 3 });
  });

  test('is cancelled after 2 minutes when its machine has gone offline', async () => {
    const shop = await testShop(ledger);
    ledger.clock.advance(599);
    const order = await placePaid(ledger, shop);
    await dispense(ledger, shop, order);
    ledger.clock.advance(119);
    await cancelStale(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['queued']);
    ledger.clock.advance(1);
    await cancelStale(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed']);
  });

  test('of sending and cancelling at the same moment one happens', async () => {
    for (let round = 0; round < 10; round += 1) {
      const shop = await testShop(ledger);
      const order = await placePaid(ledger, shop);
      await dispense(ledger, shop, order);
      ledger.clock.advance(15 * 60);
      await comeOnline(ledger, shop);
      const [command] = await Promise.all([claim(ledger, shop), cancelStale(ledger)]);
      expect(await unitsOf(ledger, shop, order)).toEqual([command ? 'sent' : 'failed']);
    }
  });
});
