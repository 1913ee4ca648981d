import { unitMoves } from '../dispensing/dispense-state.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { RemoteOrder } from './lock-remote-order.ts';
import { remoteOrderMoves } from './remote-order-state.ts';
import { moveUnits, readRemoteUnits } from './remote-units.ts';
import { settleRemoteOrder } from './settle-remote-order.ts';

/** Why nothing of an order happens there. */
export type CancelReason = 'refunded' | 'not-sent' | 'refused' | 'unknown-there';

/**
 * Nothing of it happens there: its units are given back, and their price. What was never sent is returned, and what the other
 * platform says it does not have has failed. The caller holds the order.
 */
export async function cancelRemoteOrder(
  ledger: Ledger,
  trx: Trx,
  remote: RemoteOrder,
  reason: CancelReason,
  cause: Cause,
): Promise<void> {
  const units = await readRemoteUnits(trx, remote);
  const unsent = units.filter(({ state }) => unitMoves.giveBack.from.includes(state));
  const sent = units.filter(({ state }) => unitMoves.fail.from.includes(state));
  await moveUnits(ledger, trx, remote, unsent, unitMoves.giveBack);
  await moveUnits(ledger, trx, remote, sent, unitMoves.fail, reason);
  await settleRemoteOrder(ledger, trx, remote, { ...remoteOrderMoves.cancel, reason }, cause);
}
