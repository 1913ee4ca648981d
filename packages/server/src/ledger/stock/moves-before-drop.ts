import type { LockedSlot } from './lock-slots.ts';
import type { StockMove } from './move-stock.ts';

/** A good that fell. */
export interface Drop {
  /** By the machine's clock. */
  fellAt: Date;
  /** By the hub's clock, when it was asked for; absent where the machine gave it out by itself. */
  sentAt?: Date | undefined;
}

/**
 * What must be booked before a can that fell is taken from its slot: a fall that the machine's last report knew of already, or
 * that happened before a person counted, is in on_hand; and what falls from a slot that is empty by the books was there all the
 * same.
 */
export function movesBeforeDrop(
  slot: Pick<LockedSlot, 'onHand' | 'reportedAt' | 'countedAt'>,
  drop: Drop,
  move: Omit<StockMove, 'onHand' | 'reserved' | 'reason'>,
): StockMove[] {
  if (isInReport(slot, drop)) return [{ ...move, onHand: 1, reserved: 0, reason: 'in-report' }];
  if (slot.onHand < 1) return [{ ...move, onHand: 1, reserved: 0, reason: 'unbooked' }];
  return [];
}

/** Machine times are compared with machine times; with the hub's time of a count only for what was under way then. */
function isInReport({ reportedAt, countedAt }: Pick<LockedSlot, 'reportedAt' | 'countedAt'>, { fellAt, sentAt }: Drop): boolean {
  if (reportedAt && fellAt <= reportedAt) return true;
  return countedAt !== null && fellAt < countedAt && (sentAt === undefined || sentAt <= countedAt);
}
