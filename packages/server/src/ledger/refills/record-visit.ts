import { createHash } from 'node:crypto';
import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { lockHeldFetches } from '../stock/record-count.ts';
import { applyVisit, type VisitWork } from './apply-visit.ts';
import { checkVisit } from './check-visit.ts';
import { findVisit } from './find-visit.ts';
import { readDropsSince } from './read-drops-since.ts';
import type { Visit, VisitLine } from './visit.ts';

export interface VisitDraft {
  merchantId: number;
  /** One of the merchant's own. */
  machineId: number;
  /** Of the caller, made when the visit began and unique for the merchant: the same visit told again is done once. */
  key: string;
  lines: readonly VisitLine[];
  /** By the visitor's clock. */
  begunAt: Date;
  /** When the last was done, by our clock, where it is told later than that: what fell since is taken off. Now, unless told. */
  endedAt?: Date | undefined;
  visitor: string;
  cause: Cause;
}

/**
 * A person was at the machine: what was counted, taken out and added, all of it or nothing, and in one refill, so that it is settled once.
 * In each slot a count comes first, then what was taken out, then what was added. The same key with the same content answers what
 * was recorded then. A visit that added nothing is no refill and settles nothing.
 *
 * Told late, it is of when it ended: what fell since is taken off, and of held units those alone are decided that had been given up by then.
 *
 * Refuses request.invalid, machine.unknown, slot.unknown, slot.merged, slot.over-capacity, naming the slot; planogram.stale, naming the
 * slot that has another good by now or was counted after the visit ended; visit.differs.
 */
export async function recordVisit(ledger: Ledger, draft: VisitDraft): Promise<{ visit: Visit; isNew: boolean }> {
  checkVisit(draft);
  return await inTransaction(ledger.db, async (trx) => {
    const id = await openVisit(ledger, trx, draft);
    if (id === undefined) return { visit: await sameVisit(trx, draft), isNew: false };
    const now = ledger.clock.now();
    // The visitor's clock may run ahead.
    const endedAt = draft.endedAt && draft.endedAt < now ? draft.endedAt : now;
    const work = await holdSlots(trx, draft, endedAt, now);
    const refillId = await applyVisit(ledger, trx, { ...draft, id, endedAt }, work);
    await trx
      .updateTable('visits')
      .set({ refill_id: refillId, slots: JSON.stringify(work.map(({ visited }) => visited)) })
      .where('merchant_id', '=', draft.merchantId)
      .where('id', '=', id)
      .execute();
    return { visit: await findVisit(trx, draft.merchantId, id), isNew: true };
  });
}

/** Undefined: there is a visit of this key. Who tells the same at the same time waits here, and holds nothing yet. */
async function openVisit(ledger: Ledger, trx: Trx, draft: VisitDraft): Promise<number | undefined> {
  const { merchantId, machineId, key, visitor, begunAt } = draft;
  const machine = await trx
    .selectFrom('machines')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('id', '=', machineId)
    .where('upstream_integration_id', 'is', null)
    .executeTakeFirst();
  if (!machine) refuse('machine.unknown', String(machineId));
  const now = ledger.clock.now();
  const row = await trx
    .insertInto('visits')
    .values({
      merchant_id: merchantId,
      machine_id: machineId,
      key,
      content_hash: hashOf(draft),
      visitor,
      // The visitor's clock may run ahead.
      begun_at: begunAt < now ? begunAt : now,
      done_at: now,
    })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

async function sameVisit(trx: Trx, draft: VisitDraft): Promise<Visit> {
  const { merchantId, key } = draft;
  const kept = await trx
    .selectFrom('visits')
    .select(['id', 'content_hash'])
    .where('merchant_id', '=', merchantId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (!kept.content_hash.equals(hashOf(draft))) refuse('visit.differs', key);
  return await findVisit(trx, merchantId, kept.id);
}

/** Of what was done, whoever says it and in whatever order. */
function hashOf({ machineId, lines }: VisitDraft): Buffer {
  const content = [...lines]
    .sort((a, b) => a.slotId - b.slotId)
    .map(({ slotId, productId, counted, takenOut, added }) => [
      slotId,
      productId,
      counted ?? null,
      (takenOut ?? []).map(({ quantity, reason, note }) => [quantity, reason, note ?? '']),
      added ?? null,
    ]);
  return createHash('sha256')
    .update(JSON.stringify([machineId, content]))
    .digest();
}

/** All slots at once, in their order, behind the orders that a count may decide. */
async function holdSlots(trx: Trx, draft: VisitDraft, endedAt: Date, now: Date): Promise<VisitWork[]> {
  const { merchantId, machineId, lines } = draft;
  const counted = lines.filter((line) => line.counted !== undefined);
  const idsOf = (some: readonly VisitLine[]) => some.map(({ slotId }) => slotId);
  await lockHeldFetches(trx, merchantId, idsOf(counted));
  const slots = await lockSlots(trx, merchantId, idsOf(lines));
  const dropped = endedAt < now ? await readDropsSince(trx, merchantId, idsOf(lines), endedAt) : new Map<number, number>();
  return lines.map((line) => {
    const { slotId } = line;
    const slot = slots.get(slotId);
    if (slot?.machineId !== machineId) refuse('slot.unknown', String(slotId), { slotId });
    if (slot.mergedIntoId !== null) refuse('slot.merged', slot.name, { slotId });
    if (slot.productId !== line.productId) refuse('planogram.stale', `slot ${slot.name} has another good by now`, { slotId });
    if (endedAt < now && slot.countedAt && slot.countedAt > endedAt) {
      refuse('planogram.stale', `slot ${slot.name} was counted at ${slot.countedAt.toISOString()}, after the visit`, { slotId });
    }
    const visited = { slotId, name: slot.name, before: slot.onHand, counted: line.counted ?? null, takenOut: [], added: 0 };
    return { line, slot, dropped: dropped.get(slotId) ?? 0, visited: { ...visited, onHand: slot.onHand } };
  });
}
