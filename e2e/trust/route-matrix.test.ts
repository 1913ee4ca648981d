import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { encodePayload, methods } from '@polyvend/protocols/active-order';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { newCredentials as newApp, integrationOf as owithoOf } from '../../packages/server/src/dialects/owitho/index.ts';
import { integrationOf, newCredentials } from '../../packages/server/src/dialects/smart-vending/index.ts';
import type { ServedRoute } from '../../packages/server/src/http/served-routes.ts';
import { putGoods } from '../../packages/server/src/ledger/catalog/put-goods.ts';
import { putPicture } from '../../packages/server/src/ledger/catalog/put-picture.ts';
import { issueChannelToken } from '../../packages/server/src/ledger/channel-links/issue-channel-token.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { createOpenPickupCode } from '../../packages/server/src/ledger/pickup-codes/create-open-pickup-code.ts';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { putForeignLayout } from '../../packages/server/src/ledger/upstream/put-foreign-layout.ts';
import { place } from '../active-order/steps.ts';
import { isConsoles } from '../console/console-routes.ts';
import { type Channel, noticeOf, openChannel, sendNotice } from '../owitho/steps.ts';
import { addApp, addProgram, addShop, type Program } from '../qianhub/steps.ts';
import {
  checkConservation,
  type RawAnswer,
  rawRequest,
  slotDraft,
  startTestHub,
  type TestHub,
  type TestTenant,
  testGoods,
} from '../support/index.ts';
import { deviceBody, openBooks, type TestBooks } from '../support/open-books.ts';
import {
  type Credential,
  type Ids,
  type Party,
  type RouteDialect,
  routeDialects,
  type Sent,
  type Site,
  transId,
} from './route-dialects.ts';

// Every route that the hub serves, as it says itself, against every wrong credential, others' ids, and whatever a body can be.

/** The same again: MATRIX_SEED. */
const seed = Number(process.env.MATRIX_SEED ?? Date.now() % 1_000_000);

interface Route extends ServedRoute {
  dialect: RouteDialect;
}

let hub: TestHub;
const opened: TestBooks[] = [];
const channels: Channel[] = [];
let site: Site;
let routes: Route[];
let strangers: ServedRoute[];

beforeAll(async () => {
  hub = await startTestHub();
  await spreadIds();
  const own = await party(await hub.tenant({ debugMode: true }), 'A');
  const foreign = await party(await hub.tenant({ debugMode: true }), 'Z');
  const revoked = await party(await hub.tenant({ debugMode: true }), 'A');
  for (const id of revoked.integrationIds) await hub.changeIntegration(revoked.tenant.merchant.id, id, { status: 'revoked' });
  site = { hub, own, foreign, revoked };
  const dialectOf = ({ url }: ServedRoute) => routeDialects.find(({ owns }) => owns(url.replace(/^\/i\/:integration/, '')));
  // The console's have a matrix of their own, by roles: e2e/console/every-route.test.ts.
  const served = hub.hub.app.servedRoutes.filter((route) => !isConsoles(route));
  routes = served.flatMap((route) => {
    const dialect = dialectOf(route);
    return dialect ? [{ ...route, dialect }] : [];
  });
  strangers = served.filter((route) => !dialectOf(route));
  await hub.settle();
});
afterEach(() => checkConservation(hub.ledger));
afterAll(async () => {
  await Promise.all(opened.map((books) => books.close()));
  await Promise.all(channels.map(({ platform }) => platform.close()));
  await hub?.stop();
});

/** Ids that can be told from every other number in an answer. */
async function spreadIds(): Promise<void> {
  await hub.hub.database.pool.query(
    `select setval(c.oid, 71000000 + 100000 * row_number() over ()) from pg_class c
     where c.relkind = 'S' and c.relnamespace = 'public'::regnamespace`,
  );
}

/** A merchant with one of everything that can be named. Slots and cabinets of two have different names. */
async function party(tenant: TestTenant, cabinet: 'A' | 'Z'): Promise<Party & { integrationIds: number[] }> {
  const merchantId = tenant.merchant.id;
  const goods_number = `G${merchantId}`;
  const goods = await putGoods(
    hub.ledger,
    merchantId,
    [{ number: goods_number, name: '茶', category: '茶饮料', priceCents: 300 }],
    cause,
  );
  const goodsId = goods.get(goods_number);
  const [site_number, line_name] = [`S${merchantId}`, `L${merchantId}`];
  await putLine(hub.ledger, { merchantId, name: line_name });
  await putSite(hub.ledger, { merchantId, number: site_number, name: 'x', line: line_name });
  const slots = [0, 1, 2].map((n) => slotDraft(cabinet, n, { capacity: 50, onHand: 20, goodsId }));
  const cabinets = [{ name: cabinet, addr: 1, drive: 'spring' as const, slots }];
  const machine = await hub.machine('spring', { connect: false, cabinets }, tenant);
  const machine_no = machine.machineNo;
  await placeMachine(hub.ledger, { merchantId, machineNo: machine.machineNo, siteNumber: site_number, cause });
  const product = await machine.product(`${cabinet}11`);
  const { productId } = product;
  const elsewhere = { merchantId, integrationId: null, goodsId: goodsId ?? null, elsewhere: true, cause };
  const { code: elsewhere_code } = await createOpenPickupCode(hub.ledger, elsewhere);
  const order = await place(hub, machine, { [`${cabinet}11`]: 1 }, tenant);
  await tenant.client.updateOrder(order.id, { machine_no, status: 1 });
  const [record] = (await tenant.client.order(order.id, machine_no)).records;
  const named = { machine_no, order_id: String(order.id), record_id: String(record?.id) };
  const { delivery_id } = await tenant.client.dispense(named);
  await tenant.call('POST', '/pickup_codes', { machine_no, method: methods.createProductCodes, product_id: productId });
  const [code] = (await tenant.call('POST', `/products/${productId}/pickup_code`, { machine_no })).body.data;
  const app = await addApp(hub, { merchantId: tenant.merchant.id });
  const program = await addProgram(hub, tenant.merchant.id);
  // It is called back to nobody: what is told of is told elsewhere.
  const channel = await openChannel(hub, { merchantId, settings: { platformUrl: '' } });
  channels.push(channel);
  await channel.list(machine);
  const channel_order = `${cabinet}-order`;
  await sendNotice(hub, channel, await noticeOf(hub, machine, channel_order, { [`${cabinet}11`]: 1 }));
  const { sold, ...sale } = await openSale(merchantId, program);
  const sn = `${cabinet}-shop`;
  const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(cabinet)]);
  const picture = { merchantId: tenant.merchant.id, goodsNumber: testGoods[0]?.number ?? '', bytes, cause: { by: 'test' } };
  const session = randomUUID();
  const books = await openBooks(hub, { merchantId: tenant.merchant.id, device: false, c8: { sessions: { [session]: 'wang' } } });
  opened.push(books);
  const device = await books.client.createDevice(books.tokens.user, deviceBody());
  await books.send(transId);
  const ids = {
    ...named,
    sn,
    channel_order,
    shop_id: String(await addShop(program, sn)),
    picture: await putPicture(hub.ledger, picture),
    set_id: String(books.setId),
    set_of_book: books.number,
    url: books.c8.url,
    device_id: String(device.id),
    book_order_id: String((await books.order(transId)).id),
    delivery_id,
    product_id: String(productId),
    category_id: String(product.goods?.categoryId),
    id: String(code.id),
    code: String(code.code),
    channel_name: `${cabinet}11`,
    cabinet_name: cabinet,
    integration: String(tenant.integration.id),
    ...{ goods_number, site_number, line_name, elsewhere_code },
    ...sale,
    '*': 'x',
  };
  const smartVending = { platform: await signer(merchantId, 'platform'), customer: await signer(merchantId, 'customer') };
  const { platform, customer } = smartVending;
  const integrationIds = [
    tenant.integration.id,
    app.id,
    program.id,
    platform.integrationId,
    customer.integrationId,
    books.integrationId,
    channel.id,
    sold.integrationId,
  ];
  return { tenant, machine, app, program, channel, sold, smartVending, books, session, integrationIds, ids };
}

const cause = { by: 'test' };

/** An order at a third party that cannot be reached: it was told, and nobody knows whether it has heard. */
async function openSale(merchantId: number, program: Program) {
  const { ledger, clock } = hub;
  const app = newApp();
  const settings = { thirdUrl: 'http://127.0.0.1:9', tokensPerDay: 1_000_000, tokenOverlap: 86_400 };
  const integrationId = await createIntegration(ledger, { merchantId, ...owithoOf(app, 'platform'), settings });
  const token = randomUUID();
  await issueChannelToken(ledger, { merchantId, integrationId, token, validFor: 86_400, overlap: 86_400, perDay: 9 });
  const sale_machine = `M${merchantId}`;
  const of = { merchantId, upstreamIntegrationId: integrationId, machineNo: sale_machine, cabinet: '', cause };
  const slot = { code: '1', goods: { number: 'tea', name: 'tea' }, priceCents: 300, capacity: 50, onHand: 40, faultCode: 1 };
  await putForeignLayout(ledger, { ...of, status: 'normal', slots: [slot], saidAt: clock.now() });
  const wanted = { machine: sale_machine, idempotency_key: `before ${sale_machine}`, items: [{ slot: '1', quantity: 1 }] };
  const { body: order } = await program.call('POST', '/v1/orders', wanted);
  await program.call('POST', `/v1/orders/${order.id}/pay`, {});
  const sale_view = `${order.created_at.replaceAll(/\D/g, '').slice(0, 14)}${order.id}`;
  return { sold: { integrationId, token, ...app }, sale_id: String(order.id), sale_machine, sale_view };
}

async function signer(merchantId: number, role: 'platform' | 'customer') {
  const credentials = newCredentials();
  return {
    ...credentials,
    integrationId: await createIntegration(hub.ledger, { merchantId, ...integrationOf(credentials, role) }),
  };
}

/** A party's ids as a dialect's paths name them. */
const idsOf = (dialect: RouteDialect, party: Party): Ids => ({ ...party.ids, integration: String(dialect.integrationOf(party)) });

/** What is nobody's. */
const nobodys: Ids = {
  set_id: '987654311',
  set_of_book: 'Q99999',
  url: 'http://127.0.0.1:9/',
  device_id: '987654312',
  book_order_id: '987654314',
  machine_no: '99999999',
  order_id: '987654321',
  record_id: '987654322',
  delivery_id: '987654323',
  product_id: '987654324',
  category_id: '987654325',
  id: '987654326',
  code: '987654327',
  sn: 'Q-shop',
  channel_order: 'Q-order',
  shop_id: '987654329',
  channel_name: 'Q11',
  cabinet_name: 'Q',
  integration: '987654328',
  picture: `${'0'.repeat(64)}.png`,
  goods_number: '987654329',
  site_number: '987654330',
  line_name: '987654331',
  elsewhere_code: '987654332',
  sale_id: '987654333',
  sale_machine: 'M987654334',
  sale_view: '20250601000000987654335',
  '*': 'y',
};

function pathOf({ url }: ServedRoute, ids: Ids): string {
  return url.replaceAll(/:(\w+)|\*/g, (found, name: string | undefined) => {
    const id = ids[name ?? '*'];
    if (id === undefined) throw new Error(`${url} names ${found}, which no party of the matrix has: give it to them`);
    return id;
  });
}

/** What a party asks with these fields, rightly or with another credential. */
function requestsOf(
  { dialect, method }: Route,
  fields: Record<string, unknown>,
  credential = dialect.credentials(site.own),
): Asking[] {
  const sent = dialect.requests({ party: site.own, credential, fields, method, now: now() });
  return sent.map((one) => ({ ...one, headers: credential.headers }));
}

type Asking = Sent & Pick<Credential, 'headers'>;

interface Asked extends Omit<Sent, 'body'> {
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

async function ask({ method, dialect }: Route, { path: plain, query = '', headers, body }: Asked): Promise<RawAnswer> {
  const path = query === '' ? plain : `${plain}${plain.includes('?') ? '&' : '?'}${query}`;
  const sent: { body?: string | Uint8Array } = body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body };
  const signed = headers && (dialect.sign?.(headers, sent.body ?? '') ?? headers);
  const answer = await rawRequest(`${hub.url}${path}`, { method, ...(signed && { headers: signed }), ...sent });
  const shown = `${method} ${path}: ${answer.status} ${answer.text.slice(0, 300)}`;
  expect(answer.status, shown).toBeLessThan(500);
  if (method !== 'HEAD') expect(dialect.isOwnForm(answer), shown).toBe(true);
  return answer;
}

/** What an answer tells, without what the caller has sent itself. */
function tells(dialect: RouteDialect, { status, headers, text }: RawAnswer, sent: Ids): string {
  const values = Object.entries(sent).filter(([name]) => !['*', 'cabinet_name', 'channel_name'].includes(name));
  const masked = values.reduce((masked, [, value]) => masked.replaceAll(value, '#'), dialect.mask(text));
  const own = new Set(['date', 'x-request-id', 'content-length', 'keep-alive', 'connection']);
  const others = [...headers].filter(([name]) => !own.has(name)).map(([name, value]) => `${name}: ${value}`);
  return [status, ...others, masked].join('\n');
}

/** The whole of what the ledger keeps, or of one merchant's: tables yet to come too. */
async function snapshot(merchantId?: number): Promise<Record<string, string>> {
  const { pool } = hub.hub.database;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'merchant_id'
     and table_name in (select table_name from information_schema.tables where table_type = 'BASE TABLE')`,
  );
  const entries: [string, string][] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ sum: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum
       from "${name}" t where $1::bigint is null or t.merchant_id = $1`,
      [merchantId ?? null],
    );
    entries.push([name, rows[0]?.sum ?? '']);
  }
  return Object.fromEntries(entries);
}

const guarded = () => routes.filter(({ dialect }) => Object.keys(dialect.badCredentials(site)).length > 0);
const now = () => hub.clock.now();

test('every route belongs to a dialect of the table, and the list is the running hub’s', () => {
  expect(strangers).toEqual([]);
  const served = routes.map(({ method, url }) => `${method} ${url}`);
  expect(served).toContain('POST /api/openapi/v1/orders');
  expect(served).toContain('POST /i/:integration/api/app/v1/batchUploadOrders');
  expect(served).toContain('POST /osapi/trade/list');
  expect(new Set(routes.map(({ dialect }) => dialect.name))).toEqual(new Set(routeDialects.map(({ name }) => name)));
});

test('asked rightly, every route does what it is for: what is refused below is refused for what is wrong with it', async () => {
  // From the last to the first: a pickup code is used before it is deleted.
  for (const route of routes.filter(({ url }) => !url.startsWith('/i/')).reverse()) {
    const { dialect } = route;
    const answers: string[] = [];
    for (const fields of dialect.fields(site.own.ids)) {
      for (const request of requestsOf(route, fields)) {
        const answer = await ask(route, { path: pathOf(route, site.own.ids), ...request });
        answers.push(dialect.verdict(answer) === 'done' ? 'done' : answer.text);
      }
    }
    // There is no file of the name that an id would have.
    if (!route.url.endsWith('*')) expect(answers, `${route.method} ${route.url}: ${answers.join()}`).toContain('done');
  }
});

test('every other method is refused in the dialect’s own form', async () => {
  const served = new Set(hub.hub.app.servedRoutes.map(({ method, url }) => `${method} ${url}`));
  for (const route of routes) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND']) {
      if (served.has(`${method} ${route.url}`) || (method === 'HEAD' && served.has(`GET ${route.url}`))) continue;
      const answer = await ask({ ...route, method }, { path: pathOf(route, site.own.ids) });
      // /deliveries/debug is a delivery too, by the pattern beside it. A HEAD has nothing but its status to say it with.
      if (method !== 'HEAD' || answer.status !== 200) expect(route.dialect.verdict(answer)).toBe('absent');
    }
  }
});

describe('without the right credential', () => {
  test('an answer is the same whatever is asked for, and nothing is changed', async () => {
    // What the tests before have set off is done.
    await hub.settle();
    const before = await snapshot();
    for (const route of guarded()) {
      const { dialect } = route;
      for (const [kind, credential] of Object.entries(dialect.badCredentials(site))) {
        const answers = new Set<string>();
        for (const ids of [site.own.ids, site.foreign.ids, nobodys]) {
          const asIs = { ...ids, integration: idsOf(dialect, site.own).integration ?? '' };
          const requests = requestsOf(route, dialect.fields(ids)[0] ?? {}, credential);
          // Where the credential is in the message, what is no message is not with a wrong one but with none.
          const junk = ids === nobodys && !credential.seal ? ['', '{', '\u0000', '[[['] : [];
          for (const request of [...requests, ...junk.map((body) => ({ body, headers: credential.headers }))]) {
            const answer = await ask(route, { path: pathOf(route, asIs), ...request });
            expect(dialect.verdict(answer), `${kind}: ${answer.text}`).toBe('denied');
            answers.add(tells(dialect, answer, {}));
          }
        }
        expect([...answers], `${route.method} ${route.url} with ${kind}`).toHaveLength(1);
      }
    }
    expect(await snapshot()).toEqual(before);
  });

  test('what is revoked is like what never was, and what is wrong tells not how', async () => {
    for (const route of guarded().filter(({ url }) => !url.startsWith('/i/'))) {
      const { dialect } = route;
      const bad = dialect.badCredentials(site);
      const path = pathOf(route, site.own.ids);
      const fields = dialect.fields(site.own.ids)[0] ?? {};
      for (const kinds of dialect.alike) {
        const [one, two] = await Promise.all(
          kinds.map((kind) => ask(route, { path, ...requestsOf(route, fields, bad[kind])[0] })),
        );
        if (one && two) expect(tells(dialect, one, {}), kinds.join(' and ')).toBe(tells(dialect, two, {}));
      }
    }
  });

  test('under the path of another’s integration, the right one is like under that of none', async () => {
    for (const route of guarded().filter(({ url }) => url.startsWith('/i/'))) {
      const { dialect } = route;
      const answers = [];
      for (const integration of [
        idsOf(dialect, site.foreign).integration,
        idsOf(dialect, site.revoked).integration,
        '987654328',
        'x',
        '__proto__',
        '%00',
      ]) {
        const [request] = requestsOf(route, dialect.fields(site.own.ids)[0] ?? {});
        const path = pathOf(route, { ...site.own.ids, integration: integration ?? '' });
        const answer = await ask(route, { path, ...request });
        expect(dialect.verdict(answer)).toBe('denied');
        answers.push(tells(dialect, answer, {}));
      }
      expect(new Set(answers).size, route.url).toBe(1);
    }
  });
});

describe('what is another merchant’s', () => {
  /** Which of the ids asked for are another's: the same once more with nobody's is to be answered the same. */
  const mixes: readonly (readonly [string, (others: Ids) => Ids])[] = [
    ['everything', (others) => others],
    ['the machine', ({ machine_no = '' }) => ({ ...site.own.ids, machine_no })],
    ['everything but the machine', (others) => ({ ...others, machine_no: site.own.ids.machine_no ?? '' })],
  ];
  /** In the path, the own integration: under another's nobody gets as far as what is asked. */
  const asOwn = (dialect: RouteDialect, ids: Ids): Ids => ({ ...ids, integration: idsOf(dialect, site.own).integration ?? '' });

  test('answers byte for byte like what does not exist, and does not change', async () => {
    const before = await snapshot(site.foreign.tenant.merchant.id);
    for (const route of guarded()) {
      const { dialect } = route;
      // What the routes before have sold of our own is in the lists.
      await hub.settle();
      for (const [name, mix] of mixes) {
        const [theirs, none] = [asOwn(dialect, mix(site.foreign.ids)), asOwn(dialect, mix(nobodys))];
        const asked = async (ids: Ids) => {
          const answers: string[] = [];
          for (const fields of dialect.fields(ids)) {
            for (const request of requestsOf(route, fields)) {
              const answer = await ask(route, { path: pathOf(route, ids), ...request });
              answers.push(tells(dialect, answer, ids));
            }
          }
          return answers;
        };
        expect(await asked(theirs), `${route.method} ${route.url}, ${name}`).toEqual(await asked(none));
      }
    }
    expect(await snapshot(site.foreign.tenant.merchant.id)).toEqual(before);
  });

  test('costs as many statements as what does not exist, so that no clock tells them apart', async () => {
    // What the hub does by itself meanwhile, or behind the answer, is not the request's.
    const within = new AsyncLocalStorage<{ count: number }>();
    let current = { count: 0 };
    let most = 0;
    const enter = () => within.enterWith(current);
    hub.hub.app.server.prependListener('request', enter);
    const query = pg.Client.prototype.query;
    const statements = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
      const request = within.getStore();
      if (request) request.count += 1;
      return Reflect.apply(query, this, args);
    } as never);
    async function counted(route: Route, ids: Ids, kind: number): Promise<number> {
      const { dialect } = route;
      const [request] = requestsOf(route, dialect.fields(ids)[kind] ?? {});
      current = { count: 0 };
      await ask(route, { path: pathOf(route, ids), ...request });
      return current.count;
    }
    try {
      for (const route of guarded().filter(({ url, dialect }) => !url.startsWith('/i/') && !dialect.readBehind)) {
        for (const [name, mix] of mixes) {
          for (const kind of route.dialect.fields(nobodys).keys()) {
            const fewest = { theirs: Number.POSITIVE_INFINITY, none: Number.POSITIVE_INFINITY };
            // What the hub remembers of credentials is read anew now and then: a count may be too high by chance, and never too low.
            for (let n = 0; n < 10 && (n === 0 || fewest.theirs !== fewest.none); n += 1) {
              fewest.theirs = Math.min(fewest.theirs, await counted(route, mix(site.foreign.ids), kind));
              fewest.none = Math.min(fewest.none, await counted(route, mix(nobodys), kind));
            }
            expect(fewest.theirs, `${route.method} ${route.url}, ${name}, kind ${kind}`).toBe(fewest.none);
            most = Math.max(most, fewest.none);
          }
        }
      }
    } finally {
      statements.mockRestore();
      hub.hub.app.server.off('request', enter);
    }
    // It did count.
    expect(most).toBeGreaterThan(3);
  });
});

describe(`whatever a body can be (MATRIX_SEED=${seed})`, () => {
  const deep = (open: string, close: string) =>
    fc.integer({ min: 30, max: 8_000 }).map((depth) => `${open.repeat(depth)}1${close.repeat(depth)}`);
  const evilText = fc.constantFrom(
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '__proto__',
    'constructor',
    "'; drop table orders; --",
    '%s%n',
    '../../etc/passwd',
    '\u202e',
    'NaN',
    '1e309',
    '-0',
    '0x10',
    '１２',
    '9007199254740993',
    '99999999999999999999',
    '-1',
    '2147483648',
    '9223372036854775807',
    '2025-13-45 25:61:61',
    'x'.repeat(3_000),
    '🥤'.repeat(500),
  );
  const evilNumber = fc.constantFrom(0, -1, 1.5, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 63, Number.MIN_VALUE, -0);
  const evil = fc.oneof(
    evilText,
    evilNumber,
    fc.constantFrom(null, true, false),
    fc.jsonValue({ maxDepth: 4 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom([], {}, [null], [[[]]], { length: 3 }, { toString: 1 }, JSON.parse('{"__proto__":{"admin":true}}')),
    fc.array(fc.record({ product_id: evilNumber, quantity: evilNumber }), { maxLength: 4 }),
    fc.constant(Array.from({ length: 300 }, () => ({ product_id: 1, quantity: 1 }))),
  );
  const raw = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    evil.map((value) => JSON.stringify(value)),
    evilText.map((text) => `{"payload":"${text}"}`),
    deep('[', ']'),
    deep('{"a":', '}'),
    deep('{"code":"1","machine_no":"1","products":[', ']}'),
    fc.constantFrom(
      '{"__proto__":{"payload":"e30="}}',
      '{"payload":{"__proto__":1}}',
      '{"constructor":{"prototype":1},"payload":"e30="}',
      `{"code":"1","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      `{"code":"1","x":${'{"x":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
      '\ufeff{}',
      '{"a":1,"a":2}',
      '1e400',
      '"\\ud800"',
    ),
  );
  /** Paths' ids: anyone's, and no ids at all. */
  const segment = fc.constantFrom(
    '0',
    '-1',
    '1.5',
    '1e3',
    '99999999999999999999',
    '%00',
    '__proto__',
    '%F0%9F%A5%A4',
    '..%2f',
    '%zz',
    '%',
    'a'.repeat(300),
    '%ED%A0%80',
    "'",
    '%0d%0a',
    ';',
    'null',
  );
  const headersOf = fc.constantFrom(
    {},
    { 'content-type': 'application/json;' },
    { 'content-type': 'multipart/form-data' },
    { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' },
    { 'content-encoding': 'gzip' },
    { 'accept-encoding': 'br, gzip', accept: 'text/html' },
    { 'x-http-method-override': 'DELETE', 'x-forwarded-for': "127.0.0.1', '" },
  );

  test('no answer is a 500, each is in the dialect’s own form, and what is another’s stays as it was', async () => {
    const before = await snapshot(site.foreign.tenant.merchant.id);
    const whose = fc.constantFrom<() => Ids>(
      () => site.own.ids,
      () => site.own.ids,
      () => site.foreign.ids,
      () => nobodys,
    );
    for (const route of routes) {
      const { dialect } = route;
      const good = dialect.fields(site.own.ids);
      const names = [...new Set(good.flatMap((fields) => Object.keys(fields)))].concat(
        'timestamp',
        'sign',
        'count',
        'expired_at',
        'page',
        'per_page',
        'addr',
        '__proto__',
      );
      const changes = fc.array(fc.tuple(fc.constantFrom(...names), evil), { minLength: 0, maxLength: 3 });
      const signed = fc.tuple(whose, fc.nat(100), changes).map(([ids, kind, changed]) => {
        const all = dialect.fields(ids());
        const fields = Object.fromEntries([...Object.entries(all[kind % all.length] ?? {}), ...changed]);
        const requests = sealed(route, fields);
        return requests[kind % requests.length] ?? {};
      });
      const asked = fc.record({
        ids: whose,
        junk: fc.option(segment, { freq: 4 }),
        query: fc.constantFrom('', '', '', '?a[]=1&__proto__=2', '?%zz', `?${'x'.repeat(2_000)}`),
        headers: headersOf,
        sent: fc.oneof({ weight: 3, arbitrary: signed }, { weight: 2, arbitrary: raw.map((body) => ({ body })) }),
      });
      await fc.assert(
        fc.asyncProperty(asked, async ({ ids, junk, query, headers, sent }) => {
          const named = { ...ids(), integration: idsOf(dialect, site.own).integration ?? '' };
          const parts = junk === null ? named : Object.fromEntries(Object.keys(named).map((name) => [name, junk]));
          const path = `${pathOf(route, parts)}${query}`;
          await ask(route, { path, ...sent, headers: { ...headers, ...dialect.credentials(site.own).headers } });
        }),
        { numRuns: runs, seed },
      );
    }
    expect(await snapshot(site.foreign.tenant.merchant.id)).toEqual(before);
    expect((await rawRequest(`${hub.url}/readyz`, { method: 'GET' })).status).toBe(200);
  });

  /** Past the signature, or without one where nothing can be signed: nested too deep. */
  function sealed(route: Route, fields: Record<string, unknown>): readonly Sent[] {
    try {
      return requestsOf(route, fields);
    } catch {
      return [{ body: JSON.stringify({ ...fields, payload: encodePayload({}, site.own.tenant.integration.appKey) }) }];
    }
  }
});

/** Of each route; MATRIX_RUNS makes it longer. */
const runs = Number(process.env.MATRIX_RUNS ?? 40);
