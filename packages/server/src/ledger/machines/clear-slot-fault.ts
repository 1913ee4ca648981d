import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { noFault, setSlotFault } from './set-slot-fault.ts';
import { tellMachine } from './tell-machine.ts';

export interface ClearSlotFault {
  merchantId: number;
  machineId: number;
  slotId: number;
  cause: Cause;
}

/** A person mended the slot: it is on sale again, and the machine is told to take it as mended. Refuses slot.unknown. */
export async function clearSlotFault(ledger: Ledger, { merchantId, machineId, slotId, cause }: ClearSlotFault): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const slot = (await lockSlots(trx, merchantId, [slotId])).get(slotId);
    if (slot?.machineId !== machineId) refuse('slot.unknown', String(slotId));
    await setSlotFault(ledger, trx, { merchantId, slot, faultCode: noFault, saidAt: ledger.clock.now(), cause });
    await tellMachine(ledger, trx, {
      merchantId,
      machineId,
      method: 'slot-fault.cleared',
      fields: { productIds: [slot.productId] },
    });
  });
}
