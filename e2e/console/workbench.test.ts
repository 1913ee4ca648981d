import { createHash, createHmac } from 'node:crypto';
import { encodePayload } from '@polyvend/protocols/active-order';
import { webhookHeadersOf } from '@polyvend/protocols/native';
import { encodeEnvelope, tokenUrl } from '@polyvend/protocols/owitho';
import { signBody } from '@polyvend/protocols/qianhub';
import { buildCall, encodeSigned } from '@polyvend/protocols/smart-vending';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callWords, pathWords } from '../../packages/console/src/pages/integrations/call-words.ts';
import { dialects } from '../../packages/server/src/dialects/index.ts';
import { rawRequest } from '../support/index.ts';
import { codesOf, explain, httpText, keyPair, make, rotate } from './integration-steps.ts';
import { type ConsoleHub, type Person, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
let owner: Person;
beforeAll(async () => {
  hub = await startConsoleHub();
  owner = await hub.person('owner');
});
afterAll(() => hub?.stop());

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const seconds = () => String(Math.floor(hub.clock.now().getTime() / 1000));
const send = (method: string, url: string, headers: Record<string, string>, body?: string) =>
  rawRequest(hub.url + url, { method, headers, ...(body !== undefined && { body }) });

describe('active-order', () => {
  const products = (told: Record<string, string>, payload: string, more: Record<string, string> = {}) =>
    ({
      headers: { Appid: told.Appid ?? '', AppSecret: told.AppSecret ?? '', ...more },
      url: '/api/openapi/v1/products',
      body: JSON.stringify({ payload }),
    }) as const;

  test('what the hub takes is found right, and each mistake by its name', async () => {
    const { machineNo } = await hub.machine('spring');
    const { id, told } = await make(owner, 'active-order', 'platform');
    const key = told['App key'] ?? '';
    const right = products(told, encodePayload({ machine_no: machineNo, timestamp: seconds() }, key));
    expect((await send('POST', right.url, right.headers, right.body)).body.code).toBe(0);
    const text = httpText('POST', right.url, right.headers, right.body);
    const shown = await explain(owner, id, text);
    expect(shown).toMatchObject({ right: true, findings: [] });
    expect(shown.signed[0]?.text).toBe(`machine_no=${machineNo}&timestamp=${seconds()}&key=‹App key›`);
    expect(JSON.stringify(shown)).not.toContain(key);

    const signedWith = (sign: string, params: object = {}) =>
      Buffer.from(JSON.stringify({ machine_no: machineNo, timestamp: seconds(), ...params, sign })).toString('base64');
    const found = async (payload: string, more: Record<string, string> = {}) => {
      const { headers, url, body } = products(told, payload, more);
      // The hub refuses what is called wrong here.
      expect((await send('POST', url, headers, body)).body.code).not.toBe(0);
      return codesOf(await explain(owner, id, httpText('POST', url, headers, body)));
    };
    const plain = `machine_no=${machineNo}&timestamp=${seconds()}`;
    expect(await found(signedWith(md5(`timestamp=${seconds()}&machine_no=${machineNo}&key=${key}`)))).toEqual([
      'text.order-reversed',
    ]);
    expect(await found(signedWith(md5(`a=&${plain}&key=${key}`), { a: '' }))).toEqual(['text.empty-kept']);
    expect(await found(signedWith(md5(plain + key)))).toEqual(['text.key-joined']);
    expect(await found(signedWith(md5(`${plain}&key=${told.AppSecret}`)))).toEqual(['key.other']);
    expect(await found(signedWith(createHash('sha256').update(`${plain}&key=${key}`).digest('hex')))).toEqual([
      'sign.other-hash',
    ]);
    expect(await found(encodePayload({ machine_no: machineNo, timestamp: `${seconds()}000` }, key))).toEqual([
      'time.milliseconds',
    ]);
    expect(await found(encodePayload({ machine_no: machineNo, timestamp: String(Number(seconds()) - 3_600) }, key))).toEqual([
      'time.off',
    ]);
    expect(await found(encodeURIComponent(encodePayload({ machine_no: machineNo, timestamp: seconds() }, key)))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^payload\./)]),
    );
    const good = encodePayload({ machine_no: machineNo, timestamp: seconds() }, key);
    expect(await found(good, { AppSecret: key })).toEqual(['secret.is-key']);
    expect(await found(good, { AppSecret: 'other' })).toEqual(['secret.wrong']);
    expect(await found(good, { Appid: 'other' })).toEqual(['app.other']);
  });

  test('what somebody signed is shown beside what they should have, and where the texts part', async () => {
    const { id, told } = await make(owner, 'active-order', 'platform');
    const key = told['App key'] ?? '';
    const payload = Buffer.from(
      JSON.stringify({ b: '1', a: '2', timestamp: seconds(), sign: md5(`b=1&a=2&timestamp=${seconds()}&key=${key}`) }),
    ).toString('base64');
    const curl = `curl -X POST 'https://hub/i/${id}/api/openapi/v1/orders/7' -H 'Appid: ${told.Appid}' -H 'AppSecret: ${told.AppSecret}' -d '${JSON.stringify({ payload })}'`;
    const shown = await explain(owner, id, curl);
    expect(codesOf(shown)).toEqual(['text.order-sent']);
    expect(shown.signed[0]).toMatchObject({
      text: `a=2&b=1&timestamp=${seconds()}&key=‹App key›`,
      theirs: { text: `b=1&a=2&timestamp=${seconds()}&key=‹App key›`, differs_at: 0 },
      expected: md5(`a=2&b=1&timestamp=${seconds()}&key=${key}`).toUpperCase(),
    });
  });
});

test('smart-vending: query and body are signed together; the two that differ most are told apart', async () => {
  const { id, told } = await make(owner, 'smart-vending', 'platform');
  const [clientId = '', key = ''] = [told.clientId, told.key];
  const built = buildCall('goods', { limit: 5 }, { clientId, key });
  expect((await send('POST', built.path, {}, built.body)).body.result).not.toBe('FAIL');
  expect(await explain(owner, id, httpText('POST', built.path, {}, built.body))).toMatchObject({ right: true, findings: [] });
  const wrong = JSON.stringify({ clientId, nonce_str: 'n', sign: md5(`clientId=${clientId}&nonce_str=n${key}`) });
  expect(codesOf(await explain(owner, id, httpText('POST', '/osapi/router/goods?limit=5', {}, wrong)))).toEqual([
    'text.query-left-out',
  ]);
  const named = JSON.stringify({ clientId, nonce_str: 'n', sign: md5(`clientId=${clientId}&nonce_str=n&key=${key}`) });
  expect(codesOf(await explain(owner, id, httpText('POST', '/osapi/router/goods', {}, named)))).toEqual(['text.key-named']);
  const other = encodeSigned({ clientId: 'other', nonce_str: 'n' }, key);
  expect(codesOf(await explain(owner, id, httpText('POST', '/osapi/router/goods', {}, other)))).toEqual(['app.other']);
});

test('owitho: tokens and the secret key are not taken for one another, and the clock is looked at', async () => {
  const { id, told } = await make(owner, 'owitho', 'platform');
  const [appId = '', secretKey = ''] = [told['App Id'], told['Secret Key']];
  const utc = hub.clock.now().getTime();
  const asked = tokenUrl('', { appId, secretKey, utc });
  expect(await explain(owner, id, httpText('GET', asked, {}))).toMatchObject({ right: true });
  const { accessToken } = (await send('GET', asked, {})).body.data;
  const data = '{"machineCode": "1"}';
  const envelope = (options: Partial<Parameters<typeof encodeEnvelope>[1]>) =>
    httpText('POST', '/testSign', {}, encodeEnvelope(data, { appId, tokens: [accessToken], utc, ...options }));
  expect(await explain(owner, id, envelope({}))).toMatchObject({ right: true, findings: [] });
  expect(codesOf(await explain(owner, id, envelope({ tokens: [secretKey] })))).toEqual(['key.secret-for-token']);
  expect(codesOf(await explain(owner, id, envelope({ utc: utc - 400_000 })))).toEqual(['time.off']);
  expect(codesOf(await explain(owner, id, envelope({ salt: 5 })))).toEqual(['salt.form']);
  const signature = md5(`appId=${appId}&accessToken=${accessToken}&data={"machineCode":"1"}&salt=1234&utc=${utc}`);
  const body = JSON.stringify({ appId, salt: 1234, utc, signatures: [signature], data });
  const shown = await explain(owner, id, httpText('POST', '/testSign', {}, body));
  expect(codesOf(shown)).toEqual(['text.reserialised']);
  expect(JSON.stringify(shown)).not.toContain(accessToken);
});

test('qianhub: the hash within a wrong signature tells what it is of', async () => {
  const pair = keyPair();
  const { id, told } = await make(owner, 'qianhub', 'platform', { given: { publicKey: pair.publicKey } });
  const body = '{"version": "1.0", "action": "qianhub.test", "body": {"a": 1}}';
  const request = (signature: string) => ({ 'X-QianHub-App': told.AppID ?? '', 'X-QianHub-Sign': signature });
  const right = request(signBody(body, pair.key));
  expect((await send('POST', '/gateway', right, body)).body).toEqual({ a: 1 });
  const codes = async (signature: string) =>
    codesOf(await explain(owner, id, httpText('POST', '/gateway', request(signature), body)));
  expect(await codes(signBody(body, pair.key))).toEqual([]);
  expect(await codes(signBody(JSON.stringify(JSON.parse(body)), pair.key))).toEqual(['text.reserialised']);
  expect(await codes(signBody(body, keyPair().key))).toEqual(['key.other']);
  expect(await codes(Buffer.from(signBody(body, pair.key), 'hex').toString('base64'))).toContain('sign.base64');
});

test('native and gobox: tokens, and the webhooks that we send', async () => {
  const { id, told } = await make(owner, 'native', 'api');
  const bearer = (token: string) => httpText('GET', '/v1/orders/1', { Authorization: token });
  expect(await explain(owner, id, bearer(`Bearer ${told.Token}`))).toMatchObject({ right: true });
  expect(codesOf(await explain(owner, id, bearer(`${told.Token}`)))).toEqual(['token.form']);
  expect(codesOf(await explain(owner, id, bearer(`Bearer ${told.Token?.slice(0, -4)}xxxx`)))).toEqual(['token.wrong']);
  expect(codesOf(await explain(owner, id, httpText('GET', '/v1/orders/1', {})))).toEqual(['token.missing']);

  const books = await make(owner, 'gobox', 'import', { given: { number: 'W1', erp: 'file' } });
  const list = (token = '') => httpText('GET', '/api/orders?action=trade_view', { Token: token });
  expect(codesOf(await explain(owner, books.id, list(books.told.sender)))).toEqual(['token.other-kind']);
  expect(codesOf(await explain(owner, books.id, list('x')))).toEqual(['token.wrong']);

  const webhook = await make(owner, 'native', 'webhook', { settings: { url: 'https://hook.example/' } });
  const secret = webhook.told.Secret ?? '';
  const message = { id: 'evt_1', timestamp: seconds(), body: '{"type":"trade.created"}' };
  const delivered = (headers: Record<string, string>) => httpText('POST', '/hook', headers, message.body);
  expect(await explain(owner, webhook.id, delivered(webhookHeadersOf(message, [secret])))).toMatchObject({ right: true });
  const literal = createHmac('sha256', secret).update(`${message.id}.${message.timestamp}.${message.body}`).digest('base64');
  const wrong = { ...webhookHeadersOf(message, [secret]), 'webhook-signature': `v1,${literal}` };
  expect(codesOf(await explain(owner, webhook.id, delivered(wrong)))).toEqual(['key.decoded']);
});

test('the old credentials are right while they last, and are told for what they are', async () => {
  const { id, told } = await make(owner, 'smart-vending', 'platform');
  const clientId = told.clientId ?? '';
  await rotate(hub, owner, id, { overlap: 60 });
  const text = httpText('POST', '/osapi/router/goods', {}, encodeSigned({ clientId, nonce_str: 'n' }, told.key ?? ''));
  const shown = await explain(owner, id, text);
  expect([shown.right, codesOf(shown)]).toEqual([true, ['key.old']]);
  hub.clock.advance(60);
  expect((await explain(owner, id, text)).right).toBe(false);
});

describe('who may what', () => {
  test('who may not change integrations is shown the text, and not the signature: that would let them sign', async () => {
    const { id, told } = await make(owner, 'smart-vending', 'platform');
    const operator = await hub.person('operator');
    const body = JSON.stringify({ clientId: told.clientId, nonce_str: 'n', sign: '0'.repeat(32) });
    const text = httpText('POST', '/osapi/router/goods', {}, body);
    expect((await explain(operator, id, text)).signed[0]).toMatchObject({
      text: expect.stringContaining('‹key›'),
      expected: null,
    });
    expect((await explain(owner, id, text)).signed[0]?.expected).toMatch(/^[0-9a-f]{32}$/);
    expect((await operator.call('POST', `/integrations/${id}/try`, { call: 'goods' })).status).toBe(403);
    const viewer = await hub.person('viewer');
    expect((await viewer.call('POST', `/integrations/${id}/workbench`, { text })).status).toBe(403);
    const other = await hub.person('owner', { tenant: await hub.tenant() });
    expect((await other.call('POST', `/integrations/${id}/workbench`, { text })).status).toBe(404);
  });

  test('what is no request says why, and nothing that was pasted is in the audit', async () => {
    const { id } = await make(owner, 'smart-vending', 'platform');
    const answer = await owner.call('POST', `/integrations/${id}/workbench`, { text: 'hello canary-1234' });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'request.invalid' } } });
    await explain(owner, id, httpText('POST', '/osapi/router/goods', {}, '{"canary-1234":1}'));
    expect((await owner.call('GET', '/audit?limit=200')).text).not.toContain('canary-1234');
  });
});

describe('trying a call', () => {
  const attempt = async (id: number, body: Record<string, unknown>) => {
    const answer = await owner.call('POST', `/integrations/${id}/try`, body);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return answer.body as { request: { url: string; body: string }; curl: string; status: number; answer: string };
  };

  test('each dialect takes what is signed for it, and the curl that is shown is found right', async () => {
    const { machineNo } = await hub.machine('spring');
    const active = await make(owner, 'active-order', 'platform');
    const secrets = { AppSecret: active.told.AppSecret ?? '' };
    const products = await attempt(active.id, { call: 'products', fields: { machine_no: machineNo }, secrets });
    expect(JSON.parse(products.answer)).toMatchObject({ code: 0 });
    expect(JSON.stringify(products)).not.toContain(secrets.AppSecret);
    const curl = products.curl.replaceAll('‹AppSecret›', secrets.AppSecret);
    expect(await explain(owner, active.id, curl)).toMatchObject({ right: true });

    const vending = await make(owner, 'smart-vending', 'platform');
    const status = await attempt(vending.id, { call: 'status', fields: { assetId: machineNo } });
    expect(JSON.parse(status.answer)).toMatchObject({ assetId: machineNo });
    expect(await explain(owner, vending.id, status.curl)).toMatchObject({ right: true });

    const seller = await make(owner, 'owitho', 'platform');
    expect((await owner.call('POST', `/integrations/${seller.id}/try`, { call: 'testSign' })).status).toBe(400);
    await attempt(seller.id, { call: 'token' });
    const tested = await attempt(seller.id, { call: 'testSign', fields: { machineCode: '1' } });
    expect(JSON.parse(tested.answer)).toMatchObject({ code: '200' });

    const pair = keyPair();
    const gateway = await make(owner, 'qianhub', 'platform', { given: { publicKey: pair.publicKey } });
    const shops = await attempt(gateway.id, { call: 'qianhub.agent.list-shop', secrets: { privateKey: pair.privateKey } });
    expect(JSON.parse(shops.answer)).toEqual({ shops: [] });

    const books = await make(owner, 'gobox', 'import', { given: { number: 'W2', erp: 'file' } });
    const set = await attempt(books.id, {
      ...{ call: 'changeSetOfBooks', path: { set_id: '999999' }, fields: { app_key: 'a', user_name: 'b' } },
      secrets: { Token: books.told.administrator ?? '' },
    });
    expect(set.status).toBeLessThan(500);

    const native = await make(owner, 'native', 'api');
    const sale = await attempt(native.id, {
      ...{ call: 'GET /v1/orders/:sale_id', path: { sale_id: '1' }, secrets: { Token: native.told.Token ?? '' } },
    });
    expect(JSON.parse(sale.answer)).toMatchObject({ error: { code: 'order.unknown' } });
  });

  test('while old and new credentials both count, the call is signed with the set that the secret is of', async () => {
    const { machineNo } = await hub.machine('spring');
    const { id, told } = await make(owner, 'active-order', 'platform');
    const next = await rotate(hub, owner, id, { overlap: 60 });
    const products = (AppSecret = '') => ({ call: 'products', fields: { machine_no: machineNo }, secrets: { AppSecret } });
    for (const secret of [told.AppSecret, next.told.AppSecret]) {
      expect(JSON.parse((await attempt(id, products(secret))).answer), secret).toMatchObject({ code: 0 });
    }
    const refused = { status: 400, body: { error: { code: 'request.field', field: 'AppSecret' } } };
    expect(await owner.call('POST', `/integrations/${id}/try`, products('of nobody'))).toMatchObject(refused);
    hub.clock.advance(60);
    expect(await owner.call('POST', `/integrations/${id}/try`, products(told.AppSecret))).toMatchObject(refused);
  });

  test('of two keys each signs for itself, and another is refused by its name', async () => {
    const [first, second, other] = [keyPair(), keyPair(), keyPair()];
    const { id } = await make(owner, 'qianhub', 'platform', { given: { publicKey: first.publicKey } });
    await rotate(hub, owner, id, { given: { publicKey: second.publicKey }, overlap: 60 });
    const shops = ({ privateKey }: ReturnType<typeof keyPair>) => ({ call: 'qianhub.agent.list-shop', secrets: { privateKey } });
    for (const pair of [first, second]) {
      expect(JSON.parse((await attempt(id, shops(pair))).answer)).toEqual({ shops: [] });
    }
    expect(await owner.call('POST', `/integrations/${id}/try`, shops(other))).toMatchObject({
      ...{ status: 400, body: { error: { code: 'request.field', field: 'privateKey' } } },
    });
  });

  test('every call, and all that is filled in of it, has words in both languages', () => {
    const tried = dialects.flatMap(({ name, roles, workbench }) =>
      roles.flatMap(({ role }) => (workbench?.calls({ role } as never) ?? []).map((call) => ({ dialect: name, ...call }))),
    );
    expect(tried.length).toBeGreaterThan(50);
    const wordless = tried.flatMap(({ dialect, name, path, fields }) => {
      const words = callWords[dialect];
      const { properties = {} } = (fields ?? {}) as { properties?: object };
      const parts = [...path.matchAll(/:(\w+)/g)].map(([, part = '']) => part);
      return [
        ...(words?.calls[name] ? [] : [`${dialect} ${name}`]),
        ...Object.keys(properties).flatMap((field) => (words?.fields[field] ? [] : [`${dialect} ${name} ${field}`])),
        ...parts.flatMap((part) => (pathWords[part] ? [] : [`${path} ${part}`])),
      ];
    });
    expect(wordless).toEqual([]);
    const chinese = /[\u3400-\u9fff]/;
    const all = Object.values(callWords).flatMap(({ calls, fields }) => [...Object.values(calls), ...Object.values(fields)]);
    expect(all.filter(([en]) => chinese.test(en))).toEqual([]);
  });

  test('it acts, and the audit says who had it act', async () => {
    const machine = await hub.machine('spring');
    const { id, told } = await make(owner, 'active-order', 'platform');
    const answer = await attempt(id, {
      call: 'replenish',
      fields: { machine_no: machine.machineNo, floors: [{ floor: 'A11', num: 1 }] },
      secrets: { AppSecret: told.AppSecret ?? '' },
    });
    expect(answer.status).toBeLessThan(500);
    const { items } = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`integration ${id}`)}`)).body;
    expect(items[0]).toMatchObject({ action: 'POST /v1/integrations/{integration}/try', after: { tried: 'replenish' } });
    expect(JSON.stringify(items)).not.toContain(told.AppSecret);
  });
});
