import type { PayStyle } from '../../ledger/sales/pay-style.ts';

export type WordLanguage = 'en' | 'zh';

/** What pay styles are called; in the page, and in what is exported from it. */
export const payStyleWords: Readonly<Record<PayStyle, readonly [en: string, zh: string]>> = {
  baifubao: ['Baidu Wallet', '百度钱包'],
  wechat: ['WeChat Pay', '微信支付'],
  alipay: ['Alipay', '支付宝'],
  cash: ['Cash', '现金'],
  card: ['Card', '刷卡'],
  badge: ['Staff badge', '工卡'],
  'pickup-code': ['Pickup code', '取货码'],
  game: ['Game', '游戏'],
  'alipay-sound': ['Alipay, by sound', '支付宝声波'],
  pos: ['POS terminal', 'POS 机'],
  'one-card': ['Campus card', '一卡通'],
  'abc-bank': ['Agricultural Bank', '农业银行'],
  'wechat-barcode': ['WeChat barcode', '微信付款码'],
  vip: ['Member account', '会员账户'],
  bestpay: ['BestPay', '翼支付'],
  jdpay: ['JD Pay', '京东支付'],
  'style-17': ['Style 17', '方式 17'],
  'style-18': ['Style 18', '方式 18'],
  'alipay-barcode': ['Alipay barcode', '支付宝付款码'],
  points: ['Points', '积分'],
  unionpay: ['UnionPay', '银联'],
  dragon: ['Dragon Pay', '龙支付'],
  qrcode: ['QR code', '扫码支付'],
  icbc: ['ICBC', '工商银行'],
  'one-purse': ['1Qianbao', '壹钱包'],
  'unionpay-reverse': ['UnionPay barcode', '银联付款码'],
  cvc: ['CVC', 'CVC'],
  'custom-1': ['Custom 1', '自定义 1'],
  'custom-2': ['Custom 2', '自定义 2'],
  other: ['Other', '其他'],
};

export function wordPayStyle(style: string, language: WordLanguage): string {
  const words = (payStyleWords as Readonly<Record<string, readonly [string, string] | undefined>>)[style];
  return words?.[language === 'en' ? 0 : 1] ?? style;
}
