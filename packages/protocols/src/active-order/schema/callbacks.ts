import { type Static, Type } from 'typebox';
import { dispenseErrors, floorStatuses } from '../../shared/machine-values.ts';
import { methods } from './values.ts';

/** Posted to `notify_url` once per record, when it is final (反馈出货结果). Any 2xx means received. */
export const DeliveryCallback = Type.Object(
  {
    method: Type.Literal(methods.dispensed),
    order_id: Type.Integer(),
    record_id: Type.Integer(),
    deliver_status: Type.Enum(['0', '1'], { description: '1: every unit dropped; 0: failed' }),
    floor_status: Type.String({
      description: `State of the slot: ${Object.entries(floorStatuses)
        .map(([name, code]) => `${code} ${name}`)
        .join(', ')}`,
    }),
    error_msg: Type.String({ description: `Empty, or one of: ${dispenseErrors.join(', ')}` }),
    fail_reason: Type.String({ description: "The same text, under the name that the vendor's prose uses" }),
    delivered_quantity: Type.Optional(Type.Integer({ description: 'Units that dropped (our addition)' })),
  },
  { description: 'The result of a dispense' },
);
export type DeliveryCallback = Static<typeof DeliveryCallback>;

/** Posted to `notify_url` when an order was not paid within 20 minutes (our form: the vendor gives none). */
export const OrderExpiredCallback = Type.Object(
  {
    method: Type.Literal(methods.orderExpired),
    order_id: Type.Integer(),
    trade_id: Type.String(),
    status: Type.Literal('CLOSED'),
  },
  { description: 'The order was closed and its stock returned' },
);
export type OrderExpiredCallback = Static<typeof OrderExpiredCallback>;

export const Callback = Type.Union([DeliveryCallback, OrderExpiredCallback]);
export type Callback = Static<typeof Callback>;
