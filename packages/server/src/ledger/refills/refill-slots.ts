import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { snapshotRefill } from '../sales/snapshot-refill.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';
import { writeRefill } from './write-refill.ts';

export interface Refill {
  merchantId: number;
  machineId: number;
  /** How many are added to each slot, or `full` for up to its capacity. */
  slots: readonly { slotId: number; quantity: number | 'full' }[];
  source: string;
  cause: Cause;
}

export interface RefillResult {
  filled: number[];
  /** Slots left as they were, because the addition would pass their capacity. */
  overCapacity: { slotId: number; name: string }[];
}

/** Adds stock. Capacity is checked against what is physically there; a slot that would overflow is left as it is and named. */
export async function refillSlots(ledger: Ledger, refill: Refill): Promise<RefillResult> {
  const { merchantId, machineId } = refill;
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const locked = await lockSlots(
      trx,
      merchantId,
      refill.slots.map(({ slotId }) => slotId),
    );
    const result: RefillResult = { filled: [], overCapacity: [] };
    const added = new Map<number, number>();
    for (const { slotId, quantity } of refill.slots) {
      const slot = locked.get(slotId);
      if (!slot || slot.machineId !== machineId || slot.mergedIntoId !== null) continue;
      const addition = quantity === 'full' ? Math.max(0, slot.capacity - slot.onHand) : quantity;
      if (quantity !== 'full' && slot.onHand + addition > slot.capacity) {
        result.overCapacity.push({ slotId, name: slot.name });
        continue;
      }
      result.filled.push(slotId);
      // The same slot may be named again.
      slot.onHand += addition;
      if (addition > 0) added.set(slotId, (added.get(slotId) ?? 0) + addition);
    }
    const additions = [...added].map(([slotId, quantity]) => ({ slotId, quantity }));
    if (additions.length === 0) return result;
    const refillId = await writeRefill(ledger, trx, {
      merchantId,
      machineId,
      additions,
      source: refill.source,
      cause: refill.cause,
    });
    await moveStock(
      trx,
      merchantId,
      now,
      additions.map(({ slotId, quantity }) => ({ slotId, onHand: quantity, reserved: 0, reason: 'refill' as const, refillId })),
    );
    await trx
      .updateTable('slots')
      .set({ restocked_at: now })
      .where('merchant_id', '=', merchantId)
      .where(
        'id',
        'in',
        additions.map(({ slotId }) => slotId),
      )
      .execute();
    if (refillId !== null) await snapshotRefill(trx, merchantId, refillId);
    return result;
  });
}
