/** Where the merchant's calls live; every path of `calls` stands below it. */
export const basePath = '/api/openapi/v1';

/** Header names as the vendor's own programs write them; HTTP compares them without case. */
export const headers = { appId: 'Appid', appSecret: 'AppSecret' } as const;

/** A payload older or newer than this is refused by default (our decision: the vendor's page gives no window). */
export const timestampWindowSeconds = 300;

/** An order that is not paid by then is closed and its stock returned (vendor's page 主动下单). */
export const paymentMinutes = 20;

/** `status` of `PUT /orders/{order_id}`, and what the order then shows. */
export const orderStatusOf = {
  1: 'SUCCESS',
  2: 'REFUND',
  3: 'CLOSED',
  4: 'REVOKED',
  5: 'USERPAYING',
  6: 'PAYERROR',
} as const;
export type OrderStatusNumber = keyof typeof orderStatusOf;

/** The same six, by what the merchant says with them. */
export const orderStatusNumbers = {
  paid: 1,
  refunding: 2,
  closed: 3,
  revoked: 4,
  paying: 5,
  paymentFailed: 6,
} as const satisfies Record<string, OrderStatusNumber>;

/** `status` of an order. USERPAYING is also what a new, unpaid order shows; PICKUPCODE one that a pickup code paid for. */
export const orderStatuses = ['SUCCESS', 'REFUND', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR', 'PICKUPCODE'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** `status` of an order's record, shown once the order is paid. */
export const recordStatuses = { cancelled: '订单取消', taken: '已取货', notTaken: '未取货' } as const;
export type RecordStatus = (typeof recordStatuses)[keyof typeof recordStatuses];

/** `status` of a delivery (出货). */
export const deliveryStatuses = {
  underWay: '未取货或正在出货',
  done: '出货完成',
  failed: '出货失败',
  timedOut: '出货超时',
} as const;
export type DeliveryStatus = (typeof deliveryStatuses)[keyof typeof deliveryStatuses];

/** `status` of a pickup code (取货码). */
export const pickupCodeStatuses = ['UNUSED', 'USED', 'EXPIRED', 'UNKNOWN'] as const;
export type PickupCodeStatus = (typeof pickupCodeStatuses)[number];

/** `machine_type`: what stands there. */
export const machineTypes = { vending: 1, amusement: 2, claw: 3, lendLocker: 4, returnLocker: 5, locker: 6 } as const;
export type MachineType = (typeof machineTypes)[keyof typeof machineTypes];

/** The `method` texts of the calls and callbacks that carry one. */
export const methods = {
  dispense: 'device.delivery.put',
  dispensed: 'device.delivery.response',
  orderExpired: 'order.expired',
  restockProduct: 'replenishment.product.id',
  restockCategory: 'replenishment.category.id',
  restockMachine: 'replenishment.machine.all',
  createProductCodes: 'pickup_code.product.id',
  createAllCodes: 'pickup_code.product.all',
  deleteCode: 'pickup_code.delete.id',
  deleteAllCodes: 'pickup_code.delete.all',
  consumeCode: 'event.consume.pickup_code',
} as const;

/** 8 digits on most machines (vendor's page 主动下单); a special merchant may have more. */
export const machineNoPattern = /^\d{8,32}$/;
/** The vendor recommends 20 to 32 characters; what is enforced is our decision. */
export const tradeIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
