import type { ForeignTrade } from '../ledger/sales/put-foreign-trades.ts';

/** A can that was paid for at another platform and dropped, but for what is told otherwise. */
export function foreignTrade(
  trade: Pick<ForeignTrade, 'upstreamTradeId' | 'machineId' | 'createdAt'> & Partial<ForeignTrade>,
): ForeignTrade {
  return {
    orderNo: `order-${trade.upstreamTradeId}`,
    machineTradeNo: '',
    paymentReference: '',
    slotName: 'A1',
    cabinetName: 'A',
    goodsId: null,
    goodsNumber: 'tea',
    goodsName: 'Tea',
    categoryId: null,
    categoryTitle: 'Drinks',
    quantity: 1,
    priceCents: 400,
    originalPriceCents: 500,
    payStyle: 'alipay',
    payStatus: 'paid',
    paidAt: trade.createdAt,
    deliverState: 'dispensed',
    notifiedAt: null,
    receivedAt: null,
    executedAt: trade.createdAt,
    refundState: 'none',
    refundCents: 0,
    refundedAt: null,
    refundNo: '',
    ...trade,
  };
}
