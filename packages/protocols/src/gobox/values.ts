// Source of every path and field: the interface document 无人售货机订单导入 (goBox → C8). What it leaves open is marked (ours).

/** `status` of an order (交易状态). */
export const orderStatuses = {
  100: '支付成功',
  101: '等待支付',
  102: '等待退款',
  103: '退款成功',
  104: '退款失败',
  105: '交易关闭',
  107: '支付失败',
  109: '交易异常',
  110: '重新退款',
} as const;
export type OrderStatus = keyof typeof orderStatuses;

/** The same, by what they mean. */
export const statusOf = {
  paid: 100,
  waitingForPayment: 101,
  waitingForRefund: 102,
  refunded: 103,
  refundFailed: 104,
  closed: 105,
  paymentFailed: 107,
  abnormal: 109,
  refundAgain: 110,
} as const satisfies Record<string, OrderStatus>;

export function isOrderStatus(value: number): value is OrderStatus {
  return Object.hasOwn(orderStatuses, value);
}

/** The header that bears every token. HTTP compares header names without case. */
export const tokenHeader = 'Token';

/** Lists answer so many rows unless told, and at most so many (ours). */
export const pageSize = { standard: 25, most: 500 } as const;

/** A download covers at most a week (document, 2.9). */
export const longestRangeDays = 7;

/** What stands in place of a secret that is not shown (ours). */
export const masked = '***';

/** `action` of the calls that have one. */
export const actions = { download: 'get_orders', list: 'trade_view', import: 'import', reset: 'init_order' } as const;
