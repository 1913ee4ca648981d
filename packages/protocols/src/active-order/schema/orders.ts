import { type Static, Type } from 'typebox';
import { MachineNo, mayLack, NotifyUrl, Sign, Timestamp, TradeId, text } from './types.ts';
import { methods, orderStatuses, recordStatuses } from './values.ts';

/** The one call whose fields travel in the clear (本请求参数不加密), with numbers as JSON numbers. */
export const PlaceOrderBody = Type.Object({
  machine_no: Type.String({ minLength: 1, description: 'Machine number (设备编号), 8 digits or more' }),
  products: Type.Array(
    Type.Object({
      product_id: Type.Integer({ minimum: 1, description: '产品ID' }),
      quantity: Type.Integer({ minimum: 1, description: '下单数量' }),
    }),
    { minItems: 1, description: 'The same product twice makes two records' },
  ),
  trade_id: TradeId,
  notify_url: NotifyUrl,
});
export type PlaceOrderBody = Static<typeof PlaceOrderBody>;

/** Also the `data` of error 6040 (that trade_id exists) and 10025 (that code was used): the order meant. */
export const OrderRef = Type.Object({ order_id: Type.Integer({ description: '订单id' }) });
export type OrderRef = Static<typeof OrderRef>;

export const UpdateOrderParams = Type.Object({
  machine_no: MachineNo,
  status: Type.Union([Type.String({ pattern: '^[1-6]$' }), Type.Integer({ minimum: 1, maximum: 6 })], {
    description: '1 paid, 2 refunding, 3 closed, 4 revoked, 5 paying, 6 payment failed',
  }),
  timestamp: Timestamp,
  sign: Sign,
});
export type UpdateOrderParams = Static<typeof UpdateOrderParams>;

export const OrderParams = Type.Object({ machine_no: MachineNo, timestamp: Timestamp, sign: Sign });
export type OrderParams = Static<typeof OrderParams>;

export const OrderRecord = Type.Object(
  {
    id: Type.Integer({ description: 'record_id: what dispense names' }),
    product_id: Type.Integer(),
    quantity: Type.Integer(),
    price: Type.String({ description: 'Yuan for one, "3.00"' }),
    status: Type.Optional(Type.Enum(Object.values(recordStatuses), { description: 'Only once the order is paid' })),
    notify_sent: Type.Enum(['0', '1'], { description: '1: the callback about this record was received' }),
  },
  { description: 'One line of an order (订单记录)' },
);
export type OrderRecord = Static<typeof OrderRecord>;

export const Order = Type.Object(
  {
    order_id: Type.Integer(),
    trade_id: Type.String(),
    date: Type.String({ description: 'YYYY-MM-DD' }),
    amount: Type.String({ description: 'Yuan in all, "6.00"' }),
    status: Type.Enum([...orderStatuses], { description: 'SUCCESS means paid, not dispensed' }),
    notify_send_count: mayLack.integer('Callbacks sent so far, repeats included'),
    records: Type.Array(OrderRecord),
    pickup_code_id: mayLack.integer('The pickup code that paid for it'),
  },
  { description: '订单' },
);
export type Order = Static<typeof Order>;

/** A code used somewhere else than at the machine (event.consume.pickup_code); answered with an order of status PICKUPCODE. */
export const ConsumeParams = Type.Object({
  machine_no: MachineNo,
  method: Type.Literal(methods.consumeCode),
  code: text('The pickup code (取货码)'),
  product_id: text('产品ID'),
  notify_url: NotifyUrl,
  trade_id: Type.Union([TradeId, Type.Number()]),
  timestamp: Timestamp,
  sign: Sign,
});
export type ConsumeParams = Static<typeof ConsumeParams>;
