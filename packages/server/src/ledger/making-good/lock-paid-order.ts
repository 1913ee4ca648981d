import { refuse } from '../errors.ts';
import type { Trx } from '../ledger.ts';
import type { OrderState } from '../orders/order-state.ts';

export interface PaidOrder {
  merchantId: number;
  orderId: number;
  machineId: number;
  /** Another platform's machine dispenses it. */
  isForeign: boolean;
}

/**
 * Holds an order that a person may make good, and the codes that were issued for it. Refuses order.unknown, order.paid-elsewhere, order.unpaid,
 * order.made-good (all of it was given back).
 */
export async function lockPaidOrder(trx: Trx, merchantId: number, orderId: number): Promise<PaidOrder> {
  const order = await trx
    .selectFrom('orders as o')
    .innerJoin('machines as m', (join) => join.onRef('m.merchant_id', '=', 'o.merchant_id').onRef('m.id', '=', 'o.machine_id'))
    .select(['o.state', 'o.paid_at', 'o.channel_id', 'o.machine_id', 'm.upstream_integration_id'])
    .where('o.merchant_id', '=', merchantId)
    .where('o.id', '=', orderId)
    .forNoKeyUpdate('o')
    .executeTakeFirst();
  if (!order) refuse('order.unknown', `order ${orderId}`);
  if (order.channel_id !== null) refuse('order.paid-elsewhere');
  if (order.paid_at === null) refuse('order.unpaid', order.state);
  if ((order.state as OrderState) !== 'paid') refuse('order.made-good', order.state);
  await lockIssuedCodes(trx, merchantId, orderId);
  const isForeign = order.upstream_integration_id !== null;
  return { merchantId, orderId, machineId: order.machine_id, isForeign };
}

/** Between the order and the slots, as all who hold codes do. */
export async function lockIssuedCodes(trx: Trx, merchantId: number, orderId: number): Promise<void> {
  await trx
    .selectFrom('pickup_codes')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('made_good')
        .select('pickup_code_id')
        .where('merchant_id', '=', merchantId)
        .where('order_id', '=', orderId)
        .where('pickup_code_id', 'is not', null)
        .$castTo<{ pickup_code_id: number }>(),
    )
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}
