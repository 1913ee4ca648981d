import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type OrderMessage, orderBody, parseObject, parseTime, sourcePaths, tokenHeader } from '@polyvend/protocols/gobox';
import { type Asked, answer, serve } from './serve.ts';

export interface GoboxOptions {
  readonly appKey?: string;
  readonly userName?: string;
  /** Seconds that its tokens hold (7200). */
  readonly tokenSeconds?: number;
  /** Of the times on its wire (Asia/Shanghai). */
  readonly timeZone?: string;
  readonly port?: number;
}

/** How a goBox answers a page. */
export type GoboxBehaviour =
  | { readonly kind: 'ok' }
  | { readonly kind: 'status'; readonly status: number }
  /** Breaks off in the middle of the page. */
  | { readonly kind: 'cut' }
  /** One order of the page is none. */
  | { readonly kind: 'bad-order' };

export interface Gobox {
  readonly url: string;
  readonly appKey: string;
  readonly userName: string;
  /** New, or in place of the one with its trans_id. */
  put(...orders: OrderMessage[]): void;
  readonly tokensGiven: number;
  /** Tokens given so far count no more, whatever it said of their time. */
  forgetTokens(): void;
  behave(behaviour: GoboxBehaviour, times?: number): void;
  close(): Promise<void>;
}

/** A vending system that hands out orders by page. */
export async function createGobox(options: GoboxOptions = {}): Promise<Gobox> {
  const { appKey = 'app-key', userName = 'vending', tokenSeconds = 7_200, timeZone = 'Asia/Shanghai', port = 0 } = options;
  const orders = new Map<string, OrderMessage>();
  const tokens = new Set<string>();
  let tokensGiven = 0;
  let behaviour: GoboxBehaviour = { kind: 'ok' };
  let left = Number.POSITIVE_INFINITY;

  function signIn({ body }: Asked, response: ServerResponse): void {
    const { app_key, user_name } = parseObject(body) ?? {};
    if (app_key !== appKey || user_name !== userName) {
      answer(response, 401, { state: 0, errmsg: 'app_key错误' });
      return;
    }
    const token = randomBytes(12).toString('hex');
    tokens.add(token);
    tokensGiven += 1;
    answer(response, 200, { state: 1, access_token: token, expires_in: tokenSeconds });
  }

  function readPage({ query }: Asked, response: ServerResponse): void {
    const shown = left > 0 ? behaviour : ({ kind: 'ok' } as const);
    left -= 1;
    if (shown.kind === 'status') {
      answer(response, shown.status, { state: 0, errmsg: '系统错误' });
      return;
    }
    const page = Number(query.get('page'));
    const limit = Number(query.get('limit'));
    const matching = [...orders.values()].filter((order) => matches(order, query, timeZone));
    const found: object[] = matching.slice((page - 1) * limit, page * limit).map((order) => orderBody(order, timeZone));
    if (shown.kind === 'bad-order') found.push({ trans_id: 'bad' });
    const body = { state: 1, orders: found, page: matching.length > page * limit ? page + 1 : null };
    if (shown.kind !== 'cut') {
      answer(response, 200, body);
      return;
    }
    const text = JSON.stringify(body);
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).write(text.slice(0, text.length / 2));
    setTimeout(() => response.socket?.destroy(), 20);
  }

  const served = await serve(async (request, response) => {
    const { method, path, headers } = request;
    if (method === 'POST' && path === sourcePaths.token) return signIn(request, response);
    if (!tokens.has(String(headers[tokenHeader.toLowerCase()]))) return answer(response, 401, { state: 0, errmsg: 'Token错误' });
    if (method === 'GET' && path === sourcePaths.orders) return readPage(request, response);
    answer(response, 404, { state: 0, errmsg: '接口不存在' });
  }, port);

  return {
    url: served.baseUrl,
    appKey,
    userName,
    put(...changed) {
      for (const order of changed) orders.set(order.transId, order);
    },
    get tokensGiven() {
      return tokensGiven;
    },
    forgetTokens: () => tokens.clear(),
    behave(shown, times = Number.POSITIVE_INFINITY) {
      behaviour = shown;
      left = times;
    },
    close: served.close,
  };
}

function matches(order: OrderMessage, query: URLSearchParams, timeZone: string): boolean {
  const time = (name: string) => parseTime(query.get(name) ?? '', timeZone);
  const [from, to] = [time('start_date'), time('end_date')];
  const is = (name: string, value: string | number) => !query.has(name) || query.get(name) === String(value);
  return (
    (!from || order.createTime >= from) &&
    (!to || order.createTime.getTime() < to.getTime() + 1_000) &&
    is('dev_id', order.devId) &&
    is('trans_id', order.transId) &&
    is('status', order.status)
  );
}
