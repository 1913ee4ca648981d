import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planSlots, type SlotChange } from './plan-slots.ts';
import { type SlotState, versionOf } from './read-slots.ts';

const goods = new Map([
  [1, { priceCents: 300 }],
  [2, { priceCents: 450 }],
]);

/** Two rows of four lanes, A1 to A8, with cola in each. */
function machine(change: Record<string, Partial<SlotState>> = {}): SlotState[] {
  return Array.from({ length: 8 }, (_, n) => ({
    id: n + 1,
    name: `A${n + 1}`,
    cabinetId: 1,
    row: 1 + Math.floor(n / 4),
    column: 1 + (n % 4),
    productId: 101 + n,
    goodsId: 1,
    priceCents: 280,
    originalPriceCents: 320,
    capacity: 8,
    alertThreshold: 2,
    onSale: true,
    mergedIntoId: null,
    onHand: 5,
    reserved: 0,
    ...change[`A${n + 1}`],
  }));
}

const codes = (slots: SlotState[], ...changes: SlotChange[]) =>
  planSlots(slots, changes, goods).problems.map(({ slot, code }) => `${slot} ${code}`);

const planOf = (slots: SlotState[], ...changes: SlotChange[]) => {
  const { plans, problems } = planSlots(slots, changes, goods);
  expect(problems).toEqual([]);
  return new Map(plans.map((plan) => [plan.slot.name, plan]));
};

describe('what a change makes of slots', () => {
  test('what is not said stays, and a slot that stays as it is is not named', () => {
    const plans = planOf(machine(), { slot: 'A1', priceCents: 290 }, { slot: 'A2', priceCents: 280 });
    expect([...plans.keys()]).toEqual(['A1']);
    const a1 = plans.get('A1');
    expect(a1?.after).toMatchObject({ priceCents: 290, originalPriceCents: 320, goodsId: 1, capacity: 8 });
    expect(a1).toMatchObject({ isNewProduct: false, takenOut: 0 });
  });

  test('another good is another product: the old pieces leave, the price is that of the catalogue unless told', () => {
    const plans = planOf(
      machine(),
      { slot: 'A1', goodsId: 2 },
      { slot: 'A2', goodsId: 2, priceCents: 400 },
      { slot: 'A3', goodsId: null },
    );
    expect(plans.get('A1')).toMatchObject({
      isNewProduct: true,
      takenOut: 5,
      after: { goodsId: 2, priceCents: 450, originalPriceCents: null },
    });
    expect(plans.get('A2')?.after.priceCents).toBe(400);
    expect(plans.get('A3')).toMatchObject({ isNewProduct: true, takenOut: 5, after: { goodsId: null, priceCents: 280 } });
  });

  test('a capacity may not be below what stays in the slot', () => {
    expect(codes(machine(), { slot: 'A1', capacity: 4 })).toEqual(['A1 slot.over-capacity']);
    expect(codes(machine(), { slot: 'A1', capacity: 4, goodsId: 2 })).toEqual([]);
  });

  test('what is promised keeps its good', () => {
    const slots = machine({ A1: { reserved: 1 }, A2: { reserved: 2 } });
    expect(codes(slots, { slot: 'A1', goodsId: 2 })).toEqual(['A1 slot.promised']);
    expect(codes(slots, { slot: 'A1', priceCents: 1 })).toEqual([]);
    expect(codes(slots, { slot: 'A1', span: 2 }, { slot: 'A2', goodsId: null })).toEqual(['A2 slot.promised']);
  });

  test('unknown slots and goods, a slot named twice, and numbers out of range are named', () => {
    expect(codes(machine(), { slot: 'B1' }, { slot: 'A1' }, { slot: 'A1' })).toEqual(['B1 slot.unknown', 'A1 request.invalid']);
    expect(codes(machine(), { slot: 'A1', goodsId: 9 })).toEqual(['A1 goods.unknown']);
    const wrong: SlotChange = {
      slot: 'A1',
      priceCents: -1,
      originalPriceCents: 1.5,
      capacity: 10_001,
      alertThreshold: -1,
      span: 0,
    };
    expect(planSlots(machine(), [wrong], goods).problems.map(({ detail }) => detail.split(':')[0])).toEqual([
      'price_cents',
      'original_price_cents',
      'capacity',
      'alert_threshold',
      'span',
    ]);
  });
});

describe('lanes that are merged', () => {
  const empty = { goodsId: null, onHand: 0 };

  test('the next to the right are covered, once they are empty or emptied', () => {
    expect(codes(machine(), { slot: 'A1', span: 2 })).toEqual(['A2 slot.not-empty']);
    const plans = planOf(machine({ A3: empty }), { slot: 'A1', span: 3 }, { slot: 'A2', goodsId: null });
    expect([...plans.keys()]).toEqual(['A2', 'A3']);
    expect(plans.get('A2')).toMatchObject({ takenOut: 5, isNewProduct: true, after: { goodsId: null, mergedIntoId: 1 } });
    expect(plans.get('A3')).toMatchObject({ takenOut: 0, isNewProduct: false, after: { goodsId: null, mergedIntoId: 1 } });
  });

  test('only within the row, and no lane twice', () => {
    expect(codes(machine(), { slot: 'A4', span: 2 })).toEqual(['A4 request.invalid']);
    const slots = machine({ A2: empty, A3: empty });
    expect(codes(slots, { slot: 'A1', span: 2 }, { slot: 'A2', span: 2 })).toEqual(['A2 slot.merged']);
  });

  test('a covered lane is not changed, and is a lane of its own again when the wide one is split', () => {
    const slots = machine({ A2: { ...empty, mergedIntoId: 1 } });
    expect(codes(slots, { slot: 'A2', priceCents: 1 })).toEqual(['A2 slot.merged']);
    expect(codes(slots, { slot: 'A2', goodsId: 2 })).toEqual(['A2 slot.merged']);
    expect(planOf(slots, { slot: 'A1', priceCents: 1 }).size).toBe(1);
    const split = planOf(slots, { slot: 'A1', span: 1 }, { slot: 'A2', goodsId: 2 });
    expect([...split.keys()]).toEqual(['A2']);
    expect(split.get('A2')?.after).toMatchObject({ mergedIntoId: null, goodsId: 2 });
  });

  test('a wide lane can be made narrower, and be swallowed only after it was split', () => {
    const slots = machine({ A2: empty, A3: { ...empty, mergedIntoId: 2 }, A4: { ...empty, mergedIntoId: 2 } });
    const narrower = planOf(slots, { slot: 'A2', span: 2 });
    expect([...narrower.keys()]).toEqual(['A4']);
    expect(codes(slots, { slot: 'A1', span: 2 })).toContain('A2 slot.merged');
    expect(codes(slots, { slot: 'A1', span: 2 }, { slot: 'A2', span: 1 })).toEqual([]);
  });
});

test('the version is that of what can be changed, not of the stock', () => {
  const version = versionOf(machine());
  expect(versionOf(machine({ A1: { onHand: 1, reserved: 1 } }))).toBe(version);
  expect(versionOf(machine().reverse())).toBe(version);
  for (const change of [
    { priceCents: 1 },
    { goodsId: null },
    { productId: 1 },
    { capacity: 9 },
    { onSale: false },
    { mergedIntoId: 2 },
  ]) {
    expect(versionOf(machine({ A1: change }))).not.toBe(version);
  }
});

const anyChange: fc.Arbitrary<SlotChange> = fc.record(
  {
    slot: fc.constantFrom('A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8'),
    goodsId: fc.constantFrom(1, 2, null),
    priceCents: fc.nat(500),
    capacity: fc.integer({ min: 0, max: 12 }),
    onSale: fc.boolean(),
    span: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ['slot'] },
);

test('whatever is asked for: what is planned can be, and lanes are covered by one to their left alone', () => {
  const steps = fc.array(fc.array(anyChange, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  const property = fc.property(steps, (all) => {
    let slots = machine({ A2: { reserved: 1 }, A7: { onHand: 0 } });
    for (const changes of all) {
      const { plans, problems } = planSlots(slots, changes, goods);
      if (problems.length > 0) continue;
      const plan = new Map(plans.map((one) => [one.slot.id, one]));
      slots = slots.map((slot) => ({
        ...slot,
        ...plan.get(slot.id)?.after,
        onHand: slot.onHand - (plan.get(slot.id)?.takenOut ?? 0),
      }));
      expect(slots.find(({ name }) => name === 'A2')).toMatchObject({ goodsId: 1, onHand: 5, mergedIntoId: null });
      for (const slot of slots.filter(({ mergedIntoId }) => mergedIntoId !== null)) {
        const cover = slots.find(({ id }) => id === slot.mergedIntoId);
        expect(slot).toMatchObject({ goodsId: null, onHand: 0, reserved: 0 });
        expect(cover).toMatchObject({ row: slot.row, mergedIntoId: null });
        // What lies between is covered by the same.
        for (const between of slots.filter(({ id }) => id > (cover?.id ?? 0) && id < slot.id))
          expect(between.mergedIntoId).toBe(cover?.id);
      }
      // Asked for again, nothing is left to do.
      expect(planSlots(slots, changes, goods)).toEqual({ plans: [], problems: [] });
    }
  });
  fc.assert(property, { numRuns: 500 });
});
