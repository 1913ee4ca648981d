export interface PayStyleWords {
  /** What the seed calls it. */
  readonly chinese: string;
  /** Before Count and Amount in the statistic (§5.1). */
  readonly statistic: StatisticStyle;
  /** `name` of paySales in a refill (§8.1). */
  readonly refill: RefillStyle;
  /** `outline` is the vendor's word for offline. */
  readonly side: 'online' | 'outline';
}

/** The prefixes of the statistic. */
export const statisticStyles = [
  'wechat',
  'alipay',
  'cash',
  'game',
  'baifubao',
  'alipaySoundWave',
  'swingCard',
  'posMachine',
  'oneCardsolution',
  'agriculturalBank',
  'vipPay',
  'bestPay',
  'jdpay',
  'wechatBarcode',
  'alipayBarcode',
  'other',
] as const;
export type StatisticStyle = (typeof statisticStyles)[number];

/** The names of paySales, besides {@link refillSums}. */
export const refillStyles = [
  'wechat',
  'alipay',
  'baifubao',
  'alipaySoundWave',
  'swingCard',
  'pos',
  'oneCardsolution',
  'agriculturalBank',
  'game',
  'vipPay',
  'bestPay',
  'jdpay',
  'wechatBarcode',
  'alipayBarcode',
  'other',
  'unionPay',
  'qrcodepay',
  'icbcpay',
  'dragon',
  'onePurse',
  'unionReversepay',
  'cvcpay',
  'customPayOne',
  'customPayTwo',
  'cash',
] as const;
export type RefillStyle = (typeof refillStyles)[number];

/** Always there in paySales, sales or not; cashless = total − cash. */
export const refillSums = ['total', 'cash', 'cashless'] as const;
export type PaySaleName = RefillStyle | (typeof refillSums)[number];

/**
 * payStyle (支付方式) by its number, and where it counts. 17 and 18 are in the vendor's numbering without a name. Numbers beyond 27 are
 * configured per integration: see {@link otherPayStyles}.
 */
export const payStyles = {
  1: { chinese: '百付宝', statistic: 'baifubao', refill: 'baifubao', side: 'online' },
  2: { chinese: '微信', statistic: 'wechat', refill: 'wechat', side: 'online' },
  3: { chinese: '支付宝', statistic: 'alipay', refill: 'alipay', side: 'online' },
  4: { chinese: '现金', statistic: 'cash', refill: 'cash', side: 'outline' },
  5: { chinese: '刷卡', statistic: 'swingCard', refill: 'swingCard', side: 'outline' },
  6: { chinese: '扫胸牌', statistic: 'other', refill: 'other', side: 'outline' },
  7: { chinese: '取货码', statistic: 'other', refill: 'other', side: 'outline' },
  8: { chinese: '游戏', statistic: 'game', refill: 'game', side: 'outline' },
  9: { chinese: '声波', statistic: 'alipaySoundWave', refill: 'alipaySoundWave', side: 'online' },
  10: { chinese: 'POS 机', statistic: 'posMachine', refill: 'pos', side: 'outline' },
  11: { chinese: '一卡通', statistic: 'oneCardsolution', refill: 'oneCardsolution', side: 'outline' },
  12: { chinese: '农行掌银', statistic: 'agriculturalBank', refill: 'agriculturalBank', side: 'online' },
  13: { chinese: '微信反扫', statistic: 'wechatBarcode', refill: 'wechatBarcode', side: 'online' },
  14: { chinese: '会员支付', statistic: 'vipPay', refill: 'vipPay', side: 'online' },
  15: { chinese: '翼支付', statistic: 'bestPay', refill: 'bestPay', side: 'online' },
  16: { chinese: '京东支付', statistic: 'jdpay', refill: 'jdpay', side: 'online' },
  17: { chinese: '', statistic: 'other', refill: 'other', side: 'online' },
  18: { chinese: '', statistic: 'other', refill: 'other', side: 'online' },
  19: { chinese: '支付宝反扫', statistic: 'alipayBarcode', refill: 'alipayBarcode', side: 'online' },
  20: { chinese: '积分兑换', statistic: 'other', refill: 'other', side: 'online' },
  21: { chinese: '银联支付', statistic: 'other', refill: 'unionPay', side: 'online' },
  22: { chinese: '龙支付', statistic: 'other', refill: 'dragon', side: 'online' },
  23: { chinese: '扫码支付', statistic: 'other', refill: 'qrcodepay', side: 'online' },
  24: { chinese: '融 e 联', statistic: 'other', refill: 'icbcpay', side: 'online' },
  25: { chinese: '壹钱包', statistic: 'other', refill: 'onePurse', side: 'online' },
  26: { chinese: '银联反扫', statistic: 'other', refill: 'unionReversepay', side: 'online' },
  27: { chinese: '盒马反扫', statistic: 'other', refill: 'cvcpay', side: 'online' },
} as const satisfies Record<number, PayStyleWords>;
export type PayStyleNumber = keyof typeof payStyles;

/** The styles whose numbers an integration configures, and (`other`) whatever else has no number of the vendor's. */
export const otherPayStyles = {
  customPayOne: { chinese: '自定义支付方式 1', statistic: 'other', refill: 'customPayOne', side: 'online' },
  customPayTwo: { chinese: '自定义支付方式 2', statistic: 'other', refill: 'customPayTwo', side: 'online' },
  other: { chinese: '其他支付', statistic: 'other', refill: 'other', side: 'online' },
} as const satisfies Record<string, PayStyleWords>;

/** The numbers that more than one place needs to know. */
export const payStyleNumbers = { wechat: 2, alipay: 3, cash: 4, pickupCode: 7, prize: 8 } as const;

/** The words of a number; undefined for one that the vendor does not know. */
export function payStyleOf(number: number): PayStyleWords | undefined {
  return Object.hasOwn(payStyles, number) ? payStyles[number as PayStyleNumber] : undefined;
}
