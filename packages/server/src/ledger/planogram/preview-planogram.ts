import type { Ledger } from '../ledger.ts';
import type { PlanogramProblem } from './merge-lanes.ts';
import { type MachineKey, type PlannedMachine, planMachine } from './plan-machine.ts';
import { type SlotChange, type SlotPlan, termsOf } from './plan-slots.ts';
import type { SlotState, SlotTerms } from './read-slots.ts';

/** What a change would do, by the rules by which it is done. */
export interface PlanogramPreview {
  machineId: number;
  /** With which the change is to be asked for. */
  version: string;
  slots: PreviewedSlot[];
  /** Pieces that would be booked out, in all. */
  takenOut: number;
  /** While there is one, nothing can be done. */
  problems: PlanogramProblem[];
  /** The good of each id that `slots` names. */
  goods: { id: number; number: string; name: string }[];
}

export interface PreviewedSlot {
  slot: string;
  before: PreviewedTerms;
  after: PreviewedTerms;
  /** The product id will be a new one. */
  isNewProduct: boolean;
  takenOut: number;
  /** Unused pickup codes that would be void. */
  voidCodes: number;
  /** Channels whose own price of this slot would be forgotten. */
  forgottenPrices: number;
}

/** `mergedInto` names the slot of the wide lane that covers it; `span` is how wide it is, in lanes with its own. */
export type PreviewedTerms = Omit<SlotTerms, 'mergedIntoId'> & { mergedInto: string | null; span: number };

/** Refuses machine.unknown. */
export async function previewPlanogram(
  ledger: Ledger,
  key: MachineKey,
  changes: readonly SlotChange[] | ((slots: readonly SlotState[]) => readonly SlotChange[]),
): Promise<PlanogramPreview> {
  const { merchantId, machineId } = key;
  const { version, slots, plans, problems }: PlannedMachine = await planMachine(ledger.db, key, changes);
  const renewed = plans.filter(({ isNewProduct }) => isNewProduct);
  const [codes, prices] = await Promise.all([
    voidCodes(ledger, merchantId, renewed),
    forgottenPrices(ledger, merchantId, renewed),
  ]);
  const nameOf = new Map(slots.map(({ id, name }) => [id, name]));
  const shown = ({ mergedIntoId, ...terms }: SlotTerms, span: number): PreviewedTerms => ({
    ...terms,
    mergedInto: mergedIntoId === null ? null : (nameOf.get(mergedIntoId) ?? null),
    span,
  });
  const planOf = new Map(plans.map((plan) => [plan.slot.id, plan]));
  const spanBefore = spansOf(slots);
  const spanAfter = spansOf(slots.map((slot) => ({ ...slot, ...planOf.get(slot.id)?.after })));
  // A lane that becomes wider or narrower is itself as it was: it is those beside it that are written.
  const touched = slots.filter(({ id }) => planOf.has(id) || spanBefore(id) !== spanAfter(id));
  const ids = plans.flatMap(({ slot, after }) => [slot.goodsId ?? [], after.goodsId ?? []].flat());
  return {
    machineId,
    version,
    slots: touched.map((slot) => {
      const { after, isNewProduct, takenOut } = planOf.get(slot.id) ?? { after: termsOf(slot), isNewProduct: false, takenOut: 0 };
      return {
        slot: slot.name,
        before: shown(termsOf(slot), spanBefore(slot.id)),
        after: shown(after, spanAfter(slot.id)),
        ...{ isNewProduct, takenOut },
        voidCodes: codes.get(slot.productId) ?? 0,
        forgottenPrices: prices.get(slot.id) ?? 0,
      };
    }),
    takenOut: plans.reduce((sum, { takenOut }) => sum + takenOut, 0),
    problems,
    goods: await readNames(ledger, merchantId, ids),
  };
}

/** How wide each is, with its own lane. */
function spansOf(slots: readonly Pick<SlotState, 'mergedIntoId'>[]): (slotId: number) => number {
  const covered = Map.groupBy(slots, ({ mergedIntoId }) => mergedIntoId);
  return (slotId) => 1 + (covered.get(slotId)?.length ?? 0);
}

async function voidCodes(ledger: Ledger, merchantId: number, plans: readonly SlotPlan[]): Promise<Map<number | null, number>> {
  if (plans.length === 0) return new Map();
  const products = plans.map(({ slot }) => slot.productId);
  const rows = await ledger.db
    .selectFrom('pickup_codes')
    .select(['product_id as productId', (eb) => eb.fn.countAll<number>().as('count')])
    .where('merchant_id', '=', merchantId)
    .where('state', '=', 'unused')
    .where('product_id', 'in', products)
    .groupBy('product_id')
    .execute();
  return new Map(rows.map(({ productId, count }) => [productId, Number(count)]));
}

async function forgottenPrices(ledger: Ledger, merchantId: number, plans: readonly SlotPlan[]): Promise<Map<number, number>> {
  if (plans.length === 0) return new Map();
  const ids = plans.map(({ slot }) => slot.id);
  const rows = await ledger.db
    .selectFrom('listing_slots')
    .select(['slot_id as slotId', (eb) => eb.fn.countAll<number>().as('count')])
    .where('merchant_id', '=', merchantId)
    .where('slot_id', 'in', ids)
    .where('price_cents', 'is not', null)
    .groupBy('slot_id')
    .execute();
  return new Map(rows.map(({ slotId, count }) => [slotId, Number(count)]));
}

async function readNames(ledger: Ledger, merchantId: number, ids: readonly number[]): Promise<PlanogramPreview['goods']> {
  if (ids.length === 0) return [];
  return await ledger.db
    .selectFrom('goods')
    .select(['id', 'number', 'name'])
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', [...new Set(ids)])
    .orderBy('id')
    .execute();
}
