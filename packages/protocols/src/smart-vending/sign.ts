import { isUtf8 } from 'node:buffer';
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Fields, optionalText, readText } from '../shared/fields.ts';
import { compactJson, jsonMembers } from '../shared/json-text.ts';

/** Larger bodies, or queries, are not read (characters; ours). */
const maxSize = 1_048_576;
/** No message of this wire has so many parameters (ours). */
const maxParams = 1_000;

/** What came: the query of the URL as it was asked for, and the body as its bytes, whatever its Content-Type says. */
export interface Received {
  /** With or without its "?". */
  readonly query?: string | undefined;
  readonly body?: Uint8Array | string | undefined;
  /** Whether a body may also be `a=1&b=2`: the calls about pickup codes. */
  readonly form?: boolean;
}

export interface SignedMessage {
  readonly ok: true;
  /**
   * Query and body together; on a clash the body wins, and of repeated names the last. Texts as they are; numbers as numbers, or as
   * their text where a number would lose digits; objects and arrays parsed. Has no prototype.
   */
  readonly params: Fields;
  /** What is signed, without the key: the characters of objects and arrays as they came. */
  readonly text: string;
  /** The given signature; undefined without one. Its name may be in any letter case. */
  readonly sign: string | undefined;
  /** Whether `sign` is right: over the text, or over the one with objects and arrays compacted. Constant-time; never throws. */
  verify(key: string): boolean;
}

export type ReadMessage = SignedMessage | { readonly ok: false; readonly reason: 'not text' | 'not json' | 'too large' };

/**
 * Reads a request or a push without judging its signature, which needs the key of the clientId that it names:
 * `const message = readSigned({ query, body }); if (message.ok && message.verify(keyOf(message.params.clientId))) …`.
 * What is read is what is signed: both come from the same slice of the body. Never throws.
 */
export function readSigned(received: Received): ReadMessage {
  const given = readSentParts(received);
  return typeof given === 'string' ? { ok: false, reason: given } : messageOf(given);
}

/** Query and body as the parts that are signed, by their names; or why they cannot be read. */
export function readSentParts({
  query = '',
  body = '',
  form = false,
}: Received): ReadonlyMap<string, Sent> | 'not text' | 'not json' | 'too large' {
  if (query.length + body.length > maxSize) return 'too large';
  const text = typeof body === 'string' ? body : decodeText(body);
  if (text === undefined) return 'not text';
  const given = new Map<string, Sent>(pairsOf(query.replace(/^\?/, '')));
  const sent = text.replace(/^\uFEFF/, '').trim();
  if (sent !== '') {
    const members = jsonMembers(sent);
    if (members !== undefined) for (const [name, slice] of members) given.set(name, sentAs(slice));
    else if (form && !/^[[{"]/.test(sent)) for (const [name, value] of pairsOf(sent)) given.set(name, value);
    else return 'not json';
  }
  return given.size > maxParams ? 'too large' : given;
}

/** A value: what is read of it, and the text that is signed; undefined for what is not signed. */
export interface Sent {
  readonly value: unknown;
  readonly signed: string | undefined;
}

function sentAs(slice: string): Sent {
  const value: unknown = JSON.parse(slice);
  if (typeof value === 'string') return { value, signed: value };
  if (typeof value === 'number') return { value: String(value) === slice ? value : slice, signed: slice };
  return { value, signed: value === null ? undefined : slice };
}

export const notSigned = (name: string): boolean => /^sign(_type)?$/i.test(name);

function messageOf(given: ReadonlyMap<string, Sent>): SignedMessage {
  const params: Record<string, unknown> = Object.create(null);
  let sign: string | undefined;
  for (const [name, { value }] of given) {
    params[name] = value;
    if (/^sign$/i.test(name) && typeof value === 'string') sign = value;
  }
  const text = joined(given);
  return {
    ok: true,
    params,
    text,
    sign,
    verify: (key) => fits(text, sign, key) || fits(joined(given, true), sign, key),
  };
}

function joined(given: ReadonlyMap<string, Sent>, compacted = false): string {
  return [...given]
    .filter(([name, { signed }]) => !notSigned(name) && signed !== undefined && signed !== '')
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([name, { value, signed = '' }]) => `${name}=${compacted && typeof value === 'object' ? compactJson(signed) : signed}`)
    .join('&');
}

/** By the bytes of their UTF-8, which for characters beyond U+FFFF is not how JavaScript sorts. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The signature of a text that was read: lower-case hex. */
export const digestOf = (text: string, key: string): string => hash('md5', text + key, 'hex');

function fits(text: string, sign: string | undefined, key: string): boolean {
  if (sign === undefined || key === '' || !/^[0-9a-fA-F]{32}$/.test(sign)) return false;
  return timingSafeEqual(Buffer.from(digestOf(text, key), 'latin1'), Buffer.from(sign.toLowerCase(), 'latin1'));
}

/** The bytes as UTF-8, else as GB18030 (ours: programs of Chinese Windows); undefined when they are neither. */
function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function* pairsOf(text: string): Generator<[name: string, sent: Sent]> {
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    const decoded = decodeUrl(value);
    yield [decodeUrl(name), { value: decoded, signed: decoded }];
  }
}

/** As forms are written: + is a blank. A % that stands for nothing stays. */
function decodeUrl(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  const bytes: number[] = [];
  const plain = Buffer.from(spaced);
  for (let at = 0; at < plain.length; at++) {
    const escaped = plain[at] === 0x25 ? /^[0-9a-fA-F]{2}$/.exec(plain.toString('latin1', at + 1, at + 3))?.[0] : undefined;
    bytes.push(escaped === undefined ? (plain[at] ?? 0) : Number.parseInt(escaped, 16));
    if (escaped !== undefined) at += 2;
  }
  return decodeText(Uint8Array.from(bytes)) ?? spaced;
}

/** A fresh nonce_str. It is no replay guard: programs in the field repeat theirs. */
export const newNonce = (): string => randomBytes(8).toString('hex');

/** The members of an object as they are sent: each serialised once, those that JSON leaves out left out, `sign` too. */
function serialised(params: Fields): Map<string, Sent> {
  const sent = new Map<string, Sent>();
  for (const [name, value] of Object.entries(params)) {
    const slice = /^sign$/i.test(name) ? undefined : JSON.stringify(value);
    if (slice !== undefined) sent.set(name, sentAs(slice));
  }
  return sent;
}

/** The text that is signed, without the key. */
export const signedText = (params: Fields): string => joined(serialised(params));

/** 32 lower-case hex characters over all parameters but `sign` and `sign_type`, empty ones left out. */
export const signParams = (params: Fields, key: string): string => digestOf(signedText(params), key);

/**
 * The parameters with their `sign`, for what is not a message of its own, such as an item of a list. Send it with JSON.stringify.
 * @throws TypeError when a value cannot be JSON (a bigint, a circle).
 */
export function withSign<T extends object>(params: T, key: string): T & { readonly sign: string } {
  return { ...params, sign: signParams(params as Fields, key) };
}

/**
 * The body of a message: the very characters that are signed, compact, and their `sign`.
 * @param query parameters that go with the URL and are signed together with the body.
 * @throws TypeError when a value cannot be JSON.
 */
export function encodeSigned(params: Fields, key: string, query: Fields = {}): string {
  const body = serialised(params);
  const sign = digestOf(joined(new Map([...serialised(query), ...body])), key);
  const slices = [...body].map(([name, sent]) => `${JSON.stringify(name)}:${sliceOf(sent)}`);
  return `{${[...slices, `"sign":"${sign}"`].join(',')}}`;
}

const sliceOf = ({ value, signed }: Sent): string => (typeof value === 'string' ? JSON.stringify(value) : (signed ?? 'null'));

/** A query without a signature of its own, for a POST whose body signs it. What is empty is not sent. */
export function encodeQuery(params: Fields): string {
  const pairs: [string, string][] = [];
  for (const [name, { signed }] of serialised(params)) if (signed !== undefined && signed !== '') pairs.push([name, signed]);
  return new URLSearchParams(pairs).toString();
}

/** A query or form with its signature: `a=1&b=2&sign=…`. */
export const encodeSignedQuery = (params: Fields, key: string): string =>
  `${encodeQuery(params)}&sign=${signParams(params, key)}`;

/** Who a message says it is from, and its nonce under either of its names. */
export interface Sender {
  readonly clientId: string;
  readonly nonce: string;
}

/** @throws FieldError: clientId or nonce_str is missing. */
export function readSender(params: Fields): Sender {
  const clientId = readText(params, 'clientId', { max: 64 });
  const nonce = optionalText(params, 'nonceStr') ?? readText(params, 'nonce_str');
  return { clientId, nonce };
}
