import { expect, test } from 'vitest';
import { type Draft, type DraftLine, fillable, type Slot, summaryOf } from './draft.ts';

const slot = (id: number, on_hand: number, more: Partial<Slot> = {}) =>
  ({
    ...{ id, name: `A${id}`, product_id: id, on_hand, capacity: 8, counted_at: null, on_sale: true },
    ...{ goods: { id: 1, number: '1', name: '可乐', unit: '', picture_url: '' }, ...more },
  }) as Slot;

const draftOf = (lines: Readonly<Record<number, DraftLine>>, isSent = false): Draft => ({
  ...{ key: 'key', begunAt: '2025-06-01T00:00:00Z', isSent },
  lines: Object.fromEntries(Object.entries(lines).map(([id, line]) => [id, { ...line, name: `A${id}`, product_id: Number(id) }])),
});

const ids = (slots: readonly Slot[]) => slots.map(({ id }) => id);

test('what can be filled has room after what was done to it, and nothing was said of how much', () => {
  const slots = [slot(1, 8), slot(2, 8), slot(3, 3), slot(4, 3), slot(5, 3, { on_sale: false }), slot(6, 0, { goods: null })];
  const draft = draftOf({ 2: { taken_out: [{ quantity: 2, reason: 'expired' }] }, 3: { added: 2 } });
  expect(ids(fillable(slots, undefined))).toEqual([3, 4]);
  expect(ids(fillable(slots, draft))).toEqual([2, 4]);
});

test('a slot that another filled meanwhile is no part of the visit, unless it was sent already', () => {
  const slots = [slot(1, 8), slot(2, 3), slot(3, 8)];
  const lines = { 1: { added: 'full' }, 2: { added: 'full' }, 3: { counted: 8, added: 'full' } } as const;
  const { done, idle, added } = summaryOf(slots, draftOf(lines));
  expect([done.map(({ slot: { id } }) => id), ids(idle), added]).toEqual([[2, 3], [1], 5]);
  expect(summaryOf(slots, draftOf(lines, true))).toMatchObject({ idle: [], done: { length: 3 } });
});
