import type { Shop } from '../shop.ts';
import { noCategory } from './booking-lines.ts';
import { paymentCodeOf } from './payment-code.ts';
import type { Sale, SaleAmounts, SaleLine } from './sale.ts';

/** Money in yuan, as cash registers write it. */
export const yuan = (cents: number): number => cents / 100;

/** Promotions of outside channels: what they let the customer off. */
const promotionType = { id: 24, name: '秒付买单优惠' };

/** A bill as a cash register tells it, but for its number and times: `undo_index`, `create_on`, `cashier_on`. */
export function billContent(shop: Shop, sale: Sale, amounts: SaleAmounts) {
  const { goodsCents, surchargeCents, promotionCents, paidCents, shares } = amounts;
  const promotion = promotionCents === 0 ? 0 : -yuan(promotionCents);
  const orderAmount = yuan(goodsCents + surchargeCents);
  return {
    brand_id: shop.brandId,
    brand_name: shop.brandName,
    shop_id: shop.id,
    shop_name: shop.name,
    sn: sale.orderNo,
    bill_id: sale.orderId,
    amount: orderAmount,
    real_amount: yuan(paidCents),
    goods_amount: yuan(goodsCents),
    order_amount: orderAmount,
    paid: yuan(paidCents),
    surcharge: yuan(surchargeCents),
    mincharge: 0,
    discount: 0,
    promotion,
    rounding: 0,
    // The machine is who sells.
    cashier_staff_id: sale.machineId,
    cashier_staff_name: sale.machineName,
    orders: [
      {
        order_id: sale.orderId,
        order_name: sale.machineNo,
        order_sn: sale.orderNo,
        person_count: 1,
        table_id: sale.machineId,
        order_amount: orderAmount,
        goods_amount: yuan(goodsCents),
        surcharge: yuan(surchargeCents),
        mincharge: 0,
        discount: 0,
        promotion,
        voucher: 0,
        details: sale.lines.filter(({ dropped }) => dropped > 0).map((line) => detailOf(sale, line)),
      },
    ],
    payments: shares.flatMap(({ style, givenCents, backCents }) => {
      const { id, sn, name } = paymentCodeOf(shop, style);
      const payment = { payment_type_id: id, payment_type_name: name, payment_type_sn: sn, change: 0, unreal: 0 };
      const back = backCents === 0 ? [] : [{ ...payment, value: -yuan(backCents) }];
      return [{ ...payment, value: yuan(givenCents) }, ...back];
    }),
    promotions:
      promotionCents === 0
        ? []
        : [
            {
              promotion_id: promotionType.id,
              promotion_name: sale.channel ?? promotionType.name,
              promotion_type_id: promotionType.id,
              promotion_type_name: promotionType.name,
              value: promotion,
            },
          ],
    discounts: [],
  };
}

function detailOf(sale: Sale, line: SaleLine) {
  const category = line.categoryTitle || noCategory;
  const { dropped, standing, priceCents, originalPriceCents } = line;
  return {
    detail_id: line.lineId,
    goods: {
      goods_id: line.goodsId,
      goods_name: line.goodsName,
      goods_sn: line.goodsNumber,
      product_type_id: 1,
      product_type_name: '普通',
      goods_group_id: line.categoryId,
      goods_group_name: category,
      goods_group_sn: String(line.categoryId),
      goods_subgroup_id: line.categoryId,
      goods_subgroup_name: category,
      goods_subgroup_sn: String(line.categoryId),
      unit_type_id: 1,
      unit_type_name: line.unit || '份',
    },
    tags: [...(priceCents < originalPriceCents ? ['special'] : []), ...(standing < dropped ? ['return'] : [])],
    origin_price: yuan(Math.max(priceCents, originalPriceCents)),
    current_price: yuan(priceCents),
    real_amount: yuan(standing * priceCents),
    quantity: dropped,
    void_quantity: dropped - standing,
    weight: 1,
    staff_id: sale.machineId,
    staff_name: sale.machineName,
    remark: null,
    children: [],
  };
}
