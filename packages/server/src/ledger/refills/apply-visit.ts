import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { type EventDraft, recordEvents } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { markChanged } from '../machines/mark-changed.ts';
import { snapshotRefill } from '../sales/snapshot-refill.ts';
import type { LockedSlot } from '../stock/lock-slots.ts';
import { moveStock, type StockMove } from '../stock/move-stock.ts';
import { recordCountOf } from '../stock/record-count.ts';
import type { VisitedSlot, VisitLine } from './visit.ts';
import { writeRefill } from './write-refill.ts';

/** A line, its slot, held and as it is by now, and what is to be kept of it. */
export interface VisitWork {
  line: VisitLine;
  slot: LockedSlot;
  /** Units that fell out of it since the visit ended: what was counted then, and full then, is that much less by now. */
  dropped: number;
  visited: VisitedSlot;
}

export interface VisitToApply {
  id: number;
  merchantId: number;
  machineId: number;
  /** When the last of it was done, by our clock, and not after now. */
  endedAt: Date;
  cause: Cause;
}

/** Does what the lines say, and writes into `work` what came of it. Answers the refill, null when nothing was added. */
export async function applyVisit(
  ledger: Ledger,
  trx: Trx,
  visit: VisitToApply,
  work: readonly VisitWork[],
): Promise<number | null> {
  await countSlots(ledger, trx, visit, work);
  await takeOut(ledger, trx, visit, work);
  const refillId = await addGoods(ledger, trx, visit, work);
  for (const { slot, visited } of work) visited.onHand = slot.onHand;
  await tellTakenOut(ledger, trx, visit, work);
  return refillId;
}

async function countSlots(ledger: Ledger, trx: Trx, visit: VisitToApply, work: readonly VisitWork[]): Promise<void> {
  const { merchantId, machineId, cause } = visit;
  const counts = work.flatMap(({ line: { slotId, counted }, dropped }) =>
    counted === undefined ? [] : [{ slotId, onHand: Math.max(0, counted - dropped) }],
  );
  const count = { merchantId, machineId, counts, source: 'count' as const, countedAt: visit.endedAt, cause };
  await recordCountOf(ledger, trx, count, new Map(work.map(({ slot }) => [slot.id, slot])));
}

async function takeOut(ledger: Ledger, trx: Trx, visit: VisitToApply, work: readonly VisitWork[]): Promise<void> {
  const moves: StockMove[] = [];
  for (const { line, slot, visited } of work) {
    const quantity = (line.takenOut ?? []).reduce((sum, one) => sum + one.quantity, 0);
    if (quantity > slot.onHand) {
      refuse('request.invalid', `taken_out of slot ${slot.name}: ${quantity}, where ${slot.onHand} are there`, {
        slotId: slot.id,
      });
    }
    slot.onHand -= quantity;
    for (const { quantity, reason, note } of line.takenOut ?? []) {
      const why = note ? `${reason}: ${note}` : reason;
      moves.push({ slotId: slot.id, onHand: -quantity, reserved: 0, reason: 'taken-out', note: why });
      visited.takenOut.push({ quantity, reason, ...(note && { note }) });
    }
  }
  if (moves.length === 0) return;
  await moveStock(trx, visit.merchantId, ledger.clock.now(), moves);
  await markRestocked(trx, visit, moves);
  await markChanged(trx, { ...visit, what: 'layout', at: ledger.clock.now() });
}

async function addGoods(ledger: Ledger, trx: Trx, visit: VisitToApply, work: readonly VisitWork[]): Promise<number | null> {
  for (const { line, slot, dropped, visited } of work) {
    const room = Math.max(0, slot.capacity - dropped - slot.onHand);
    const quantity = line.added === 'full' ? room : (line.added ?? 0);
    if (quantity > room) {
      const detail = `slot ${slot.name}: ${quantity} to the ${slot.onHand} that are there, of ${slot.capacity}`;
      refuse('slot.over-capacity', detail, { slotId: slot.id });
    }
    slot.onHand += quantity;
    visited.added = quantity;
  }
  const additions = work.flatMap(({ visited: { slotId, added } }) => (added > 0 ? [{ slotId, quantity: added }] : []));
  const refillId = await writeRefill(ledger, trx, { ...visit, additions, source: 'visit' });
  if (refillId === null) return null;
  const moves = additions.map(
    ({ slotId, quantity }): StockMove => ({ slotId, onHand: quantity, reserved: 0, reason: 'refill', refillId }),
  );
  await moveStock(trx, visit.merchantId, ledger.clock.now(), moves);
  await markRestocked(trx, visit, moves);
  await snapshotRefill(trx, visit.merchantId, refillId);
  return refillId;
}

/** What a machine said before a person changed it is old. */
async function markRestocked(trx: Trx, visit: VisitToApply, moves: readonly StockMove[]): Promise<void> {
  const ids = [...new Set(moves.map(({ slotId }) => slotId))];
  await trx
    .updateTable('slots')
    .set({ restocked_at: sql`greatest(restocked_at, ${visit.endedAt}::timestamptz)` })
    .where('merchant_id', '=', visit.merchantId)
    .where('id', 'in', ids)
    .execute();
}

/** A person sees it, also where less is left than is promised. */
async function tellTakenOut(ledger: Ledger, trx: Trx, visit: VisitToApply, work: readonly VisitWork[]): Promise<void> {
  const { id: visitId, merchantId, machineId, cause } = visit;
  const emptied = work.filter(({ visited }) => visited.takenOut.length > 0);
  if (emptied.length === 0) return;
  const slots = emptied.map(({ visited: { slotId, name, takenOut } }) => ({ slotId, slot: name, takenOut }));
  const short = emptied.filter(({ slot }) => slot.onHand < slot.reserved);
  const events: EventDraft[] = [
    { merchantId, kind: 'stock.taken-out', machineId, data: { visitId, slots } },
    ...short.map(({ slot: { id: slotId, name, onHand, reserved } }): EventDraft => {
      return { merchantId, kind: 'stock.short', machineId, data: { slotId, slot: name, onHand, reserved, source: 'taken-out' } };
    }),
  ];
  await recordEvents(ledger, trx, events, cause);
}
