import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { findMachine } from '../machines/find-machine.ts';
import { findSlot } from '../machines/find-slot.ts';
import { markChanged } from '../machines/mark-changed.ts';

export interface ListingRemoval {
  merchantId: number;
  integrationId: number;
  machineNo: string;
  /** Only what is otherwise for this slot. */
  slotName?: string | undefined;
  cause: Cause;
}

/**
 * Forgets a listing: the machine is then as all that are not listed there, the slot as its machine. False when there was none.
 * Refuses machine.unknown, slot.unknown.
 */
export async function removeListing(
  ledger: Ledger,
  { merchantId, integrationId, machineNo, slotName, cause }: ListingRemoval,
): Promise<boolean> {
  const machine = await findMachine(ledger, merchantId, machineNo);
  const slot = slotName === undefined ? undefined : await findSlot(ledger, merchantId, machine.id, slotName);
  return await inTransaction(ledger.db, async (trx) => {
    const removal = slot
      ? trx.deleteFrom('listing_slots').where('slot_id', '=', slot.id)
      : trx.deleteFrom('listings').where('machine_id', '=', machine.id);
    const { numDeletedRows } = await removal
      .where('merchant_id', '=', merchantId)
      .where('integration_id', '=', integrationId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await markChanged(trx, { merchantId, machineId: machine.id, what: 'layout', at: ledger.clock.now() });
    const data = { integrationId, machineNo };
    await recordEvent(ledger, trx, { merchantId, kind: 'listing.changed', machineId: machine.id, data }, cause);
    return true;
  });
}
