import { yuan } from './bill-document.ts';
import type { Sale, SaleAmounts, SaleLine } from './sale.ts';

/** An order of an outside channel as a take-out order, fetched at the machine. `createOn` by the shop's clocks. */
export function takeOutDocument(sale: Sale, amounts: SaleAmounts, createOn: string) {
  const { goodsCents, promotionCents, paidCents } = amounts;
  const cancelled = isCancelled(sale);
  const given = amounts.shares.reduce((sum, { givenCents }) => sum + givenCents, 0);
  const droppedAny = sale.lines.some(({ dropped }) => dropped > 0);
  // What nothing came of is told as it was asked for.
  const quantityOf = (line: SaleLine) => (droppedAny ? line.dropped : line.asked);
  const asked = sale.lines.reduce((sum, line) => sum + quantityOf(line) * line.priceCents, 0);
  const goods = cancelled ? asked : goodsCents;
  const paid = cancelled ? (droppedAny ? given : sale.payments.reduce((sum, one) => sum + one.amountCents, 0)) : paidCents;
  return {
    order: sale.orderId,
    sn: sale.orderNo,
    channel: sale.channel ?? '',
    channelOrder: sale.orderNo,
    isPrepared: droppedAny,
    amount: yuan(paid),
    guest: { name: '', address: '', phone: '', count: -1 },
    payState: 'PayOnline',
    orderState: cancelled ? 'Canceled' : 'Completed',
    shipType: 'Unknown',
    details: sale.lines
      .filter((line) => quantityOf(line) > 0)
      .map((line) => ({
        id: line.lineId,
        order: sale.orderId,
        partnerGoods: line.goodsId,
        partnerGoodsName: line.goodsName,
        partnerGoodsSN: line.goodsNumber,
        channelGoods: line.goodsNumber,
        channelGoodsName: line.goodsName,
        unitName: line.unit || '份',
        price: yuan(line.priceCents),
        quantity: quantityOf(line),
        boxPrice: 0,
        boxQuantity: 0,
        bagName: '',
        createon: createOn,
      })),
    promotions: [],
    extra: {
      goodsAmount: yuan(goods),
      boxAmount: 0,
      pickType: 'TakeSelf',
      channelShare: 0,
      channelPromotion: 0,
      partnerReceive: yuan(paidCents),
      partnerPromotion: yuan(promotionCents),
      partnerShipFee: 0,
      onlinePaid: yuan(paid),
      shipFee: 0,
      hasInvoice: false,
      partner: null,
      partnerMch: null,
      channelMch: null,
    },
    createon: createOn,
  };
}

/** All of it was given back. */
export function isCancelled({ lines }: Pick<Sale, 'lines'>): boolean {
  return lines.some(({ refunded }) => refunded) && lines.every(({ standing }) => standing === 0);
}
