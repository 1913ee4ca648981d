import { hash, timingSafeEqual } from 'node:crypto';
import { type Decoded, decodeBase64Json, encodeBase64Json } from '../shared/base64-json.ts';
import { type Params, signPayload } from '../shared/signature.ts';

export type { CanonicalForm, CanonicalOrder, Params } from '../shared/signature.ts';
export { canonicalText, signPayload, verifySignature } from '../shared/signature.ts';

/** What a `payload` decoded to. */
export type DecodedPayload = Decoded;

/**
 * The `payload` of every open-API call but the creation of orders: base64 of the JSON object with its `sign`.
 * @param key the merchant's AppKey.
 */
export function encodePayload(params: Params, key: string): string {
  // Through JSON first: what is signed is then what is sent, also for dates, undefined and the like.
  const sent = JSON.parse(JSON.stringify(params)) as Record<string, unknown>;
  return encodeBase64Json({ ...sent, sign: signPayload(sent, key) });
}

/**
 * Reads a `payload` (standard or URL-safe base64, padding optional, white space forgiven) without judging its signature.
 * Numbers that JavaScript would write differently than they were sent (1.50, 3.0, more than 15 digits) come out as their text,
 * so that the signature can still be checked. Never throws.
 */
export function decodePayload(payload: unknown): DecodedPayload {
  return decodeBase64Json(payload);
}

/** `api-key` of a machine that sells by itself: lower-case hex MD5 of machine number + AppKey, nothing between. */
export function machineApiKey(machineNo: string, appKey: string): string {
  return hash('md5', machineNo + appKey, 'hex');
}

/** Whether `given` is the machine's `api-key`; constant-time, either case, never throws. */
export function verifyMachineApiKey(machineNo: string, appKey: string, given: unknown): boolean {
  if (typeof given !== 'string' || !/^[0-9a-fA-F]{32}$/.test(given)) return false;
  return timingSafeEqual(Buffer.from(machineApiKey(machineNo, appKey)), Buffer.from(given.toLowerCase()));
}
