import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { move } from '../transition.ts';
import { findChannelOrder } from './find-channel-order.ts';
import { orderTransitions } from './order-state.ts';
import { releaseUnits } from './release-units.ts';
import { tellChannelOutcome } from './tell-channel-outcome.ts';

export interface ChannelCancellation {
  merchantId: number;
  integrationId: number;
  channelNo: string;
  /** What was given back there, in minor units; all of it where that is not told. */
  refundCents?: number;
  /** A part was given back, nobody says of what: the order stays paid, and what will not fall shows as failed. */
  part?: boolean;
  cause: Cause;
}

const refund = move(orderTransitions, ['paid'], 'refunded');

/**
 * The other platform gave the money back: what has not been sent to the machine is returned, what is in flight stays. The same again
 * changes nothing. Answers how many units were returned. Refuses order.unknown, request.invalid.
 */
export async function cancelChannelOrder(
  ledger: Ledger,
  { merchantId, integrationId, channelNo, refundCents, part = false, cause }: ChannelCancellation,
): Promise<number> {
  if (refundCents !== undefined && !(Number.isSafeInteger(refundCents) && refundCents >= 0)) refuse('request.invalid', 'refund');
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const order = await findChannelOrder(trx, merchantId, integrationId, channelNo).forNoKeyUpdate().executeTakeFirst();
    if (!order) refuse('order.unknown', channelNo);
    if (order.state === refund.to) return 0;
    if (part) {
      const returned = await releaseUnits(ledger, trx, merchantId, [order.id], cause);
      await tellChannelOutcome(ledger, trx, merchantId, order.id, cause);
      return returned;
    }
    await trx
      .updateTable('orders')
      .set({ state: refund.to, closed_at: now })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', order.id)
      .where('state', 'in', refund.from)
      .execute();
    const amountCents = refundCents ?? order.amount_cents;
    await trx
      .insertInto('payments')
      .values({
        merchant_id: merchantId,
        order_id: order.id,
        kind: 'refund',
        amount_cents: amountCents,
        style: order.pay_style ?? 'other',
        at: now,
      })
      .execute();
    const returned = await releaseUnits(ledger, trx, merchantId, [order.id], cause);
    const data = { integrationId, channelNo, amountCents, returned };
    const event = { merchantId, kind: 'order.refunded' as const, orderId: order.id, machineId: order.machine_id, data };
    await recordEvent(ledger, trx, event, cause);
    await tellChannelOutcome(ledger, trx, merchantId, order.id, cause);
    return returned;
  });
}
