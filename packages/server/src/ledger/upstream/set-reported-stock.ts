import type { Ledger, Trx } from '../ledger.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock } from '../stock/move-stock.ts';

export interface ReportedStock {
  slotId: number;
  onHand: number;
}

/** What another platform says lies in its slots, each difference with its row in the journal. */
export async function setReportedStock(
  ledger: Ledger,
  trx: Trx,
  merchantId: number,
  reported: readonly ReportedStock[],
): Promise<void> {
  const slots = await lockSlots(
    trx,
    merchantId,
    reported.map(({ slotId }) => slotId),
  );
  const moves = reported.map(({ slotId, onHand }) => ({
    slotId,
    onHand: onHand - (slots.get(slotId)?.onHand ?? 0),
    reserved: 0,
    reason: 'upstream-report' as const,
  }));
  const now = ledger.clock.now();
  await moveStock(
    trx,
    merchantId,
    now,
    moves.filter(({ onHand }) => onHand !== 0),
  );
  // Of a slot whose stock was never told, none is news too.
  const empty = reported.filter(({ onHand }) => onHand === 0).map(({ slotId }) => slotId);
  await trx
    .updateTable('slots')
    .set({ sold_out_at: now })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', (eb) => eb.fn.any(eb.val(empty)))
    .where('sold_out_at', 'is', null)
    .execute();
}
