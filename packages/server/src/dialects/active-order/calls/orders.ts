import { readInteger, readOneOf, stringForm } from '@polyvend/protocols/active-order';
import { refuse } from '../../../ledger/errors.ts';
import { changeOrder } from '../../../ledger/orders/change-order.ts';
import { getOrder } from '../../../ledger/orders/get-order.ts';
import { placeOrder } from '../../../ledger/orders/place-order.ts';
import { settingsOf } from '../integration.ts';
import { changes, orderOf } from '../map.ts';
import type { Handlers } from './call.ts';
import { checkPlaceOrder } from './place-order-body.ts';
import { readMachine, readNotifyUrl, readPathId } from './read.ts';

export const orderCalls: Handlers<'placeOrder' | 'updateOrder' | 'order'> = {
  placeOrder: async (call) => {
    if (stringForm(call.params.trade_id)?.trim() === '') refuse('order.trade-id-missing');
    const body = checkPlaceOrder(call.params);
    const placed = await placeOrder(call.ledger, {
      merchantId: call.merchantId,
      integrationId: call.integration.id,
      machineNo: body.machine_no,
      tradeId: body.trade_id,
      notifyUrl: readNotifyUrl(call),
      lines: body.products.map(({ product_id, quantity }) => ({ productId: product_id, quantity })),
      cause: call.cause,
    });
    return { data: { order_id: placed.id } };
  },

  updateOrder: async (call) => {
    const orderId = readPathId(call, 'order_id');
    const status = readOneOf(call.params, 'status', Object.keys(changes));
    const machine = await readMachine(call);
    const to = changes[status];
    if (to) {
      const { payStyle } = settingsOf(call.integration);
      const of = { merchantId: call.merchantId, machineId: machine.id, orderId };
      await changeOrder(call.ledger, { ...of, to, payStyle, cause: call.cause });
    }
    return { data: '' };
  },

  order: async (call) => {
    const orderId = readPathId(call, 'order_id');
    const machine = await readMachine(call);
    return { data: orderOf(await getOrder(call.ledger, call.merchantId, machine.id, orderId), call.timeZone) };
  },
};

/** An id among the parameters. */
export function readId(call: { params: Readonly<Record<string, unknown>> }, name: string): number {
  return readInteger(call.params, name, { min: 1 });
}
