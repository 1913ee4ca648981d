import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { LockedSlot } from '../stock/lock-slots.ts';
import { markChanged } from './mark-changed.ts';

/** The code of a slot that works. Any other takes it off sale until the fault is cleared. */
export const noFault = 1;

export interface SlotFault {
  merchantId: number;
  /** Held by the caller. */
  slot: LockedSlot;
  faultCode: number;
  /** By the clock of who says it; what is older than the last word is ignored. */
  saidAt: Date;
  cause: Cause;
}

/** Sets what is said of a slot; tells only of a change. */
export async function setSlotFault(
  ledger: Ledger,
  trx: Trx,
  { merchantId, slot, faultCode, saidAt, cause }: SlotFault,
): Promise<void> {
  const said = await trx
    .updateTable('slots')
    .set({ fault_code: faultCode, fault_said_at: saidAt })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', slot.id)
    .where((eb) => eb.or([eb('fault_said_at', 'is', null), eb('fault_said_at', '<=', saidAt)]))
    .executeTakeFirst();
  if (said.numUpdatedRows === 0n || slot.faultCode === faultCode) return;
  const kind = faultCode === noFault ? 'slot.fault-cleared' : 'slot.fault';
  const data = { slotId: slot.id, slot: slot.name, faultCode, before: slot.faultCode };
  await recordEvent(ledger, trx, { merchantId, kind, machineId: slot.machineId, data }, cause);
  await markChanged(trx, { merchantId, machineId: slot.machineId, what: 'fault', at: ledger.clock.now() });
}
