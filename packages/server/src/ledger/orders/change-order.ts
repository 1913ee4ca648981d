import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause, EventKind } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { beforeRefund, markRefunded } from '../making-good/before-refund.ts';
import { concludeFetch } from '../pickup-codes/conclude-fetch.ts';
import { lockFetched } from '../pickup-codes/lock-fetched.ts';
import { queueRemoteOrder } from '../remote-orders/queue-remote-order.ts';
import { refundRemoteOrder } from '../remote-orders/refund-remote-order.ts';
import type { PayStyle } from '../sales/pay-style.ts';
import { mayBecome } from '../transition.ts';
import { expireOrders } from './expire-orders.ts';
import { type OrderState, orderTransitions } from './order-state.ts';
import { releaseUnits } from './release-units.ts';

/** `paying` is said of an order that stays unpaid; it does not lengthen the payment window. */
export type OrderChange = 'paid' | 'refunded' | 'closed' | 'revoked' | 'payment_failed' | 'paying';

export interface ChangeOrder {
  merchantId: number;
  machineId: number;
  orderId: number;
  to: OrderChange;
  /** Of `paid`: how, `qrcode` where it is not told, and the payment's number. */
  payStyle?: PayStyle;
  paymentReference?: string;
  cause: Cause;
}

const told: Record<OrderChange, EventKind> = {
  paid: 'order.paid',
  refunded: 'order.refunded',
  closed: 'order.closed',
  revoked: 'order.revoked',
  payment_failed: 'order.payment-failed',
  paying: 'order.payment-pending',
};

/**
 * What the seller says of the payment. The same again changes nothing. Leaving for anything but `paid` gives back what was
 * not sent. What was bought from a machine of another platform is told there when it is paid, and is not refunded while it may be dispensed
 * there. Refuses order.unknown, order.expired, order.state, order.made-good (a refund of what the buyer has had with a pickup code).
 */
export async function changeOrder(ledger: Ledger, change: ChangeOrder): Promise<void> {
  const overdue = await inTransaction(ledger.db, (trx) => changeLocked(ledger, trx, change));
  if (!overdue) return;
  await expireOrders(ledger, { merchantId: change.merchantId, orderId: change.orderId });
  refuse('order.expired');
}

async function changeLocked(
  ledger: Ledger,
  trx: Trx,
  { merchantId, machineId, orderId, to, payStyle = 'qrcode', paymentReference = '', cause }: ChangeOrder,
): Promise<boolean> {
  const now = ledger.clock.now();
  const order = await trx
    .selectFrom('orders as o')
    .innerJoin('machines as m', (join) => join.onRef('m.merchant_id', '=', 'o.merchant_id').onRef('m.id', '=', 'o.machine_id'))
    .select(['o.state', 'o.expires_at', 'o.amount_cents', 'o.paid_at', 'o.pay_style', 'm.upstream_integration_id'])
    .where('o.merchant_id', '=', merchantId)
    .where('o.id', '=', orderId)
    .where('o.machine_id', '=', machineId)
    // What another platform took is paid and cancelled there.
    .where('o.channel_id', 'is', null)
    .forNoKeyUpdate('o')
    .executeTakeFirst();
  if (!order) refuse('order.unknown', `order_id ${orderId}`);
  const state = order.state as OrderState;
  if (state === 'expired') refuse('order.expired');
  if (state === 'unpaid' && order.expires_at && order.expires_at <= now) return true;
  if (state === to) return false;
  const event = { merchantId, kind: told[to], orderId, machineId };
  if (to === 'paying') {
    if (state !== 'unpaid') refuse('order.state', state);
    await recordEvent(ledger, trx, event, cause);
    return false;
  }
  if (state === 'fetched' && to === 'paid') return false;
  if (!mayBecome(orderTransitions, state, to)) refuse('order.state', state);
  const upstream = order.upstream_integration_id;
  if (upstream !== null && state === 'paid') {
    await refundRemoteOrder(ledger, trx, { merchantId, orderId, cause });
    return false;
  }

  if (state === 'fetched') await lockFetched(trx, merchantId, [orderId]);
  const backCents = state === 'paid' ? await beforeRefund(ledger, trx, { merchantId, orderId, machineId }, cause) : 0;
  const times = to === 'paid' ? { paid_at: now, pay_style: payStyle } : { closed_at: now };
  await trx
    .updateTable('orders')
    .set({ state: to, ...times })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', orderId)
    .execute();
  if (to === 'paid' || (to === 'refunded' && order.paid_at)) {
    const payment = await trx
      .insertInto('payments')
      .values({
        merchant_id: merchantId,
        order_id: orderId,
        kind: to === 'paid' ? 'payment' : 'refund',
        amount_cents: order.amount_cents - backCents,
        style: order.pay_style ?? payStyle,
        reference: paymentReference,
        at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    if (backCents > 0) await markRefunded(trx, merchantId, orderId, payment.id);
  }
  const released = to === 'paid' ? 0 : await releaseUnits(ledger, trx, merchantId, [orderId], cause);
  if (state === 'fetched' && released > 0) await concludeFetch(ledger, trx, { merchantId, orderId, outcome: 'left', cause });
  await recordEvent(ledger, trx, event, cause);
  if (upstream !== null && to === 'paid') {
    await queueRemoteOrder(ledger, trx, { merchantId, orderId, machineId, integrationId: upstream, cause });
  }
  return false;
}
