import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { type LockedSlot, lockSlots } from './lock-slots.ts';
import { moveStock, type StockMove } from './move-stock.ts';

export interface SlotCount {
  slotId: number;
  /** What is physically there. */
  onHand: number;
}

export interface Count {
  merchantId: number;
  machineId: number;
  counts: readonly SlotCount[];
  /** A machine's own report, or a person's count. */
  source: 'machine-report' | 'count';
  /** When it was counted: by the machine's clock for a report. A report older than the last one, or than the last refill, is stale. */
  countedAt: Date;
  cause: Cause;
}

/**
 * What the world tells is a fact: on_hand becomes what was counted. It also decides held units of the slot: those that the
 * count misses were dispensed, the others are still there. A machine's report leaves those to a person's count whose drop may
 * have been in an earlier report. Below what is reserved the slot is short: an exception, nothing more. Answers the ids of the slots that changed or were confirmed; stale reports are left out.
 */
export async function recordCount(ledger: Ledger, count: Count): Promise<number[]> {
  return await inTransaction(ledger.db, (trx) => recordCountIn(ledger, trx, count));
}

export async function recordCountIn(ledger: Ledger, trx: Trx, count: Count): Promise<number[]> {
  const slots = await lockSlots(
    trx,
    count.merchantId,
    count.counts.map(({ slotId }) => slotId),
  );
  const recorded: number[] = [];
  for (const { slotId, onHand } of count.counts) {
    const slot = slots.get(slotId);
    if (!slot || slot.machineId !== count.machineId || isStale(slot, count)) continue;
    await countSlot(ledger, trx, count, slot, onHand);
    recorded.push(slotId);
  }
  return recorded;
}

function isStale(slot: LockedSlot, { source, countedAt }: Count): boolean {
  if (source === 'count') return false;
  return (slot.reportedAt !== null && countedAt < slot.reportedAt) || (slot.restockedAt !== null && countedAt < slot.restockedAt);
}

async function countSlot(ledger: Ledger, trx: Trx, count: Count, slot: LockedSlot, onHand: number): Promise<void> {
  const now = ledger.clock.now();
  const { merchantId } = count;
  const held = await unitsToDecide(trx, count, slot);
  const missing = Math.max(0, slot.onHand - onHand);
  const dropped = held.slice(0, missing);
  const kept = held.slice(missing);
  for (const [units, state] of [
    [dropped, 'dispensed'],
    [kept, 'failed'],
  ] as const) {
    if (units.length === 0) continue;
    await trx
      .updateTable('dispenses')
      .set({ state, changed_at: now })
      .where('merchant_id', '=', merchantId)
      .where(
        'id',
        'in',
        units.map(({ id }) => id),
      )
      .execute();
  }
  const unitMove = (unit: (typeof held)[number], onHandChange: number): StockMove => ({
    slotId: slot.id,
    onHand: onHandChange,
    reserved: unit.reserves ? -1 : 0,
    reason: 'decided',
    orderId: unit.order_id,
    dispenseId: unit.id,
    note: `by ${count.source}`,
  });
  const adjustment = onHand - (slot.onHand - dropped.length);
  const moves = [...dropped.map((unit) => unitMove(unit, -1)), ...kept.map((unit) => unitMove(unit, 0))];
  if (adjustment !== 0) moves.push({ slotId: slot.id, onHand: adjustment, reserved: 0, reason: count.source });
  await moveStock(trx, merchantId, now, moves);
  const before = slot.onHand;
  // The same slot may be counted again in the same call.
  slot.onHand = onHand;
  slot.reserved -= held.filter(({ reserves }) => reserves).length;
  await trx
    .updateTable('slots')
    .set(count.source === 'count' ? { restocked_at: now } : { reported_at: count.countedAt })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', slot.id)
    .execute();
  if (moves.length === 0) return;
  const data = { slotId: slot.id, slot: slot.name, before, onHand, source: count.source, decided: held.length };
  const event = { merchantId, machineId: slot.machineId, data };
  await recordEvent(ledger, trx, { ...event, kind: 'stock.counted' }, count.cause);
  if (onHand < slot.reserved) {
    const short = { ...event, kind: 'stock.short' as const, data: { ...data, reserved: slot.reserved } };
    await recordEvent(ledger, trx, short, count.cause);
  }
}

interface HeldUnit {
  id: number;
  order_id: number | null;
  reserves: boolean;
}

async function unitsToDecide(trx: Trx, { merchantId, source }: Count, slot: LockedSlot): Promise<HeldUnit[]> {
  let query = trx
    .selectFrom('dispenses as d')
    .select(['d.id', 'd.order_id', 'd.reserves'])
    .where('d.merchant_id', '=', merchantId)
    .where('d.slot_id', '=', slot.id)
    .where('d.state', '=', 'held')
    .orderBy('d.id');
  if (source === 'machine-report') {
    query = query.where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('stock_journal as j')
            .innerJoin('dispense_commands as c', (join) => join.onRef('c.sent_at', '<=', 'j.at'))
            .select('j.id')
            .whereRef('c.merchant_id', '=', 'd.merchant_id')
            .whereRef('c.id', '=', 'd.command_id')
            .where('j.merchant_id', '=', merchantId)
            .where('j.slot_id', '=', slot.id)
            .where('j.reason', 'in', ['machine-report', 'count'])
            .where('j.on_hand_change', '<', 0),
        ),
      ),
    );
  }
  return await query.execute();
}
