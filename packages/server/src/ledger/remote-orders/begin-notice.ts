import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { unitMoves } from '../dispensing/dispense-state.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { cancelRemoteOrder } from './cancel-remote-order.ts';
import { eventOf, lockRemoteOrder, moveRemoteOrder } from './lock-remote-order.ts';
import { remoteOrderMoves } from './remote-order-state.ts';

/** After the notice's time is over, its last attempt may still be under way for so many seconds. */
const lastAttempt = 30;

export interface BeginNotice {
  merchantId: number;
  orderId: number;
  cause: Cause;
}

/**
 * To be called before each attempt to tell another platform of an order: the row before the message, so that a crash in between
 * leaves units of which we ask and never a second can. False: it must not be told (any more), since it was cancelled or its time is over.
 */
export async function beginNotice(ledger: Ledger, { merchantId, orderId, cause }: BeginNotice): Promise<boolean> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const remote = await lockRemoteOrder(trx, merchantId, orderId);
    if (!remote) return false;
    const tooLate = now >= remote.noticeUntil;
    if (remote.state !== 'queued') {
      // Whoever has it takes a repeated notice for what it is.
      return remote.state === 'accepted' || remote.state === 'done' || (remote.state === 'sent' && !tooLate);
    }
    if (tooLate) {
      await cancelRemoteOrder(ledger, trx, remote, 'not-sent', cause);
      return false;
    }
    await moveRemoteOrder(trx, remote, remoteOrderMoves.send, {
      sent_at: now,
      next_query_at: secondsAfter(remote.noticeUntil, lastAttempt),
    });
    await trx
      .updateTable('dispenses')
      .set({ state: unitMoves.send.to, changed_at: now })
      .where('merchant_id', '=', merchantId)
      .where('order_id', '=', orderId)
      .where('state', 'in', unitMoves.send.from)
      .execute();
    await recordEvent(ledger, trx, { ...eventOf(remote), kind: 'remote-order.sent' }, cause);
    return true;
  });
}
