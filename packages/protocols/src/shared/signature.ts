import { hash, timingSafeEqual } from 'node:crypto';

/**
 * The signature that the active-order open API and the MQTT of its machines share:
 * upper-case hex MD5 of `k1=v1&k2=v2…&key=KEY`. What signs is a merchant's secret; MD5 is the wire's choice, not ours.
 */
export type Params = Readonly<Record<string, unknown>>;

/** `plain`: values as they are. `encoded`: the vendor's JavaScript kit, `encodeURI` on each value and again on the joined text. */
export type CanonicalForm = 'plain' | 'encoded';

/** What is sorted: the flattened keys (how we sign), or the top-level keys before flattening (accepted on receipt). */
export type CanonicalOrder = 'flattened' | 'top-level';

/** Deeper than this is no payload of this wire. */
const maxDepth = 32;
/** Flattening repeats a key for every value under it, so a small body can ask for a huge text: this bounds it (characters). */
const maxFlattened = 262_144;

type Leaf = readonly [path: string, value: string];

const byPath = (a: Leaf, b: Leaf) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);

/** Sign over a value's text; undefined for what is left out: '', null, undefined and numbers that JSON cannot carry. */
function signedText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return undefined;
}

/** undefined when it nests too deep or flattens too large. Nested values keep the order in which they were sent. */
function flatten(
  params: Params,
  topLevelKeys: readonly string[],
  textOf: (value: unknown) => string | undefined = signedText,
): Leaf[] | undefined {
  const leaves: Leaf[] = [];
  let size = 0;
  const add = (path: string, value: unknown, depth: number): boolean => {
    if (typeof value === 'object' && value !== null) {
      if (depth >= maxDepth) return false;
      if (Array.isArray(value)) return value.every((item, index) => add(`${path}[${index}]`, item, depth + 1));
      return Object.entries(value).every(([key, item]) => add(`${path}[${key}]`, item, depth + 1));
    }
    const text = textOf(value);
    if (text === undefined) return true;
    size += path.length + text.length;
    leaves.push([path, text]);
    return size <= maxFlattened;
  };
  return topLevelKeys.every((key) => add(key, params[key], 1)) ? leaves : undefined;
}

function join(leaves: readonly Leaf[], form: CanonicalForm): string | undefined {
  if (form === 'plain') return leaves.map(([path, value]) => `${path}=${value}`).join('&');
  try {
    return encodeURI(leaves.map(([path, value]) => `${path}=${encodeURI(value)}`).join('&'));
  } catch {
    return undefined; // a lone surrogate: the vendor's kit could not have signed it
  }
}

/**
 * The text that is signed, before `&key=`. undefined when there is none: nested deeper than 32, absurdly large once
 * flattened, or (encoded form) not encodable. Never throws.
 */
export function canonicalText(
  params: Params,
  form: CanonicalForm = 'plain',
  order: CanonicalOrder = 'flattened',
): string | undefined {
  const keys = Object.keys(params).filter((key) => key !== 'sign');
  keys.sort();
  const leaves = flatten(params, keys);
  if (leaves === undefined) return undefined;
  return join(order === 'flattened' ? leaves.sort(byPath) : leaves, form);
}

/**
 * The parts of which a signed text is made, in the order in which they were sent: for who tells a caller what went wrong.
 * @param textOf the text of a value that is signed; undefined leaves it out.
 */
export const signedParts = (
  params: Params,
  keys: readonly string[],
  textOf?: (value: unknown) => string | undefined,
): readonly Leaf[] | undefined => flatten(params, keys, textOf);

/** The plain text of a flat object, without the machinery above: machines send thousands of these a second. undefined: not flat. */
function flatText(params: Params): string | undefined {
  const keys = Object.keys(params);
  keys.sort();
  let text = '';
  for (const key of keys) {
    const value = params[key];
    if (typeof value === 'object' && value !== null) return undefined;
    if (key === 'sign') continue;
    const shown = signedText(value);
    if (shown !== undefined) text += text === '' ? `${key}=${shown}` : `&${key}=${shown}`;
  }
  return text;
}

const digest = (text: string, key: string) => hash('md5', `${text}&key=${key}`, 'hex').toUpperCase();

/**
 * Signs in the plain form, flattened keys in ASCII order.
 * @returns 32 upper-case hex characters.
 * @throws RangeError when `params` nests deeper than 32 or is absurdly large (ours to prevent: we build what we sign).
 */
export function signPayload(params: Params, key: string): string {
  const text = flatText(params) ?? canonicalText(params);
  if (text === undefined) throw new RangeError('The payload nests too deep or is too large to be signed');
  return digest(text, key);
}

/**
 * Whether `sign` is the signature of `params`, in either form and either order. Constant-time in the signature, which may be
 * of either case. Never throws, whatever it is given.
 */
export function verifySignature(params: Params, sign: unknown, key: string): boolean {
  if (typeof sign !== 'string' || !/^[0-9a-fA-F]{32}$/.test(sign)) return false;
  const given = Buffer.from(sign.toUpperCase(), 'latin1');
  const fits = (text: string) => timingSafeEqual(Buffer.from(digest(text, key), 'latin1'), given);

  const flat = flatText(params);
  if (flat !== undefined && fits(flat)) return true;
  const orders: readonly CanonicalOrder[] = flat === undefined ? ['flattened', 'top-level'] : ['flattened'];
  const tried = new Set([flat]);
  for (const order of orders) {
    for (const form of ['plain', 'encoded'] as const) {
      const text = canonicalText(params, form, order);
      if (text === undefined || tried.has(text)) continue;
      if (fits(text)) return true;
      tried.add(text);
    }
  }
  return false;
}
