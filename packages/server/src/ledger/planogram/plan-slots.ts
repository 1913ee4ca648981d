import { mergeLanes, type PlanogramProblem } from './merge-lanes.ts';
import type { SlotState, SlotTerms } from './read-slots.ts';

/** What is to change of a slot; what is not said stays. Money in minor units. */
export interface SlotChange {
  /** Its name at the machine. */
  slot: string;
  /** A good of our own catalogue; null: none. Another good has its catalogue's price unless one is told. */
  goodsId?: number | null | undefined;
  priceCents?: number | undefined;
  /** Before any price cut; null: that of the good. */
  originalPriceCents?: number | null | undefined;
  capacity?: number | undefined;
  /** So few left, or fewer, are worth a visit. */
  alertThreshold?: number | undefined;
  onSale?: boolean | undefined;
  /** How wide it is, in lanes with its own: it covers the next to the right, 1 splits it. */
  span?: number | undefined;
}

/** What becomes of a slot. */
export interface SlotPlan {
  slot: SlotState;
  after: SlotTerms;
  /** Another good, or none any more: the product id is a new one. */
  isNewProduct: boolean;
  /** Pieces of the old good, booked out as taken out. */
  takenOut: number;
}

/** Of our own catalogue, by id. */
export type GoodsPrices = ReadonlyMap<number, { priceCents: number }>;

const mostCents = 1e9;
const mostPieces = 10_000;

/**
 * What these changes make of a machine's slots: only those that become another. Nothing is done when there are problems. Rules alone, no
 * statement: what is previewed and what is done come from here.
 */
export function planSlots(
  slots: readonly SlotState[],
  changes: readonly SlotChange[],
  goods: GoodsPrices,
): { plans: SlotPlan[]; problems: PlanogramProblem[] } {
  const problems: PlanogramProblem[] = [];
  const changeOf = new Map<number, SlotChange>();
  for (const change of changes) {
    const slot = slots.find(({ name }) => name === change.slot);
    if (!slot) problems.push({ slot: change.slot, code: 'slot.unknown', detail: change.slot });
    else if (changeOf.has(slot.id)) problems.push({ slot: slot.name, code: 'request.invalid', detail: 'slot: named twice' });
    else {
      changeOf.set(slot.id, change);
      problems.push(...checkChange(slot.name, change));
    }
  }
  if (problems.length > 0) return { plans: [], problems };
  const spans = new Map([...changeOf].flatMap(([id, { span }]) => (span === undefined ? [] : [[id, span] as const])));
  const { coveredBy, problems: unmergeable } = mergeLanes(slots, spans);
  problems.push(...unmergeable);
  const plans: SlotPlan[] = [];
  for (const slot of slots) {
    const change = changeOf.get(slot.id) ?? { slot: slot.name };
    const cover = coveredBy.get(slot.id);
    const after = cover ? coveredTerms(slot, cover) : changedTerms(slot, change, goods);
    const isNewProduct = after.goodsId !== slot.goodsId;
    // A lane that is covered has nothing in it, a good or none.
    const takenOut = isNewProduct || cover ? slot.onHand : 0;
    const plan = { slot, after, isNewProduct, takenOut };
    problems.push(...checkPlan(plan, change, cover, goods));
    if (isDifferent(slot, after)) plans.push(plan);
  }
  return { plans, problems };
}

function checkChange(slot: string, change: SlotChange): PlanogramProblem[] {
  const { priceCents, originalPriceCents, capacity, alertThreshold, span } = change;
  const fields = [
    ['price_cents', priceCents, 0, mostCents],
    ['original_price_cents', originalPriceCents ?? undefined, 0, mostCents],
    ['capacity', capacity, 0, mostPieces],
    ['alert_threshold', alertThreshold, 0, mostPieces],
    ['span', span, 1, 100],
  ] as const;
  return fields.flatMap(([field, value, least, most]) =>
    value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)
      ? []
      : [{ slot, code: 'request.invalid' as const, detail: `${field}: ${least} to ${most}` }],
  );
}

function coveredTerms(slot: SlotState, cover: SlotState): SlotTerms {
  return { ...termsOf(slot), goodsId: null, mergedIntoId: cover.id };
}

function changedTerms(slot: SlotState, change: SlotChange, goods: GoodsPrices): SlotTerms {
  const goodsId = change.goodsId === undefined ? slot.goodsId : change.goodsId;
  const isOther = goodsId !== slot.goodsId;
  const priceCents = isOther && goodsId !== null ? (goods.get(goodsId)?.priceCents ?? slot.priceCents) : slot.priceCents;
  const originalPriceCents = isOther ? null : slot.originalPriceCents;
  return {
    goodsId,
    priceCents: change.priceCents ?? priceCents,
    originalPriceCents: change.originalPriceCents === undefined ? originalPriceCents : change.originalPriceCents,
    capacity: change.capacity ?? slot.capacity,
    alertThreshold: change.alertThreshold ?? slot.alertThreshold,
    onSale: change.onSale ?? slot.onSale,
    mergedIntoId: null,
  };
}

function checkPlan(
  { slot, after, isNewProduct, takenOut }: SlotPlan,
  change: SlotChange,
  cover: SlotState | undefined,
  goods: GoodsPrices,
): PlanogramProblem[] {
  const problem = (code: PlanogramProblem['code'], detail: string) => [{ slot: slot.name, code, detail }];
  const { slot: _, goodsId, span: __, ...others } = change;
  if (cover) {
    const isTold = (goodsId ?? null) !== null || Object.values(others).some((value) => value !== undefined);
    if (isTold) return problem('slot.merged', `${slot.name} into ${cover.name}`);
    if (slot.mergedIntoId !== null) return [];
    if (slot.reserved > 0) return problem('slot.promised', `${slot.name}: ${slot.reserved}`);
    // Someone has to say that the goods are taken out: nothing moves over to the wide lane by itself.
    return slot.onHand > 0 && goodsId !== null ? problem('slot.not-empty', `${slot.name}: ${slot.onHand}`) : [];
  }
  if (isNewProduct && after.goodsId !== null && !goods.has(after.goodsId))
    return problem('goods.unknown', `good ${after.goodsId}`);
  if (isNewProduct && slot.reserved > 0) return problem('slot.promised', `${slot.name}: ${slot.reserved}`);
  const left = slot.onHand - takenOut;
  if (change.capacity !== undefined && after.capacity < left) {
    return problem('slot.over-capacity', `${slot.name}: capacity ${after.capacity}, ${left} in it`);
  }
  return [];
}

export function termsOf(slot: SlotTerms): SlotTerms {
  const { goodsId, priceCents, originalPriceCents, capacity, alertThreshold, onSale, mergedIntoId } = slot;
  return { goodsId, priceCents, originalPriceCents, capacity, alertThreshold, onSale, mergedIntoId };
}

function isDifferent(slot: SlotState, after: SlotTerms): boolean {
  return JSON.stringify(termsOf(slot)) !== JSON.stringify(after);
}
