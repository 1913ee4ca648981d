import {
  FieldError,
  type Fields,
  isTimeZone,
  optionalInteger,
  optionalText,
  parseTime,
  readText,
} from '@polyvend/protocols/qianhub';
import { Type } from 'typebox';
import { putShop, type ShopDraft } from '../../../ledger/pos/put-shop.ts';
import type { PaymentCode, Shop } from '../../../ledger/pos/shop.ts';
import type { Call, CallRoute } from './call.ts';

const Text = Type.String();
const PaymentCodes = Type.Record(Text, Type.Object({ id: Type.Integer(), sn: Text, name: Text }));

/** Adds or changes a shop by its sn. What is left out stays as it is. */
export const putPosShop: CallRoute = {
  method: 'PUT',
  path: '/pos/shops/:sn',
  needs: 'pos.write',
  schema: {
    summary: 'Add or change a shop, by its sn (门店编码)',
    body: Type.Object({
      shop_name: Text,
      brand_id: Type.Optional(Type.Integer()),
      brand_name: Type.Optional(Text),
      shop_address: Type.Optional(Text),
      shop_contact: Type.Optional(Text),
      time_zone: Type.Optional(Type.String({ description: 'IANA name; the merchant’s unless told' })),
      day_closes_at: Type.Optional(Type.String({ description: 'HH:mm by the shop’s clocks; 00:00 unless told' })),
      business_on: Type.Optional(Type.String({ description: 'YYYY-MM-DD HH:mm:ss' })),
      payment_codes: Type.Optional(PaymentCodes),
    }),
    response: { 200: Type.Object({ shop_id: Type.Integer(), sn: Text, shop_name: Text }) },
  },
  async handle({ ledger, merchantId, path, body, cause, integration }: Call) {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new FieldError('body', 'must be an object');
    const draft = { merchantId, ...readShop(path.sn ?? '', body as Fields, integration.merchant.timeZone) };
    return shopOf(await putShop(ledger, draft, cause));
  },
};

function readShop(sn: string, fields: Fields, merchantZone: string): Omit<ShopDraft, 'merchantId'> {
  const timeZone = optionalText(fields, 'time_zone', { max: 64 });
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw new FieldError('time_zone', 'must be a name such as Asia/Shanghai');
  const businessOn = optionalText(fields, 'business_on', { max: 19 });
  const opened = businessOn === undefined ? undefined : parseTime(businessOn, timeZone ?? merchantZone);
  if (businessOn !== undefined && !opened) throw new FieldError('business_on', 'must be a time such as 2018-07-28 12:00:00');
  return {
    sn: readText({ sn }, 'sn', { max: 64 }),
    name: readText(fields, 'shop_name', { max: 200 }),
    brandId: optionalInteger(fields, 'brand_id', { min: 0 }),
    brandName: optionalText(fields, 'brand_name', { max: 200 }),
    address: optionalText(fields, 'shop_address', { max: 500 }),
    contact: optionalText(fields, 'shop_contact', { max: 200 }),
    timeZone,
    dayClosesAt: optionalText(fields, 'day_closes_at', { pattern: /^([01]\d|2[0-3]):[0-5]\d$/, shape: 'a time such as 05:00' }),
    businessOn: opened,
    paymentCodes: readPaymentCodes(fields.payment_codes),
  };
}

function readPaymentCodes(value: unknown): Record<string, PaymentCode> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new FieldError('payment_codes', 'must be an object');
  const codes = Object.entries(value).map(([style, code]: [string, unknown]): [string, PaymentCode] => {
    const field = `payment_codes.${style}`;
    if (!/^[a-z0-9-]{1,32}$/.test(style)) throw new FieldError('payment_codes', 'has a name that is no pay style');
    if (typeof code !== 'object' || code === null || Array.isArray(code)) throw new FieldError(field, 'must be an object');
    try {
      const fields = code as Fields;
      const [id, sn] = [optionalInteger(fields, 'id', { min: 1 }), readText(fields, 'sn', { max: 32 })];
      if (id === undefined) throw new FieldError('id', 'is required');
      return [style, { id, sn, name: readText(fields, 'name', { max: 64 }) }];
    } catch (error) {
      throw error instanceof FieldError ? new FieldError(`${field}.${error.field}`, error.reason) : error;
    }
  });
  return Object.fromEntries(codes);
}

const shopOf = ({ id, sn, name, brandId, brandName, address, contact, timeZone, dayClosesAt, paymentCodes }: Shop) => ({
  shop_id: id,
  sn,
  shop_name: name,
  brand_id: brandId,
  brand_name: brandName,
  shop_address: address,
  shop_contact: contact,
  time_zone: timeZone,
  day_closes_at: dayClosesAt,
  payment_codes: paymentCodes,
});
