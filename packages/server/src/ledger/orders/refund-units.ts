import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { move } from '../transition.ts';
import { orderTransitions } from './order-state.ts';

const refund = move(orderTransitions, ['paid'], 'refunded');

/**
 * Gives back the price of some units of a paid order, each once and to the cent: of part of it, told as order.refunded-part, or of what
 * is left, and the order is refunded. Who took the money pays it back by what is told. Answers the cents. The caller holds the order.
 */
export async function refundUnits(
  ledger: Ledger,
  trx: Trx,
  { merchantId, orderId, machineId }: { merchantId: number; orderId: number; machineId: number },
  units: readonly { id: number; priceCents: number; refundId: number | null }[],
  cause: Cause,
): Promise<number> {
  const now = ledger.clock.now();
  const due = units.filter(({ refundId }) => refundId === null);
  if (due.length === 0) return 0;
  const amountCents = due.reduce((sum, { priceCents }) => sum + priceCents, 0);
  const order = await trx
    .selectFrom('orders')
    .select(['trade_id', 'pay_style', 'integration_id', 'notify_url'])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', orderId)
    .executeTakeFirstOrThrow();
  const payment = await trx
    .insertInto('payments')
    .values({
      merchant_id: merchantId,
      order_id: orderId,
      kind: 'refund',
      amount_cents: amountCents,
      style: order.pay_style ?? 'other',
      at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await trx
    .updateTable('dispenses')
    .set({ refund_id: payment.id })
    .where('merchant_id', '=', merchantId)
    .where(
      'id',
      'in',
      due.map(({ id }) => id),
    )
    .execute();
  const left = await trx
    .selectFrom('dispenses')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('order_id', '=', orderId)
    .where('refund_id', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (!left) {
    await trx
      .updateTable('orders')
      .set({ state: refund.to, closed_at: now })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', orderId)
      .where('state', 'in', refund.from)
      .execute();
  }
  const data = {
    ...{ tradeId: order.trade_id, integrationId: order.integration_id, notifyUrl: order.notify_url },
    ...{ refundId: payment.id, amountCents, units: due.length },
  };
  const kind = left ? 'order.refunded-part' : 'order.refunded';
  await recordEvent(ledger, trx, { merchantId, kind, orderId, machineId, data }, cause);
  return amountCents;
}
