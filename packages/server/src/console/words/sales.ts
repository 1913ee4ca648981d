import type { SalesDimension } from '../../ledger/sales/sales-dimension.ts';
import type { DeliverState, RefundState } from '../../ledger/sales/trade.ts';
import { type WordLanguage, wordPayStyle } from './pay-styles.ts';

/** The heads of the tables of sales, and the words in them; in the page, and in what is exported from it. */
export const salesWords = {
  en: {
    day: 'Day',
    hour: 'Hour',
    'hour-of-day': 'Time of day',
    month: 'Month',
    machine: 'Machine',
    site: 'Site',
    line: 'Line',
    area: 'Area',
    goods: 'Goods',
    category: 'Category',
    'pay-style': 'Pay style',
    channel: 'Channel',
    machineNo: 'Machine no.',
    siteNo: 'Site no.',
    goodsNo: 'Goods no.',
    units: 'Units',
    gross: 'Gross',
    refunds: 'Refunds (of what dropped)',
    net: 'Net',
    mean: 'Mean price',
    total: 'Total',
    noSite: 'No site',
    noLine: 'No line',
    noArea: 'No area',
    noCategory: 'No category',
    noGoods: 'No good known',
    machineItself: 'The machine itself',
    unnamed: 'Without a name',
    time: 'Time',
    order: 'Order no.',
    slot: 'Slot',
    quantity: 'Quantity',
    price: 'Price',
    amount: 'Amount',
    delivery: 'Delivery',
    refund: 'Refund',
    refunded: 'Refunded',
    'deliver-pending': 'under way',
    'deliver-dispensed': 'dispensed',
    'deliver-sold-out': 'sold out',
    'deliver-failed': 'failed',
    'refund-none': '',
    'refund-refunding': 'being refunded',
    'refund-refunded': 'refunded',
    'refund-failed': 'refund failed',
    refill: 'Refill',
    since: 'Since',
    settledAt: 'Refilled at',
    filled: 'Filled',
    byStyle: 'By pay style',
    ...{ 'file-sales': 'sales', 'file-trades': 'trades', 'file-settlements': 'settlements' },
  },
  zh: {
    day: '日期',
    hour: '小时',
    'hour-of-day': '时段',
    month: '月份',
    machine: '机器',
    site: '点位',
    line: '线路',
    area: '区域',
    goods: '商品',
    category: '分类',
    'pay-style': '支付方式',
    channel: '渠道',
    machineNo: '机器编号',
    siteNo: '点位编号',
    goodsNo: '商品编号',
    units: '销量',
    gross: '销售额',
    refunds: '退款（已出货）',
    net: '净额',
    mean: '均价',
    total: '合计',
    noSite: '未设点位',
    noLine: '未设线路',
    noArea: '未设区域',
    noCategory: '未分类',
    noGoods: '未知商品',
    machineItself: '机器直接销售',
    unnamed: '未命名',
    time: '时间',
    order: '订单号',
    slot: '货道',
    quantity: '数量',
    price: '单价',
    amount: '金额',
    delivery: '出货',
    refund: '退款状态',
    refunded: '已退金额',
    'deliver-pending': '进行中',
    'deliver-dispensed': '已出货',
    'deliver-sold-out': '售罄',
    'deliver-failed': '失败',
    'refund-none': '',
    'refund-refunding': '退款中',
    'refund-refunded': '已退款',
    'refund-failed': '退款失败',
    refill: '补货单',
    since: '起始',
    settledAt: '补货时间',
    filled: '补货数量',
    byStyle: '按支付方式',
    ...{ 'file-sales': '销售', 'file-trades': '交易明细', 'file-settlements': '结算' },
  },
} as const satisfies Record<WordLanguage, Record<string, string>>;

/** What a row of a sum is called: the name of the thing, a pay style's word, or that there is none. */
export function nameSales(dimension: SalesDimension, row: { key: string; name: string }, language: WordLanguage): string {
  const words = salesWords[language];
  if (dimension === 'pay-style') return wordPayStyle(row.key, language);
  if (row.name !== '') return row.name;
  const none: Partial<Record<SalesDimension, string>> = {
    site: words.noSite,
    line: words.noLine,
    area: words.noArea,
    category: words.noCategory,
    channel: words.machineItself,
  };
  if (dimension === 'goods' && (row.key === '' || row.key.startsWith('#'))) return words.noGoods;
  return (row.key === '' ? none[dimension] : undefined) ?? words.unnamed;
}

/** The head of the column of numbers, of those that have one. */
export function codeHead(dimension: SalesDimension, language: WordLanguage): string | undefined {
  const words = salesWords[language];
  return { machine: words.machineNo, site: words.siteNo, goods: words.goodsNo }[dimension as string];
}

/** `sales 2025-06-01 2025-06-30 day`; without its ending. */
export const wordFile = (
  what: 'sales' | 'trades' | 'settlements',
  parts: readonly (string | undefined)[],
  language: WordLanguage,
): string => [salesWords[language][`file-${what}`], ...parts].filter(Boolean).join(' ');

export const wordDelivery = (state: DeliverState, language: WordLanguage): string => salesWords[language][`deliver-${state}`];
export const wordRefund = (state: RefundState, language: WordLanguage): string => salesWords[language][`refund-${state}`];

/** `WeChat Pay 12.00 (4), Cash 3.00 (1)` */
export function wordStyles(
  sales: readonly { payStyle: string; units: number; amountCents: number }[],
  money: (cents: number) => string,
  language: WordLanguage,
): string {
  return sales
    .map(({ payStyle, units, amountCents }) => `${wordPayStyle(payStyle, language)} ${money(amountCents)} (${units})`)
    .join(', ');
}
