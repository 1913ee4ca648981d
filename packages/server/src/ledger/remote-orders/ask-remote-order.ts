import { secondsAfter } from '../clock.ts';
import { unitMoves } from '../dispensing/dispense-state.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { eventOf, type RemoteOrder, updateRemoteOrder } from './lock-remote-order.ts';

/** Seconds between two questions, at most. */
const longestPause = 3_600;

/**
 * The other platform is to be asked what became of the order; again, if that brings nothing, after a pause that doubles. Units that it has
 * said nothing of for too long are held: a person may decide as well. The caller holds the order.
 */
export async function askRemoteOrder(ledger: Ledger, trx: Trx, remote: RemoteOrder, cause: Cause): Promise<void> {
  const now = ledger.clock.now();
  const { queryAfter, remoteSilence } = ledger.rules;
  const queries = remote.queries + 1;
  const pause = Math.min(queryAfter * 2 ** Math.min(queries, 20), longestPause);
  await updateRemoteOrder(trx, remote, { queries, next_query_at: secondsAfter(now, pause) });
  if (now >= secondsAfter(remote.acceptedAt ?? remote.noticeUntil, remoteSilence)) {
    await trx
      .updateTable('dispenses')
      .set({ state: unitMoves.giveUp.to, error: 'time-out', changed_at: now })
      .where('merchant_id', '=', remote.merchantId)
      .where('order_id', '=', remote.orderId)
      .where('state', 'in', unitMoves.giveUp.from)
      .execute();
  }
  await recordEvent(ledger, trx, { ...eventOf(remote, { query: queries }), kind: 'remote-order.query-due' }, cause);
}
