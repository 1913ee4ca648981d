/** How a trade was paid. Their order is that of the numbers which the field gives them, from 1. */
export const payStyles = [
  'baifubao',
  'wechat',
  'alipay',
  'cash',
  'card',
  'badge',
  'pickup-code',
  'game',
  'alipay-sound',
  'pos',
  'one-card',
  'abc-bank',
  'wechat-barcode',
  'vip',
  'bestpay',
  'jdpay',
  'style-17',
  'style-18',
  'alipay-barcode',
  'points',
  'unionpay',
  'dragon',
  'qrcode',
  'icbc',
  'one-purse',
  'unionpay-reverse',
  'cvc',
  'custom-1',
  'custom-2',
  'other',
] as const;

export type PayStyle = (typeof payStyles)[number];

/** Paid at the machine itself: every style is on one side, so that all = online + offline. */
const offline: ReadonlySet<PayStyle> = new Set<PayStyle>(['cash', 'card', 'badge', 'pickup-code', 'game', 'pos', 'one-card']);

export function payStyleSide(style: PayStyle): 'online' | 'offline' {
  return offline.has(style) ? 'offline' : 'online';
}

export function isPayStyle(value: unknown): value is PayStyle {
  return payStyles.some((style) => style === value);
}

/** How orders are paid that come through an integration: its setting `payStyle`, `qrcode` where it has none. */
export function payStyleOf({ settings }: { settings: Readonly<Record<string, unknown>> }): PayStyle {
  return isPayStyle(settings.payStyle) ? settings.payStyle : 'qrcode';
}
