import { basePath, calls, encodePayload, methods } from '@polyvend/protocols/active-order';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeMerchant } from '../../packages/server/src/ledger/merchants/change-merchant.ts';
import { rawRequest, startTestHub, type TestHub, type TestMachine, type TestTenant, until } from '../support/index.ts';
import { buy, expectRefusal, newTradeId, place } from './steps.ts';

let hub: TestHub;
let other: TestTenant;
let machine: TestMachine;
let foreign: TestMachine;
let notify_url: string;

beforeAll(async () => {
  hub = await startTestHub();
  other = await hub.tenant();
  machine = await hub.machine('spring', { onHand: 100, capacity: 100 });
  foreign = await hub.machine('spring', {}, other);
  notify_url = hub.mall.notifyUrl();
});
afterAll(() => hub?.stop());

const everyCall = Object.entries(calls).map(([name, { method, path, body }]) => ({ name, method, path, body }));
const payloadCalls = everyCall.filter(({ body }) => body === 'payload');
const urlOf = (path: string) => `${hub.url}${basePath}${path.replaceAll(/:\w+/g, '1')}`;
const seconds = () => String(Math.floor(hub.clock.now().getTime() / 1000));
/** Payloads are signed; what is inside is the test's. */
const send = (path: string, method: 'POST' | 'PUT', body: string) =>
  rawRequest(urlOf(path), { method, headers: hub.headers, body });

describe.each(everyCall)('$method $path', ({ method, path }) => {
  test.each([
    ['no headers', {}, 10008, 401, 'appid or appsecret is empty'],
    ['no AppSecret', { Appid: 'x' }, 10008, 401, 'appid or appsecret is empty'],
    ['no Appid', { AppSecret: 'x' }, 10008, 401, 'appid or appsecret is empty'],
    ['empty headers', { Appid: ' ', AppSecret: '' }, 10008, 401, 'appid or appsecret is empty'],
    ['an unknown Appid', { Appid: 'ds0', AppSecret: 'x' }, 10014, 401, 'appid is invalid'],
    ['a wrong AppSecret', { AppSecret: 'x' }, 10013, 401, 'app secret is invalid'],
  ] as const)('%s', async (_, given, code, status, message) => {
    const headers = 'AppSecret' in given && !('Appid' in given) && code === 10013 ? { ...hub.headers, ...given } : { ...given };
    const body = JSON.stringify({ payload: encodePayload({ machine_no: '1' }, hub.integration.appKey) });
    expectRefusal(await rawRequest(urlOf(path), { method, headers, body }), code, status, message);
  });

  test('credentials of another merchant do not mix', async () => {
    const headers = { Appid: hub.integration.appId, AppSecret: other.integration.appSecret };
    expectRefusal(await rawRequest(urlOf(path), { method, headers, body: '{}' }), 10013, 401);
  });
});

test.each([
  ['expired', 10009, '商户已过期'],
  ['unverified', 10010, '商户未认证'],
] as const)('a merchant that is %s: %i', async (status, code, message) => {
  const tenant = await hub.tenant();
  const asked = () => tenant.call('POST', '/categories', { machine_no: machine.machineNo });
  await changeMerchant(hub.ledger, tenant.merchant.id, { status });
  const answer = await until(async () => {
    const one = await asked();
    return one.body.code === code ? one : undefined;
  }, message);
  expectRefusal(answer, code, 400, message);
  await changeMerchant(hub.ledger, tenant.merchant.id, { status: 'active' });
  await until(async () => (await asked()).body.code === 30003, 'the merchant in good standing');
});

describe.each(payloadCalls)('the payload of $method $path', ({ method, path }) => {
  const base64 = (value: string | Buffer) => Buffer.from(value).toString('base64');

  test.each([
    ['no body', ''],
    ['no JSON', '{"payload":'],
    ['JSON in another coding', Buffer.from('{"payload":"é"}', 'latin1').toString('latin1')],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"payload"'],
    ['a number', '7'],
    ['no payload', '{}'],
    ['an empty payload', '{"payload":""}'],
    ['a payload that is a number', '{"payload":12345678}'],
    ['a payload that is an object', '{"payload":{"machine_no":"1"}}'],
    ['a payload that is null', '{"payload":null}'],
    ['no base64', '{"payload":"***"}'],
    ['base64 of no JSON', JSON.stringify({ payload: base64('machine_no=1') })],
    ['base64 of bytes', JSON.stringify({ payload: base64(Buffer.from([0xff, 0xfe, 0x00])) })],
    ['base64 of a list', JSON.stringify({ payload: base64('[1]') })],
    ['base64 of a text', JSON.stringify({ payload: base64('"a"') })],
    ['base64 of null', JSON.stringify({ payload: base64('null') })],
  ])('%s: 400', async (_, body) => {
    expectRefusal(await send(path, method, body), 400, 400);
  });

  test.each([
    ['no sign', () => ({ machine_no: '1', timestamp: seconds() })],
    ['an empty sign', () => ({ machine_no: '1', timestamp: seconds(), sign: '' })],
    ['a wrong sign', () => ({ machine_no: '1', timestamp: seconds(), sign: 'A'.repeat(32) })],
    ['a sign that is no text', () => ({ machine_no: '1', timestamp: seconds(), sign: 7 })],
    ['a nested sign', () => ({ machine_no: '1', timestamp: seconds(), sign: { a: 1 } })],
  ])('%s: 4006', async (_, params) => {
    const answer = await send(path, method, JSON.stringify({ payload: base64(JSON.stringify(params())) }));
    expectRefusal(answer, 4006, 400, 'sorry, payload sign invalid');
  });

  test('signed with the key of another merchant, or with the AppSecret: 4006', async () => {
    for (const appKey of [other.integration.appKey, hub.integration.appSecret, hub.integration.appId, '']) {
      expectRefusal(await hub.call(method, path.replaceAll(/:\w+/g, '1'), { machine_no: '1' }, { appKey }), 4006, 400);
    }
  });

  test('changed after signing: 4006', async () => {
    const params = JSON.parse(
      Buffer.from(encodePayload({ machine_no: '1', timestamp: seconds() }, hub.integration.appKey), 'base64').toString(),
    );
    for (const changed of [
      { ...params, machine_no: '2' },
      { ...params, more: '1' },
      { ...params, timestamp: `${Number(seconds()) + 1}` },
    ]) {
      expectRefusal(await send(path, method, JSON.stringify({ payload: base64(JSON.stringify(changed)) })), 4006, 400);
    }
  });

  test('stale and future: 4006', async () => {
    for (const shift of [-301, 301, -86_400, 4_000_000_000]) {
      const timestamp = String(Number(seconds()) + shift);
      expectRefusal(await hub.call(method, path.replaceAll(/:\w+/g, '1'), { machine_no: '1', timestamp }), 4006, 400);
    }
  });

  test('a timestamp that is none: 10001', async () => {
    for (const timestamp of ['soon', '1.5', {}]) {
      expectRefusal(
        await hub.call(method, path.replaceAll(/:\w+/g, '1'), { machine_no: '1', timestamp }),
        10001,
        400,
        /timestamp/,
      );
    }
  });
});

test.each([-300, -1, 0, 300])('a payload %i s from now is taken', async (shift) => {
  const timestamp = Number(seconds()) + shift;
  expect((await hub.call('POST', '/categories', { machine_no: machine.machineNo, timestamp })).body.code).toBe(0);
});

/** Good parameters of each call; every field of them is required. */
const required: Record<string, () => Promise<[method: 'POST' | 'PUT', path: string, params: Record<string, unknown>]>> = {
  products: async () => ['POST', '/products', { machine_no: machine.machineNo }],
  floors: async () => ['POST', '/floors', { machine_no: machine.machineNo }],
  categories: async () => ['POST', '/categories', { machine_no: machine.machineNo }],
  banners: async () => ['POST', '/banners', { machine_no: machine.machineNo }],
  updateOrder: async () => [
    'PUT',
    `/orders/${(await place(hub, machine, { A11: 1 })).id}`,
    { machine_no: machine.machineNo, status: '5', timestamp: seconds() },
  ],
  order: async () => [
    'POST',
    `/orders/${(await place(hub, machine, { A11: 1 })).id}`,
    { machine_no: machine.machineNo, timestamp: seconds() },
  ],
  restockProduct: async () => [
    'POST',
    '/replenishments',
    {
      machine_no: machine.machineNo,
      method: methods.restockProduct,
      product_id: (await machine.product('A14')).productId,
      current_inventory: '0',
    },
  ],
  restockCategory: async () => [
    'POST',
    '/replenishments',
    {
      machine_no: machine.machineNo,
      method: methods.restockCategory,
      category_id: (await machine.product('A14')).goods?.categoryId,
      current_inventory: '0',
    },
  ],
  restockMachine: async () => ['POST', '/replenishments', { machine_no: machine.machineNo, method: methods.restockMachine }],
  createCodes: async () => [
    'POST',
    '/pickup_codes',
    { machine_no: machine.machineNo, method: methods.createProductCodes, product_id: (await machine.product('A14')).productId },
  ],
  deleteCodes: async () => ['PUT', '/pickup_codes', { machine_no: machine.machineNo, method: methods.deleteAllCodes }],
  codes: async () => [
    'POST',
    `/products/${(await machine.product('A14')).productId}/pickup_code`,
    { machine_no: machine.machineNo, timestamp: seconds() },
  ],
  testDispense: async () => [
    'POST',
    '/deliveries/debug',
    { machine_no: machine.machineNo, method: methods.dispense, channel_name: 'A14', notify_url, timestamp: seconds() },
  ],
  dispense: async () => {
    const { id, records } = await buy(hub, machine, { A13: 1 });
    const named = { order_id: id, record_id: records[0] };
    return ['POST', '/deliveries', { machine_no: machine.machineNo, method: methods.dispense, ...named, timestamp: seconds() }];
  },
};

describe.each(Object.keys(required))('%s', (name) => {
  const good = () => required[name]?.() ?? Promise.reject(new Error(name));

  test('is answered with all of its fields, as texts and as numbers', async () => {
    const [method, path, params] = await good();
    const texts = Object.fromEntries(Object.entries(params).map(([field, value]) => [field, String(value)]));
    expect((await hub.call(method, path, texts)).body.code).toBe(0);
    const numbers = Object.fromEntries(
      Object.entries(params).map(([field, value]) => [field, /^[1-9]\d*$|^0$/.test(String(value)) ? Number(value) : value]),
    );
    // Asked for again, a dispense is the same one, or done by now.
    expect(name === 'dispense' ? [0, 6034] : [0]).toContain((await hub.call(method, path, numbers)).body.code);
  });

  test('names each field that is missing, empty or null', async () => {
    const [method, path, params] = await good();
    for (const field of Object.keys(params)) {
      for (const empty of [undefined, '', null]) {
        const answer = await hub.call(method, path, { ...params, [field]: empty });
        expectRefusal(answer, 10001, 400, new RegExp(`^${field} is required`));
      }
    }
  });

  test('names each field of a wrong type, and none of them is a 500', async () => {
    const [method, path, params] = await good();
    for (const field of Object.keys(params)) {
      for (const wrong of [
        [],
        {},
        [1],
        { a: 1 },
        '',
        'x'.repeat(5_000),
        '\u0000',
        '\ud800',
        '1e3',
        '-1',
        '99999999999999999999',
        true,
      ]) {
        const answer = await hub.call(method, path, { ...params, [field]: wrong });
        expect(answer.status, `${field} ${JSON.stringify(wrong)}: ${answer.text}`).toBeLessThan(500);
        expect(answer.body.code, `${field} ${JSON.stringify(wrong)}: ${answer.text}`).not.toBe(0);
        expect([400, 404]).toContain(answer.status);
        if (Array.isArray(wrong) || typeof wrong === 'object') expectRefusal(answer, 10001, 400, new RegExp(`^${field} `));
      }
    }
  });
});

describe('POST /orders, in the clear', () => {
  const good = async () => ({
    machine_no: machine.machineNo,
    products: [{ product_id: (await machine.product('A14')).productId, quantity: 1 }],
    trade_id: newTradeId(),
    notify_url,
  });
  type Body = Awaited<ReturnType<typeof good>>;

  test.each([
    ['', 400],
    ['{"machine_no":', 400],
    ['[]', 400],
    ['null', 400],
    ['1', 400],
    ['"x"', 400],
  ])('a body %j: 400', async (body, code) => {
    expectRefusal(await send('/orders', 'POST', body), code, 400);
  });

  test.each([
    ['machine_no', (body: Body) => ({ ...body, machine_no: undefined })],
    ['machine_no', (body: Body) => ({ ...body, machine_no: 10000001 })],
    ['machine_no', (body: Body) => ({ ...body, machine_no: '' })],
    ['products', (body: Body) => ({ ...body, products: undefined })],
    ['products', (body: Body) => ({ ...body, products: [] })],
    ['products', (body: Body) => ({ ...body, products: {} })],
    ['products', (body: Body) => ({ ...body, products: Array.from({ length: 101 }, () => body.products[0]) })],
    ['products[0]', (body: Body) => ({ ...body, products: [null] })],
    ['products[0].product_id', (body: Body) => ({ ...body, products: [{ quantity: 1 }] })],
    ['products[0].product_id', (body: Body) => ({ ...body, products: [{ product_id: '1', quantity: 1 }] })],
    ['products[0].product_id', (body: Body) => ({ ...body, products: [{ product_id: 1.5, quantity: 1 }] })],
    ['products[0].product_id', (body: Body) => ({ ...body, products: [{ product_id: 0, quantity: 1 }] })],
    ['products[0].product_id', (body: Body) => ({ ...body, products: [{ product_id: 1e300, quantity: 1 }] })],
    ['products[0].quantity', (body: Body) => ({ ...body, products: [{ product_id: 1 }] })],
    ['products[0].quantity', (body: Body) => ({ ...body, products: [{ product_id: 1, quantity: 0 }] })],
    ['products[0].quantity', (body: Body) => ({ ...body, products: [{ product_id: 1, quantity: -1 }] })],
    ['products[0].quantity', (body: Body) => ({ ...body, products: [{ product_id: 1, quantity: 1_000_000 }] })],
    ['products[1].quantity', (body: Body) => ({ ...body, products: [...body.products, { product_id: 1, quantity: '1' }] })],
    ['trade_id', (body: Body) => ({ ...body, trade_id: undefined })],
    ['trade_id', (body: Body) => ({ ...body, trade_id: 'x'.repeat(65) })],
    ['trade_id', (body: Body) => ({ ...body, trade_id: 'a b' })],
    ['trade_id', (body: Body) => ({ ...body, trade_id: '订单1' })],
    ['trade_id', (body: Body) => ({ ...body, trade_id: "1'; drop table orders" })],
    ['notify_url', (body: Body) => ({ ...body, notify_url: undefined })],
    ['notify_url', (body: Body) => ({ ...body, notify_url: '' })],
    ['notify_url', (body: Body) => ({ ...body, notify_url: 'mall.example/notify' })],
    ['notify_url', (body: Body) => ({ ...body, notify_url: 'ftp://mall.example/' })],
    ['notify_url', (body: Body) => ({ ...body, notify_url: 'file:///etc/passwd' })],
    ['notify_url', (body: Body) => ({ ...body, notify_url: 'http://user:secret@mall.example/' })],
    ['notify_url', (body: Body) => ({ ...body, notify_url: `http://mall.example/${'x'.repeat(2100)}` })],
  ])('%s is named when it is wrong: 10001', async (field, change) => {
    const answer = await hub.clear('/orders', change(await good()));
    expectRefusal(answer, 10001, 400);
    expect(answer.body.message.split(' ')[0]).toBe(field);
  });

  test('an empty trade_id: 6041', async () => {
    expectRefusal(await hub.clear('/orders', { ...(await good()), trade_id: '' }), 6041, 400);
    expectRefusal(await hub.clear('/orders', { ...(await good()), trade_id: '  ' }), 6041, 400);
  });

  test.each(['1', 'a', '-', '_', 'A-b_9', 'x'.repeat(64)])('a trade_id %s is taken', async (trade_id) => {
    const body = await good();
    const answer = await hub.clear('/orders', { ...body, trade_id });
    expect(answer.body.code).toBe(0);
    const { order_id } = answer.body.data;
    await hub.client.updateOrder(order_id, { machine_no: machine.machineNo, status: 3 });
  });

  test('NULs and halves of characters are refused, and do not harm orders placed at the same time', async () => {
    const bodies = await Promise.all(Array.from({ length: 12 }, good));
    const answers = await Promise.all(
      bodies.map((body, n) => {
        if (n % 4 === 0) return hub.clear('/orders', { ...body, machine_no: '1\u0000' });
        if (n % 4 === 1) return hub.clear('/orders', { ...body, machine_no: '\ud800' });
        if (n % 4 === 2)
          return hub.clear('/orders', {
            ...body,
            notify_url: `${notify_url}/\u0000`,
            products: [{ product_id: 99, quantity: 1 }],
          });
        return hub.clear('/orders', { ...body, products: [{ product_id: body.products[0]?.product_id, quantity: 1 }] });
      }),
    );
    expect(answers.map(({ status }, n) => (n % 4 === 3 ? status : status < 500))).toEqual(
      answers.map((_, n) => (n % 4 === 3 ? 200 : true)),
    );
  });

  test('a long body with a character cut in half where its trace ends is taken', async () => {
    const body = await good();
    for (const pad of [0, 1]) {
      const text = JSON.stringify({ ...body, trade_id: newTradeId(), note: `${'x'.repeat(3_500 + pad)}${'🥤'.repeat(600)}` });
      const answer = await rawRequest(`${hub.url}${basePath}/orders`, { headers: hub.headers, body: text });
      expect(answer.body).toMatchObject({ code: 0 });
      await hub.client.updateOrder(answer.body.data.order_id, { machine_no: machine.machineNo, status: 3 });
    }
  });
});

describe("another merchant's things are as unknown as none", () => {
  test('machines', async () => {
    for (const name of ['products', 'floors', 'categories', 'banners', 'restockMachine', 'deleteCodes', 'testDispense']) {
      const [method, path, params] = (await required[name]?.()) ?? ['POST', '', {}];
      const unknown = await hub.call(method, path, { ...params, machine_no: '99999999' });
      const others = await hub.call(method, path, { ...params, machine_no: foreign.machineNo });
      expectRefusal(unknown, 30003, 404, '设备不存在');
      expect(others.text).toBe(unknown.text);
      expect(others.status).toBe(unknown.status);
    }
    const unknown = await rawRequest(urlOf('/rent/machines/99999999'), { headers: hub.headers });
    const others = await rawRequest(urlOf(`/rent/machines/${foreign.machineNo}`), { headers: hub.headers });
    expectRefusal(unknown, 30003, 404);
    expect(others.text).toBe(unknown.text);
    expectRefusal(await rawRequest(urlOf('/rent/machines/x'), { headers: hub.headers }), 30003, 404);
  });

  test('orders, records and deliveries', async () => {
    const theirs = await place(hub, foreign, { A11: 1 }, other);
    await other.client.updateOrder(theirs.id, { machine_no: foreign.machineNo, status: 1 });
    const [theirRecord] = (await other.client.order(theirs.id, foreign.machineNo)).records;
    const named = { machine_no: foreign.machineNo, order_id: String(theirs.id), record_id: String(theirRecord?.id) };
    const theirDelivery = await other.client.dispense(named);
    const mine = await buy(hub, machine, { A12: 1 });
    const { machineNo: machine_no } = machine;

    const asks = {
      query: (id: unknown) => hub.call('POST', `/orders/${id}`, { machine_no }),
      change: (id: unknown) => hub.call('PUT', `/orders/${id}`, { machine_no, status: 1 }),
      dispense: (id: unknown) =>
        hub.call('POST', '/deliveries', { machine_no, method: methods.dispense, order_id: id, record_id: theirRecord?.id }),
      record: (id: unknown) =>
        hub.call('POST', '/deliveries', { machine_no, method: methods.dispense, order_id: mine.id, record_id: id }),
      delivery: (id: unknown) => hub.call('POST', `/deliveries/${id}`, { machine_no }),
    };
    const ids = {
      query: theirs.id,
      change: theirs.id,
      dispense: theirs.id,
      record: theirRecord?.id,
      delivery: theirDelivery.delivery_id,
    };
    for (const [name, ask] of Object.entries(asks)) {
      const others = await ask(ids[name as keyof typeof ids]);
      const unknown = await ask('123456789');
      expectRefusal(unknown, 80002, 404, '查不到对应记录');
      expect(others.text).toBe(unknown.text);
    }
    for (const path of [
      '/orders/abc',
      '/orders/0',
      '/orders/-1',
      '/orders/99999999999999999999',
      '/orders/1.5',
      '/deliveries/abc',
    ]) {
      expectRefusal(await hub.call('POST', path, { machine_no }), 80002, 404);
    }
  });

  test('an order with a machine_no that is not its own is 404 to its merchant too', async () => {
    const second = await hub.machine('spring', { connect: false });
    const order = await buy(hub, machine, { A12: 1 });
    const { machineNo: machine_no } = second;
    expectRefusal(await hub.call('POST', `/orders/${order.id}`, { machine_no }), 80002, 404);
    expectRefusal(await hub.call('PUT', `/orders/${order.id}`, { machine_no, status: 2 }), 80002, 404);
    const params = { machine_no, method: methods.dispense, order_id: order.id, record_id: order.records[0] };
    expectRefusal(await hub.call('POST', '/deliveries', params), 80002, 404);
    expectRefusal(await hub.call('POST', `/orders/${order.id}`, { machine_no: foreign.machineNo }), 30003, 404);
  });

  test('products, in orders, restocking and pickup codes', async () => {
    const { productId } = await foreign.product('A11');
    const { machineNo: machine_no } = machine;
    for (const product_id of [productId, 987_654_321]) {
      const order = { machine_no, products: [{ product_id, quantity: 1 }], trade_id: newTradeId(), notify_url };
      expectRefusal(await hub.clear('/orders', order), 6045, 400, 'product not found');
      const restock = { machine_no, method: methods.restockProduct, product_id, current_inventory: 1 };
      expectRefusal(await hub.call('POST', '/replenishments', restock), 6045, 400);
      const codes = { machine_no, method: methods.createProductCodes, product_id };
      expectRefusal(await hub.call('POST', '/pickup_codes', codes), 6045, 400);
      expect((await hub.call('POST', `/products/${product_id}/pickup_code`, { machine_no })).body.data).toEqual([]);
    }
    // A good product of the same merchant at another machine is no better.
    const second = await hub.machine('spring', { connect: false });
    const elsewhere = { product_id: (await second.product('A11')).productId, quantity: 1 };
    expectRefusal(
      await hub.clear('/orders', { machine_no, products: [elsewhere], trade_id: newTradeId(), notify_url }),
      6045,
      400,
    );
  });

  test('the same trade_id of two merchants is two orders', async () => {
    const trade_id = newTradeId();
    const mine = await hub.clear('/orders', {
      machine_no: machine.machineNo,
      products: [{ product_id: (await machine.product('A12')).productId, quantity: 1 }],
      trade_id,
      notify_url,
    });
    const theirs = await other.clear('/orders', {
      machine_no: foreign.machineNo,
      products: [{ product_id: (await foreign.product('A12')).productId, quantity: 1 }],
      trade_id,
      notify_url,
    });
    expect([mine.body.code, theirs.body.code]).toEqual([0, 0]);
    expect(mine.body.data.order_id).not.toBe(theirs.body.data.order_id);
  });
});

describe('what fails before routing is answered in the same form', () => {
  test.each([
    ['POST', '/nothing', 404, 404],
    ['POST', '', 404, 404],
    ['POST', '/orders/1/2', 404, 404],
    ['GET', '/orders', 405, 405],
    ['GET', '/ping', 405, 405],
    ['DELETE', '/orders/1', 405, 405],
    ['PATCH', '/orders/1', 405, 405],
    ['PUT', '/orders', 405, 405],
    ['POST', '/orders/%zz', 400, 400],
    ['POST', `/orders/${'1'.repeat(300)}`, 404, 404],
  ])('%s %s: %i', async (method, path, code, status) => {
    expectRefusal(await rawRequest(`${hub.url}${basePath}${path}`, { method, headers: hub.headers }), code, status);
    expectRefusal(await rawRequest(`${hub.url}/i/${hub.integration.id}${basePath}${path}`, { method }), code, status);
  });

  test('a body that is too large: 413', async () => {
    const body = `{"payload":"${'A'.repeat(2_000_000)}"}`;
    for (const path of ['/orders', '/products']) expectRefusal(await send(path, 'POST', body), 413, 413);
  });
});

test('more requests than the hub allows: 429, and the other integrations are served', async () => {
  const limited = await startTestHub({ environment: { POLYVEND_RATE_LIMIT: '3' } });
  try {
    const ping = () => rawRequest(`${limited.url}${basePath}/ping`, { headers: limited.headers });
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 30 }, ping));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    // Three at once, and three more with every second that it took.
    expect(answers.length - refused.length).toBeLessThanOrEqual(3 + (3 * (performance.now() - began)) / 1000);
    for (const answer of refused) expectRefusal(answer, 429, 429);
    expect((await (await limited.tenant()).clear('/ping', {})).body.data).toBe('pong');
  } finally {
    await limited.stop();
  }
});
