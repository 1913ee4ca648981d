import fc from 'fast-check';
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
  place,
  placePaid,
  refusal,
  sendOut,
  stockOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
  unitsOf,
} from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { decideHeld } from '../dispensing/decide-held.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { LedgerError } from '../errors.ts';
import { recordMachineOrders } from '../orders/record-machine-orders.ts';
import { createPickupCodes } from '../pickup-codes/create-pickup-codes.ts';
import { recordMachineUse } from '../pickup-codes/record-machine-use.ts';
import { changePlanogram } from '../planogram/change-planogram.ts';
import { getPlanogram } from '../planogram/get-planogram.ts';
import { listSettlements } from '../sales/list-settlements.ts';
import { recordCount } from '../stock/record-count.ts';
import { recordVisit } from './record-visit.ts';
import type { VisitLine } from './visit.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});

let keys = 0;

function newKey(): string {
  keys += 1;
  return `visit-${keys}-of-a-test`;
}

type Done = Omit<VisitLine, 'slotId' | 'productId'>;

/** A line for each slot in turn; undefined leaves it alone. Told now, unless it ended before. */
function visit(shop: TestShop, lines: readonly (Done | undefined)[], key = newKey(), endedAt?: Date) {
  const { merchantId, machineId } = shop;
  const withSlots = lines.flatMap((line, n) => {
    const { id: slotId = 0, productId = 0 } = shop.slots[n] ?? {};
    return line ? [{ ...line, slotId, productId }] : [];
  });
  const begunAt = endedAt ?? ledger.clock.now();
  return recordVisit(elsewhere(ledger), {
    ...{ merchantId, machineId, key, begunAt, endedAt, visitor: 'wang', cause: byTest },
    lines: withSlots,
  });
}

const late = (shop: TestShop, endedAt: Date, line: Done, key = newKey()) => visit(shop, [line], key, endedAt);

async function journalOf(shop: TestShop, slot = 0): Promise<{ reason: string; change: number; note: string }[]> {
  return await ledger.rows(
    `select reason, on_hand_change as change, note from stock_journal where slot_id = $1 and reason <> 'initial' order by id`,
    [shop.slots[slot]?.id],
  );
}

/** One unit of each of these slots, fallen then and told now. */
async function sellsItself(shop: TestShop, at: Date, slots: readonly number[]): Promise<void> {
  const lines = slots.map((n) => {
    return { productId: shop.slots[n]?.productId ?? 0, priceCents: 300, units: [{ dispensed: true, error: '' }] };
  });
  const order = {
    ...{ tradeId: `sold-${newKey()}`, state: 'paid' as const, amountCents: 300 * slots.length, paymentReference: '' },
    ...{ payStyle: 'cash' as const, createdAt: at, paidAt: at, lines },
  };
  await recordMachineOrders(ledger, { merchantId: shop.merchantId, id: shop.machineId }, [order], byTest);
}

async function detailOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof LedgerError ? error.detail : `was not refused: ${String(error)}`;
}

describe('a visit', () => {
  test('counts, then takes out, then adds, in each slot, and keeps who did what', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 6, capacity: 10 }, { onHand: 4, capacity: 8 }, { onHand: 1 }] });
    const { visit: made, isNew } = await visit(shop, [
      {
        counted: 5,
        takenOut: [
          { quantity: 2, reason: 'expired', note: 'of May' },
          { quantity: 1, reason: 'other' },
        ],
        added: 'full',
      },
      { added: 3 },
    ]);
    expect(isNew).toBe(true);
    expect(made.visitor).toBe('wang');
    expect(made.slots).toEqual([
      {
        ...{ slotId: shop.slots[0]?.id, name: 'A1', before: 6, counted: 5, added: 8, onHand: 10 },
        takenOut: [
          { quantity: 2, reason: 'expired', note: 'of May' },
          { quantity: 1, reason: 'other' },
        ],
      },
      { slotId: shop.slots[1]?.id, name: 'A2', before: 4, counted: null, takenOut: [], added: 3, onHand: 7 },
    ]);
    expect(await journalOf(shop)).toEqual([
      { reason: 'count', change: -1, note: '' },
      { reason: 'taken-out', change: -2, note: 'expired: of May' },
      { reason: 'taken-out', change: -1, note: 'other' },
      { reason: 'refill', change: 8, note: '' },
    ]);
    expect([await stockOf(ledger, shop, 1), await stockOf(ledger, shop, 2)]).toEqual([
      { onHand: 7, reserved: 0 },
      { onHand: 1, reserved: 0 },
    ]);
    const kinds = (await eventsOf(ledger, shop, 'stock.taken-out', 'stock.refilled', 'stock.counted')).map(({ kind }) => kind);
    expect(kinds).toEqual(['stock.counted', 'stock.refilled', 'stock.taken-out']);
  });

  test('makes one refill, which settles once what was sold since the one before', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 0 }] });
    const { command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command);
    ledger.clock.advance(60);
    const { visit: made } = await visit(shop, [
      { takenOut: [{ quantity: 1, reason: 'spoiled' }], added: 'full' },
      { added: 'full' },
    ]);
    await projectAll(ledger);
    const settlements = await listSettlements(ledger, shop.merchantId, {});
    expect(settlements.map(({ refillId }) => refillId)).toEqual([made.refillId]);
    expect(settlements[0]?.sales).toEqual([{ payStyle: 'qrcode', units: 1, amountCents: 300 }]);
    expect(settlements[0]?.slots.map(({ stock, refilled }) => [stock, refilled])).toEqual([
      [10, 7],
      [10, 10],
    ]);
    expect(await salesProblems(ledger)).toEqual([]);
  });

  test('that adds nothing is a visit, but no refill, and settles nothing', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 10, capacity: 10 }] });
    const { visit: made } = await visit(shop, [
      { counted: 4, takenOut: [{ quantity: 4, reason: 'damaged' }] },
      { added: 'full' },
    ]);
    expect(made.refillId).toBeNull();
    expect(made.slots.map(({ onHand, added }) => [onHand, added])).toEqual([
      [0, 0],
      [10, 0],
    ]);
    await projectAll(ledger);
    expect(await listSettlements(ledger, shop.merchantId, {})).toEqual([]);
  });

  test('told again answers what was done then, in whatever order it is told; told otherwise it is refused', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 0 }, { onHand: 0 }] });
    const key = newKey();
    const first = await visit(shop, [{ added: 4 }, { added: 'full' }], key);
    ledger.clock.advance(600);
    await visit(shop, [{ takenOut: [{ quantity: 2, reason: 'returned' }] }]);
    const again = await visit(shop, [{ added: 4 }, { added: 'full' }], key);
    expect(again).toEqual({ visit: first.visit, isNew: false });
    expect(await refusal(visit(shop, [{ added: 5 }, { added: 'full' }], key))).toBe('visit.differs');
    expect(await refusal(visit(shop, [{ added: 4 }], key))).toBe('visit.differs');
    const other = await testShop(ledger, { of: shop });
    expect(await refusal(visit(other, [{ added: 4 }, { added: 'full' }], key))).toBe('visit.differs');
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 2, reserved: 0 });
  });

  test('told ten times at once is done once', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 0, capacity: 50 }] });
    const key = newKey();
    const told = await Promise.all(Array.from({ length: 10 }, () => visit(shop, [{ added: 3 }], key)));
    expect(told.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(told.map(({ visit: { id } }) => id)).size).toBe(1);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 3, reserved: 0 });
  });

  test('its key is its merchant’s alone', async () => {
    const [mine, theirs] = [
      await testShop(ledger, { slots: [{ onHand: 0 }] }),
      await testShop(ledger, { slots: [{ onHand: 0 }] }),
    ];
    const key = newKey();
    await visit(mine, [{ added: 1 }], key);
    expect((await visit(theirs, [{ added: 2 }], key)).isNew).toBe(true);
    expect(await stockOf(ledger, theirs)).toEqual({ onHand: 2, reserved: 0 });
  });

  test('of which one thing cannot be is not done at all, and the slot is named', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 2 }, { onHand: 9, capacity: 10 }] });
    const neighbour = await testShop(ledger, { of: shop });
    const key = newKey();
    expect(await detailOf(visit(shop, [{ added: 5 }, { added: 2 }], key))).toBe('slot A2: 2 to the 9 that are there, of 10');
    expect(await detailOf(visit(shop, [{ counted: 3, takenOut: [{ quantity: 4, reason: 'spoiled' }] }, { added: 1 }]))).toBe(
      'taken_out of slot A1: 4, where 3 are there',
    );
    expect(
      await refusal(visit({ ...shop, slots: [...shop.slots, ...neighbour.slots] }, [{ added: 1 }, undefined, { added: 1 }])),
    ).toBe('slot.unknown');
    const stranger = await testShop(ledger);
    expect(await refusal(visit({ ...shop, machineId: stranger.machineId }, [{ added: 1 }]))).toBe('machine.unknown');
    expect([await stockOf(ledger, shop, 0), await stockOf(ledger, shop, 1)].map(({ onHand }) => onHand)).toEqual([2, 9]);
    expect(await ledger.rows('select from visits where merchant_id = $1', [shop.merchantId])).toEqual([]);
    // A key whose visit was refused is free.
    expect((await visit(shop, [{ added: 5 }, { added: 1 }], key)).isNew).toBe(true);
  });

  test.each([
    ['lines: 1 to 1000', []],
    ['lines[0]: nothing was done', [{ takenOut: [] }]],
    ['lines[0].counted: a whole number from 0 to 10000', [{ counted: -1 }]],
    ['lines[0].added: a whole number from 1 to 10000', [{ added: 0 }]],
    ['lines[0].added: a whole number from 1 to 10000', [{ added: 1.5 }]],
    ['lines[0].taken_out[0].quantity: a whole number from 1 to 10000', [{ takenOut: [{ quantity: 0, reason: 'spoiled' }] }]],
    ['lines[0].taken_out[0].reason', [{ takenOut: [{ quantity: 1, reason: 'eaten' }] }]],
  ] as const)('is refused as %s', async (detail, lines) => {
    const shop = await testShop(ledger);
    expect(await detailOf(visit(shop, lines as readonly Done[]))).toBe(detail);
  });

  test('that names a slot twice, or has no good key, is refused', async () => {
    const shop = await testShop(ledger);
    const twice = { ...shop, slots: [...shop.slots, ...shop.slots] };
    expect(await detailOf(visit(twice, [{ added: 1 }, { added: 1 }]))).toBe('lines[1].slot_id: the slot is named twice');
    expect(await detailOf(visit(shop, [{ counted: 1 }], 'short'))).toMatch(/^key/);
  });
});

describe('what was promised', () => {
  test('may be taken out all the same: the slot is short, and a person is told', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 5 }] });
    await place(ledger, shop, 4);
    await visit(shop, [{ takenOut: [{ quantity: 3, reason: 'spoiled' }] }, { takenOut: [{ quantity: 3, reason: 'spoiled' }] }]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 2, reserved: 4 });
    const short = await eventsOf(ledger, shop, 'stock.short');
    expect(short.map(({ data }) => [data.slot, data.onHand, data.reserved])).toEqual([['A1', 2, 4]]);
    await visit(shop, [{ added: 'full' }]);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 4 });
  });

  test('and replaced in the same visit makes no slot short', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }] });
    await place(ledger, shop, 4);
    await visit(shop, [{ takenOut: [{ quantity: 5, reason: 'expired' }], added: 'full' }]);
    expect(await eventsOf(ledger, shop, 'stock.short')).toEqual([]);
    const [slot] = await ledger.rows<{ sold_out_at: Date | null; stocked: number }>(
      'select sold_out_at, stocked from slots where id = $1',
      [shop.slots[0]?.id],
    );
    expect(slot).toEqual({ sold_out_at: null, stocked: 10 });
  });

  test('and is held is decided by what was counted, before goods are added', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 10 }] });
    const { order } = await sendOut(ledger, shop);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    await visit(shop, [{ counted: 9, added: 'full' }]);
    expect(await unitsOf(ledger, shop, order)).toEqual(['dispensed']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 10, reserved: 0 });
  });

  // What the machine said before goods were taken out does not know of it.
  test('a report of the machine from before the visit does not put back what was taken out', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 10 }] });
    const { merchantId, machineId } = shop;
    const before = ledger.clock.now();
    ledger.clock.advance(600);
    await visit(shop, [{ takenOut: [{ quantity: 4, reason: 'expired' }] }]);
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 10 }];
    await recordCount(ledger, { merchantId, machineId, counts, source: 'machine-report', countedAt: before, cause: byTest });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 6, reserved: 0 });
  });
});

describe('told later than it was done', () => {
  test('what dropped since is taken off what was counted and what was full then', async () => {
    const shop = await testShop(ledger, {
      slots: [
        { onHand: 7, capacity: 10 },
        { onHand: 5, capacity: 10 },
        { onHand: 5, capacity: 10 },
      ],
    });
    const { slots } = shop;
    const endedAt = ledger.clock.now();
    ledger.clock.advance(600);
    await comeOnline(ledger, shop);
    for (const n of [0, 1]) {
      const lines = [{ productId: slots[n]?.productId ?? 0, quantity: 2 }];
      await dispense(ledger, shop, await placePaid(ledger, shop, 2, { lines }));
      const command = await claim(ledger, shop);
      for (const index of [0, 1]) await answer(ledger, shop, command ?? { id: 0 }, { index });
    }
    const lines: Done[] = [{ added: 'full' }, { counted: 4, added: 3 }, { counted: 4, added: 'full' }];
    const { visit: made } = await visit(shop, lines, newKey(), endedAt);
    // Full then, and seven then; two of each are sold. Of the third none is.
    expect(made.slots.map(({ added, onHand }) => [added, onHand])).toEqual([
      [3, 8],
      [3, 5],
      [6, 10],
    ]);
  });

  test('a number that fitted then fits now, and one that did not does not', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 7, capacity: 10 }] });
    const endedAt = ledger.clock.now();
    ledger.clock.advance(60);
    const { command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command);
    expect(await refusal(late(shop, endedAt, { added: 4 }))).toBe('slot.over-capacity');
    await late(shop, endedAt, { added: 3 });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 9, reserved: 0 });
  });

  // It may have dropped after the count: who decided that it had not would dispense a second can.
  test('it decides nothing of what was sent, or given up, after it ended', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }] });
    const endedAt = ledger.clock.now();
    ledger.clock.advance(300);
    const { order } = await sendOut(ledger, shop);
    ledger.clock.advance(120);
    await giveUpSilent(ledger);
    await late(shop, endedAt, { counted: 5 });
    expect(await unitsOf(ledger, shop, order)).toEqual(['held']);
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 5, reserved: 1 });
  });

  test('it decides what had been given up by then', async () => {
    for (const [counted, became] of [
      [4, 'dispensed'],
      [5, 'failed'],
    ] as const) {
      const shop = await testShop(ledger, { slots: [{ onHand: 5 }] });
      const { order } = await sendOut(ledger, shop);
      ledger.clock.advance(120);
      await giveUpSilent(ledger);
      const endedAt = ledger.clock.now();
      ledger.clock.advance(600);
      await late(shop, endedAt, { counted });
      expect(await unitsOf(ledger, shop, order)).toEqual([became]);
      expect(await stockOf(ledger, shop)).toEqual({ onHand: counted, reserved: 0 });
    }
  });

  test('what fell after it ended, and is told after it came, is taken off', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 3 }] });
    const endedAt = ledger.clock.now();
    ledger.clock.advance(20);
    const { command } = await sendOut(ledger, shop);
    ledger.clock.advance(10);
    const answeredAt = ledger.clock.now();
    ledger.clock.advance(10);
    await late(shop, endedAt, { counted: 5 });
    ledger.clock.advance(10);
    await answer(ledger, shop, command, { answeredAt });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
  });

  test('so is what a report from after it ended knew of', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 6 }] });
    const { merchantId, machineId } = shop;
    const endedAt = ledger.clock.now();
    ledger.clock.advance(20);
    const { command } = await sendOut(ledger, shop);
    ledger.clock.advance(10);
    const answeredAt = ledger.clock.now();
    ledger.clock.advance(10);
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 2 }];
    const countedAt = ledger.clock.now();
    await recordCount(ledger, { merchantId, machineId, counts, source: 'machine-report', countedAt, cause: byTest });
    await late(shop, endedAt, { counted: 5 });
    await answer(ledger, shop, command, { answeredAt });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
  });

  test('what a machine sold by itself counts by when it fell, and not by when it was told', async () => {
    const shop = await testShop(ledger, {
      slots: [
        { onHand: 6, capacity: 8 },
        { onHand: 6, capacity: 8 },
        { onHand: 6, capacity: 8 },
      ],
    });
    const before = ledger.clock.now();
    ledger.clock.advance(600);
    const endedAt = ledger.clock.now();
    ledger.clock.advance(300);
    const after = ledger.clock.now();
    ledger.clock.advance(300);
    await sellsItself(shop, before, [0, 0, 1]);
    await sellsItself(shop, after, [1, 2]);
    const { visit: made } = await visit(shop, [{ counted: 4 }, { counted: 5 }, { added: 'full' }], newKey(), endedAt);
    // Of the first, both fell before they were counted; of the second one, and of the third the one since it was full.
    expect(made.slots.map(({ before, onHand }) => [before, onHand])).toEqual([
      [4, 4],
      [4, 4],
      [5, 7],
    ]);
  });

  test('what a person has decided to have dropped since is taken off, and what had dropped before is not', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 6, capacity: 10 }] });
    const held = async () => {
      const { order } = await sendOut(ledger, shop);
      ledger.clock.advance(120);
      await giveUpSilent(ledger);
      return order;
    };
    const sentBefore = await held();
    const endedAt = ledger.clock.now();
    ledger.clock.advance(10);
    const sentAfter = await held();
    for (const { id: orderId, lineIds } of [sentBefore, sentAfter]) {
      await decideHeld(ledger, {
        ...{ merchantId: shop.merchantId, orderId, lineId: lineIds[0] ?? 0 },
        dropped: true,
        cause: byTest,
      });
    }
    await late(shop, endedAt, { counted: 5 });
    expect(await stockOf(ledger, shop)).toEqual({ onHand: 4, reserved: 0 });
  });

  test('a can given out for a code since is taken off', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 6 }] });
    const { merchantId, machineId } = shop;
    const product = { productId: shop.slots[0]?.productId ?? 0, count: 1 };
    const [code] = await createPickupCodes(ledger, { merchantId, machineId, product, length: 6, cause: byTest });
    const endedAt = ledger.clock.now();
    ledger.clock.advance(60);
    const usedAt = ledger.clock.now();
    await recordMachineUse(ledger, { merchantId, machineId, pickupCodeId: code?.id ?? 0, usedAt, cause: byTest });
    ledger.clock.advance(60);
    await late(shop, endedAt, { counted: 6 });
    expect((await stockOf(ledger, shop)).onHand).toBe(5);
  });

  test('a slot that somebody has counted since is refused by its name: what was done is in that count', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 6 }] });
    const endedAt = ledger.clock.now();
    ledger.clock.advance(300);
    await visit(shop, [{ counted: 9 }]);
    ledger.clock.advance(300);
    expect(await refusal(late(shop, endedAt, { added: 3 }))).toBe('planogram.stale');
    expect(await detailOf(late(shop, endedAt, { counted: 6 }))).toMatch(/^slot A1 was counted/);
    expect((await stockOf(ledger, shop)).onHand).toBe(9);
  });
});

describe('a slot that has another good by now', () => {
  test('is refused by its name, and nothing is done; what was recorded before it changed is still answered', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 2 }, { onHand: 2 }] });
    const { merchantId, machineId } = shop;
    const key = newKey();
    const recorded = await visit(shop, [{ added: 1 }], key);
    const endedAt = ledger.clock.now();
    ledger.clock.advance(300);
    const goods = await putGoods(ledger, merchantId, [{ number: 'water', name: 'Water', priceCents: 200 }], byTest);
    const { version } = await getPlanogram(ledger, { merchantId, machineId });
    const changes = [{ slot: 'A1', goodsId: goods.get('water') ?? 0 }];
    await changePlanogram(ledger, { merchantId, machineId, version, changes, cause: byTest });
    const lines = [{ added: 4 }, { added: 4 }];
    for (const ended of [endedAt, undefined]) {
      const told = visit(shop, lines, newKey(), ended);
      expect(await refusal(told)).toBe('planogram.stale');
      expect(await detailOf(told)).toBe('slot A1 has another good by now');
    }
    expect([await stockOf(ledger, shop, 0), await stockOf(ledger, shop, 1)].map(({ onHand }) => onHand)).toEqual([0, 2]);
    expect(await visit(shop, [{ added: 1 }], key)).toEqual({ ...recorded, isNew: false });
    await visit(shop, [undefined, { added: 4 }], newKey(), endedAt);
    expect((await stockOf(ledger, shop, 1)).onHand).toBe(6);
  });
});

describe('at the same time', () => {
  test('two visits: each is whole, and no slot passes its capacity', async () => {
    const shop = await testShop(ledger, { slots: Array.from({ length: 6 }, () => ({ onHand: 0, capacity: 10 })) });
    const lines = shop.slots.map(() => ({ added: 6 }));
    const told = await Promise.allSettled([visit(shop, lines), visit(shop, [...lines])]);
    expect(told.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const stock = await Promise.all(shop.slots.map((_, n) => stockOf(ledger, shop, n)));
    expect(stock.map(({ onHand }) => onHand)).toEqual([6, 6, 6, 6, 6, 6]);
  });

  test('visits and orders lose and invent nothing', async () => {
    const shop = await testShop(ledger, {
      slots: [
        { onHand: 20, capacity: 40 },
        { onHand: 20, capacity: 40 },
      ],
    });
    const lines = shop.slots.map(({ productId }) => ({ productId, quantity: 1 }));
    const done = await Promise.allSettled([
      ...Array.from({ length: 12 }, (_, n) => place(ledger, shop, 1, { lines: n % 2 === 0 ? lines : [...lines].reverse() })),
      ...Array.from({ length: 8 }, (_, n) =>
        visit(
          shop,
          n % 2 === 0 ? [{ added: 2 }, { takenOut: [{ quantity: 1, reason: 'spoiled' as const }] }] : [undefined, { added: 1 }],
        ),
      ),
    ]);
    expect(done.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await stockOf(ledger, shop, 0)).toEqual({ onHand: 28, reserved: 12 });
    expect(await stockOf(ledger, shop, 1)).toEqual({ onHand: 20, reserved: 12 });
  });
});

test('whatever is done in a visit, the slot holds what a person would reckon, or nothing was done', async () => {
  const shop = await testShop(ledger, { slots: [{ onHand: 0, capacity: 12 }] });
  const units = fc.integer({ min: 1, max: 14 });
  const line = fc.record({
    counted: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined }),
    takenOut: fc.array(fc.record({ quantity: units, reason: fc.constantFrom('spoiled' as const, 'returned' as const) }), {
      maxLength: 2,
    }),
    added: fc.option(fc.oneof(units, fc.constant('full' as const)), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(line, async (one) => {
      const { onHand: before } = await stockOf(ledger, shop);
      const there = one.counted ?? before;
      const left = there - one.takenOut.reduce((sum, { quantity }) => sum + quantity, 0);
      const after = one.added === 'full' ? Math.max(left, 12) : left + (one.added ?? 0);
      const idle = one.counted === undefined && one.added === undefined && one.takenOut.length === 0;
      const possible = !idle && left >= 0 && (typeof one.added !== 'number' || after <= 12);
      const done = await visit(shop, [one]).then(
        ({ visit: made }) => made.slots[0]?.onHand,
        (error: unknown) => {
          if (!(error instanceof LedgerError)) throw error;
          return undefined;
        },
      );
      expect(done).toBe(possible ? after : undefined);
      expect((await stockOf(ledger, shop)).onHand).toBe(possible ? after : before);
    }),
    { numRuns: 60 },
  );
});
