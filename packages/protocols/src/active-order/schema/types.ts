import { Type } from 'typebox';
import { machineNoPattern, tradeIdPattern } from './values.ts';

// Parameters are texts by convention, and real clients send numbers too: both are accepted wherever a text is meant.

/** A parameter that is a text by convention. */
export const text = (description: string) => Type.Union([Type.String({ minLength: 1 }), Type.Number()], { description });

/** A parameter that may also be sent empty, which means not given. */
export const optionalText = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Number()], { description }));

/** A whole number, as text or as number. */
export const integerText = (description: string) =>
  Type.Union([Type.String({ pattern: '^-?\\d{1,16}$' }), Type.Integer()], { description });

export const optionalIntegerText = (description: string) =>
  Type.Optional(Type.Union([Type.String({ pattern: '^(-?\\d{1,16})?$' }), Type.Integer()], { description }));

/** A field of an answer that is left out at its zero value. */
export const mayLack = {
  text: (description: string) => Type.Optional(Type.String({ description })),
  integer: (description: string) => Type.Optional(Type.Integer({ description })),
  flag: (description: string) => Type.Optional(Type.Boolean({ description })),
};

export const MachineNo = Type.Union([Type.String({ pattern: machineNoPattern.source }), Type.Integer({ minimum: 10_000_000 })], {
  description: 'Machine number (设备编号), 8 digits or more',
});

export const TradeId = Type.String({
  pattern: tradeIdPattern.source,
  description: "The merchant's own order number (商户端订单号), unique per merchant: letters, digits, - and _",
});

export const Timestamp = integerText('Unix time in seconds, within the window (300 s by default)');
export const OptionalTimestamp = Type.Optional(Timestamp);

export const NotifyUrl = Type.String({
  pattern: '^https?://',
  maxLength: 2048,
  description: 'Where the result of dispensing is posted (出货结果通知url), http or https',
});

/** What every signed call carries over the wire; the rest is inside. */
export const PayloadEnvelope = Type.Object({
  payload: Type.String({ description: 'base64 of a JSON object with its sign' }),
});

/** `sign` is added by `encodePayload` and checked by `verifySignature`, before a schema is looked at. */
export const Sign = Type.Optional(Type.String({ description: 'Upper-case hex MD5, see sign.ts' }));

/** What most calls about a machine ask for, and nothing else. */
export const MachineParams = Type.Object({ machine_no: MachineNo, timestamp: OptionalTimestamp, sign: Sign });

/** The data of an answer that tells nothing but success. */
export const Nothing = Type.Object({}, { description: 'Empty' });
