import { deliverStatuses, type PushFields, payStatuses, type Trade, toSeconds } from '@polyvend/protocols/smart-vending';
import type { Trade as LedgerTrade } from '../../../ledger/sales/trade.ts';
import type { PlatformSettings } from '../integration.ts';
import { cidOf, deliverStatusNames, kindNumbers, locationOf, payNumberOf, refundNumbers } from './values.ts';

/** 1: renminbi, the one currency that the vendor numbers. */
const renminbi = 1;

/** 0 where something has not happened yet. */
const secondsOf = (time: Date | null): number => (time ? toSeconds(time) : 0);

export type UnsignedTrade = Omit<Trade, 'nonce_str' | 'sign'>;

/** §3.2. What is not known is empty, or 0. */
export function tradeItem(trade: LedgerTrade, { payNumbers }: PlatformSettings): UnsignedTrade {
  const created = toSeconds(trade.createdAt);
  return {
    gwId: trade.gatewayNo,
    orderNo: trade.orderNo,
    tradeNo: trade.machineTradeNo,
    deviceId: String(trade.machineId),
    siteId: String(trade.siteId ?? ''),
    lineId: String(trade.lineId ?? ''),
    lineName: trade.lineName,
    locationId: locationOf(trade.cabinetName, trade.slotName),
    assetId: trade.machineNo,
    machineType: kindNumbers[trade.cabinetKind],
    cid: cidOf(trade.machineNo, trade.cabinetName, trade.inMainCabinet),
    goodsId: String(trade.goodsId ?? ''),
    goodsName: trade.goodsName,
    goodsNumber: trade.goodsNumber,
    type: String(trade.categoryId ?? ''),
    typeName: trade.categoryTitle,
    deliverStatus: deliverStatuses[deliverStatusNames[trade.deliverState]].list,
    notice_ts: secondsOf(trade.notifiedAt),
    recv_ts: secondsOf(trade.receivedAt),
    exec_ts: secondsOf(trade.executedAt),
    price: trade.priceCents,
    price_1: trade.originalPriceCents,
    payStatus: payStatuses[trade.payStatus],
    count: trade.quantity,
    cost: trade.priceCents * trade.quantity,
    payTime: secondsOf(trade.paidAt),
    createTime: created,
    traCreateTime: created,
    refundTime: secondsOf(trade.refundedAt),
    refundOrderNo: trade.refundNo,
    refundFee: trade.refundCents,
    refundStatus: refundNumbers[trade.refundState],
    refundTradeNo: trade.refundNo,
    payStyle: String(payNumberOf(trade.payStyle, payNumbers)),
    transaction_id: trade.paymentReference,
    currency: renminbi,
  };
}

/** §3.1: every value a text; tradeNo here is the payment's number. */
export function tradePush(trade: LedgerTrade, settings: PlatformSettings): PushFields<'trade'> {
  const item = tradeItem(trade, settings);
  return {
    // Ours, also of another platform's trade: two platforms may number alike.
    id: String(trade.id),
    assetId: item.assetId,
    orderNo: item.orderNo,
    goodsId: item.goodsId,
    goodsName: item.goodsName,
    goodsNumber: item.goodsNumber,
    locationId: item.locationId,
    price: String(item.price),
    type: item.type,
    typeName: item.typeName,
    payStyle: item.payStyle,
    count: String(item.count),
    payStatus: String(item.payStatus),
    payTime: String(item.payTime),
    cid: item.cid,
    deliverStatus: String(deliverStatuses[deliverStatusNames[trade.deliverState]].push),
    exec_ts: String(item.exec_ts),
    refundStatus: String(item.refundStatus),
    refundFee: String(item.refundFee),
    refundTime: String(item.refundTime),
    tradeNo: item.transaction_id,
    createTime: String(item.createTime),
  };
}
