import { type OrderNotice, type PayMethod, payMethods, payStatuses, refundStatuses } from '@polyvend/protocols/owitho';
import type { ForeignOrder } from '../../../ledger/remote-orders/get-foreign-order.ts';
import { orderViewIdOf } from './order-number.ts';

const methods: Readonly<Record<string, PayMethod>> = {
  alipay: payMethods.alipay,
  'alipay-sound': payMethods.alipay,
  'alipay-barcode': payMethods.alipay,
  wechat: payMethods.wechat,
  'wechat-barcode': payMethods.wechat,
  vip: payMethods.balance,
  points: payMethods.balance,
  card: payMethods.bankCard,
  unionpay: payMethods.bankCard,
  'abc-bank': payMethods.bankCard,
  icbc: payMethods.bankCard,
  cash: payMethods.cash,
};

/** A paid order, as a third party is told of it: units of one slot and price in one row, their prices with the discount taken off. */
export function noticeOf(order: ForeignOrder): OrderNotice {
  const { machineNo, cabinet, originalCents, amountCents, payStyle, createdAt, paidAt, lines } = order;
  return {
    orderViewId: orderViewIdOf(order),
    machineCode: machineNo,
    containerCode: cabinet,
    discountMoney: originalCents - amountCents,
    originAmount: originalCents,
    actualAmount: amountCents,
    payStatus: payStatuses.paid,
    refundStatus: refundStatuses.none,
    orderTime: createdAt,
    payCompleteTime: paidAt ?? createdAt,
    payMethod: methods[payStyle ?? ''] ?? payMethods.other,
    orderDetailList: lines.map(({ goods, slot, quantity, originalPriceCents, priceCents }) => ({
      skuCode: goods,
      slotNum: slot,
      quantity,
      originalPrice: originalPriceCents,
      actualPrice: priceCents,
    })),
  };
}
