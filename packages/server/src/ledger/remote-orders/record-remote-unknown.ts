import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { cancelRemoteOrder } from './cancel-remote-order.ts';
import { lockRemoteOrder } from './lock-remote-order.ts';
import { tellConflict } from './tell-conflict.ts';

export interface RemoteUnknown {
  merchantId: number;
  integrationId: number;
  orderId: number;
  cause: Cause;
}

/**
 * Asked, the other platform says that it does not know the order. When it never said otherwise, nothing of it happens there: cancelled
 * and refunded. When it had accepted it, that is a conflict: nothing is given back, and it is asked again. Refuses order.unknown.
 */
export async function recordRemoteUnknown(
  ledger: Ledger,
  { merchantId, integrationId, orderId, cause }: RemoteUnknown,
): Promise<'cancelled' | 'conflict' | 'ignored'> {
  return await inTransaction(ledger.db, async (trx) => {
    const remote = await lockRemoteOrder(trx, merchantId, orderId);
    if (remote?.integrationId !== integrationId) refuse('order.unknown', `order ${orderId}`);
    if (remote.state === 'unsure') {
      await cancelRemoteOrder(ledger, trx, remote, 'unknown-there', cause);
      return 'cancelled';
    }
    if (remote.state !== 'accepted') return 'ignored';
    await tellConflict(ledger, trx, remote, { source: 'query', known: 'accepted', told: 'unknown' }, cause);
    return 'conflict';
  });
}
