import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { snapshotRefill } from '../sales/snapshot-refill.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { recordCountIn } from '../stock/record-count.ts';
import { writeRefill } from './write-refill.ts';

export interface MachineRefill {
  merchantId: number;
  machineId: number;
  slotIds: readonly number[];
  /** By the machine's clock. */
  saidAt: Date;
  cause: Cause;
}

/**
 * Someone filled slots to their capacity at the machine. As with any report of the machine, what is older than what is known, or is
 * said again, changes nothing.
 */
export async function recordMachineRefill(ledger: Ledger, refill: MachineRefill): Promise<void> {
  const { merchantId, machineId, slotIds, saidAt, cause } = refill;
  await inTransaction(ledger.db, async (trx) => {
    const slots = await lockSlots(trx, merchantId, slotIds);
    const notFull = [...slots.values()].filter(({ capacity, onHand }) => onHand < capacity);
    const counts = notFull.map(({ id, capacity }) => ({ slotId: id, onHand: capacity }));
    const count = { merchantId, machineId, counts, source: 'machine-refill' as const, countedAt: saidAt, cause };
    const filled = await recordCountIn(ledger, trx, count);
    const additions = filled.flatMap((slotId) => {
      const slot = slots.get(slotId);
      const quantity = slot ? slot.capacity - slot.onHand : 0;
      return quantity > 0 ? [{ slotId, quantity }] : [];
    });
    const refillId = await writeRefill(ledger, trx, { merchantId, machineId, additions, source: 'machine', cause });
    if (refillId !== null) await snapshotRefill(trx, merchantId, refillId);
  });
}
