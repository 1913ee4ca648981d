import { openStates } from '../dispensing/dispense-state.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { refundUnits } from '../orders/refund-units.ts';
import type { Move } from '../transition.ts';
import { eventOf, lockRemoteOrder, moveRemoteOrder, type RemoteOrder } from './lock-remote-order.ts';
import { isOver, type RemoteOrderState, remoteOrderMoves } from './remote-order-state.ts';
import { readRemoteUnits } from './remote-units.ts';

/**
 * When nothing of an order is open any more, its failed units are refunded and it is told how it ended. To be called after whatever
 * may have ended its last unit; an order that no other platform dispenses is none of its affair.
 */
export async function concludeRemoteOrder(
  ledger: Ledger,
  trx: Trx,
  { merchantId, orderId }: { merchantId: number; orderId: number },
  cause: Cause,
): Promise<boolean> {
  const remote = await lockRemoteOrder(trx, merchantId, orderId);
  if (!remote || isOver(remote.state)) return false;
  const units = await readRemoteUnits(trx, remote);
  if (units.some(({ state }) => openStates.some((open) => open === state))) return false;
  await settleRemoteOrder(ledger, trx, remote, { ...remoteOrderMoves.finish, reason: '' }, cause);
  return true;
}

/** All its units have come to their end. The caller holds the order. */
export async function settleRemoteOrder(
  ledger: Ledger,
  trx: Trx,
  remote: RemoteOrder,
  { reason, ...moved }: Move<RemoteOrderState> & { reason: string },
  cause: Cause,
): Promise<void> {
  const units = await readRemoteUnits(trx, remote);
  const lost = units.filter(({ state }) => state !== 'dispensed');
  await moveRemoteOrder(trx, remote, moved, { finished_at: ledger.clock.now(), next_query_at: null, reason });
  const refundedCents = await refundUnits(ledger, trx, remote, lost, cause);
  const data = { state: moved.to, reason, dispensed: units.length - lost.length, failed: lost.length, refundedCents };
  await recordEvent(ledger, trx, { ...eventOf(remote, data), kind: 'remote-order.settled' }, cause);
}
