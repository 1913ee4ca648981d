import { FieldError, type Fields, optionalOneOf, optionalText } from '@polyvend/protocols/shared';
import { Type } from 'typebox';
import { changeOrder } from '../../../ledger/orders/change-order.ts';
import { getForeignOrder } from '../../../ledger/remote-orders/get-foreign-order.ts';
import { payStyleOf, payStyles } from '../../../ledger/sales/pay-style.ts';
import type { CallRoute } from './call.ts';
import { OrderView, orderIdOf, orderView } from './order-view.ts';

/** The buyer has paid: the other platform is told, and dispenses. Said again it changes nothing. */
export const payOrder: CallRoute = {
  method: 'POST',
  path: '/orders/:sale_id/pay',
  needs: 'sell',
  schema: {
    summary: 'An order was paid: it is dispensed',
    body: Type.Object({
      pay_style: Type.Optional(Type.Enum([...payStyles], { description: "The integration's setting payStyle, else qrcode" })),
      reference: Type.Optional(Type.String({ description: "The payment's own number" })),
    }),
    response: { 200: OrderView },
  },
  async handle({ ledger, merchantId, integration, path, body, cause }) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new FieldError('body', 'must be an object');
    const fields = body as Fields;
    const payStyle = optionalOneOf(fields, 'pay_style', payStyles) ?? payStyleOf(integration);
    const paymentReference = optionalText(fields, 'reference', { max: 128 }) ?? '';
    const orderId = orderIdOf(path);
    const { machineId, paidAt } = await getForeignOrder(ledger, merchantId, orderId);
    if (paidAt === null) {
      await changeOrder(ledger, { merchantId, machineId, orderId, to: 'paid', payStyle, paymentReference, cause });
    }
    return orderView(await getForeignOrder(ledger, merchantId, orderId));
  },
};
