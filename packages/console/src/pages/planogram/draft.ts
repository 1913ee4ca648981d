import type { Answer, Input } from '../../api/client.ts';

export type Planogram = Answer<'GET /machines/{machine}/planogram'>;
export type Slot = Planogram['cabinets'][number]['slots'][number];
export type Goods = NonNullable<Slot['goods']>;
export type Change = Input<'PUT /machines/{machine}/planogram'>['body']['changes'][number];
type Told = Omit<Change, 'slot'>;
/** Of a slot what is to be otherwise; undefined: no word of it. */
export type Patch = { [Field in keyof Told]: Told[Field] | undefined };

/** What is to change, by the slots' names; a slot that stays as it is is not in it. */
export interface Draft {
  changes: ReadonlyMap<string, Told>;
  /** What the changes name beside the goods that lie in the machine. */
  goods: ReadonlyMap<number, Goods>;
}

export const noDraft: Draft = { changes: new Map(), goods: new Map() };

/** A slot as it will be. */
export interface DraftSlot extends Slot {
  changed: boolean;
  /** As it is. */
  before: Slot;
}

export const slotsOf = (planogram: Planogram): Slot[] => planogram.cabinets.flatMap(({ slots }) => slots);

/** The machine as it will be: the slots of each row from left to right, those that a wide lane covers left out. */
export function applyDraft(planogram: Planogram, draft: Draft): Map<number, DraftSlot[][]> {
  return new Map(
    planogram.cabinets.map(({ id, slots }) => {
      const rows = [...Map.groupBy(slots, ({ row }) => row)].sort(([a], [b]) => a - b).map(([, lanes]) => lanes);
      return [
        id,
        rows.map((lanes) =>
          lay(
            [...lanes].sort((a, b) => a.column - b.column),
            draft,
          ),
        ),
      ] as const;
    }),
  );
}

function lay(lanes: readonly Slot[], draft: Draft): DraftSlot[] {
  const shown: DraftSlot[] = [];
  for (let n = 0; n < lanes.length; ) {
    const slot = toDraftSlot(lanes[n] as Slot, draft);
    slot.span = Math.min(slot.span, lanes.length - n);
    shown.push(slot);
    n += slot.span;
  }
  return shown;
}

function toDraftSlot(slot: Slot, { changes, goods }: Draft): DraftSlot {
  const patch = changes.get(slot.name) ?? {};
  const next = patch.goods_id === undefined ? slot.goods : patch.goods_id === null ? null : (goods.get(patch.goods_id) ?? null);
  const isOther = next?.id !== slot.goods?.id;
  return {
    ...slot,
    goods: next,
    on_hand: isOther ? 0 : slot.on_hand,
    price_cents: patch.price_cents ?? (isOther && next ? next.price_cents : slot.price_cents),
    original_price_cents:
      patch.original_price_cents === undefined ? (isOther ? null : slot.original_price_cents) : patch.original_price_cents,
    capacity: patch.capacity ?? slot.capacity,
    alert_threshold: patch.alert_threshold ?? slot.alert_threshold,
    on_sale: patch.on_sale ?? slot.on_sale,
    span: patch.span ?? slot.span,
    changed: changes.has(slot.name),
    before: slot,
  };
}

/** The draft with this of these slots as well. */
export function patched(
  planogram: Planogram,
  draft: Draft,
  patches: ReadonlyMap<string, Patch>,
  named: readonly Goods[] = [],
): Draft {
  const changes = new Map(draft.changes);
  const goods = new Map(draft.goods);
  for (const one of [...slotsOf(planogram).flatMap((slot) => slot.goods ?? []), ...named]) goods.set(one.id, one);
  const slots = new Map(slotsOf(planogram).map((slot) => [slot.name, slot]));
  for (const [name, patch] of patches) {
    const slot = slots.get(name);
    if (!slot) continue;
    const left = differing(slot, { ...changes.get(name), ...patch });
    if (Object.keys(left).length === 0) changes.delete(name);
    else changes.set(name, left);
  }
  return { changes, goods };
}

/** Without what is as it stands already. */
function differing(slot: Slot, patch: Patch): Told {
  const now: Required<Told> = {
    goods_id: slot.goods?.id ?? null,
    ...{ price_cents: slot.price_cents, original_price_cents: slot.original_price_cents, capacity: slot.capacity },
    ...{ alert_threshold: slot.alert_threshold, on_sale: slot.on_sale, span: slot.span },
  };
  const isOther = patch.goods_id !== undefined && patch.goods_id !== now.goods_id;
  return Object.fromEntries(
    Object.entries(patch).filter(([field, value]) => {
      // Another good brings its own prices: what is told of them counts, be it as before.
      if (isOther && (field === 'price_cents' || field === 'original_price_cents')) return value !== undefined;
      return value !== undefined && value !== now[field as keyof Patch];
    }),
  ) as Told;
}

/** Goods, with what they cost, from each of two slots into the other. */
export function swapped(a: DraftSlot, b: DraftSlot): Map<string, Patch> {
  const into = (from: DraftSlot): Patch => ({
    goods_id: from.goods?.id ?? null,
    ...(from.goods && { price_cents: from.price_cents, original_price_cents: from.original_price_cents }),
  });
  return new Map([
    [a.name, into(b)],
    [b.name, into(a)],
  ]);
}

/** The lane as wide as that; those that it will cover are emptied. */
export function widened(row: readonly DraftSlot[], slot: DraftSlot, span: number): Map<string, Patch> {
  const patches = new Map<string, Patch>([[slot.name, { span }]]);
  let width = slot.span;
  for (const lane of row.slice(row.indexOf(slot) + 1)) {
    if (width >= span) break;
    width += lane.span;
    patches.set(lane.name, emptied(lane));
  }
  return patches;
}

/** What a lane keeps to itself while it is covered is nothing but that it is empty. */
const emptied = (lane: DraftSlot): Patch => ({
  ...{ goods_id: null, span: 1, price_cents: undefined, original_price_cents: undefined },
  ...{ capacity: undefined, alert_threshold: undefined, on_sale: undefined },
  ...(lane.before.goods === null && { goods_id: undefined }),
});

/** How many slots become another: those that are told of, and those that another lane covers from then on, or none any more. */
export function countChanged({ cabinets }: Planogram, draft: Draft, rows: ReadonlyMap<number, readonly DraftSlot[][]>): number {
  const names = new Set(draft.changes.keys());
  for (const { id, slots } of cabinets) {
    const shown = rows.get(id)?.flat() ?? [];
    for (const { name, row, column, merged_into: before } of slots) {
      const cover = shown.findLast((lane) => lane.row === row && lane.column <= column)?.name ?? name;
      if (cover !== (before ?? name)) names.add(name);
    }
  }
  return names.size;
}

/** As the API takes it. */
export const toChanges = ({ changes }: Draft): Change[] => [...changes].map(([slot, patch]) => ({ slot, ...patch }));
