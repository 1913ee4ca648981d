import { randomUUID } from 'node:crypto';
import { encodePayload, machineApiKey, methods } from '@polyvend/protocols/active-order';
import { masked, orderBody } from '@polyvend/protocols/gobox';
import { encodeEnvelope, calls as owithoCalls, tokenPath, tokenRequest } from '@polyvend/protocols/owitho';
import { actions, headers as gatewayHeaders, signBody } from '@polyvend/protocols/qianhub';
import { encodeSigned, encodeSignedQuery, type Fields } from '@polyvend/protocols/smart-vending';
import { sampleBill } from '../../packages/protocols/src/qianhub/samples.fixture.ts';
import type { Channel } from '../owitho/steps.ts';
import type { App, Program } from '../qianhub/steps.ts';
import type { RawAnswer, TestHub, TestMachine, TestTenant } from '../support/index.ts';
import { deviceBody, orderMessage, type TestBooks } from '../support/open-books.ts';

// What the matrix of routes has to know of each dialect. A new dialect is an entry in the table below; a new route of a known
// dialect is in the matrix by itself.

/** A merchant with a machine, and what of theirs can be named. */
export interface Party {
  tenant: TestTenant;
  machine: TestMachine;
  /** A third party at the gateway of cash registers, and a program at the native API. */
  app: App;
  program: Program;
  /** A set of books with its tokens. */
  books: TestBooks;
  /** At the ERP of that set. */
  session: string;
  /** A platform on which the machine is listed. */
  channel: Channel;
  /** A third party whose machine the merchant sells from. */
  sold: Sold;
  ids: Ids;
  /** Of the dialect that signs with them: as who asks us, and as who is asked by us. */
  smartVending: Readonly<Record<'platform' | 'customer', Signer & { integrationId: number }>>;
}

/** Who a message says it is from, and what it is signed with. */
export interface Signer {
  clientId: string;
  key: string;
}

/** What a third party signs with, and asks for a token with. */
export interface Sold {
  integrationId: number;
  appId: string;
  secretKey: string;
  token: string;
}

/** By the name that an id has in paths and bodies. */
export type Ids = Readonly<Record<string, string>>;

export interface Site {
  hub: TestHub;
  /** Who asks. */
  own: Party;
  /** Whose things are asked for. */
  foreign: Party;
  /** Its integration is revoked. */
  revoked: Party;
}

type Headers = Readonly<Record<string, string>>;

/** What shows who asks: in headers, or in the message itself, which it seals. */
export interface Credential {
  headers: Headers;
  seal?(fields: Fields): Sealed;
}

/** The same fields as a query and as a body, of which a request carries one. */
export interface Sealed {
  query: string;
  body: string;
}

/** What goes with a path: the query without its question mark. */
export interface Sent {
  query?: string;
  body?: string;
}

export interface Asking {
  party: Party;
  credential: Credential;
  fields: Record<string, unknown>;
  method: string;
  now: Date;
}

/** `denied`: for who asks; `absent`: nothing is served there, or not by that method; `refused`: for what is asked. */
export type Verdict = 'done' | 'denied' | 'absent' | 'refused';

export interface RouteDialect {
  name: string;
  /** Whether a route is this dialect's, by its path without /i/:integration. */
  owns(url: string): boolean;
  /** Whether an answer, of success or failure, is in the dialect's own form. */
  isOwnForm(answer: RawAnswer): boolean;
  /** Takes out what no two answers share. */
  mask(text: string): string;
  /** What an answer of this dialect says. */
  verdict(answer: RawAnswer): Verdict;
  /** The integration by which a party asks: as it stands in /i/:integration. */
  integrationOf(party: Party): number;
  /** What shows that a party asks. */
  credentials(party: Party): Credential;
  /** Headers that are made of the body; they are made whatever the body is. */
  sign?(headers: Headers, body: string | Uint8Array): Headers;
  /** What shows it not, by what is wrong with it. None: the routes are open to everybody. */
  badCredentials(site: Site): Readonly<Record<string, Credential>>;
  /** Kinds of bad credentials between which an answer may tell no difference. */
  alike: readonly (readonly [string, string])[];
  /** Fields that name these ids wherever a call of this dialect would name them; one set for each kind of call. */
  fields(ids: Ids): readonly Record<string, unknown>[];
  /** What is asked is read behind the answer, or names nothing: no clock can tell what it names. */
  readBehind?: boolean;
  /** Requests that bear such fields, past the signature where there is one. */
  requests(asking: Asking): readonly Sent[];
}

const byStatus = ({ status }: RawAnswer): Verdict =>
  status < 400 ? 'done' : [400, 401].includes(status) ? 'denied' : [404, 405].includes(status) ? 'absent' : 'refused';

const inHeaders = (headers: Headers): Credential => ({ headers });
const allInHeaders = (kinds: Readonly<Record<string, Headers>>): Record<string, Credential> =>
  Object.fromEntries(Object.entries(kinds).map(([kind, headers]) => [kind, inHeaders(headers)]));

const asJson = ({ headers, body }: RawAnswer): Record<string, unknown> | undefined => {
  const isJson = headers.get('content-type') === 'application/json; charset=utf-8' && headers.get('cache-control') === 'no-store';
  return isJson && typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
};

const activeOrder: RouteDialect = {
  name: 'active order',
  owns: (url) => url.startsWith('/api/openapi/v1/'),
  isOwnForm(answer) {
    const body = asJson(answer);
    if (!body || Object.keys(body).join() !== 'code,message,data' || typeof body.message !== 'string') return false;
    return answer.status === 200 ? body.code === 0 : typeof body.code === 'number' && body.code !== 0;
  },
  mask: (text) => text,
  verdict: byStatus,
  integrationOf: ({ tenant }) => tenant.integration.id,
  credentials: ({ tenant }) => inHeaders(tenant.headers),
  badCredentials: ({ own, foreign, revoked }) => {
    const { appId, appSecret, appKey } = own.tenant.integration;
    return allInHeaders({
      none: {},
      'no secret': { Appid: appId },
      'no id': { AppSecret: appSecret },
      'unknown id': { Appid: 'ds0000000000000000', AppSecret: appSecret },
      'wrong secret': { Appid: appId, AppSecret: 'wrong' },
      'another’s secret': { Appid: appId, AppSecret: foreign.tenant.integration.appSecret },
      'another’s id': { Appid: foreign.tenant.integration.appId, AppSecret: appSecret },
      revoked: revoked.tenant.headers,
      'the key that signs': { Appid: appId, AppSecret: appKey },
      'a machine’s password': { Appid: own.machine.machineNo, AppSecret: own.machine.brokerPassword },
      'a machine’s api-key': activeOrderMachines.credentials(own).headers,
    });
  },
  alike: [
    ['revoked', 'unknown id'],
    ['wrong secret', 'another’s secret'],
    ['wrong secret', 'another’s id'],
    ['wrong secret', 'the key that signs'],
    ['none', 'a machine’s api-key'],
  ],
  fields(ids) {
    const common = {
      ...ids,
      products: [{ product_id: Number(ids.product_id), quantity: 1 }],
      current_inventory: '1',
      quantity: '1',
      status: '1',
      trade_id: randomUUID(),
      notify_url: 'http://127.0.0.1:9/notify',
    };
    return Object.values(methods).map((method) => ({ ...common, method }));
  },
  // One body for calls in the clear and for those in a payload.
  requests({ party, fields, now }) {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const payload = encodePayload({ timestamp, ...fields }, party.tenant.integration.appKey);
    return [{ body: JSON.stringify({ ...fields, payload }) }];
  },
};

const activeOrderMachines: RouteDialect = {
  name: 'active order, uploads of machines',
  owns: (url) => url.startsWith('/api/app/v1/'),
  isOwnForm(answer) {
    const body = asJson(answer);
    if (typeof body?._request_id !== 'string') return false;
    return answer.status === 200 || (typeof body.code === 'number' && typeof body.msg === 'string');
  },
  mask: (text) => text.replace(/"_request_id":"[^"]*"/, '"_request_id":"#"'),
  verdict: byStatus,
  integrationOf: ({ tenant }) => tenant.integration.id,
  credentials: ({ tenant, machine }) =>
    inHeaders({
      'api-machine-no': machine.machineNo,
      'api-key': machineApiKey(machine.machineNo, tenant.integration.appKey),
    }),
  badCredentials: ({ own, foreign, revoked }) => {
    const { integration } = own.tenant;
    const of = (machineNo: string, key: string) => ({ 'api-machine-no': machineNo, 'api-key': key });
    const { machineNo } = own.machine;
    return allInHeaders({
      none: {},
      'no key': { 'api-machine-no': machineNo },
      'no number': { 'api-key': machineApiKey(machineNo, integration.appKey) },
      'unknown number': of('99999999', machineApiKey('99999999', integration.appKey)),
      'wrong key': of(machineNo, machineApiKey(machineNo, 'wrong')),
      'no key at all': of(machineNo, 'wrong'),
      'another’s key': of(machineNo, machineApiKey(machineNo, foreign.tenant.integration.appKey)),
      'another’s number': of(foreign.machine.machineNo, machineApiKey(foreign.machine.machineNo, integration.appKey)),
      'another’s number with the own key': of(foreign.machine.machineNo, machineApiKey(machineNo, integration.appKey)),
      revoked: activeOrderMachines.credentials(revoked).headers,
      'made with the secret': of(machineNo, machineApiKey(machineNo, integration.appSecret)),
      'made with the id': of(machineNo, machineApiKey(machineNo, integration.appId)),
      'the open API’s': own.tenant.headers,
    });
  },
  alike: [
    ['unknown number', 'wrong key'],
    ['unknown number', 'another’s number'],
    ['unknown number', 'revoked'],
    ['wrong key', 'no key at all'],
    ['wrong key', 'made with the secret'],
    ['none', 'the open API’s'],
  ],
  fields: (ids) => [
    {
      ...ids,
      trade_id: randomUUID(),
      amount: '3.00',
      status: 'SUCCESS',
      payment_id: '1',
      records: [{ product_id: ids.product_id, quantity: '1', price: '3.00', delivery_logs: [{ code: '010', status: '1' }] }],
      current_inventory: '20',
      addr: '1',
      inventory: '50',
    },
  ],
  requests: ({ fields }) => [{ body: JSON.stringify([fields]) }, { body: JSON.stringify({ data: [fields] }) }],
};

/** In place of a signature: the key that makes it, of these parties. */
const signedBy = new Map<string, App>();

function signedAs({ app }: Party): string {
  signedBy.set(`key of ${app.id}`, app);
  return `key of ${app.id}`;
}

const qianHub: RouteDialect = {
  name: 'QianHub',
  owns: (url) => url === '/gateway',
  isOwnForm({ status, headers, body }) {
    if (headers.get('content-type') !== 'application/json; charset=utf-8' || headers.get('cache-control') !== 'no-store')
      return false;
    return status === 200 ? body !== undefined : typeof body?.error_code === 'number' && typeof body.message === 'string';
  },
  mask: (text) => text,
  verdict: byStatus,
  integrationOf: ({ app }) => app.id,
  credentials: (party) => inHeaders({ [gatewayHeaders.app]: party.app.appId, [gatewayHeaders.sign]: signedAs(party) }),
  sign(headers, body) {
    const app = signedBy.get(headers[gatewayHeaders.sign] ?? '');
    return app ? { ...headers, [gatewayHeaders.sign]: signBody(body, app.key) } : headers;
  },
  badCredentials: ({ own, foreign, revoked }) => {
    const of = (app: string, sign: string) => ({ [gatewayHeaders.app]: app, [gatewayHeaders.sign]: sign });
    return allInHeaders({
      none: {},
      'no signature': { [gatewayHeaders.app]: own.app.appId },
      'no app': { [gatewayHeaders.sign]: signedAs(own) },
      'unknown app': of('999999999999', signedAs(own)),
      'no hex': of(own.app.appId, 'wrong'),
      'another’s key': of(own.app.appId, signedAs(foreign)),
      'another’s app': of(foreign.app.appId, signedAs(own)),
      revoked: qianHub.credentials(revoked).headers,
      'the open API’s': own.tenant.headers,
    });
  },
  alike: [
    ['revoked', 'unknown app'],
    ['another’s key', 'another’s app'],
    ['another’s key', 'no hex'],
    ['none', 'the open API’s'],
  ],
  fields(ids) {
    const range = { shop_id: Number(ids.shop_id), begin: '2018-07-28 00:00:00', end: '2018-07-29 00:00:00' };
    return Object.values(actions).map((action) => ({
      version: '1.0',
      action,
      body: { ...range, boh_type: 'cashier.finish', boh_types: ['cashier.finish', 'waimai.order'] },
    }));
  },
  requests: ({ fields }) => [{ body: JSON.stringify(fields) }],
};

const native: RouteDialect = {
  name: 'native',
  owns: (url) => url.startsWith('/v1/'),
  isOwnForm(answer) {
    const body = asJson(answer);
    if (answer.status < 400) return body !== undefined;
    const { code, message } = (body?.error ?? {}) as Record<string, unknown>;
    return typeof code === 'string' && typeof message === 'string';
  },
  // The number of a shop that is made is the next that is free.
  mask: (text) => text.replaceAll(/"shop_id":\d+/g, '"shop_id":#'),
  verdict: byStatus,
  integrationOf: ({ program }) => program.id,
  credentials: ({ program }) => inHeaders({ authorization: `Bearer ${program.token}` }),
  badCredentials: ({ own, foreign, revoked }) => {
    const of = (token: string) => ({ authorization: `Bearer ${token}` });
    return allInHeaders({
      none: {},
      'no token': of('wrong'),
      'unknown token': of(`pv_${'0'.repeat(16)}_${'a'.repeat(32)}`),
      'another’s secret': of(own.program.token.slice(0, 20) + foreign.program.token.slice(20)),
      'another’s id': of(foreign.program.token.slice(0, 20) + own.program.token.slice(20)),
      'no bearer': { authorization: own.program.token },
      revoked: native.credentials(revoked).headers,
      'the open API’s': own.tenant.headers,
    });
  },
  alike: [
    ['revoked', 'unknown token'],
    ['another’s secret', 'unknown token'],
    ['another’s id', 'none'],
    ['none', 'the open API’s'],
  ],
  fields(ids) {
    const { shop_10: _, ...record } = sampleBill();
    return [
      { ...record, sn: ids.sn, shop_name: 'shop' },
      { ...record, shop_id: Number(ids.shop_id), shop_name: 'shop' },
      { machine: ids.sale_machine, idempotency_key: `of ${ids.sale_machine}`, items: [{ slot: '1', quantity: 1 }] },
    ];
  },
  requests: ({ fields }) => [{ body: JSON.stringify(fields) }, { body: JSON.stringify([fields]) }],
};
/** Every set of books has an order of it: others give these numbers, so they are nobody's secret. */
export const transId = 'T-1';

type BookTokenKind = keyof TestBooks['tokens'];

/** The import service has a dialect's entry for each kind of its tokens: one is good for its own calls alone. */
function importService(kind: BookTokenKind | 'session', owns: RouteDialect['owns']): RouteDialect {
  const field = kind === 'sender' ? 'status' : 'state';
  const tokenOf = ({ books, session }: Party) => (kind === 'session' ? session : books.tokens[kind]);
  const others = (['sender', 'user', 'administrator', 'session'] as const).filter((one) => one !== kind);
  return {
    name: `import service, ${kind}`,
    owns,
    isOwnForm(answer) {
      const body = asJson(answer);
      if (body?.[field] === 1) return answer.status === 200;
      return body?.[field] === 0 && typeof body.errmsg === 'string' && Object.keys(body).length === 2;
    },
    // What was made just now has a number of its own.
    mask: (text) => text.replace(/"token":"[^"]*"/, '"token":"#"').replace(/^\{"state":1,"id":\d+/, '{"state":1,"id":#'),
    verdict: (answer) => (answer.status === 200 && answer.body?.[field] === 0 ? 'refused' : byStatus(answer)),
    integrationOf: ({ books }) => books.integrationId,
    credentials: (party) => inHeaders({ Token: tokenOf(party) }),
    badCredentials: ({ own, revoked }) =>
      allInHeaders({
        none: {},
        empty: { Token: ' ' },
        unknown: { Token: 'unknown' },
        long: { Token: 'x'.repeat(2_000) },
        masked: { Token: masked },
        revoked: { Token: tokenOf(revoked) },
        ...Object.fromEntries(
          others.map((one) => [`of a ${one}`, { Token: one === 'session' ? own.session : own.books.tokens[one] }]),
        ),
        'the open API’s': own.tenant.headers,
      }),
    alike: [
      ['revoked', 'unknown'],
      ['long', 'unknown'],
      ['masked', 'unknown'],
      ['none', 'empty'],
      ['none', 'the open API’s'],
      ...others.map((one) => [`of a ${one}`, 'unknown'] as const),
    ],
    fields: (ids) => [
      {
        ...ids,
        ...orderBody(orderMessage(transId, new Date('2025-06-01T00:00:00Z')), 'Asia/Shanghai'),
        ...deviceBody(),
        app_key: 'app-key',
        user_name: 'vending',
      },
    ],
    // What 2.2 asks for, what lists ask for, and what one order is asked for: an import would keep it from being deleted.
    requests({ fields }) {
      const common = { url: String(fields.url), set_of_book: String(fields.set_of_book), user_name: 'wang', trans_id: transId };
      return ['trade_view', 'init_order'].map((action) => ({
        query: String(new URLSearchParams({ ...common, action })),
        body: JSON.stringify(fields),
      }));
    },
  };
}

const importServices: readonly RouteDialect[] = [
  importService('sender', (url) => url === '/api/create_order'),
  importService('session', (url) => url === '/api/access_token'),
  importService('administrator', (url) => url === '/api/set_of_books/:set_id'),
  importService('user', (url) => /^\/api\/(set_of_books$|devices|orders)/.test(url)),
];

const nonce = { nonce_str: 'n' };
const sealedBy = ({ clientId, key }: Signer): Credential => ({
  headers: {},
  seal(fields) {
    const sent = { ...fields, ...nonce, clientId };
    return { query: encodeSignedQuery(sent, key), body: encodeSigned(sent, key) };
  },
});
/** Sealed by a signer that is right, and then something is missing. */
const lacking = (name: string, { clientId, key }: Signer): Credential => ({
  headers: {},
  seal(fields) {
    const { [name]: _, ...sent }: Fields = { ...fields, ...nonce, clientId };
    const body = JSON.parse(encodeSigned(sent, key)) as Record<string, unknown>;
    const query = new URLSearchParams(encodeSignedQuery(sent, key));
    query.delete(name);
    return { query: query.toString(), body: JSON.stringify({ ...body, [name]: undefined }) };
  },
});

const deniedCodes = [10001, 10002, 10003, 10004];
const absentCodes = [40400, 40500];

/** Smart Vending has its credential in the message; each of its two roles has an id of its own. */
function smartVendingAs(role: 'platform' | 'customer', name: string, owns: (url: string) => boolean): RouteDialect {
  const otherRole = role === 'platform' ? 'customer' : 'platform';
  return {
    name,
    owns,
    isOwnForm({ status, headers, body }) {
      const isJson =
        headers.get('content-type') === 'application/json; charset=utf-8' && headers.get('cache-control') === 'no-store';
      if (!isJson || status !== 200 || typeof body !== 'object' || body === null) return false;
      return body.result !== 'FAIL' || Object.keys(body).join() === 'result,errorCode,error_code,error';
    },
    mask: (text) => text.replaceAll(/"(nonce_str|sign)":"[0-9a-f]+"/g, '"$1":"#"').replaceAll(/"code":"\d{7}"/g, '"code":"#"'),
    verdict({ body }) {
      if (body?.result !== 'FAIL') return 'done';
      if (deniedCodes.includes(body.error_code)) return 'denied';
      return absentCodes.includes(body.error_code) ? 'absent' : 'refused';
    },
    integrationOf: ({ smartVending }) => smartVending[role].integrationId,
    credentials: ({ smartVending }) => sealedBy(smartVending[role]),
    badCredentials: ({ own, foreign, revoked }) => {
      const [ours, theirs] = [own.smartVending[role], foreign.smartVending[role]];
      return {
        none: { headers: {}, seal: (fields) => ({ query: '', body: JSON.stringify(fields) }) },
        'no id': lacking('clientId', ours),
        'no nonce': lacking('nonce_str', ours),
        'no signature': lacking('sign', ours),
        'unknown id': sealedBy({ ...ours, clientId: 'ds0000000000000000' }),
        'wrong key': sealedBy({ ...ours, key: 'wrong' }),
        'an empty key': sealedBy({ ...ours, key: '' }),
        'the id for the key': sealedBy({ ...ours, key: ours.clientId }),
        'another’s key': sealedBy({ ...ours, key: theirs.key }),
        'another’s id': sealedBy({ ...ours, clientId: theirs.clientId }),
        'the other role’s': sealedBy(own.smartVending[otherRole]),
        'the other role’s key': sealedBy({ ...ours, key: own.smartVending[otherRole].key }),
        revoked: sealedBy(revoked.smartVending[role]),
        'another dialect’s': {
          ...sealedBy({ clientId: own.tenant.integration.appId, key: own.tenant.integration.appKey }),
          headers: own.tenant.headers,
        },
      };
    },
    alike: [
      ['revoked', 'unknown id'],
      ['the other role’s', 'unknown id'],
      ['another dialect’s', 'unknown id'],
      ['wrong key', 'another’s key'],
      ['wrong key', 'another’s id'],
      ['wrong key', 'an empty key'],
      ['wrong key', 'the id for the key'],
      ['wrong key', 'the other role’s key'],
    ],
    fields(ids) {
      const machine = { assetId: ids.machine_no, assetIds: ids.machine_no, limit: '5', cursor: '0' };
      const period = { startTime: '1', endTime: '2000000000' };
      return [
        { ...machine, ...period },
        { ...machine, ...period, productCode: ids.goods_number, siteNumber: ids.site_number, lineName: ids.line_name },
        { ...machine, code: ids.elsewhere_code, goodsNum: ids.goods_number },
      ];
    },
    requests({ fields, method, credential }) {
      const { query, body } = credential.seal?.(fields) ?? { query: '', body: '' };
      return method === 'GET' ? [{ query }] : [{ body }, { query, body: '' }];
    },
  };
}

const isOfMall = (url: string) => url.startsWith('/osapi/pickupcode/');
const smartVending = smartVendingAs('platform', 'Smart Vending', (url) => url.startsWith('/osapi/') && !isOfMall(url));
const smartVendingMall = smartVendingAs('customer', 'Smart Vending, the mall’s side', isOfMall);

/** Health, metrics, documentation: the hub's own, and open. */
const own: RouteDialect = {
  name: 'the hub’s own',
  owns: (url) =>
    ['/', '/assets/*', '/healthz', '/readyz', '/metrics'].includes(url) ||
    url === '/docs' ||
    url.startsWith('/docs/') ||
    url.startsWith('/media/'),
  isOwnForm(answer) {
    if (answer.status < 400) return true;
    const { code, message } = (asJson(answer)?.error ?? {}) as Record<string, unknown>;
    return typeof code === 'string' && typeof message === 'string';
  },
  mask: (text) => text,
  verdict: byStatus,
  integrationOf: ({ tenant }) => tenant.integration.id,
  credentials: () => inHeaders({}),
  badCredentials: () => ({}),
  alike: [],
  fields: (ids) => [{ ...ids }],
  requests: ({ fields }) => [{ body: JSON.stringify(fields) }],
};

/** What other platforms push to us: what is not taken must not look delivered, so that its HTTP status says so too. */
const smartVendingPushes: RouteDialect = {
  ...smartVendingAs('customer', 'Smart Vending, pushes to us', (url) => url.startsWith('/smart-vending/push/')),
  readBehind: true,
  isOwnForm(answer) {
    const body = asJson(answer);
    if (answer.status === 200) return JSON.stringify(body) === '{"result":"SUCCESS"}';
    return answer.status >= 400 && Object.keys(body ?? {}).join() === 'result,errorCode,error_code,error';
  },
  verdict: ({ status }) =>
    status === 200 ? 'done' : [400, 403].includes(status) ? 'denied' : [404, 405].includes(status) ? 'absent' : 'refused',
};

const thirdPartyPaths: readonly string[] = Object.values(owithoCalls)
  .filter(({ at }) => at === 'third-party')
  .map(({ path }) => path);

/** The fields are the data of an envelope, whose time is put in when it is sent. */
const enveloped = ({ appId, secretKey }: { appId: string; secretKey: string }): Credential => ({
  headers: {},
  seal: ({ now, ...fields }) => ({
    query: '',
    body: encodeEnvelope(JSON.stringify(fields), { appId, secretKey, tokens: [], utc: Number(now) }),
  }),
});

/** A platform that sells the party's machines. */
const owithoThirdParty: RouteDialect = {
  name: 'owitho, third party',
  owns: (url) => thirdPartyPaths.includes(url),
  isOwnForm(answer) {
    const body = asJson(answer);
    return answer.status === 200 && Object.keys(body ?? {}).join() === 'code,msg,data' && typeof body?.code === 'string';
  },
  // An order of the caller's own is told as the caller told of it.
  mask: (text) => text.replaceAll(/"(slotNum|orderViewId)":"[^"]*"/g, '"$1":"#"'),
  verdict({ body }) {
    if (body.code === '200') return 'done';
    if (['40001', '40002'].includes(body.code)) return 'denied';
    return /^(nothing is served|this path knows)/.test(body.msg) ? 'absent' : 'refused';
  },
  integrationOf: ({ channel }) => channel.id,
  credentials: ({ channel }) => enveloped(channel),
  badCredentials({ own: { channel, tenant }, foreign, revoked }) {
    const theirs = foreign.channel;
    return {
      'no app': enveloped({ ...channel, appId: '' }),
      'unknown app': enveloped({ ...channel, appId: '0'.repeat(32) }),
      'wrong key': enveloped({ ...channel, secretKey: 'wrong' }),
      'no key': enveloped({ ...channel, secretKey: '' }),
      'another’s key': enveloped({ ...channel, secretKey: theirs.secretKey }),
      'another’s app': enveloped({ ...channel, appId: theirs.appId }),
      'the app for the key': enveloped({ ...channel, secretKey: channel.appId }),
      revoked: enveloped(revoked.channel),
      'another dialect’s': enveloped({ appId: tenant.integration.appId, secretKey: tenant.integration.appKey }),
    };
  },
  alike: [
    ['revoked', 'unknown app'],
    ['no app', 'unknown app'],
    ['another dialect’s', 'unknown app'],
    ['another’s key', 'another’s app'],
    ['another’s key', 'wrong key'],
    ['another’s key', 'no key'],
    ['another’s key', 'the app for the key'],
  ],
  fields: (ids) => [
    { machineCode: ids.machine_no, orderViewId: ids.channel_order },
    {
      machineCode: ids.machine_no,
      // The same again is the same order: what is counted is not another each time.
      orderViewId: [ids.channel_order, ids.machine_no, ids.channel_name].join(),
      ...{ containerCode: '', discountMoney: '0.00', originAmount: '3.00', actualAmount: '3.00', payStatus: 1, refundStatus: 0 },
      ...{ orderTime: 1_700_000_000_000, payCompleteTime: 0, payMethod: 1 },
      orderDetailList: [
        { skuCode: ids.goods_number, slotNum: ids.channel_name, quantity: 1, originalPrice: '3.00', actualPrice: '3.00' },
      ],
    },
  ],
  requests({ fields, credential, now }) {
    const { body = '' } = credential.seal?.({ ...fields, now: now.getTime() }) ?? {};
    return [{ body }];
  },
};

const platformPaths: readonly string[] = Object.values(owithoCalls)
  .filter(({ at }) => at === 'platform')
  .map(({ path }) => path);

/** Signed with a token alone. */
const tokened = ({ appId, token }: Pick<Sold, 'appId' | 'token'>): Credential => ({
  headers: {},
  seal: ({ now, ...fields }) => ({
    query: '',
    body: encodeEnvelope(JSON.stringify(fields), { appId, tokens: [token], utc: Number(now) }),
  }),
});

/** A third party, whose machines the party sells. */
const owithoPlatform: RouteDialect = {
  ...owithoThirdParty,
  name: 'owitho, platform',
  owns: (url) => platformPaths.includes(url),
  integrationOf: ({ sold }) => sold.integrationId,
  credentials: ({ sold }) => tokened(sold),
  badCredentials: ({ own: { sold, channel }, foreign, revoked }) => ({
    'no app': tokened({ ...sold, appId: '' }),
    'unknown app': tokened({ ...sold, appId: '0'.repeat(32) }),
    'wrong key': tokened({ ...sold, token: 'wrong' }),
    'no key': tokened({ ...sold, token: '' }),
    'another’s key': tokened({ ...sold, token: foreign.sold.token }),
    'another’s app': tokened({ ...sold, appId: foreign.sold.appId }),
    'the app for the key': tokened({ ...sold, token: sold.secretKey }),
    revoked: tokened(revoked.sold),
    'another dialect’s': enveloped(channel),
  }),
  fields: (ids) => [
    { machineCode: `${ids.sale_machine} more`, machineStatus: 10, slotList: [] },
    {
      skuList: [
        {
          skuCode: ids.goods_number,
          skuName: 'x',
          skuUnit: 'x',
          skuSpec: 'x',
          originalPrice: '1.00',
          skuPic: 'https://x.example/',
        },
      ],
    },
    { orderViewId: ids.sale_view, outStatus: 200, outDetailList: [{ slotNum: '1', skuCode: 'tea', status: 200 }] },
  ],
};

const inQuery = ({ appId, secretKey }: Pick<Sold, 'appId' | 'secretKey'>): Credential => ({
  headers: {},
  seal: ({ now }) => ({ query: `${new URLSearchParams({ ...tokenRequest({ appId, secretKey, utc: Number(now) }) })}`, body: '' }),
});

/** Its codes are numbers. */
const owithoTokens: RouteDialect = {
  ...owithoPlatform,
  name: 'owitho, tokens',
  owns: (url) => url === tokenPath,
  isOwnForm(answer) {
    const body = asJson(answer);
    return answer.status === 200 && Object.keys(body ?? {}).join() === 'code,msg,data' && typeof body?.code === 'number';
  },
  mask: (text) => text.replaceAll(/"accessToken":"[0-9a-f]+"/g, '"accessToken":"#"'),
  verdict({ body, ...answer }) {
    const code = String(body?.code);
    return code === '200' ? 'done' : owithoThirdParty.verdict({ ...answer, body: { ...body, code } });
  },
  credentials: ({ sold }) => inQuery(sold),
  badCredentials: ({ own: { sold, channel }, foreign, revoked }) => ({
    'no app': inQuery({ ...sold, appId: '' }),
    'unknown app': inQuery({ ...sold, appId: '0'.repeat(32) }),
    'wrong key': inQuery({ ...sold, secretKey: 'wrong' }),
    'no key': inQuery({ ...sold, secretKey: '' }),
    'another’s key': inQuery({ ...sold, secretKey: foreign.sold.secretKey }),
    'another’s app': inQuery({ ...sold, appId: foreign.sold.appId }),
    'the app for the key': inQuery({ ...sold, secretKey: sold.token }),
    revoked: inQuery(revoked.sold),
    'another dialect’s': inQuery(channel),
  }),
  fields: () => [{}],
  // It names nothing that could be another's, and each token has everyone look at the integrations anew.
  readBehind: true,
  requests({ credential, now }) {
    const { query = '' } = credential.seal?.({ now: now.getTime() }) ?? {};
    return [{ query }];
  },
};

export const routeDialects: readonly RouteDialect[] = [
  ...[
    activeOrder,
    activeOrderMachines,
    smartVending,
    smartVendingMall,
    smartVendingPushes,
    owithoThirdParty,
    owithoPlatform,
    owithoTokens,
    qianHub,
    ...importServices,
    native,
    own,
  ],
];
