import { decodeBase64Json, encodeBase64Json } from '../shared/base64-json.ts';
import { signPayload, verifySignature } from '../shared/signature.ts';

/** A message's fields as they stand on the wire: texts by convention; on receipt a number or a nested value is borne. */
export type MessageFields = Record<string, unknown>;

export type DecodedMessage =
  | { readonly ok: true; readonly fields: MessageFields }
  | { readonly ok: false; readonly reason: 'not base64' | 'not json' | 'not an object' };

/**
 * An MQTT payload: base64 text of a JSON object of texts with its `sign` (plain form).
 * @param key the merchant's AppId (not the AppKey).
 */
export function encodeMessage(fields: Readonly<Record<string, string>>, key: string): string {
  return encodeBase64Json({ ...fields, sign: signPayload(fields, key) });
}

/** Reads an MQTT payload without judging its signature. Never throws; the caller bounds the size. */
export function decodeMessage(payload: Uint8Array | string): DecodedMessage {
  const text = typeof payload === 'string' ? payload : asText(payload);
  const decoded = decodeBase64Json(text);
  return decoded.ok ? { ok: true, fields: decoded.value } : decoded;
}

/** Whether the message carries its right `sign`. Either canonical form, constant-time, never throws. */
export function verifyMessage(fields: Readonly<MessageFields>, key: string): boolean {
  return verifySignature(fields, fields.sign, key);
}

// latin1, not utf8: base64 is ASCII, and whatever is not becomes a character that base64 refuses.
function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
