import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { refundUnits } from '../orders/refund-units.ts';
import { cancelRemoteOrder } from './cancel-remote-order.ts';
import { lockRemoteOrder } from './lock-remote-order.ts';
import { isOver } from './remote-order-state.ts';
import { readRemoteUnits } from './remote-units.ts';

/**
 * The seller gives the money back. Of an order that another platform may be dispensing just now that would give away cans: it is
 * refused until its outcome is known; then all is refunded that was not yet. Refuses order.state.
 */
export async function refundRemoteOrder(
  ledger: Ledger,
  trx: Trx,
  { merchantId, orderId, cause }: { merchantId: number; orderId: number; cause: Cause },
): Promise<void> {
  const remote = await lockRemoteOrder(trx, merchantId, orderId);
  if (!remote) refuse('order.state', 'it was never to be told to another platform');
  if (remote.state === 'queued') await cancelRemoteOrder(ledger, trx, remote, 'refunded', cause);
  else if (isOver(remote.state)) await refundUnits(ledger, trx, remote, await readRemoteUnits(trx, remote), cause);
  else refuse('order.state', 'another platform is dispensing it');
}
