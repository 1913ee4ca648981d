import { isUtf8 } from 'node:buffer';
import { hash, randomInt, timingSafeEqual } from 'node:crypto';
import { stringForm } from '../shared/fields.ts';
import { jsonMembers } from '../shared/json-text.ts';
import type { TokenParams } from './schema/tokens.ts';
import { saltRange, utcWindowMs } from './schema/values.ts';

/** Of a request no more signatures are looked at, and against no more tokens, than this: its cost has a bound. */
export const maxSignatures = 16;

/** Salt and utc are signed in the form in which they are sent, number or text. */
interface Stamp {
  readonly appId: string;
  readonly salt: number | string;
  readonly utc: number | string;
}

const md5 = (text: string) => hash('md5', text, 'hex');

/** The signature of `/getAccessToken`: lower-case hex MD5. */
export const signTokenRequest = ({ appId, salt, utc }: Stamp, secretKey: string): string =>
  md5(`appId=${appId}&salt=${salt}&utc=${utc}&secretKey=${secretKey}`);

/** The signature of every other call: lower-case hex MD5. @param data the text exactly as it is sent. */
export const signCall = ({ appId, salt, utc }: Stamp, data: string, accessToken: string): string =>
  md5(`appId=${appId}&accessToken=${accessToken}&data=${data}&salt=${salt}&utc=${utc}`);

export const newSalt = (): number => randomInt(saltRange.least, saltRange.most + 1);

/**
 * Whether a salt is in range. To be asked before the signature: that salt and utc are digits alone is what keeps the signed text
 * from being read in two ways.
 */
export const isSalt = (salt: string): boolean => /^[1-9]\d{3}$/.test(salt);

/** Whether `utc` (ms) is within the window around `now`. */
export const isUtcNear = (utc: string, now: Date, windowMs = utcWindowMs): boolean =>
  /^\d{1,16}$/.test(utc) && Math.abs(Number(utc) - now.getTime()) <= windowMs;

const signatureForm = /^[0-9a-f]{32}$/i;

/** Constant-time in the signature, which may be of either case. */
function fits(given: string, expected: string): boolean {
  return signatureForm.test(given) && timingSafeEqual(Buffer.from(given.toLowerCase()), Buffer.from(expected));
}

/** Whether a query of `/getAccessToken` is signed with the app's secret key. Never throws. */
export const verifyTokenRequest = (query: TokenParams, secretKey: string): boolean =>
  fits(query.signature, signTokenRequest(query, secretKey));

/** The query of `/getAccessToken`, whatever was sent: what is missing or no text is ''. */
export function readTokenRequest(query: Readonly<Record<string, unknown>>): TokenParams {
  const text = (field: string) => (Object.hasOwn(query, field) ? (stringForm(query[field]) ?? '') : '');
  return { appId: text('appId'), salt: text('salt'), utc: text('utc'), signature: text('signature') };
}

/** The query of `/getAccessToken`, signed. */
export function tokenRequest(options: { appId: string; secretKey: string; salt?: number; utc: number }): TokenParams {
  const { appId, secretKey, salt = newSalt(), utc } = options;
  const stamp = { appId, salt: String(salt), utc: String(utc) };
  return { ...stamp, signature: signTokenRequest(stamp, secretKey) };
}

export interface EnvelopeOptions {
  readonly appId: string;
  /** The tokens to sign with, the newest first; no more than 16 are used. */
  readonly tokens: readonly string[];
  /** Signs in the token's place when there is none. */
  readonly secretKey?: string;
  /** Random unless told. */
  readonly salt?: number;
  /** Now, in ms. */
  readonly utc: number;
}

/**
 * The body of a signed call.
 * @param data the JSON text to be sent, or an object, which becomes one without spaces and newlines.
 * @throws RangeError when there is nothing to sign with.
 */
export function encodeEnvelope(data: string | object, options: EnvelopeOptions): string {
  const { appId, tokens, secretKey, salt = newSalt(), utc } = options;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const keys = tokens.length > 0 ? tokens.slice(0, maxSignatures) : secretKey === undefined ? [] : [secretKey];
  if (keys.length === 0) throw new RangeError('There is neither a token nor a secret key to sign with');
  const signatures = keys.map((key) => signCall({ appId, salt, utc }, text, key));
  return JSON.stringify({ appId, salt, utc, signatures, data: text });
}

/** A request before its signature is judged: every value the text that was sent, '' for what is missing. */
export interface Envelope {
  readonly appId: string;
  readonly salt: string;
  readonly utc: string;
  /** Not parsed: see parseData and the readers, once the signature fits. */
  readonly data: string;
  readonly signatures: readonly string[];
}

export type ReadEnvelope =
  | { readonly ok: true; readonly envelope: Envelope }
  /** `reason` reads as a sentence, for 40000. */
  | { readonly ok: false; readonly reason: string };

/**
 * Reads the body of a signed call and leaves its data a text. Signatures are taken from `signatures` and from `signature`, each a
 * list or a single text (the vendor's examples have both). Salt, utc and appId may be numbers or texts, data may be an object: its
 * text is then what stands in the body. Never throws.
 */
export function readEnvelope(body: Uint8Array | string): ReadEnvelope {
  if (typeof body !== 'string' && !isUtf8(body)) return { ok: false, reason: 'The body must be JSON in UTF-8' };
  const sent = typeof body === 'string' ? body : new TextDecoder().decode(body);
  let value: unknown;
  try {
    value = JSON.parse(sent);
  } catch {
    return { ok: false, reason: 'The body must be JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, reason: 'The body must be a JSON object' };
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const field = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const given = field('data');
  // An object instead of its text: what was signed can only be the characters that stand there.
  const data = typeof given === 'object' && given !== null ? jsonMembers(sent)?.get('data') : given;
  if (typeof data !== 'string') return { ok: false, reason: 'data must be a text: the JSON of the call’s parameters' };
  if (!data.isWellFormed()) return { ok: false, reason: 'data has characters that are no text' };
  const text = (name: string) => stringForm(field(name)) ?? '';
  const signatures = [...listOf(field('signatures')), ...listOf(field('signature'))].slice(0, maxSignatures);
  return { ok: true, envelope: { appId: text('appId'), salt: text('salt'), utc: text('utc'), data, signatures } };
}

function listOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value.slice(0, maxSignatures) : [value];
  return list.filter((item) => typeof item === 'string');
}

/**
 * Whether any signature fits any of the tokens (or secret keys: the caller says what may sign). Constant-time, no more than
 * 16 signatures and 16 tokens; never throws.
 */
export function verifyEnvelope(envelope: Envelope, tokens: readonly string[]): boolean {
  const given = envelope.signatures.slice(0, maxSignatures);
  let found = false;
  for (const token of tokens.slice(0, maxSignatures)) {
    const expected = signCall(envelope, envelope.data, token);
    for (const signature of given) found = fits(signature, expected) || found;
  }
  return found;
}
