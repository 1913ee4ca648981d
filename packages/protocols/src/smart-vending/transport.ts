import type { Fields } from '../shared/fields.ts';
import { SmartVendingError } from './errors.ts';
import { type CallName, calls } from './schema/calls.ts';
import { encodeQuery, encodeSigned, encodeSignedQuery, newNonce } from './sign.ts';

export interface ConnectionOptions {
  /** Where the other side is, `https://hub.example`, without /osapi. */
  readonly baseUrl: string;
  readonly clientId: string;
  /** What both sides sign with. */
  readonly key: string;
  readonly fetch?: typeof globalThis.fetch;
  /** How long a call may take (10 000 ms). */
  readonly timeoutMs?: number;
}

/** A call ready to be sent. */
export interface BuiltCall {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly path: string;
  readonly body: string | undefined;
}

/**
 * The signed request of a call, with a fresh nonce. Fields of the call's query stand there, the others in the body; one signature is
 * over both. The calls about pickup codes of a mall have every field in query and body alike, since malls look in either.
 */
export function buildCall(
  name: CallName,
  params: Fields,
  { clientId, key }: Pick<ConnectionOptions, 'clientId' | 'key'>,
): BuiltCall {
  const { methods, path, side, query } = calls[name];
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  if (side === 'mall') {
    const signed = { ...given, clientId, nonceStr: newNonce() };
    return { method: 'POST', path: `${path}?${encodeSignedQuery(signed, key)}`, body: encodeSigned(signed, key) };
  }
  const sender = { clientId, nonce_str: newNonce() };
  if (methods[0] === 'GET') {
    return { method: 'GET', path: `${path}?${encodeSignedQuery({ ...given, ...sender }, key)}`, body: undefined };
  }
  const inQuery: Record<string, unknown> = {};
  const inBody: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given)) {
    ((query as readonly string[]).includes(field) ? inQuery : inBody)[field] = value;
  }
  const search = encodeQuery(inQuery);
  return {
    method: 'POST',
    path: search === '' ? path : `${path}?${search}`,
    body: encodeSigned({ ...inBody, ...sender }, key, inQuery),
  };
}

/** Sends a call and answers its parsed answer. @throws SmartVendingError for FAIL and for what is no answer; what `fetch` throws passes. */
export function createTransport({ baseUrl, timeoutMs = 10_000, ...options }: ConnectionOptions) {
  const send = options.fetch ?? globalThis.fetch;
  const root = baseUrl.replace(/\/+$/, '');
  return async <T>(name: CallName, params: object = {}): Promise<T> => {
    const { method, path, body } = buildCall(name, params as Fields, options);
    const response = await send(root + path, {
      method,
      headers: { 'Content-Type': 'application/json' },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return readAnswer(response.status, await response.text()) as T;
  };
}

/** The parsed answer of a call. @throws SmartVendingError when it is FAIL, or no JSON, or HTTP says that it failed. */
export function readAnswer(status: number, text: string): unknown {
  const answer = parsed(text);
  const fields = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  const success = fields.result === undefined ? answer !== undefined : String(fields.result).toUpperCase() === 'SUCCESS';
  if (status >= 200 && status < 300 && success) return answer;
  const [code, message] = [fields.errorCode ?? fields.error_code ?? '', fields.error];
  throw new SmartVendingError({
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : '',
    message:
      typeof message === 'string' && message !== ''
        ? message
        : `HTTP ${status}, ${answer === undefined ? 'not an answer of this protocol' : 'refused'}`,
    status,
  });
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
