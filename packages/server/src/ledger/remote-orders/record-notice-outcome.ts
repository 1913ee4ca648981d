import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { cancelRemoteOrder } from './cancel-remote-order.ts';
import { eventOf, lockRemoteOrder, moveRemoteOrder, type RemoteOrder } from './lock-remote-order.ts';
import { remoteOrderMoves } from './remote-order-state.ts';
import { tellConflict } from './tell-conflict.ts';

/**
 * `accepted`: the other platform has the order and dispenses it. `refused`: it says for good that it does not. `given-up`: nobody knows, and it
 * is not told again.
 */
export type NoticeOutcome = 'accepted' | 'refused' | 'given-up';

export interface NoticeOutcomeReport {
  merchantId: number;
  orderId: number;
  outcome: NoticeOutcome;
  cause: Cause;
}

/** How telling another platform of an order went. The same again, and what comes too late to matter, changes nothing. Refuses order.unknown. */
export async function recordNoticeOutcome(
  ledger: Ledger,
  { merchantId, orderId, outcome, cause }: NoticeOutcomeReport,
): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const remote = await lockRemoteOrder(trx, merchantId, orderId);
    if (!remote) refuse('order.unknown', `order ${orderId}`);
    if (outcome === 'accepted') return await accept(ledger, trx, remote, cause);
    if (outcome === 'refused') {
      if (remote.state === 'sent') await cancelRemoteOrder(ledger, trx, remote, 'refused', cause);
      return;
    }
    if (remote.state === 'queued') await cancelRemoteOrder(ledger, trx, remote, 'not-sent', cause);
    if (remote.state === 'sent') await doubtNotice(ledger, trx, remote);
  });
}

/** It has the order. What was cancelled and is accepted after all is a conflict: a can may fall that was paid back. */
export async function accept(ledger: Ledger, trx: Trx, remote: RemoteOrder, cause: Cause): Promise<void> {
  const now = ledger.clock.now();
  if (remote.state === 'cancelled') {
    await tellConflict(ledger, trx, remote, { source: 'notice', known: 'cancelled', told: 'accepted' }, cause);
  }
  if (remote.state !== 'sent' && remote.state !== 'unsure') return;
  await moveRemoteOrder(trx, remote, remoteOrderMoves.accept, {
    accepted_at: now,
    next_query_at: secondsAfter(now, ledger.rules.queryAfter),
    queries: 0,
  });
  await recordEvent(ledger, trx, { ...eventOf(remote), kind: 'remote-order.accepted' }, cause);
}

/**
 * Nobody knows whether it has heard. It is asked in a while: what was sent last may still be on its way, and whoever was asked before that
 * came would say that he does not know it.
 */
export async function doubtNotice(ledger: Ledger, trx: Trx, remote: RemoteOrder): Promise<void> {
  const askAt = secondsAfter(ledger.clock.now(), ledger.rules.queryAfter);
  await moveRemoteOrder(trx, remote, remoteOrderMoves.doubt, { next_query_at: askAt });
}
