import { hash } from 'node:crypto';
import { basePath, canonicalText } from '@polyvend/protocols/active-order';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest, startTestHub, type TestHub, type TestMachine, type TestTenant, until } from '../support/index.ts';
import { expectRefusal, newTradeId } from './steps.ts';

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
  machine = await hub.machine('spring', { onHand: 100, capacity: 100 });
});
afterAll(() => hub?.stop());

const seconds = () => String(Math.floor(hub.clock.now().getTime() / 1000));
const enclose = (params: object) => JSON.stringify({ payload: Buffer.from(JSON.stringify(params)).toString('base64') });
const md5 = (text: string) => hash('md5', text, 'hex').toUpperCase();

async function orderBody(): Promise<string> {
  return JSON.stringify({
    machine_no: machine.machineNo,
    products: [{ product_id: (await machine.product('A11')).productId, quantity: 1 }],
    trade_id: newTradeId(),
    notify_url: hub.mall.notifyUrl(),
  });
}

describe('bodies are read whatever their type is called', () => {
  test.each([
    [undefined],
    ['application/json'],
    ['application/json;'],
    ['application/json; charset=utf-8'],
    ['APPLICATION/JSON'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['text/plain'],
    ['text/plain; charset=GBK'],
    [';'],
    ['/'],
    ['nonsense'],
  ])('%s', async (type) => {
    const headers = { ...hub.headers, ...(type !== undefined && { 'Content-Type': type }) };
    const placed = await rawRequest(`${hub.url}${basePath}/orders`, { headers, body: await orderBody() });
    expect(placed.body).toEqual({ code: 0, message: 'ok', data: { order_id: expect.any(Number) } });
    const asked = await hub.call('POST', '/categories', { machine_no: machine.machineNo }, { headers });
    expect(asked.body.code).toBe(0);
    expect(asked.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(asked.headers.get('cache-control')).toBe('no-store');
  });

  test('JSON with white space, a payload wrapped in lines, and base64 of the URL kind without padding', async () => {
    const params: Record<string, string> = { machine_no: machine.machineNo, timestamp: seconds(), note: '??>>~~' };
    params.sign = md5(`${canonicalText(params)}&key=${hub.integration.appKey}`);
    const bytes = Buffer.from(JSON.stringify(params));
    const forms = [
      ` \n{ "payload" :\t"${bytes.toString('base64')}" }\r\n`,
      JSON.stringify({ payload: bytes.toString('base64').replace(/.{1,40}/g, '$&\r\n') }),
      JSON.stringify({ payload: bytes.toString('base64url') }),
    ];
    for (const body of forms) {
      const answer = await rawRequest(`${hub.url}${basePath}/categories`, { headers: hub.headers, body });
      expect(answer.body.code, body).toBe(0);
    }
  });
});

describe('paths', () => {
  test.each([
    `${basePath}/ping`,
    `${basePath}/ping/`,
    `/${basePath}/ping`,
    `/${basePath}//ping//`,
    '/api//openapi///v1/ping',
    `${basePath}/ping?from=mall`,
  ])('%s', async (path) => {
    expect((await rawRequest(hub.url + path, { headers: hub.headers })).body).toEqual({ code: 0, message: 'ok', data: 'pong' });
  });

  test('HEAD is not served where there is no GET, nor is anything done', async () => {
    for (const path of ['/ping', '/orders', '/products']) {
      const answer = await rawRequest(`${hub.url}${basePath}${path}`, { method: 'HEAD', headers: hub.headers });
      expect([answer.status, answer.text]).toEqual([405, '']);
    }
  });

  test('the header names are of either case', async () => {
    const headers = { appid: hub.integration.appId, APPSECRET: hub.integration.appSecret };
    expect((await rawRequest(`${hub.url}${basePath}/ping`, { headers })).body.data).toBe('pong');
  });
});

describe('where nothing is asked for', () => {
  test.each(['', '{}', 'null', 'not json', '{"payload":"***"}'])('any body will do: %j', async (body) => {
    for (const path of ['/ping', '/rent/machines', `/rent/machines/${machine.machineNo}`]) {
      expect((await rawRequest(`${hub.url}${basePath}${path}`, { headers: hub.headers, body })).body.code).toBe(0);
    }
  });

  test('no body at all will do', async () => {
    expect((await rawRequest(`${hub.url}${basePath}/ping`, { headers: hub.headers })).body.code).toBe(0);
  });
});

describe('signatures', () => {
  const ask = (params: object) => rawRequest(`${hub.url}${basePath}/products`, { headers: hub.headers, body: enclose(params) });
  /** As the vendor's JavaScript kit signs: each value encoded, and the whole again. */
  function signedByKit(params: Record<string, string>, key: string): string {
    const text = Object.keys(params)
      .sort()
      .filter((name) => params[name] !== '')
      .map((name) => `${name}=${encodeURI(params[name] ?? '')}`)
      .join('&');
    return md5(`${encodeURI(text)}&key=${key}`);
  }
  function signedPlain(params: Record<string, string>, key: string): string {
    const text = Object.keys(params)
      .sort()
      .filter((name) => params[name] !== '')
      .map((name) => `${name}=${params[name]}`)
      .join('&');
    return md5(`${text}&key=${key}`);
  }

  test.each([
    ['the plain form', signedPlain],
    ["the vendor's kit", signedByKit],
  ])('%s, with Chinese and spaces', async (_, sign) => {
    for (const note of ['', 'plain', '中文 备注', 'a b+c%20&d=e', '🥤']) {
      const params = { machine_no: machine.machineNo, timestamp: seconds(), cabinet_name: 'A', note };
      const answer = await ask({ ...params, sign: sign(params, hub.integration.appKey) });
      expect(answer.body.code, note).toBe(0);
      expect(answer.body.data.data).toHaveLength(4);
      expectRefusal(await ask({ ...params, note: `${note}x`, sign: sign(params, hub.integration.appKey) }), 4006, 400);
    }
  });

  test('in lower case, over numbers, booleans, empty values, null and what is nested', async () => {
    const params = { machine_no: machine.machineNo, page: 1, timestamp: Number(seconds()), flag: true, none: null, empty: '' };
    const nested = { ...params, list: [1, 2], object: { k: 'v' } };
    const text = `flag=true&list[0]=1&list[1]=2&machine_no=${machine.machineNo}&object[k]=v&page=1&timestamp=${seconds()}`;
    const sign = md5(`${text}&key=${hub.integration.appKey}`);
    expect((await ask({ ...nested, sign })).body.code).toBe(0);
    expect((await ask({ ...nested, sign: sign.toLowerCase() })).body.code).toBe(0);
  });

  test('numbers as their sender wrote them', async () => {
    const sign = md5(`machine_no=${machine.machineNo}&page=1&ratio=1.50&timestamp=${seconds()}&key=${hub.integration.appKey}`);
    const text = `{"machine_no":"${machine.machineNo}","page":1,"ratio":1.50,"timestamp":${seconds()},"sign":"${sign}"}`;
    const body = JSON.stringify({ payload: Buffer.from(text).toString('base64') });
    expect((await rawRequest(`${hub.url}${basePath}/products`, { headers: hub.headers, body })).body.code).toBe(0);
  });
});

describe('the mount that names the integration', () => {
  test('serves the same calls', async () => {
    const mount = `/i/${hub.integration.id}`;
    expect((await rawRequest(`${hub.url}${mount}${basePath}/ping`, { headers: hub.headers })).body.data).toBe('pong');
    expect((await rawRequest(`${hub.url}/${mount}/${basePath}//ping/`, { headers: hub.headers })).body.data).toBe('pong');
    expect((await hub.call('POST', '/categories', { machine_no: machine.machineNo }, { mount })).body.code).toBe(0);
    const placed = await rawRequest(`${hub.url}${mount}${basePath}/orders`, { headers: hub.headers, body: await orderBody() });
    expect(placed.body.code).toBe(0);
  });

  test("of another integration, or of none, knows these credentials as little as anyone's", async () => {
    const other = await hub.tenant();
    for (const mount of [`/i/${other.integration.id}`, '/i/999999', '/i/x']) {
      expectRefusal(await rawRequest(`${hub.url}${mount}${basePath}/ping`, { headers: hub.headers }), 10014, 401);
    }
  });
});

describe('always 200, a switch of the integration', () => {
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await hub.tenant();
    await hub.changeIntegration(tenant.merchant.id, tenant.integration.id, { settings: { always200: true } });
    await until(async () => (await tenant.clear('/rent/machines', {})).status === 200, 'the switch');
  });

  test('the codes stay as they are', async () => {
    for (const [answer, code] of [
      [await tenant.clear('/rent/machines', {}), 30001],
      [await tenant.call('POST', '/products', { machine_no: '99999999' }), 30003],
      [await tenant.call('POST', '/orders/5', { machine_no: '99999999' }), 30003],
      [await tenant.call('POST', '/products', {}, { appKey: 'wrong' }), 4006],
      [await tenant.clear('/orders', {}), 10001],
      [await tenant.clear('/products', {}), 400],
    ] as const) {
      expectRefusal(answer, code, 200);
    }
  });

  test('who is not known has no switch', async () => {
    expectRefusal(await tenant.clear('/ping', {}, { AppSecret: 'wrong' }), 10013, 401);
    expectRefusal(await hub.clear('/orders', {}), 10001, 400);
  });
});
