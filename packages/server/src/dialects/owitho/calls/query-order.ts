import { readOrderRef } from '@polyvend/protocols/owitho';
import { getChannelOutcome } from '../../../ledger/orders/get-channel-outcome.ts';
import { outcomeOf } from '../map/outcome.ts';
import type { Handler } from './call.ts';

/** How far an order is; while it is under way the units that are decided. Refuses order.unknown. */
export const queryOrder: Handler = async ({ ledger, integration, merchantId, data }) => {
  const { orderViewId } = readOrderRef(data);
  return outcomeOf(orderViewId, await getChannelOutcome(ledger, merchantId, integration.id, orderViewId));
};
