import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { tellChannelOutcome } from '../orders/tell-channel-outcome.ts';
import { concludeFetch } from '../pickup-codes/conclude-fetch.ts';
import { lockFetched } from '../pickup-codes/lock-fetched.ts';
import { concludeRemoteOrder } from '../remote-orders/settle-remote-order.ts';
import { lockSlots } from '../stock/lock-slots.ts';
import { moveStock, type StockMove } from '../stock/move-stock.ts';
import { unitMoves } from './dispense-state.ts';

export interface DecideHeld {
  merchantId: number;
  orderId: number;
  lineId: number;
  /** What a person found: the units had dropped, or they had not. */
  dropped: boolean;
  cause: Cause;
}

/** A person says what became of the held units of a line; nothing is told to the seller again. Refuses line.unknown when none is held. */
export async function decideHeld(ledger: Ledger, { merchantId, orderId, lineId, dropped, cause }: DecideHeld): Promise<number> {
  const moved = dropped ? unitMoves.drop : unitMoves.fail;
  return await inTransaction(ledger.db, async (trx) => {
    const line = await trx
      .selectFrom('order_lines')
      .select('slot_id')
      .where('merchant_id', '=', merchantId)
      .where('order_id', '=', orderId)
      .where('id', '=', lineId)
      .executeTakeFirst();
    if (!line) refuse('line.unknown', `record_id ${lineId}`);
    await lockFetched(trx, merchantId, [orderId]);
    const slot = (await lockSlots(trx, merchantId, [line.slot_id])).get(line.slot_id);
    // Not before: what was done to the unit while this waited came first.
    const now = ledger.clock.now();
    const held = await trx
      .updateTable('dispenses')
      .set({ state: moved.to, changed_at: now })
      .where('merchant_id', '=', merchantId)
      .where('order_id', '=', orderId)
      .where('line_id', '=', lineId)
      .where('state', '=', 'held')
      .returning('id')
      .execute();
    if (!slot || held.length === 0) refuse('line.unknown', `record_id ${lineId} has no held unit`);
    const moves: StockMove[] = [];
    for (const { id } of held) {
      const move = { slotId: slot.id, orderId, dispenseId: id, note: 'by a person' };
      if (dropped && slot.onHand < 1) moves.push({ ...move, onHand: 1, reserved: 0, reason: 'unbooked' });
      else if (dropped) slot.onHand -= 1;
      moves.push({ ...move, onHand: dropped ? -1 : 0, reserved: -1, reason: 'decided' });
    }
    await moveStock(trx, merchantId, now, moves);
    await concludeFetch(ledger, trx, { merchantId, orderId, outcome: dropped ? 'dispensed' : 'failed', cause });
    const data = { lineId, units: held.length, dropped };
    await recordEvent(ledger, trx, { merchantId, kind: 'dispense.decided', orderId, machineId: slot.machineId, data }, cause);
    await tellChannelOutcome(ledger, trx, merchantId, orderId, cause);
    await concludeRemoteOrder(ledger, trx, { merchantId, orderId }, cause);
    return held.length;
  });
}
