import { readOrderCallback } from '@polyvend/protocols/owitho';
import { refuse } from '../../../ledger/errors.ts';
import { getForeignOrder } from '../../../ledger/remote-orders/get-foreign-order.ts';
import { recordRemoteOutcome } from '../../../ledger/remote-orders/record-remote-outcome.ts';
import { Refusal } from '../errors.ts';
import { orderIdOf, orderViewIdOf } from '../map/order-number.ts';
import { outcomeRows } from '../map/remote-outcome.ts';
import type { Handler } from './call.ts';

/**
 * How an order of ours ended there, a row per unit. The same again says nothing new; what contradicts what is known is recorded as a
 * conflict, and accepted: it is heard. Refuses order.unknown, order.state, outcome.unfit.
 */
export const takeOutcome: Handler = async ({ ledger, integration, merchantId, data, cause }) => {
  const outcome = readOrderCallback(data);
  const orderId = orderIdOf(outcome.orderViewId) ?? refuse('order.unknown', outcome.orderViewId);
  const order = await getForeignOrder(ledger, merchantId, orderId);
  const ours = order.upstreamIntegrationId === integration.id && orderViewIdOf(order) === outcome.orderViewId;
  if (!ours) refuse('order.unknown', outcome.orderViewId);
  const rows = outcomeRows(outcome);
  if (!rows) throw new Refusal('orderCallbackFailed', 'outStatus is not what outDetailList adds up to');
  await recordRemoteOutcome(ledger, {
    ...{ merchantId, integrationId: integration.id, orderId, cause },
    ...{ source: 'callback', complete: true, rows },
  });
  return '';
};
