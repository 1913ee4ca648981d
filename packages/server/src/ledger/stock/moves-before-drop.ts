import type { LockedSlot } from './lock-slots.ts';
import type { StockMove } from './move-stock.ts';

/**
 * What must be booked before a can that fell is taken from its slot: a fall that the machine's last report knew of already is in
 * on_hand, and what falls from a slot that is empty by the books was there all the same. `fellAt` is by the machine's clock.
 */
export function movesBeforeDrop(
  slot: Pick<LockedSlot, 'onHand' | 'reportedAt'>,
  fellAt: Date,
  move: Omit<StockMove, 'onHand' | 'reserved' | 'reason'>,
): StockMove[] {
  if (slot.reportedAt && fellAt <= slot.reportedAt) return [{ ...move, onHand: 1, reserved: 0, reason: 'in-report' }];
  if (slot.onHand < 1) return [{ ...move, onHand: 1, reserved: 0, reason: 'unbooked' }];
  return [];
}
