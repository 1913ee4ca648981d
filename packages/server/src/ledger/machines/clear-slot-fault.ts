import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { findUnderWay, queueMachineCommand } from '../machine-commands/request-machine-command.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { noFault, setSlotFault } from './set-slot-fault.ts';

export interface ClearSlotFault {
  merchantId: number;
  machineId: number;
  slotId: number;
  /** Who mended it, as people know them. */
  askedBy?: string;
  cause: Cause;
}

/**
 * A person mended the slot: it works again, and the machine is told to take it as mended; that word is a command with a life of its own.
 * Said again while the machine is still to be told, or to answer, it is that one. Answers the command's id. Refuses slot.unknown.
 */
export async function clearSlotFault(ledger: Ledger, request: ClearSlotFault): Promise<number> {
  const { merchantId, machineId, slotId, askedBy = '', cause } = request;
  return await inTransaction(ledger.db, async (trx) => {
    const slot = (await lockSlots(trx, merchantId, [slotId])).get(slotId);
    if (slot?.machineId !== machineId) refuse('slot.unknown', String(slotId));
    await setSlotFault(ledger, trx, { merchantId, slot, faultCode: noFault, saidAt: ledger.clock.now(), cause });
    const command = { merchantId, machineId, kind: 'clear-fault', slotId } as const;
    return (await findUnderWay(ledger, trx, command)) ?? (await queueMachineCommand(ledger, trx, { ...command, askedBy, cause }));
  });
}
