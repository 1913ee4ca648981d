import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { unitMoves } from '../dispensing/dispense-state.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { markChanged } from '../machines/mark-changed.ts';
import { tellChannelOutcome } from '../orders/tell-channel-outcome.ts';
import { concludeFetch } from '../pickup-codes/conclude-fetch.ts';
import { lockFetched } from '../pickup-codes/lock-fetched.ts';
import { markSalesDue } from '../sales/mark-sales-due.ts';
import { type LockedSlot, lockSlots } from './lock-slots.ts';
import { moveStock, type StockMove, type StockReason } from './move-stock.ts';

export interface SlotCount {
  slotId: number;
  /** What is physically there. */
  onHand: number;
}

/**
 * Who says so. A machine's report and its word that it was filled carry the machine's own time; an upload is of the moment in which it
 * comes, and a person's count of when they counted, by the hub's clock.
 */
export type CountSource = 'machine-report' | 'machine-refill' | 'upload' | 'count';

export interface Count {
  merchantId: number;
  machineId: number;
  counts: readonly SlotCount[];
  source: CountSource;
  /**
   * By the machine's clock where the machine says so. What is older than what is known is stale; of a person's count who calls sees
   * to that, and takes off what fell since.
   */
  countedAt: Date;
  cause: Cause;
}

const reasons: Record<CountSource, StockReason> = {
  'machine-report': 'machine-report',
  'machine-refill': 'refill',
  upload: 'machine-report',
  count: 'count',
};

/** A machine's clock may be so many seconds slow before its report counts as from before a refill that the hub knows of. */
const clockTolerance = 120;

/**
 * What the world tells is a fact: on_hand becomes what was counted. It also decides held units of the slot: those that the
 * count misses were dispensed, the others are still there. No count decides what was given up after it, and what is not a person's
 * count leaves those undecided too whose drop may have been in an earlier report. Below what is reserved the slot is short: an
 * exception, nothing more. Answers the ids of the slots that changed or were confirmed; stale reports are left out.
 */
export async function recordCount(ledger: Ledger, count: Count): Promise<number[]> {
  return await inTransaction(ledger.db, (trx) => recordCountIn(ledger, trx, count));
}

export async function recordCountIn(ledger: Ledger, trx: Trx, count: Count): Promise<number[]> {
  const slotIds = count.counts.map(({ slotId }) => slotId);
  await lockHeldFetches(trx, count.merchantId, slotIds);
  return await recordCountOf(ledger, trx, count, await lockSlots(trx, count.merchantId, slotIds));
}

/** The same, of slots that the caller holds, after lockHeldFetches; what they are found to be afterwards is written into them. */
export async function recordCountOf(
  ledger: Ledger,
  trx: Trx,
  count: Count,
  slots: ReadonlyMap<number, LockedSlot>,
): Promise<number[]> {
  const recorded: number[] = [];
  const decided = new Set<number>();
  for (const { slotId, onHand } of count.counts) {
    const slot = slots.get(slotId);
    // A lane that is covered holds nothing, whatever is said of it.
    if (!slot || slot.machineId !== count.machineId || slot.mergedIntoId !== null || isStale(slot, count, onHand)) continue;
    for (const orderId of await countSlot(ledger, trx, count, slot, onHand)) decided.add(orderId);
    recorded.push(slotId);
  }
  // By ascending id, as all rows are locked.
  for (const orderId of [...decided].sort((a, b) => a - b)) {
    await tellChannelOutcome(ledger, trx, count.merchantId, orderId, count.cause);
  }
  return recorded;
}

/** A count may decide what became of a code's unit: its order and code are held before the slots, as everywhere. */
export async function lockHeldFetches(trx: Trx, merchantId: number, slotIds: readonly number[]): Promise<void> {
  if (slotIds.length === 0) return;
  const held = await trx
    .selectFrom('dispenses as d')
    .innerJoin('orders as o', (join) => join.onRef('o.merchant_id', '=', 'd.merchant_id').onRef('o.id', '=', 'd.order_id'))
    .select('d.order_id')
    .where('d.merchant_id', '=', merchantId)
    .where('d.slot_id', 'in', [...slotIds])
    .where('d.state', '=', 'held')
    .where('o.state', 'in', ['fetched', 'refunded'])
    .execute();
  await lockFetched(
    trx,
    merchantId,
    held.map(({ order_id }) => order_id),
  );
}

/** Older than the last report, than a drop that is booked, or than a refill; or the same report again. */
function isStale(slot: LockedSlot, { source, countedAt }: Count, onHand: number): boolean {
  if (source === 'count' || source === 'upload') return false;
  const { reportedAt, reportedOnHand, droppedSaidAt, restockedAt } = slot;
  if (reportedAt && (countedAt < reportedAt || (countedAt.getTime() === reportedAt.getTime() && onHand === reportedOnHand)))
    return true;
  if (droppedSaidAt && countedAt < droppedSaidAt) return true;
  return restockedAt !== null && countedAt < secondsAfter(restockedAt, -clockTolerance);
}

/** Answers the orders whose held units it decided. */
async function countSlot(ledger: Ledger, trx: Trx, count: Count, slot: LockedSlot, onHand: number): Promise<number[]> {
  const now = ledger.clock.now();
  const { merchantId } = count;
  const held = await unitsToDecide(trx, count, slot);
  const missing = Math.max(0, slot.onHand - onHand);
  const dropped = held.slice(0, missing);
  const kept = held.slice(missing);
  for (const [units, moved] of [
    [dropped, unitMoves.drop],
    [kept, unitMoves.fail],
  ] as const) {
    if (units.length === 0) continue;
    await trx
      .updateTable('dispenses')
      .set({ state: moved.to, changed_at: now })
      .where('merchant_id', '=', merchantId)
      .where(
        'id',
        'in',
        units.map(({ id }) => id),
      )
      .execute();
    const outcome = moved === unitMoves.drop ? 'dispensed' : 'failed';
    for (const { order_id: orderId } of units) {
      await concludeFetch(ledger, trx, { merchantId, orderId, outcome, cause: count.cause });
    }
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
  if (adjustment !== 0) moves.push({ slotId: slot.id, onHand: adjustment, reserved: 0, reason: reasons[count.source] });
  await moveStock(trx, merchantId, now, moves);
  const orderIds = held.flatMap(({ order_id }) => order_id ?? []);
  await markSalesDue(trx, merchantId, orderIds);
  const before = slot.onHand;
  // The same slot may be counted again in the same call.
  slot.onHand = onHand;
  slot.reserved -= held.filter(({ reserves }) => reserves).length;
  await trx
    .updateTable('slots')
    .set(countedNow(count, now, onHand))
    .where('merchant_id', '=', merchantId)
    .where('id', '=', slot.id)
    .execute();
  if (moves.length === 0) return orderIds;
  await markChanged(trx, { merchantId, machineId: slot.machineId, what: 'layout', at: now });
  const data = { slotId: slot.id, slot: slot.name, before, onHand, source: count.source, decided: held.length };
  const event = { merchantId, machineId: slot.machineId, data };
  await recordEvent(ledger, trx, { ...event, kind: 'stock.counted' }, count.cause);
  if (onHand < slot.reserved) {
    const short = { ...event, kind: 'stock.short' as const, data: { ...data, reserved: slot.reserved } };
    await recordEvent(ledger, trx, short, count.cause);
  }
  return orderIds;
}

/** From when the slot's stock is: what fell before is in it, and what fell later is taken off when it is told. */
function countedNow({ source, countedAt }: Count, now: Date, onHand: number) {
  if (source === 'upload') return { restocked_at: now, counted_at: now };
  if (source !== 'count') return { reported_at: countedAt, reported_on_hand: onHand };
  const time = sql<Date>`${countedAt}::timestamptz`;
  return {
    restocked_at: sql<Date>`greatest(restocked_at, ${time})`,
    counted_at: sql<Date>`greatest(counted_at, ${time})`,
    // Told late, it has overwritten a report from after it: what that knew of is not in the stock any more.
    reported_at: sql<Date | null>`case when reported_at > ${time} and reported_at <= ${now} then ${time} else reported_at end`,
  };
}

interface HeldUnit {
  id: number;
  order_id: number | null;
  reserves: boolean;
}

/** Said before a command was given up, a count may not know of what the command did. */
async function unitsToDecide(trx: Trx, { merchantId, source, countedAt }: Count, slot: LockedSlot): Promise<HeldUnit[]> {
  const query = trx
    .selectFrom('dispenses as d')
    .select(['d.id', 'd.order_id', 'd.reserves'])
    .where('d.merchant_id', '=', merchantId)
    .where('d.slot_id', '=', slot.id)
    .where('d.state', '=', 'held')
    .orderBy('d.id');
  if (source === 'count') {
    const unknown = sql<boolean>`exists (select from dispense_commands c
      where c.merchant_id = d.merchant_id and c.id = d.command_id and c.finished_at > ${countedAt})`;
    return await query.where(({ not }) => not(unknown)).execute();
  }
  return await query
    .innerJoin('dispense_commands as c', (join) =>
      join.onRef('c.merchant_id', '=', 'd.merchant_id').onRef('c.id', '=', 'd.command_id'),
    )
    .where('c.finished_at', '<=', countedAt)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('stock_journal as j')
            .select('j.id')
            .where('j.merchant_id', '=', merchantId)
            .where('j.slot_id', '=', slot.id)
            .whereRef('j.at', '>=', 'c.sent_at')
            .where('j.reason', 'in', ['machine-report', 'count'])
            .where('j.on_hand_change', '<', 0),
        ),
      ),
    )
    .execute();
}
