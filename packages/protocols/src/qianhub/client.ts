import { QianHubError } from './errors.ts';
import { readArray } from './read-array.ts';
import type { BohType } from './schema/dictionaries.ts';
import { actions, gatewayPath, headers, protocolVersion, type Shop } from './schema/gateway.ts';
import { readPrivateKey, signBody } from './sign.ts';

/** One POST; the body of the answer comes in pieces. */
export type Send = (
  url: string,
  call: { headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<{ status: number; body: AsyncIterable<Uint8Array> }>;

export interface QianHubClientOptions {
  /** The gateway's address, with or without its `/gateway`. */
  readonly url: string;
  readonly appId: string;
  /** base64 of PKCS#8, or PEM. */
  readonly privateKey: string;
  /** `fetch` unless told. */
  readonly send?: Send;
  /** Until an answer begins, and for the whole of one that is no list of records (30 000 ms). */
  readonly timeoutMs?: number;
}

export interface QueryRange {
  shop_id: number;
  /** `YYYY-MM-DD HH:mm:ss` in the shop's zone, inclusive, as is the end. */
  begin: string;
  end: string;
}

export type QianHubClient = ReturnType<typeof qianHubClient>;

/** Longest answer that is no list of records. */
const longestText = 16 * 1024 * 1024;

/**
 * The gateway's actions as functions. Each throws {@link QianHubError} for a refusal; what the sending throws (no connection, time-out)
 * passes through. All of them read, so all of them may be asked again.
 */
export function qianHubClient(options: QianHubClientOptions) {
  const { appId, send = sendByFetch, timeoutMs = 30_000 } = options;
  const key = readPrivateKey(options.privateKey);
  if (!key) throw new TypeError('privateKey is no RSA key of 1024 to 4096 bits');
  const address = options.url.replace(/\/+$/, '');
  const url = address.endsWith(gatewayPath) ? address : address + gatewayPath;

  async function ask(action: string, body: unknown, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const text = JSON.stringify({ version: protocolVersion, action, ...(body !== undefined && { body }) });
    const answer = await send(url, {
      headers: { 'Content-Type': 'application/json', [headers.app]: appId, [headers.sign]: signBody(text, key as never) },
      body: text,
      signal,
    });
    if (answer.status !== 200) throw refusalOf(answer.status, await textOf(answer.body).catch(() => ''));
    return answer.body;
  }

  async function call<T>(action: string, body?: unknown): Promise<T> {
    const text = await textOf(await ask(action, body, AbortSignal.timeout(timeoutMs)));
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new QianHubError({ code: 0, status: 200, message: 'The answer is no JSON' });
    }
  }

  /** What waits longer for an answer to begin is ended; a long answer may take its time. */
  async function* records(action: string, body: unknown): AsyncGenerator<unknown, void> {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(new DOMException('No answer in time', 'TimeoutError')), timeoutMs);
    try {
      const chunks = await ask(action, body, ending.signal);
      clearTimeout(timer);
      yield* readArray(chunks);
    } finally {
      clearTimeout(timer);
      ending.abort();
    }
  }

  return {
    /** 测试接口: the body comes back. */
    test: <T>(body: T) => call<T>(actions.test, body),
    /** 查询门店. */
    listShop: async () => (await call<{ shops: Shop[] }>(actions.listShop)).shops,
    /**
     * 查询门店数据: the records of one type, oldest first, one by one as they come; `readRecord` reads each. A list that breaks off throws
     * {@link BrokenAnswer}: what came before is whole, and not all.
     */
    query: (range: QueryRange & { boh_type: BohType }) => records(actions.query, range),
    /** 批量查询门店数据: of several types, mixed. */
    batchQuery: (range: QueryRange & { boh_types: readonly BohType[] }) => records(actions.batchQuery, range),
  };
}

const sendByFetch: Send = async (url, { headers, body, signal }) => {
  const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
  return { status: answer.status, body: answer.body ?? (async function* () {})() };
};

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > longestText) throw new QianHubError({ code: 0, status: 200, message: 'The answer is too long' });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function refusalOf(status: number, text: string): QianHubError {
  const { error_code: code, message, extra_message: extra } = parsed(text);
  return new QianHubError({
    code: typeof code === 'number' ? code : 0,
    status,
    message: typeof message === 'string' ? message : `HTTP ${status}, not an answer of this protocol`,
    ...(typeof extra === 'string' && { extraMessage: extra }),
  });
}

function parsed(text: string): { error_code?: unknown; message?: unknown; extra_message?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}
