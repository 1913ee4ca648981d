import { type DeliverStatus, fromSeconds, payStatuses, type ReceivedTrade } from '@polyvend/protocols/smart-vending';
import type { ForeignTrade } from '../../../ledger/sales/put-foreign-trades.ts';
import type { DeliverState, PayStatus, RefundState } from '../../../ledger/sales/trade.ts';
import { slotName } from '../../../ledger/upstream/put-foreign-cabinets.ts';
import type { PayNumbers } from '../integration.ts';
import { deliverStatusNames, payStyleOfNumber, refundNumbers } from './values.ts';

const reversed = <K extends string, V>(record: Record<K, V>) =>
  new Map((Object.entries(record) as [K, V][]).map(([key, value]) => [value, key]));

const deliverStates = reversed<DeliverState, DeliverStatus>(deliverStatusNames);
const payStates = reversed<PayStatus, number>(payStatuses);
const refundStates = reversed<RefundState, number>(refundNumbers);

const timeOf = (seconds: number | undefined): Date | null => (seconds === undefined ? null : fromSeconds(seconds));

export interface ToldTrade extends ReceivedTrade {
  machineTradeNo?: string;
}

/** `askedAt`: when it was asked for; undefined for a push. */
export function toldTrade(
  trade: ToldTrade,
  known: { machineId: number; goodsId: number | undefined },
  { payNumbers, askedAt }: { payNumbers: PayNumbers; askedAt: Date | undefined },
): ForeignTrade {
  const refundState = refundStates.get(trade.refundStatus) ?? 'none';
  return {
    upstreamTradeId: trade.id === '' ? null : trade.id,
    askedAt,
    machineId: known.machineId,
    orderNo: trade.orderNo,
    machineTradeNo: trade.machineTradeNo ?? '',
    paymentReference: trade.tradeNo,
    slotName: slotName(trade.cid, trade.locationId),
    cabinetName: trade.cid,
    goodsId: known.goodsId ?? null,
    goodsNumber: trade.goodsNumber,
    goodsName: trade.goodsName,
    categoryId: null,
    categoryTitle: trade.typeName,
    quantity: trade.count,
    priceCents: trade.price,
    originalPriceCents: trade.price,
    payStyle: payStyleOfNumber(trade.payStyle, payNumbers),
    payStatus: payStates.get(trade.payStatus) ?? 'waiting',
    paidAt: timeOf(trade.payTime),
    deliverState: deliverStates.get(trade.deliverStatus) ?? 'pending',
    notifiedAt: null,
    receivedAt: null,
    executedAt: timeOf(trade.executedTime),
    refundState,
    // Platforms send a time with what was never refunded, too.
    refundCents: refundState === 'none' ? 0 : trade.refundFee,
    refundedAt: refundState === 'none' ? null : timeOf(trade.refundTime),
    refundNo: '',
    createdAt: fromSeconds(trade.createTime),
  };
}
