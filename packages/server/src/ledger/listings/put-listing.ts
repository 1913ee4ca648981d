import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { findMachine } from '../machines/find-machine.ts';
import { markChanged } from '../machines/mark-changed.ts';
import type { SlotListing } from './listing.ts';
import { requireIntegration } from './require-integration.ts';

/** What is not named stays as it is; at first a machine is offered whole, at its own prices. */
export interface ListingChange {
  merchantId: number;
  integrationId: number;
  machineNo: string;
  offered?: boolean;
  heldBackPercent?: number;
  priceCents?: number | null;
  /** A slot is put as it stands here, in place of what was otherwise for it. */
  slots?: readonly SlotListing[];
  cause: Cause;
}

/** Lists a machine of ours on an integration. Refuses integration.unknown, machine.unknown, slot.unknown, request.invalid. */
export async function putListing(ledger: Ledger, change: ListingChange): Promise<void> {
  const { merchantId, integrationId, machineNo, offered, heldBackPercent, priceCents, slots = [], cause } = change;
  checkTerms('', change);
  for (const slot of slots) checkTerms(`slots ${slot.slotName} `, slot);
  const machine = await findMachine(ledger, merchantId, machineNo);
  await inTransaction(ledger.db, async (trx) => {
    await requireIntegration(trx, merchantId, integrationId);
    const terms = {
      ...(offered !== undefined && { offered }),
      ...(heldBackPercent !== undefined && { held_back_percent: heldBackPercent }),
      ...(priceCents !== undefined && { price_cents: priceCents }),
      changed_at: ledger.clock.now(),
    };
    await trx
      .insertInto('listings')
      .values({ merchant_id: merchantId, integration_id: integrationId, machine_id: machine.id, ...terms })
      .onConflict((conflict) => conflict.columns(['merchant_id', 'integration_id', 'machine_id']).doUpdateSet(terms))
      .execute();
    await putSlots(trx, { merchantId, integrationId, machineId: machine.id }, slots);
    await markChanged(trx, { merchantId, machineId: machine.id, what: 'layout', at: ledger.clock.now() });
    const data = { integrationId, machineNo };
    await recordEvent(ledger, trx, { merchantId, kind: 'listing.changed', machineId: machine.id, data }, cause);
  });
}

function checkTerms(
  where: string,
  { heldBackPercent, priceCents }: { heldBackPercent?: number | null; priceCents?: number | null },
): void {
  const isWhole = (value: number, most: number) => Number.isSafeInteger(value) && value >= 0 && value <= most;
  if (heldBackPercent != null && !isWhole(heldBackPercent, 100))
    refuse('request.invalid', `${where}held back: 0 to 100 per cent`);
  if (priceCents != null && !isWhole(priceCents, 1e12)) refuse('request.invalid', `${where}price: whole minor units`);
}

type Place = { merchantId: number; integrationId: number; machineId: number };

async function putSlots(trx: Trx, { merchantId, integrationId, machineId }: Place, slots: readonly SlotListing[]): Promise<void> {
  if (slots.length === 0) return;
  const known = await trx
    .selectFrom('slots')
    .select(['id', 'name'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .execute();
  for (const slot of slots) {
    const slotId = known.find(({ name }) => name === slot.slotName)?.id ?? refuse('slot.unknown', slot.slotName);
    const terms = { offered: slot.offered, held_back_percent: slot.heldBackPercent, price_cents: slot.priceCents };
    await trx
      .insertInto('listing_slots')
      .values({ merchant_id: merchantId, integration_id: integrationId, machine_id: machineId, slot_id: slotId, ...terms })
      .onConflict((conflict) => conflict.columns(['merchant_id', 'integration_id', 'slot_id']).doUpdateSet(terms))
      .execute();
  }
}
