import { type Static, Type } from 'typebox';
import { integerText, optionalIntegerText, optionalText, text } from './types.ts';

// Machines that sell by themselves and report afterwards. Their calls are signed by two headers, not by a payload.

export const offlineHeaders = { machineNo: 'api-machine-no', apiKey: 'api-key' } as const;

export const offlinePaths = {
  batchUploadOrders: '/api/app/v1/batchUploadOrders',
  standaloneUpdateStock: '/api/app/v1/machine/standaloneUpdateStock',
} as const;

export const OfflineDeliveryLog = Type.Object({
  code: optionalText('Number of the slot on the drive board'),
  delivery_no: optionalText("The machine's number of the dispense"),
  delivery_index: optionalIntegerText('Which unit of the record'),
  status: optionalText('1 dropped, 0 failed'),
  fail_reason: optionalText('Why not'),
});
export type OfflineDeliveryLog = Static<typeof OfflineDeliveryLog>;

export const OfflineRecord = Type.Object({
  product_id: integerText('产品ID'),
  quantity: integerText('Units sold'),
  price: text('Yuan for one'),
  tax_amount: optionalText('Yuan'),
  delivery_logs: Type.Optional(Type.Array(OfflineDeliveryLog, { maxItems: 1000 })),
});
export type OfflineRecord = Static<typeof OfflineRecord>;

export const OfflineOrder = Type.Object(
  {
    trade_id: text("The machine's number of the sale; uploading it again changes nothing"),
    amount: text('Yuan in all'),
    status: text('As orders show it: SUCCESS, …'),
    payment_id: optionalText("The payment's number"),
    records: Type.Array(OfflineRecord, { minItems: 1, maxItems: 200 }),
    date: optionalText('YYYY-MM-DD'),
    created_at: optionalText('YYYY-MM-DD HH:mm:ss'),
    updated_at: optionalText('YYYY-MM-DD HH:mm:ss'),
    pay_time: optionalText('YYYY-MM-DD HH:mm:ss'),
  },
  { description: 'A sale that the machine made by itself' },
);
export type OfflineOrder = Static<typeof OfflineOrder>;

export const OfflineOrders = Type.Array(OfflineOrder, { minItems: 1, maxItems: 50 });
export type OfflineOrders = Static<typeof OfflineOrders>;

export const OfflineOrdersAnswer = Type.Object({ _request_id: Type.String() });
/** With HTTP 400. */
export const OfflineOrdersRefusal = Type.Object({ _request_id: Type.String(), msg: Type.String() });

export const StandaloneStock = Type.Object({
  data: Type.Array(
    Type.Object({
      current_inventory: integerText('Units that are there'),
      code: text('Number of the slot on the drive board'),
      addr: text('Address of the drive board'),
      inventory: optionalIntegerText('Capacity'),
      product_id: optionalIntegerText('产品ID'),
    }),
    { maxItems: 1000 },
  ),
});
export type StandaloneStock = Static<typeof StandaloneStock>;

export const StandaloneStockAnswer = Type.Object({
  _request_id: Type.String(),
  code: Type.Literal(1),
  count: Type.Integer({ description: 'Slots that were updated' }),
  data: Type.Array(Type.Unknown(), { maxItems: 0 }),
  msg: Type.Literal('success'),
});
export type StandaloneStockAnswer = Static<typeof StandaloneStockAnswer>;
