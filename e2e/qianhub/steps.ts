import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { actions, type BohType, headers, signBody } from '@polyvend/protocols/qianhub';
import { integrationOf as nativeOf, newToken, tokenText } from '../../packages/server/src/dialects/native/index.ts';
import { integrationOf, newAppId } from '../../packages/server/src/dialects/qianhub/index.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { type RawAnswer, rawRequest, type TestHub } from '../support/index.ts';

/** A third party: what it registered, and the key that it keeps. */
export interface App {
  id: number;
  appId: string;
  key: KeyObject;
  privateKey: string;
}

export interface AppOptions {
  merchantId?: number;
  bits?: number;
  everyShop?: boolean;
  settings?: Record<string, unknown>;
}

export async function addApp(hub: TestHub, options: AppOptions = {}): Promise<App> {
  const { merchantId = hub.merchant.id, bits = 1024, everyShop = true, settings = {} } = options;
  const pair = generateKeyPairSync('rsa', { modulusLength: bits });
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64').replaceAll(/.{76}/g, '$&\n');
  const caller = integrationOf({ appId: newAppId(), publicKey, everyShop });
  const id = await createIntegration(hub.ledger, { merchantId, ...caller, settings: { ...caller.settings, ...settings } });
  const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  return { id, appId: caller.wireId, key: pair.privateKey, privateKey };
}

/** A call of these very bytes, signed as the app does, but for what `more` says. */
export function askRaw(
  hub: { url: string },
  app: App,
  body: string | Buffer,
  more: Record<string, string> = {},
  path = '/gateway',
): Promise<RawAnswer> {
  const all = { [headers.app]: app.appId, [headers.sign]: signBody(body, app.key), ...more };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  return rawRequest(`${hub.url}${path}`, { headers: sent, body });
}

export function ask(hub: { url: string }, app: App, action: string, body?: unknown): Promise<RawAnswer> {
  return askRaw(hub, app, JSON.stringify({ version: '1.0', action, body }));
}

export const wholeDay = { begin: '2018-07-28 00:00:00', end: '2018-07-29 23:59:59' };

export function query(
  hub: { url: string },
  app: App,
  shop_id: number,
  types: BohType | BohType[] = 'cashier.finish',
  range: object = wholeDay,
) {
  return Array.isArray(types)
    ? ask(hub, app, actions.batchQuery, { shop_id, boh_types: types, ...range })
    : ask(hub, app, actions.query, { shop_id, boh_type: types, ...range });
}

/** A program of the merchant's, by the native API. */
export interface Program {
  id: number;
  token: string;
  call(method: string, path: string, body?: unknown): Promise<RawAnswer>;
}

export async function addProgram(hub: TestHub, merchantId = hub.merchant.id): Promise<Program> {
  const token = newToken();
  const id = await createIntegration(hub.ledger, { merchantId, ...nativeOf(token) });
  const text = tokenText(token);
  return {
    id,
    token: text,
    call: (method, path, body) =>
      rawRequest(`${hub.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${text}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

export async function addShop(program: Program, sn = '20001', more: object = {}): Promise<number> {
  const { body } = await program.call('PUT', `/v1/pos/shops/${sn}`, { shop_name: '【树莓派】哇哇叫欢乐海岸店', ...more });
  return body.shop_id;
}
