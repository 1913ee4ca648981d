import { describe, expect, test } from 'vitest';
import { activeOrderClient } from './client.ts';
import { ActiveOrderError } from './errors.ts';
import { decodePayload, verifySignature } from './sign.ts';

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A client whose far end answers as told and shows what it was sent. */
function withAnswer(answer: string | object, status = 200) {
  const sent: Sent[] = [];
  const client = activeOrderClient({
    baseUrl: 'https://hub.example/',
    appId: 'ds1',
    appSecret: 's',
    appKey: 'k',
    clock: { now: () => new Date(1_727_494_645_900) },
    fetch: async (url, init) => {
      const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
      sent.push({ url: String(url), method: init?.method, headers: new Headers(init?.headers), body });
      return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { status });
    },
  });
  const payload = () => {
    const decoded = decodePayload(sent[0]?.body.payload);
    return decoded.ok ? decoded.value : expect.unreachable(decoded.reason);
  };
  return { client, sent, payload };
}

const ok = (data: unknown, message = 'ok') => ({ code: 0, message, data });
const machine_no = '16327129';

describe('calls', () => {
  test('an order travels in the clear', async () => {
    const { client, sent } = withAnswer(ok({ order_id: 5 }));
    const order = { machine_no, products: [{ product_id: 1, quantity: 2 }], trade_id: 't1', notify_url: 'https://x.example' };
    expect(await client.placeOrder(order)).toEqual({ order_id: 5 });
    expect(sent[0]).toMatchObject({ url: 'https://hub.example/api/openapi/v1/orders', method: 'POST', body: order });
    expect([sent[0]?.headers.get('appid'), sent[0]?.headers.get('appsecret')]).toEqual(['ds1', 's']);
  });

  test('every other call is signed and bears the time', async () => {
    const { client, sent, payload } = withAnswer(ok(''));
    await client.updateOrder(5, { machine_no, status: 1 });
    expect(sent[0]).toMatchObject({ url: 'https://hub.example/api/openapi/v1/orders/5', method: 'PUT' });
    expect(payload()).toMatchObject({ machine_no, status: '1', timestamp: '1727494645' });
    expect(verifySignature(payload(), payload().sign, 'k')).toBe(true);
  });

  test('parts of the path are escaped', async () => {
    const { client, sent } = withAnswer(ok({}));
    await client.delivery('a/b', machine_no);
    expect(sent[0]?.url).toMatch(/\/deliveries\/a%2Fb$/);
  });

  test('each has its path and its method', async () => {
    const { client, sent } = withAnswer(ok([]));
    const code = { code: '123456', product_id: '1', notify_url: 'https://x.example', trade_id: 't' };
    await client.ping();
    await client.machines();
    await client.machine(machine_no);
    await client.products({ machine_no, per_page: 20 });
    await client.floors(machine_no);
    await client.categories(machine_no);
    await client.banners(machine_no);
    await client.replenish({ machine_no, method: 'replenishment.machine.all', cabinet_name: 'A' });
    await client.order(5, machine_no);
    await client.dispense({ machine_no, order_id: 5, record_id: 6 });
    await client.testDispense({ machine_no, channel_name: 'A21', notify_url: 'https://x.example' });
    await client.createPickupCodes({ machine_no, method: 'pickup_code.product.id', product_id: 1 });
    await client.deletePickupCodes({ machine_no, method: 'pickup_code.delete.all' });
    await client.pickupCodes(1, machine_no);
    await client.consume({ machine_no, ...code });
    expect(sent.map(({ url, method }) => `${method} ${url.split('/v1')[1]}`)).toEqual([
      'POST /ping',
      'POST /rent/machines',
      'POST /rent/machines/16327129',
      'POST /products',
      'POST /floors',
      'POST /categories',
      'POST /banners',
      'POST /replenishments',
      'POST /orders/5',
      'POST /deliveries',
      'POST /deliveries/debug',
      'POST /pickup_codes',
      'PUT /pickup_codes',
      'POST /products/1/pickup_code',
      'POST /consumes',
    ]);
  });

  test('restocking tells what was left', async () => {
    const { client } = withAnswer(ok({}, '2 个货道库存更新失败, 超出货道最大库存'));
    const answer = await client.replenish({ machine_no, method: 'replenishment.machine.all' });
    expect(answer.message).toMatch(/^2 个/);
  });
});

describe('errors', () => {
  const errorOf = (answer: string | object, status: number) =>
    withAnswer(answer, status)
      .client.ping()
      .then(
        () => expect.unreachable(),
        (error: ActiveOrderError) => error,
      );

  test('carry code, message, status and data', async () => {
    const error = await errorOf({ code: 6040, message: 'trade id already exists', data: { order_id: 9 } }, 400);
    expect(error).toBeInstanceOf(ActiveOrderError);
    expect(error).toMatchObject({ code: 6040, status: 400, message: 'trade id already exists', data: { order_id: 9 } });
  });

  test('are seen with HTTP 200 too', async () => {
    expect(await errorOf({ code: 60002, message: '商品已下架', data: {} }, 200)).toMatchObject({ code: 60002, status: 200 });
  });

  test.each(['<html>', '', '[]', '{"code":"x"}', '{"code":0}'])('%j from a proxy', async (text) => {
    expect(await errorOf(text, 502)).toMatchObject({ code: 502, status: 502, data: {} });
  });
});
