import { isUtf8 } from 'node:buffer';

/** What base64 text decoded to. Never an exception: the text comes from strangers. */
export type Decoded =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly reason: 'not base64' | 'not json' | 'not an object' };

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
/** A number outside of quotes that JavaScript may write differently than its sender did: 1.50, 3.0, 1e5, 20 digits. */
const fragileNumber = /[:,[]\s*-?(?:\d+[.eE]|\d{16})/;

/** The bytes, or undefined. Standard and URL-safe alphabets, padding optional, white space anywhere. */
function bytesOf(text: string): Buffer | undefined {
  const compact = base64.test(text) ? text : text.replace(/\s+/g, '');
  if (!base64.test(compact)) return undefined;
  const padded = compact.endsWith('=');
  if (padded ? compact.length % 4 !== 0 : compact.length % 4 === 1) return undefined;
  return Buffer.from(compact, 'base64');
}

/**
 * A number that would not survive JSON.parse and back stays the text that was sent, because signatures are over that text
 * (a Python client signs "3.0" and sends 3.0). Needs the reviver's source access (Node 21 and later); without it, numbers stay.
 */
function keepNumberText(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  return String(value) === context.source ? value : context.source;
}

function parse(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (!fragileNumber.test(text)) return plain;
  try {
    return JSON.parse(text, keepNumberText);
  } catch {
    return plain; // nested so deep that the reviver's recursion ran out of stack: it fails the signature's depth limit
  }
}

/** Decodes base64 of a JSON object. Integers stay numbers; see {@link keepNumberText} for the rest. */
export function decodeBase64Json(text: unknown): Decoded {
  const bytes = typeof text === 'string' ? bytesOf(text) : undefined;
  if (bytes === undefined) return { ok: false, reason: 'not base64' };
  if (!isUtf8(bytes)) return { ok: false, reason: 'not json' };
  let value: unknown;
  try {
    value = parse(bytes.toString('utf8'));
  } catch {
    return { ok: false, reason: 'not json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, reason: 'not an object' };
  return { ok: true, value: value as Record<string, unknown> };
}

/** Standard base64 of the JSON text. */
export function encodeBase64Json(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64');
}
