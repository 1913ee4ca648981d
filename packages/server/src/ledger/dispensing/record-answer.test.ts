import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  elsewhere,
  eventsOf,
  placePaid,
  sendOut,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { recordCount } from '../stock/record-count.ts';
import { giveUpSilent } from './give-up-silent.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

async function giveUp(): Promise<void> {
  ledger.clock.advance(120);
  await giveUpSilent(ledger);
}

function count(shop: TestShop, onHand: number, source: 'count' | 'machine-report', countedAt = ledger.clock.now()) {
  const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand }];
  const { merchantId, machineId } = shop;
  return recordCount(ledger, { merchantId, machineId, counts, source, countedAt, cause: byTest });
}

async function faultOf(shop: TestShop): Promise<number | undefined> {
  const rows = await ledger.rows<{ fault_code: number }>('select fault_code from slots where id = $1', [shop.slots[0]?.id]);
  return rows[0]?.fault_code;
}

const reasonsOf = async (shop: TestShop) =>
  (
    await ledger.rows<{ reason: string }>('select reason from stock_journal where slot_id = $1 order by id', [shop.slots[0]?.id])
  ).map(({ reason }) => reason);

const delivered = async (shop: TestShop) => (await eventsOf(ledger, shop, 'dispense.settled')).map(({ data }) => data.delivered);
const conflicts = (shop: TestShop) => eventsOf(ledger, shop, 'conflict.late-answer', 'conflict.surplus-answer');

describe('an answer', () => {
  test('that it dropped takes one can and its promise, and settles the record', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    expect(await answer(ledger, shop, command)).toBe('applied');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
    expect(await delivered(shop)).toEqual([1]);
  });

  test('that it failed gives the promise back, keeps the can, and names the fault of the slot', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    expect(await answer(ledger, shop, command, { dispensed: false, faultCode: 2, error: 'Goods are Stuck' })).toBe('applied');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed']);
    expect(await faultOf(shop)).toBe(2);
    expect((await eventsOf(ledger, shop, 'dispense.settled'))[0]?.data).toMatchObject({
      delivered: 0,
      units: 1,
      error: 'Goods are Stuck',
      faultCode: 2,
    });
  });

  test.each([0, 1])('may count its units from %i', async (base) => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop, 3);
    for (const unit of [0, 1, 2]) expect(await answer(ledger, shop, command, { index: base + unit })).toBe('applied');
    expect(await unitsOf(ledger, shop, order)).toEqual(Array(3).fill('dispensed'));
    expect(await delivered(shop)).toEqual([3]);
  });

  test('of several units settles the record once, with the last, whichever that is', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop, 3);
    await answer(ledger, shop, command, { index: 2 });
    await answer(ledger, shop, command, { index: 0, dispensed: false });
    expect(await delivered(shop)).toEqual([]);
    await answer(ledger, shop, command, { index: 1 });
    expect(await delivered(shop)).toEqual([2]);
    expect((await unitsOf(ledger, shop, order)).sort()).toEqual(['dispensed', 'dispensed', 'failed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
  });

  test('of a belt settles the record with the last command', async () => {
    const shop = await testShop(ledger, { drive: 'belt', hasDropDetection: true });
    const order = await placePaid(ledger, shop, 2);
    await dispense(ledger, shop, order);
    for (const sum of [[], [2]]) {
      const command = await claim(ledger, shop);
      expect(await answer(ledger, shop, command ?? { id: 0 })).toBe('applied');
      expect(await delivered(shop)).toEqual(sum);
    }
  });

  test('repeated, even 20 times at once in two processes, counts once', async () => {
    const shop = await testShop(ledger);
    const { command } = await sendOut(ledger, shop);
    const processes = [elsewhere(ledger), elsewhere(ledger)];
    const effects = await Promise.all(Array.from({ length: 20 }, (_, n) => answer(processes[n % 2] ?? ledger, shop, command)));
    expect(effects.sort()).toEqual(['applied', ...Array(19).fill('repeated')]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect(await delivered(shop)).toEqual([1]);
  });

  test('that contradicts what was said is a conflict and moves nothing', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command);
    expect(await answer(ledger, shop, command, { dispensed: false })).toBe('conflict');
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
    expect(await conflicts(shop)).toHaveLength(1);
  });

  test('of more units than were asked for is a surplus and moves nothing', async () => {
    const shop = await testShop(ledger);
    const { command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { index: 0 });
    expect(await answer(ledger, shop, command, { index: 1 })).toBe('surplus');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect((await conflicts(shop)).map(({ kind }) => kind)).toEqual(['conflict.surplus-answer']);
  });

  test("to what was not sent, or is another machine's, is unknown", async () => {
    const shop = await testShop(ledger);
    const [neighbour, stranger] = [await testShop(ledger, { of: shop }), await testShop(ledger)];
    const order = await placePaid(ledger, shop);
    const queued = await dispense(ledger, shop, order);
    expect(await answer(ledger, shop, { id: queued })).toBe('unknown');
    const command = await claim(ledger, shop);
    expect(await answer(ledger, neighbour, command ?? { id: 0 })).toBe('unknown');
    expect(await answer(ledger, stranger, command ?? { id: 0 })).toBe('unknown');
    expect(await answer(ledger, shop, { id: 999_999 })).toBe('unknown');
    expect(await unitsOf(ledger, shop, order)).toEqual(['sent']);
  });

  test('lengthens the time of the units behind it', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop, 2);
    ledger.clock.advance(119);
    await answer(ledger, shop, command, { index: 0 });
    ledger.clock.advance(119);
    await giveUpSilent(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'sent']);
    ledger.clock.advance(1);
    await giveUpSilent(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed', 'held']);
    expect(await delivered(shop)).toEqual([1]);
  });

  test('from an empty slot: what fell was there', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 1 }] });
    const { command } = await sendOut(ledger, shop);
    await count(shop, 0, 'machine-report', secondsAfter(ledger.clock.now(), -60));
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 0, reserved: 1 });
    await answer(ledger, shop, command);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 0, reserved: 0 });
    expect(await reasonsOf(shop)).toEqual(['initial', 'order', 'machine-report', 'unbooked', 'dispensed']);
  });

  test('that is older than what the machine said of the slot is in that report already', async () => {
    const shop = await testShop(ledger);
    const { command } = await sendOut(ledger, shop);
    const dropped = ledger.clock.now();
    ledger.clock.advance(5);
    await count(shop, 9, 'machine-report');
    await answer(ledger, shop, command, { answeredAt: dropped });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    const { command: second } = await sendOut(ledger, shop);
    ledger.clock.advance(1);
    await answer(ledger, shop, second);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
  });

  test('old word of a fault changes nothing that was said later; a drop says that the slot works', async () => {
    const shop = await testShop(ledger);
    const { command } = await sendOut(ledger, shop, 2);
    const before = ledger.clock.now();
    ledger.clock.advance(10);
    await answer(ledger, shop, command, { index: 0, dispensed: false, faultCode: 3 });
    await answer(ledger, shop, command, { index: 1, answeredAt: before });
    expect(await faultOf(shop)).toBe(3);
    const { command: second } = await sendOutFaulty(shop);
    await answer(ledger, shop, second);
    expect(await faultOf(shop)).toBe(1);
  });

  async function sendOutFaulty(shop: TestShop) {
    await ledger.rows('update slots set fault_code = 1 where id = $1', [shop.slots[0]?.id]);
    const sent = await sendOut(ledger, shop);
    await ledger.rows('update slots set fault_code = 3 where id = $1', [shop.slots[0]?.id]);
    return sent;
  }

  // Regression: once the failed unit was on its way again, the old answer was taken for one unit too many.
  test('to an earlier delivery, repeated while the units are asked for again, is known as such', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { dispensed: false });
    await dispense(ledger, shop, order);
    expect(await answer(ledger, shop, command, { dispensed: false })).toBe('repeated');
    expect(await conflicts(shop)).toEqual([]);
    expect(await answer(ledger, shop, command, { dispensed: true })).toBe('conflict');
    expect(await unitsOf(ledger, shop, order)).toEqual(['queued']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 1 });
  });
});

describe('no answer for 120 seconds', () => {
  test('holds the unit and its stock; the seller is told that it failed', async () => {
    const shop = await testShop(ledger);
    const { order } = await sendOut(ledger, shop, 2);
    ledger.clock.advance(119.999);
    await giveUpSilent(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['sent', 'sent']);
    ledger.clock.advance(0.001);
    await giveUpSilent(ledger);
    expect(await unitsOf(ledger, shop, order)).toEqual(['held', 'held']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 2 });
    expect((await eventsOf(ledger, shop, 'dispense.settled')).map(({ data }) => data)).toMatchObject([
      { delivered: 0, error: 'time-out' },
    ]);
  });

  test('a late drop takes the stock, is a conflict with what was told, and tells nothing twice', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await giveUp();
    expect(await answer(ledger, shop, command)).toBe('late');
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
    expect(await conflicts(shop)).toHaveLength(1);
    expect(await delivered(shop)).toEqual([0]);
    expect(await answer(ledger, shop, command)).toBe('repeated');
  });

  test('a late failure gives the promise back and is no conflict: that is what was told', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await giveUp();
    expect(await answer(ledger, shop, command, { dispensed: false })).toBe('late');
    expect(await unitsOf(ledger, shop, order)).toEqual(['failed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
    expect(await conflicts(shop)).toEqual([]);
  });

  test('late answers to several units each move their own', async () => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop, 3);
    await giveUp();
    expect(await answer(ledger, shop, command, { index: 1 })).toBe('late');
    expect(await answer(ledger, shop, command, { index: 2, dispensed: false })).toBe('late');
    expect(await answer(ledger, shop, command, { index: 1 })).toBe('repeated');
    expect(await answer(ledger, shop, command, { index: 3 })).toBe('late');
    expect(await answer(ledger, shop, command, { index: 0 })).toBe('surplus');
    expect((await unitsOf(ledger, shop, order)).sort()).toEqual(['dispensed', 'dispensed', 'failed']);
  });

  test('of an answer and giving up at the same moment one comes first, and the books bear both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const shop = await testShop(ledger);
      const { command } = await sendOut(ledger, shop);
      ledger.clock.advance(120);
      const [effect] = await Promise.all([answer(ledger, shop, command), giveUpSilent(elsewhere(ledger))]);
      expect(['applied', 'late']).toContain(effect);
      expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
      expect(await delivered(shop)).toEqual([effect === 'applied' ? 1 : 0]);
    }
  });

  test('the next command goes meanwhile, and its answer is its own', async () => {
    const shop = await testShop(ledger);
    const { order: first, command } = await sendOut(ledger, shop);
    await giveUp();
    await comeOnline(ledger, shop);
    const { order: second, command: next } = await sendOut(ledger, shop);
    await answer(ledger, shop, next);
    expect(await unitsOf(ledger, shop, first)).toEqual(['held']);
    expect(await unitsOf(ledger, shop, second)).toEqual(['dispensed']);
    await answer(ledger, shop, command);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 8, reserved: 0 });
  });
});

describe('a held unit that a count has decided', () => {
  // Regression: the late answer was taken for one unit too many.
  test.each([
    ['dispensed', 9, true, 'repeated'],
    ['dispensed', 9, false, 'conflict'],
    ['failed', 10, false, 'repeated'],
    ['failed', 10, true, 'conflict'],
  ] as const)('as %s (%i counted), and the late answer says dropped: %s, is %s', async (state, counted, dispensed, effect) => {
    const shop = await testShop(ledger);
    const { order, command } = await sendOut(ledger, shop);
    await giveUp();
    await count(shop, counted, 'count');
    expect(await unitsOf(ledger, shop, order)).toEqual([state]);
    expect(await answer(ledger, shop, command, { dispensed })).toBe(effect);
    expect(await answer(ledger, shop, command, { dispensed })).toBe('repeated');
    expect(await unitsOf(ledger, shop, order)).toEqual([state]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: counted, reserved: 0 });
  });
});
