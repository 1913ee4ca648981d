import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { lockIssuedCodes } from './lock-paid-order.ts';
import { withdrawCodes } from './take-back-codes.ts';

/**
 * The seller gives all the money back: codes that a person issued instead are withdrawn. Refuses order.made-good when one of them is
 * spent, or just being dispensed: the buyer has had it. Answers what was given back before, in cents. The caller holds the order.
 */
export async function beforeRefund(
  ledger: Ledger,
  trx: Trx,
  order: { merchantId: number; orderId: number; machineId: number },
  cause: Cause,
): Promise<number> {
  const { merchantId, orderId } = order;
  await lockIssuedCodes(trx, merchantId, orderId);
  const { spent } = await withdrawCodes(ledger, trx, order, cause);
  if (spent > 0) refuse('order.made-good', 'with a pickup code');
  const { cents } = await trx
    .selectFrom('payments')
    .select((eb) => eb.fn.sum<string | null>('amount_cents').as('cents'))
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('kind', '=', 'refund')
    .executeTakeFirstOrThrow();
  return Number(cents ?? 0);
}

/** Those of its units that were not given back one by one are, with this refund: after it all is told of each. */
export async function markRefunded(trx: Trx, merchantId: number, orderId: number, refundId: number): Promise<void> {
  await trx
    .updateTable('dispenses')
    .set({ refund_id: refundId })
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('refund_id', 'is', null)
    .execute();
}
