import {
  deliveryStatuses,
  deliveryTimeout,
  floorStatuses,
  formatDate,
  formatTime,
  machineTypes,
  type OrderStatus,
  recordStatuses,
  yuan,
} from '@polyvend/protocols/active-order';
import type { Category } from '../../ledger/catalog/list-categories.ts';
import type { Delivery } from '../../ledger/dispensing/get-delivery.ts';
import type { Machine } from '../../ledger/machines/find-machine.ts';
import type { Product, ProductGoods } from '../../ledger/machines/list-products.ts';
import type { Merchant } from '../../ledger/merchants/get-merchant.ts';
import type { OrderChange } from '../../ledger/orders/change-order.ts';
import type { Order, OrderLine } from '../../ledger/orders/get-order.ts';
import type { OrderState } from '../../ledger/orders/order-state.ts';
import type { PickupCode } from '../../ledger/pickup-codes/create-pickup-codes.ts';

// The wire's words for the ledger's things. Zero values are left out afterwards, for all answers alike.

/** `status` of PUT /orders/{order_id}. */
export const changes: Record<string, OrderChange> = {
  '1': 'paid',
  '2': 'refunded',
  '3': 'closed',
  '4': 'revoked',
  '5': 'paying',
  '6': 'payment_failed',
};

const orderStatus: Record<OrderState, OrderStatus> = {
  unpaid: 'USERPAYING',
  paid: 'SUCCESS',
  refunded: 'REFUND',
  closed: 'CLOSED',
  expired: 'CLOSED',
  revoked: 'REVOKED',
  payment_failed: 'PAYERROR',
  fetched: 'PICKUPCODE',
};

const machineType: Record<string, number> = {
  vending: machineTypes.vending,
  amusement: machineTypes.amusement,
  claw: machineTypes.claw,
  lend_locker: machineTypes.lendLocker,
  return_locker: machineTypes.returnLocker,
  locker: machineTypes.locker,
};

const currencies: Record<string, { name: string; symbol: string }> = {
  CNY: { name: '人民币', symbol: '¥' },
  USD: { name: '美元', symbol: '$' },
  EUR: { name: '欧元', symbol: '€' },
  HKD: { name: '港币', symbol: 'HK$' },
};

export function machineOf(machine: Machine, merchant: Merchant): Record<string, unknown> {
  return {
    machine_name: machine.name,
    machine_no: machine.machineNo,
    is_online: machine.online,
    status: machine.operational ? 1 : 0,
    address: machine.address,
    notify_message: machine.announcement,
    lng_lat: place(machine),
    created_at: formatTime(machine.createdAt, merchant.timeZone),
    contact: machine.contact,
    tel: machine.telephone,
  };
}

export function machineDetailOf(
  machine: Machine,
  merchant: Merchant,
  cabinetNames: readonly string[],
  categories: readonly Category[],
): Record<string, unknown> {
  const currency = currencies[merchant.currency] ?? { name: merchant.currency, symbol: merchant.currency };
  return {
    machine_name: machine.name,
    address: machine.address,
    lng_lat: place(machine),
    is_online: machine.online,
    model: { cabinet_names: cabinetNames },
    machine_type: machineType[machine.type] ?? machineTypes.vending,
    cover_image: machine.coverImageUrl,
    categories: categories.map(({ id, title }) => ({ id, title })),
    announcement: machine.announcement,
    merchant: {
      title: merchant.title,
      description: merchant.description,
      logo: merchant.logoUrl,
      status: merchant.status === 'active' ? 1 : 0,
      created_at: formatTime(merchant.createdAt, merchant.timeZone),
    },
    currency: { id: 1, name: currency.name, code: merchant.currency, symbol: currency.symbol },
  };
}

function place({ longitude, latitude }: Machine): string {
  return longitude === null || latitude === null ? '' : `${longitude},${latitude}`;
}

export function productOf(product: Product): Record<string, unknown> {
  const { goods } = product;
  return {
    id: product.productId,
    category: goods?.categoryId == null ? undefined : { id: goods.categoryId, title: goods.categoryTitle },
    good: goods && goodOf(goods, product.priceCents),
    channel: channelOf(product),
    current_inventory: product.forSale,
    inventory: product.capacity,
  };
}

export function floorOf(product: Product): Record<string, unknown> {
  const { goods } = product;
  return {
    floor_status: product.faultCode,
    good: goods && goodOf(goods, product.priceCents),
    channel: channelOf(product),
    current_inventory: product.forSale,
    inventory: product.capacity,
  };
}

function goodOf(goods: ProductGoods, priceCents: number): Record<string, unknown> {
  return {
    name: goods.name,
    description: goods.description,
    thumb: goods.pictureUrl,
    price: yuan(priceCents),
    original_price: yuan(goods.originalPriceCents),
    content: goods.content,
    good_no: goods.number,
    slug: goods.slug,
  };
}

function channelOf(product: Product): Record<string, unknown> {
  return {
    name: product.slotName,
    cabinet_name: product.cabinetName,
    code: product.slotCode,
    x: String(product.x),
    y: String(product.y),
    addr: product.cabinetAddr,
  };
}

export function categoryOf({ id, title, sortOrder, visible }: Category): Record<string, unknown> {
  return { id, title, sort_id: sortOrder, is_visible: visible };
}

export function orderOf(order: Order, timeZone: string): Record<string, unknown> {
  return {
    order_id: order.id,
    trade_id: order.tradeId,
    date: formatDate(order.createdAt, timeZone),
    amount: yuan(order.amountCents),
    status: orderStatus[order.state],
    notify_send_count: order.notified,
    records: order.lines.map((line) => ({
      id: line.id,
      product_id: line.productId,
      quantity: line.quantity,
      price: yuan(line.priceCents),
      status: recordStatus(order.state, line),
      notify_sent: line.notified ? '1' : '0',
    })),
    pickup_code_id: order.pickupCodeId,
  };
}

/** Told only once the order is paid. */
function recordStatus(state: OrderState, line: OrderLine): string | undefined {
  if (state !== 'paid' && state !== 'fetched' && state !== 'refunded') return undefined;
  if (line.dispensed === line.quantity) return recordStatuses.taken;
  return state === 'refunded' || line.returned > 0 ? recordStatuses.cancelled : recordStatuses.notTaken;
}

const deliveryStatus: Record<Delivery['state'], string> = {
  pending: deliveryStatuses.underWay,
  dispensed: deliveryStatuses.done,
  failed: deliveryStatuses.failed,
  'timed-out': deliveryStatuses.timedOut,
};

export function deliveryOf(delivery: Delivery, timeZone: string): Record<string, unknown> {
  return {
    delivery_id: String(delivery.batchId),
    delivered_at: formatTime(delivery.requestedAt, timeZone),
    status: deliveryStatus[delivery.state],
    pickup_at: delivery.dispensedAt && formatTime(delivery.dispensedAt, timeZone),
    fail_reason: delivery.error === '' ? '' : errorText(delivery.error),
  };
}

/** What failed, in the vendor's list of texts where the machine named none. */
export function errorText(error: string, faultCode = floorStatuses.normal as number): string {
  if (error === '') return '';
  if (error === 'time-out' || error === 'not-sent') return deliveryTimeout;
  if (error !== 'failed') return error;
  if (faultCode === floorStatuses.jammed) return 'Goods are Stuck';
  if (faultCode === floorStatuses.noSuchSlot) return 'Slot Invalid';
  if (faultCode === floorStatuses.motorFault) return 'VerMo break';
  return faultCode === floorStatuses.serialTimeout ? 'Slave Comm Error' : 'Feedback Error';
}

export function pickupCodeOf(code: PickupCode, timeZone: string): Record<string, unknown> {
  return {
    id: code.id,
    code: code.code,
    status: 'UNUSED',
    created_at: formatTime(code.createdAt, timeZone),
    expired_at: code.expiresAt && formatTime(code.expiresAt, timeZone),
    quantity: 1,
  };
}
