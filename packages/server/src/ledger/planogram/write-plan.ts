import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import { type EventDraft, recordEvents } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { markChanged } from '../machines/mark-changed.ts';
import { tellMachine } from '../machines/tell-machine.ts';
import { moveStock } from '../stock/move-stock.ts';
import type { MachineKey } from './plan-machine.ts';
import { type SlotPlan, termsOf } from './plan-slots.ts';
import type { SlotTerms } from './read-slots.ts';

/** Does what is planned of slots that the caller holds, and tells of it; the caller has locked the codes of changed products before. */
export async function writePlan(
  ledger: Ledger,
  trx: Trx,
  { merchantId, machineId }: MachineKey,
  plans: readonly SlotPlan[],
  cause: Cause,
): Promise<void> {
  if (plans.length === 0) return;
  const now = ledger.clock.now();
  const takenOut = plans.filter(({ takenOut }) => takenOut > 0);
  await moveStock(
    trx,
    merchantId,
    now,
    takenOut.map(({ slot, takenOut }) => {
      return { slotId: slot.id, onHand: -takenOut, reserved: 0, reason: 'taken-out' as const, note: 'planogram' };
    }),
  );
  const rows = plans.map(({ slot, after, isNewProduct }) => ({ id: slot.id, isNewProduct, ...after }));
  // What a machine said before the good was another is not of this one.
  await sql`
    update slots s set goods_id = p."goodsId", price_cents = p."priceCents", original_price_cents = p."originalPriceCents",
      capacity = p.capacity, alert_threshold = p."alertThreshold", on_sale = p."onSale", merged_into_id = p."mergedIntoId",
      product_id = case when p."isNewProduct" then nextval('product_numbers') else s.product_id end,
      restocked_at = case when p."isNewProduct" then ${now}::timestamptz else s.restocked_at end,
      counted_at = case when p."isNewProduct" then ${now}::timestamptz else s.counted_at end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(id bigint, "isNewProduct" boolean, "goodsId" bigint, "priceCents" bigint,
      "originalPriceCents" bigint, capacity int, "alertThreshold" int, "onSale" boolean, "mergedIntoId" bigint)
    where s.merchant_id = ${merchantId} and s.id = p.id`.execute(trx);
  const renewed = plans.filter(({ isNewProduct }) => isNewProduct);
  await forgetOldProducts(ledger, trx, { merchantId, machineId }, renewed, cause);
  await markChanged(trx, { merchantId, machineId, what: 'layout', at: now });
  await tellMachine(ledger, trx, { merchantId, machineId, method: 'machine.refresh', fields: {} });
  const slots = plans.map(({ slot, after, takenOut, isNewProduct }) => ({
    slotId: slot.id,
    slot: slot.name,
    ...differences(termsOf(slot), after),
    ...(isNewProduct && { productId: slot.productId }),
    ...(takenOut > 0 && { takenOut }),
  }));
  await recordEvents(
    ledger,
    trx,
    [
      { merchantId, machineId, kind: 'planogram.changed', data: { slots } },
      ...plans
        .filter(({ slot, after }) => slot.onSale !== after.onSale)
        .map(({ slot, after }): EventDraft => {
          return { merchantId, machineId, kind: 'slot.listed', data: { slotId: slot.id, onSale: after.onSale } };
        }),
    ],
    cause,
  );
}

/** What it was is kept; codes for it are void, as it cannot be had any more, and a channel's price was that of the old good. */
async function forgetOldProducts(
  ledger: Ledger,
  trx: Trx,
  { merchantId, machineId }: MachineKey,
  renewed: readonly SlotPlan[],
  cause: Cause,
): Promise<void> {
  if (renewed.length === 0) return;
  await trx
    .insertInto('past_products')
    .values(
      renewed.map(({ slot }) => ({
        ...{ merchant_id: merchantId, product_id: slot.productId, slot_id: slot.id, goods_id: slot.goodsId },
        until: ledger.clock.now(),
      })),
    )
    .execute();
  await trx
    .updateTable('listing_slots')
    .set({ price_cents: null })
    .where('merchant_id', '=', merchantId)
    .where(
      'slot_id',
      'in',
      renewed.map(({ slot }) => slot.id),
    )
    .where('price_cents', 'is not', null)
    .execute();
  const codes = await trx
    .updateTable('pickup_codes')
    .set({ state: 'deleted' })
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('state', '=', 'unused')
    .where(
      'product_id',
      'in',
      renewed.map(({ slot }) => slot.productId),
    )
    .returning('id')
    .execute();
  if (codes.length === 0) return;
  for (const { id } of codes) {
    await tellMachine(ledger, trx, { merchantId, machineId, method: 'pickup-code.deleted', fields: { id } });
  }
  const data = { ids: codes.map(({ id }) => id), why: 'planogram' };
  await recordEvents(ledger, trx, [{ merchantId, machineId, kind: 'pickup-code.deleted', data }], cause);
}

function differences(before: SlotTerms, after: SlotTerms): { before: Partial<SlotTerms>; after: Partial<SlotTerms> } {
  const changed = (Object.keys(before) as (keyof SlotTerms)[]).filter((field) => before[field] !== after[field]);
  const only = (terms: SlotTerms) => Object.fromEntries(changed.map((field) => [field, terms[field]]));
  return { before: only(before), after: only(after) };
}
