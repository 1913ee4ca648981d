/** 菜品标签: what may stand in a detail's `tags`. */
export const tags = {
  gift: '赠送',
  changed: '改价',
  special: '特价',
  return: '退菜',
  discount: '折扣',
  weight: '称重',
  ingredient: '加料',
  cooking: '做法',
} as const;

/** promotion_type_id, 促销活动类型. */
export const promotionTypes = { 1: '特价', 10: '会员价', 11: '会员特价', 24: '秒付买单优惠', 25: '第二份优惠' } as const;

/** product_type_id, 产品类型. */
export const productTypes = { 1: '普通', 2: '称重', 3: '时价', 4: '套餐', 5: '特价', 6: '加料', 7: '做法' } as const;

export interface PaymentType {
  /** payment_type_sn, where the shop has set no code of its own. A custom payment's is `2400` and 12 digits. */
  readonly sn: string;
  readonly name: string;
}

/** payment_type_id, 支付方式, with the codes that hold where the shop has set none. */
export const paymentTypes = {
  1: { sn: '2401', name: '现金' },
  2: { sn: '2402', name: '银行卡' },
  3: { sn: '2403', name: '储值卡' },
  4: { sn: '2404', name: '支付宝' },
  5: { sn: '2405', name: '微信' },
  6: { sn: '2406', name: '代金券' },
  8: { sn: '2408', name: '减免' },
  9: { sn: '2409', name: '赊账' },
  10: { sn: '2410', name: '抹零' },
  11: { sn: '2411', name: '低消差' },
  13: { sn: '2413', name: '服务费' },
  14: { sn: '2400', name: '自定义付款' },
  16: { sn: '2416', name: '积分抵现' },
} as const satisfies Record<number, PaymentType>;

/** A custom payment's payment_type_sn. */
export const customPaymentSn = /^2400\d{12}$/;

/** The rows that a handover and a day end have in each section, at zero too, in their order. */
export const statisticRows = {
  summary: {
    order: '开台数',
    person: '就餐人数',
    avgOfPerson: '人均消费',
    avgOfOrder: '桌均消费',
    turnRate: '翻台率',
    personRate: '上座率',
    bill: '收银单数',
  },
  detail: {
    cash: '现金',
    card: '银行卡',
    tenpay: '微信',
    alipay: '支付宝',
    voucher: '代金券实收',
    debit: '挂单',
    custom: '自定义实收',
    cashierSum: '合计',
  },
  waive: {
    discount: '折扣',
    promotion: '促销优惠',
    waive: '免单',
    point: '积分抵现',
    free: '赠送',
    change: '改价',
    rounding: '抹零',
    unrealVoucher: '代金券虚收',
    unrealCustom: '自定义虚收',
    waiveSum: '合计',
  },
  sale: { goodsSubGroup: '菜品销售', surcharge: '服务费', mincharge: '低消差', tax: '消费税', extra: '不找赎', saleSum: '合计' },
  member: { charge: '充值实收', gift: '充值赠送', realstorevalue: '抵扣实收', giftstorevalue: '抵扣赠送', point: '积分抵现' },
  goods: { expectValue: '合计' },
  waimai: {},
  waimaiGoods: {},
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type StatisticSection = keyof typeof statisticRows;

/** The row of a section that is the sum of its others. */
export const sumRows = { detail: 'cashierSum', waive: 'waiveSum', sale: 'saleSum', goods: 'expectValue' } as const;

/** Channels of take-out orders: Meituan, Eleme. Others are taken. */
export const takeOutChannels = ['MT', 'EL'] as const;
export const payStates = ['PayOffline', 'PayOnline'] as const;
/** Canceled is cancelled; every other state counts as completed. */
export const orderStates = [
  'OrderSubmitted',
  'OrderAcking',
  'ShipAcking',
  'Shipping',
  'Refunding',
  'Completed',
  'Canceled',
] as const;
export const shipTypes = [
  'SelfShip',
  'MeituanJoin',
  'MeituanSelf',
  'MeituanZB',
  'MeituanAgent',
  'MeituanMulti',
  'Fast',
  'AllCity',
  'Unknown',
] as const;
export const pickTypes = ['Normal', 'TakeSelf'] as const;

/** boh_type: what can be asked for. */
export const bohTypes = ['cashier.finish', 'handover.stat', 'dayend.stat', 'waimai.order'] as const;
export type BohType = (typeof bohTypes)[number];
export const isBohType = (text: unknown): text is BohType => bohTypes.some((type) => type === text);
