import { hash, hmac as hmacOf } from './digests.ts';

/**
 * What is wrong, or worth knowing, with a signed request. A code of these is worded by whoever shows it; `data` tells which field, how long, and
 * the like, and never a secret.
 */
export const findingCodes = [
  'header.missing',
  'app.missing',
  'app.other',
  'secret.missing',
  'secret.wrong',
  'secret.is-key',
  'token.missing',
  'token.form',
  'token.wrong',
  'token.expired',
  'token.other-kind',
  'token.none',
  'body.empty',
  'body.not-text',
  'body.not-json',
  'body.not-object',
  'body.too-large',
  'body.damaged',
  'payload.missing',
  'payload.not-base64',
  'payload.url-damaged',
  'payload.not-json',
  'payload.in-clear',
  'sign.missing',
  'sign.form',
  'sign.base64',
  'sign.lower-case',
  'sign.upper-case',
  'sign.other-hash',
  'sign.other-key',
  'text.order-sent',
  'text.order-reversed',
  'text.order-folded',
  'text.empty-kept',
  'text.sign-included',
  'text.null-kept',
  'text.nested-json',
  'text.encoded',
  'text.reserialised',
  'text.spaced',
  'text.key-missing',
  'text.key-first',
  'text.key-joined',
  'text.key-named',
  'text.key-named-otherwise',
  'text.query-left-out',
  'text.body-left-out',
  'text.utc-seconds',
  'text.inner-body',
  'text.newline',
  'text.id-left-out',
  'text.unknown',
  'key.other',
  'key.old',
  'key.secret-for-token',
  'key.decoded',
  'time.missing',
  'time.form',
  'time.milliseconds',
  'time.seconds',
  'time.off',
  'salt.form',
  'nonce.missing',
] as const;

export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  readonly code: FindingCode;
  /** `note`: it is right all the same. */
  readonly level: 'mistake' | 'note';
  readonly data?: Readonly<Record<string, string | number>>;
}

/** A key under the name by which its place is marked in texts that are shown. */
export interface NamedKey {
  readonly name: string;
  readonly key: string;
  /** Not one that may be used: what it is told as when it was. */
  readonly finding?: Finding;
}

/** What a signature is held against. */
export interface JudgingKeys {
  /** The keys that count, the usual one first. */
  readonly keys: readonly NamedKey[];
  /** Keys that do not, and are taken for one now and then. */
  readonly others?: readonly NamedKey[];
}

/** Where a text differs from another, from 0; -1: nowhere. */
export function firstDifference(one: string, other: string): number {
  const length = Math.max(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return at;
  return -1;
}

/** The place of a key in a text that is shown. */
export const placeOf = (name: string): string => `‹${name}›`;

/** How many mistakes at once are looked for in a text: the longer it is, the more each costs. */
export const mistakesIn = (text: string): number => (text.length > 4_000 ? 1 : text.length > 1_000 ? 2 : 3);

/** What was signed in a mistaken way: each of `wrong` is a value of one switch, and what it is told as. */
export type Wrongs<Way extends object> = { readonly [K in keyof Way]?: readonly (readonly [Way[K], FindingCode])[] };

/** All ways that differ from the right one in at most `most` switches, those that differ least first. */
export function* waysFrom<Way extends object>(
  right: Way,
  wrongs: Wrongs<Way>,
  most: number,
): Generator<{ way: Way; codes: FindingCode[] }> {
  const names = Object.keys(wrongs) as (keyof Way)[];
  function* from(way: Way, codes: FindingCode[], first: number, left: number): Generator<{ way: Way; codes: FindingCode[] }> {
    if (left === 0) {
      yield { way, codes };
      return;
    }
    for (let n = first; n < names.length; n += 1) {
      const name = names[n] as keyof Way;
      for (const [value, code] of wrongs[name] ?? []) yield* from({ ...way, [name]: value }, [...codes, code], n + 1, left - 1);
    }
  }
  for (let differing = 0; differing <= most; differing += 1) yield* from(right, [], 0, differing);
}

/** Characters that are hashed at most for one explanation. */
const budget = 8_000_000;

/** Stands in the place of a key until one is tried there. */
const anyKey = '\u0001key\u0001';

interface Theirs {
  readonly codes: readonly FindingCode[];
  readonly key: NamedKey;
  /** The text that they signed, the key's place marked. */
  readonly text: string;
  /** The hash that they used, e.g. `md5`. */
  readonly algorithm: string;
}

/** Hex digests by their length in characters. */
const algorithms: Readonly<Record<number, readonly string[]>> = {
  32: ['md5', 'hmac-md5'],
  40: ['sha1', 'hmac-sha1'],
  64: ['sha256', 'hmac-sha256'],
  128: ['sha512', 'hmac-sha512'],
};

/**
 * Finds what somebody signed who got `found` (hex): the text of one of the ways, under one of the keys. undefined when none of them gives it.
 * @param render the whole text that is hashed, the key in it; undefined where a way does not apply.
 */
function findTheirs<Way extends object>(
  found: string,
  { ways, keys, render }: { ways: Iterable<{ way: Way; codes: FindingCode[] }>; keys: readonly NamedKey[]; render: Render<Way> },
): Theirs | undefined {
  const wanted = found.toLowerCase();
  const names = algorithms[wanted.length];
  if (!names) return undefined;
  let spent = 0;
  for (const { way, codes } of ways) {
    const shape = render(way, anyKey)?.split(anyKey);
    if (!shape) continue;
    for (const key of keys) {
      if (key.key === '') continue;
      const text = shape.join(key.key);
      spent += text.length * names.length;
      if (spent > budget) return undefined;
      for (const algorithm of names) {
        const digest = algorithm.startsWith('hmac-') ? hmacOf(algorithm.slice(5), key.key, text) : hash(algorithm, text);
        if (digest === wanted) return { codes, key, text: shape.join(placeOf(key.name)), algorithm };
      }
    }
  }
  return undefined;
}

type Render<Way> = (way: Way, key: string) => string | undefined;

/** What was to be signed, and what was. Texts have the keys' places marked. */
export interface Signed {
  /** What it is the signature of, e.g. `payload`. */
  readonly what: string;
  readonly algorithm: string;
  readonly text: string;
  /** Undefined where only the other side could make it. */
  readonly expected?: string;
  readonly found: string;
  readonly theirs?: { readonly text: string; readonly differsAt: number };
}

export interface Explanation {
  readonly right: boolean;
  readonly signed: readonly Signed[];
  readonly findings: readonly Finding[];
}

export const mistake = (code: FindingCode, data?: Finding['data']): Finding => ({
  code,
  level: 'mistake',
  ...(data && { data }),
});
export const note = (code: FindingCode, data?: Finding['data']): Finding => ({ code, level: 'note', ...(data && { data }) });

/**
 * Of a signature, an MD5 in hex, that none of the keys that count made: what was signed instead.
 * @param signed with the text that was to be signed.
 * @param render the whole text that is hashed, the key in it; undefined where a way does not apply.
 */
export function explainUnfit<Way extends object>(
  signed: Signed,
  { keys, others = [], ways, render }: JudgingKeys & { ways: Iterable<{ way: Way; codes: FindingCode[] }>; render: Render<Way> },
): Explanation {
  if (signed.found === '') return { right: false, signed: [signed], findings: [mistake('sign.missing')] };
  const { hex, findings } = readHex(signed.found, 32);
  const found = findTheirs(hex, { ways, keys: [...keys, ...others], render });
  const theirs = found && { text: found.text, differsAt: firstDifference(signed.text, found.text) };
  return {
    right: false,
    signed: [{ ...signed, ...(theirs && { theirs }) }],
    findings: [...findings, ...findingsOf(found, signed.algorithm)],
  };
}

/** What a signature that does not fit is told with: as found out, or that it could not be. */
function findingsOf(theirs: Theirs | undefined, usual: string): Finding[] {
  if (!theirs) return [mistake('text.unknown')];
  return [
    ...theirs.codes.map((code) => mistake(code)),
    ...(theirs.key.finding ? [theirs.key.finding] : []),
    ...(theirs.algorithm === usual ? [] : [mistake('sign.other-hash', { algorithm: theirs.algorithm })]),
  ];
}

/** What a key is told with that fits, and is not the usual one. */
export const findingsOfKey = <Key extends { readonly finding?: Finding }>(fitting: Key, usual: Key): Finding[] =>
  fitting !== usual && fitting.finding ? [fitting.finding] : [];

/**
 * What is wrong with a time in seconds since 1970.
 * @param window seconds by which it may be older or newer.
 */
export function timeFindings(text: string, now: Date, window: number): Finding[] {
  if (!/^\d+$/.test(text)) return [mistake('time.form')];
  if (text.length >= 13) return [mistake('time.milliseconds')];
  const seconds = Math.round(Number(text) - now.getTime() / 1000);
  return Math.abs(seconds) > window ? [mistake('time.off', { seconds, window })] : [];
}

/** JSON with a space after each comma and colon. */
export const spacedOut = (json: string): string => json.replaceAll(/([,:])(?=["\d[{tfn-])/g, '$1 ');

/**
 * A signature as hex: as it is, or out of base64. What is neither has the finding alone.
 * @param digits of the hash, in hex.
 */
export function readHex(found: string, digits: number): { hex: string; findings: Finding[] } {
  const text = found.trim();
  if (/^[0-9a-f]+$/i.test(text) && (text.length === digits || algorithms[text.length])) return { hex: text, findings: [] };
  const bytes = /^[A-Za-z0-9+/_-]{16,}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  if (bytes && (bytes.length * 2 === digits || algorithms[bytes.length * 2])) {
    return { hex: bytes.toString('hex'), findings: [mistake('sign.base64')] };
  }
  return { hex: '', findings: [mistake('sign.form', { length: text.length, digits })] };
}
