import { getForeignOrder } from '../../../ledger/remote-orders/get-foreign-order.ts';
import type { CallRoute } from './call.ts';
import { OrderView, orderIdOf, orderView } from './order-view.ts';

/** What became of an order at a machine of another platform. */
export const getOrder: CallRoute = {
  method: 'GET',
  path: '/orders/:sale_id',
  needs: 'sell',
  schema: { summary: 'An order at a machine of another platform: its units, refunds, conflicts', response: { 200: OrderView } },
  handle: async ({ ledger, merchantId, path }) => orderView(await getForeignOrder(ledger, merchantId, orderIdOf(path))),
};
