import { Agent, type Dispatcher } from 'undici';
import { type Allow, addressCheck } from './allowed-address.ts';
import { checkUrl } from './check-url.ts';
import { guardedConnect, type Resolve, systemResolve } from './guarded-connect.ts';
import { HttpFailure, toHttpFailure } from './http-failure.ts';

export interface GuardedHttpOptions {
  /** 'public' when not told. */
  allow?: Allow;
  /** Milliseconds for the whole call, a slowly dripping body included. */
  timeout?: number;
  /** Milliseconds to connect. */
  connectTimeout?: number;
  /** Bytes of an answer's body that are read; the rest is not waited for. */
  bodyLimit?: number;
  /** Sockets open at once above which none is kept for the next call. */
  keptSockets?: number;
  userAgent?: string;
  resolve?: Resolve;
}

export interface HttpCall {
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Milliseconds for the whole of it, where that is less than what calls are given. */
  timeout?: number;
}

export interface HttpAnswer {
  status: number;
  /** Names in lower case; of a repeated header the first. */
  headers: Record<string, string>;
  /** As UTF-8; what is not, is replaced. */
  body: string;
  /** True when the body was longer than the limit, or broke off. */
  truncated: boolean;
}

export interface OpenAnswer {
  status: number;
  headers: Record<string, string>;
  /** Throws HttpFailure when it breaks off. */
  body: AsyncIterable<Uint8Array>;
}

export interface GuardedHttp {
  post(url: string, call: HttpCall): Promise<HttpAnswer>;
  /** Throws HttpFailure when there is no answer. Any status is an answer, redirects among them: they are not followed. */
  request(method: Dispatcher.HttpMethod, url: string, call?: HttpCall): Promise<HttpAnswer>;
  /**
   * As request, for answers of any length: the body comes in pieces, as they are read. Until it begins the usual time holds, and as long
   * for each piece; who stops reading ends the call.
   */
  open(method: Dispatcher.HttpMethod, url: string, call?: HttpCall & { signal?: AbortSignal }): Promise<OpenAnswer>;
  /** Ends calls under way. */
  close(): Promise<void>;
}

/** HTTP to URLs that others gave us. Keeps no cookies, follows no redirects, reads no proxy settings. */
export function guardedHttp(options: GuardedHttpOptions = {}): GuardedHttp {
  const { allow = 'public', timeout = 10_000, connectTimeout = 5_000, bodyLimit = 64 * 1024, keptSockets = 256 } = options;
  const userAgent = options.userAgent ?? 'Polyvend/0.1';
  let openSockets = 0;
  const agent = new Agent({
    connect: guardedConnect({
      check: addressCheck(allow),
      resolve: options.resolve ?? systemResolve,
      timeout: connectTimeout,
      count: (change) => {
        openSockets += change;
      },
    }),
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 30_000,
    // The signal of each call bounds the whole of it.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  async function request(method: Dispatcher.HttpMethod, text: string, call: HttpCall = {}): Promise<HttpAnswer> {
    const checked = checkUrl(text, { allow });
    if (!checked.ok) throw new HttpFailure(checked.reason, { final: true });
    const { url } = checked;
    try {
      const signal = AbortSignal.timeout(Math.min(timeout, call.timeout ?? timeout));
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { ...withoutOurs(call.headers ?? {}), 'user-agent': userAgent },
        body: call.body ?? null,
        signal,
        reset: openSockets >= keptSockets,
      });
      const read = await readAtMost(answer.body, bodyLimit, signal);
      return { status: answer.statusCode, headers: flatten(answer.headers), ...read };
    } catch (error) {
      throw toHttpFailure(error);
    }
  }

  async function open(
    method: Dispatcher.HttpMethod,
    text: string,
    { signal, ...call }: HttpCall & { signal?: AbortSignal } = {},
  ): Promise<OpenAnswer> {
    const checked = checkUrl(text, { allow });
    if (!checked.ok) throw new HttpFailure(checked.reason, { final: true });
    const { url } = checked;
    try {
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { ...withoutOurs(call.headers ?? {}), 'user-agent': userAgent },
        body: call.body ?? null,
        headersTimeout: timeout,
        bodyTimeout: timeout,
        reset: openSockets >= keptSockets,
        ...(signal && { signal }),
      });
      return { status: answer.statusCode, headers: flatten(answer.headers), body: pieces(answer.body) };
    } catch (error) {
      throw toHttpFailure(error);
    }
  }

  return { request, open, post: (url, call) => request('POST', url, call), close: () => agent.destroy() };
}

/** An answer is judged by its status, so a body too long, or one that breaks off, is cut and no error; one too slow is. */
async function readAtMost(
  stream: Dispatcher.ResponseData['body'],
  limit: number,
  signal: AbortSignal,
): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) {
        truncated = true;
        break; // leaving the loop destroys the stream and with it the socket
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    truncated = true;
  }
  return { body: new TextDecoder().decode(Buffer.concat(chunks).subarray(0, limit)), truncated };
}

async function* pieces(stream: Dispatcher.ResponseData['body']): AsyncGenerator<Uint8Array, void> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw toHttpFailure(error);
  }
}

/** In lower case, so that `Content-Type` replaces `content-type`; without those that are not the caller's to set. */
function withoutOurs(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(lower.filter(([name]) => !['cookie', 'host', 'user-agent', 'content-length'].includes(name)));
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) flat[name] = first;
  }
  return flat;
}
