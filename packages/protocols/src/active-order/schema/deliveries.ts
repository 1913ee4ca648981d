import { type Static, Type } from 'typebox';
import { integerText, MachineNo, mayLack, NotifyUrl, Sign, Timestamp, text } from './types.ts';
import { deliveryStatuses, methods } from './values.ts';

/** Dispense one record, all of its units (主动出货). */
export const DispenseParams = Type.Object({
  machine_no: MachineNo,
  method: Type.Literal(methods.dispense),
  order_id: integerText('订单id'),
  record_id: integerText('订单记录id'),
  timestamp: Timestamp,
  sign: Sign,
});
export type DispenseParams = Static<typeof DispenseParams>;

export const DeliveryParams = Type.Object({ machine_no: MachineNo, timestamp: Timestamp, sign: Sign });
export type DeliveryParams = Static<typeof DeliveryParams>;

/** Dispense one unit from a named slot, without an order (出货测试). */
export const TestDispenseParams = Type.Object({
  machine_no: MachineNo,
  method: Type.Literal(methods.dispense),
  channel_name: text('Slot by name: "A21"'),
  notify_url: NotifyUrl,
  timestamp: Timestamp,
  sign: Sign,
});
export type TestDispenseParams = Static<typeof TestDispenseParams>;

export const Delivery = Type.Object(
  {
    delivery_id: Type.String({ description: 'A text, digits or not' }),
    delivered_at: mayLack.text('When the machine was told, YYYY-MM-DD HH:mm:ss'),
    status: Type.Enum(Object.values(deliveryStatuses)),
    pickup_at: mayLack.text('When the goods dropped'),
    fail_reason: mayLack.text('Why not: one of dispenseErrors'),
  },
  { description: 'A dispense (出货)' },
);
export type Delivery = Static<typeof Delivery>;
