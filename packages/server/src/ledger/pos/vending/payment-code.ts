import type { PayStyle } from '../../sales/pay-style.ts';
import type { PaymentCode, Shop } from '../shop.ts';

/** Codes of payment as cash registers have them, where the shop has set none of its own. */
const cash: PaymentCode = { id: 1, sn: '2401', name: '现金' };
const bankCard: PaymentCode = { id: 2, sn: '2402', name: '银行卡' };
const storedValue: PaymentCode = { id: 3, sn: '2403', name: '储值卡' };
const alipay: PaymentCode = { id: 4, sn: '2404', name: '支付宝' };
const wechat: PaymentCode = { id: 5, sn: '2405', name: '微信' };
const voucher: PaymentCode = { id: 6, sn: '2406', name: '代金券' };
const points: PaymentCode = { id: 16, sn: '2416', name: '积分抵现' };

/** A custom payment (自定义付款): 2400 and twelve digits, which are ours to choose. */
const custom = (number: number, name: string): PaymentCode => ({ id: 14, sn: `2400${String(number).padStart(12, '0')}`, name });

const usual: Readonly<Record<PayStyle, PaymentCode>> = {
  baifubao: custom(1, '百付宝'),
  wechat,
  alipay,
  cash,
  card: bankCard,
  badge: storedValue,
  'pickup-code': voucher,
  game: custom(8, '游戏'),
  'alipay-sound': alipay,
  pos: bankCard,
  'one-card': storedValue,
  'abc-bank': bankCard,
  'wechat-barcode': wechat,
  vip: storedValue,
  bestpay: custom(15, '翼支付'),
  jdpay: custom(16, '京东支付'),
  'style-17': custom(17, '其他支付'),
  'style-18': custom(18, '其他支付'),
  'alipay-barcode': alipay,
  points,
  unionpay: bankCard,
  dragon: bankCard,
  qrcode: custom(23, '扫码支付'),
  icbc: bankCard,
  'one-purse': storedValue,
  'unionpay-reverse': bankCard,
  cvc: storedValue,
  'custom-1': custom(28, '自定义付款一'),
  'custom-2': custom(29, '自定义付款二'),
  other: custom(30, '其他支付'),
};

/** What this shop's bills call a way of paying. */
export function paymentCodeOf({ paymentCodes }: Pick<Shop, 'paymentCodes'>, style: PayStyle): PaymentCode {
  return paymentCodes[style] ?? usual[style];
}

/** The row of a statistic's payments to which a code belongs. */
export function paymentSectionOf(id: number): 'cash' | 'card' | 'tenpay' | 'alipay' | 'voucher' | 'debit' | 'custom' {
  switch (id) {
    case cash.id:
      return 'cash';
    case bankCard.id:
      return 'card';
    case alipay.id:
      return 'alipay';
    case wechat.id:
      return 'tenpay';
    case voucher.id:
      return 'voucher';
    case 9:
      return 'debit';
    default:
      return 'custom';
  }
}
