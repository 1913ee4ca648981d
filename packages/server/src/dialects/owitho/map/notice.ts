import { type OrderNotice, type PayMethod, payMethods } from '@polyvend/protocols/owitho';
import type { ChannelOrderDraft } from '../../../ledger/orders/place-channel-order.ts';
import type { PayStyle } from '../../../ledger/sales/pay-style.ts';
import type { Call } from '../calls/call.ts';

const styles: Record<PayMethod, PayStyle> = {
  [payMethods.alipay]: 'alipay',
  [payMethods.wechat]: 'wechat',
  [payMethods.balance]: 'other',
  [payMethods.bankCard]: 'card',
  [payMethods.cash]: 'cash',
  [payMethods.other]: 'other',
};

/** Sums are taken as told, whether they add up or not. Slots are named by their number alone: a container is not looked at. */
export function draftOf(notice: OrderNotice, { merchantId, integration, cause }: Call): ChannelOrderDraft {
  return {
    merchantId,
    integrationId: integration.id,
    channelNo: notice.orderViewId,
    machineNo: notice.machineCode,
    lines: notice.orderDetailList.map(({ slotNum, skuCode, quantity, actualPrice }) => ({
      slotName: slotNum,
      goodsNumber: skuCode,
      quantity,
      priceCents: actualPrice,
    })),
    amountCents: notice.actualAmount,
    payStyle: styles[notice.payMethod],
    paymentReference: '',
    orderedAt: notice.orderTime,
    paidAt: notice.payCompleteTime ?? notice.orderTime,
    cause,
  };
}
