import { yuan } from '../shared/money.ts';
import type { Bill, Detail } from './schema/bill.ts';
import {
  type BohType,
  customPaymentSn,
  paymentTypes,
  productTypes,
  promotionTypes,
  sumRows,
  tags,
} from './schema/dictionaries.ts';
import type { Handover, StatisticRow } from './schema/statistic.ts';
import { fenOf } from './schema/values.ts';

const rounding = 10;

/** What is odd about a record that is well formed: sums that disagree, values that are in no dictionary. None is a reason to refuse it. */
export function findDoubts(bohType: BohType, json: object): string[] {
  if (bohType === 'cashier.finish') return doubtsOfBill(json as Bill);
  return bohType === 'waimai.order' ? [] : doubtsOfStatistic(json as Handover);
}

function doubtsOfBill(bill: Bill): string[] {
  const { orders, payments, promotions, discounts } = bill;
  // 抹零 is written among the payments, and belongs to the receivable.
  const paid = payments.filter(({ payment_type_id }) => payment_type_id !== rounding);
  return [
    ...disagree(
      'json.paid',
      bill.paid,
      'payments',
      sumOf(paid, ({ value, change }) => fenOf(value) - fenOf(change)),
    ),
    ...disagree(
      'json.order_amount',
      bill.order_amount,
      'orders',
      sumOf(orders, (order) => fenOf(order.order_amount)),
    ),
    ...disagree(
      'json.goods_amount',
      bill.goods_amount,
      'orders',
      sumOf(orders, (order) => fenOf(order.goods_amount)),
    ),
    ...disagree(
      'json.promotion',
      bill.promotion,
      'promotions',
      sumOf(promotions, ({ value }) => fenOf(value)),
    ),
    ...disagree(
      'json.discount',
      bill.discount,
      'discounts',
      sumOf(discounts, ({ value }) => fenOf(value)),
    ),
    ...payments.flatMap(({ payment_type_id: id, payment_type_sn: sn }, n) =>
      id in paymentTypes || customPaymentSn.test(sn) ? [] : [`json.payments[${n}].payment_type_id ${id} is in no dictionary`],
    ),
    ...promotions.flatMap(({ promotion_type_id: id }, n) =>
      id in promotionTypes ? [] : [`json.promotions[${n}].promotion_type_id ${id} is in no dictionary`],
    ),
    ...orders.flatMap(({ details }, n) => doubtsOfDetails(details, `json.orders[${n}].details`)),
  ];
}

function doubtsOfDetails(details: readonly Detail[], at: string): string[] {
  return details.flatMap((detail, n) => [
    ...detail.tags.flatMap((tag) => (Object.hasOwn(tags, tag) ? [] : [`${at}[${n}].tags: ${tag} is in no dictionary`])),
    ...(detail.goods.product_type_id in productTypes
      ? []
      : [`${at}[${n}].goods.product_type_id ${detail.goods.product_type_id} is in no dictionary`]),
    ...doubtsOfDetails(detail.children, `${at}[${n}].children`),
  ]);
}

function doubtsOfStatistic(json: Handover): string[] {
  return (Object.keys(sumRows) as (keyof typeof sumRows)[]).flatMap((section) => {
    const sum = json[section].find(({ key }) => key === sumRows[section]);
    const others = json[section].filter((row) => row !== sum);
    return sum ? disagree(`json.${section}: ${sum.key}`, sum.amount, 'rows above', sumOf(others, amountOf)) : [];
  });
}

const amountOf = ({ amount }: StatisticRow): number => fenOf(amount);

function sumOf<T>(items: readonly T[], fen: (item: T) => number): number {
  return items.reduce((sum, item) => sum + fen(item), 0);
}

function disagree(field: string, told: number, parts: string, made: number): string[] {
  return fenOf(told) === made ? [] : [`${field} is ${yuan(fenOf(told))}, the ${parts} make ${yuan(made)}`];
}
