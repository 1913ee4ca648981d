import { inTransaction } from '../../database/transaction.ts';
import { eachApart } from '../apart.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { askRemoteOrder } from './ask-remote-order.ts';
import { cancelRemoteOrder } from './cancel-remote-order.ts';
import { lockRemoteOrder } from './lock-remote-order.ts';
import { doubtNotice } from './record-notice-outcome.ts';
import { isOver } from './remote-order-state.ts';

const sweep: Cause = { by: 'sweep' };

/** Orders at other platforms that are due: what was never told is cancelled, what nobody knows of is asked about. Answers how many. */
export async function lookAfterRemoteOrders(ledger: Ledger, limit = 200): Promise<number> {
  const due = await ledger.db
    .selectFrom('remote_orders')
    .select(['merchant_id as merchantId', 'order_id as orderId'])
    .where('next_query_at', '<=', ledger.clock.now())
    .orderBy('next_query_at')
    .limit(limit)
    .execute();
  return await eachApart(due, (order) => lookAfter(ledger, order));
}

async function lookAfter(ledger: Ledger, { merchantId, orderId }: { merchantId: number; orderId: number }): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const remote = await lockRemoteOrder(trx, merchantId, orderId);
    if (!remote?.nextQueryAt || remote.nextQueryAt > ledger.clock.now() || isOver(remote.state)) return;
    if (remote.state === 'queued') await cancelRemoteOrder(ledger, trx, remote, 'not-sent', sweep);
    else if (remote.state === 'sent') await doubtNotice(ledger, trx, remote);
    else await askRemoteOrder(ledger, trx, remote, sweep);
  });
}
