import { randomBytes } from 'node:crypto';
import { type ActiveOrderClient, activeOrderClient, basePath, encodePayload } from '@polyvend/protocols/active-order';
import { putGoods } from '../../packages/server/src/ledger/catalog/put-goods.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { createMerchant, type MerchantDraft } from '../../packages/server/src/ledger/merchants/create-merchant.ts';
import { type RawAnswer, rawRequest } from './raw-request.ts';

export interface TestIntegration {
  id: number;
  appId: string;
  appSecret: string;
  appKey: string;
}

export interface SignedCall {
  /** Instead of the integration's own. */
  appKey?: string;
  /** Added to the integration's own; an empty text takes one away. */
  headers?: Record<string, string>;
  /** Before basePath: `/i/7`. */
  mount?: string;
}

/** A merchant with its goods, and its integration for the active-order dialect. */
export interface TestTenant {
  merchant: { id: number; deviceKey: string };
  integration: TestIntegration;
  client: ActiveOrderClient;
  /** Ids of the goods by their number, `1001` on. */
  goodsIds: ReadonlyMap<string, number>;
  /** The two headers of the open API. */
  headers: Record<string, string>;
  /** A signed call, for what the client would not send; `path` below basePath. A timestamp is added unless one is given. */
  call(method: 'POST' | 'PUT', path: string, params: Record<string, unknown>, how?: SignedCall): Promise<RawAnswer>;
  /** A call in the clear. */
  clear(path: string, body: unknown, headers?: Record<string, string>): Promise<RawAnswer>;
}

const names = [
  '可口可乐',
  '雪碧',
  '农夫山泉',
  '红牛',
  '乐事薯片',
  '奥利奥',
  '德芙',
  '士力架',
  '卫龙',
  '好丽友派',
  '面包',
  '饭团',
];

export const testGoods = names.map((name, n) => ({
  number: String(1001 + n),
  name,
  category: n < 4 ? '饮料' : '零食',
  priceCents: 300 + n,
}));

export async function createTenant(ledger: Ledger, url: string, draft: Partial<MerchantDraft> = {}): Promise<TestTenant> {
  const merchant = await createMerchant(ledger, { name: 'E2E', pickupCodesEnabled: true, ...draft });
  // The machines of a merchant sign with its AppId.
  const appId = merchant.deviceKey;
  const appSecret = randomBytes(12).toString('hex');
  const appKey = randomBytes(12).toString('hex');
  const id = await createIntegration(ledger, {
    merchantId: merchant.id,
    dialect: 'active-order',
    role: 'platform',
    wireId: appId,
    secret: appSecret,
    secrets: { appKey },
  });
  const goodsIds = await putGoods(ledger, merchant.id, testGoods, { by: 'test' });
  const headers = { Appid: appId, AppSecret: appSecret };
  const call: TestTenant['call'] = (method, path, params, how = {}) => {
    const timestamp = String(Math.floor(ledger.clock.now().getTime() / 1000));
    const payload = encodePayload({ timestamp, ...params }, how.appKey ?? appKey);
    const sent = Object.fromEntries(Object.entries({ ...headers, ...how.headers }).filter(([, value]) => value !== ''));
    return rawRequest(`${url}${how.mount ?? ''}${basePath}${path}`, { method, headers: sent, body: JSON.stringify({ payload }) });
  };
  return {
    merchant,
    integration: { id, appId, appSecret, appKey },
    client: activeOrderClient({ baseUrl: url, appId, appSecret, appKey, clock: ledger.clock, timeoutMs: 60_000 }),
    goodsIds,
    headers,
    call,
    clear: (path, body, more = {}) =>
      rawRequest(`${url}${basePath}${path}`, { headers: { ...headers, ...more }, body: JSON.stringify(body) }),
  };
}
