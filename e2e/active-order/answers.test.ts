import { methods } from '@polyvend/protocols/active-order';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest, slotDraft, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { buy, dispense, place } from './steps.ts';

// What each call answers: the exact fields, their JSON types, and that zero values are left out as protobuf leaves them out.

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub({ merchant: { title: '演示', description: '一句话' } });
  const [cola, sprite, water, , crisps] = [...hub.goodsIds.values()];
  machine = await hub.machine('spring', {
    cabinets: [
      {
        name: 'A',
        addr: 1,
        drive: 'spring',
        slots: [
          slotDraft('A', 0, { capacity: 10, onHand: 4, goodsId: cola, priceCents: 350 }),
          slotDraft('A', 1, { capacity: 10, onHand: 0, goodsId: sprite, priceCents: 5 }),
          slotDraft('A', 2, { capacity: 8, onHand: 0 }),
        ],
      },
      {
        name: 'B',
        addr: 2,
        drive: 'lock',
        slots: [
          slotDraft('B', 0, { capacity: 1, onHand: 1, goodsId: water }),
          slotDraft('B', 1, { capacity: 1, onHand: 1, goodsId: crisps }),
        ],
      },
    ],
  });
});
afterAll(() => hub?.stop());

const answerOf = async (method: 'POST' | 'PUT', path: string, params: Record<string, unknown> = {}) => {
  const { status, body } = await hub.call(method, path, { machine_no: machine.machineNo, ...params });
  expect([status, body.code, Object.keys(body)]).toEqual([200, 0, ['code', 'message', 'data']]);
  return body.data;
};
const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

test('ping', async () => {
  expect((await hub.clear('/ping', {})).text).toBe('{"code":0,"message":"ok","data":"pong"}');
});

describe('rent/machines', () => {
  test('lists the machines, and leaves out what is empty or false', async () => {
    const off = await hub.machine('lock', { connect: false });
    const { data } = (await hub.clear('/rent/machines', {})).body;
    expect(data).toEqual([
      {
        machine_name: `机器 ${machine.machineNo}`,
        machine_no: machine.machineNo,
        is_online: true,
        status: 1,
        created_at: '2025-06-01 08:00:00',
      },
      { machine_name: `机器 ${off.machineNo}`, machine_no: off.machineNo, status: 1, created_at: '2025-06-01 08:00:00' },
    ]);
  });

  test('without any: 30001', async () => {
    const none = await hub.tenant();
    expect((await none.clear('/rent/machines', {})).text).toBe('{"code":30001,"message":"没有关联的设备号","data":{}}');
  });

  test('one machine in full', async () => {
    const { data } = (await hub.clear(`/rent/machines/${machine.machineNo}`, {})).body;
    expect(data).toEqual({
      machine_name: `机器 ${machine.machineNo}`,
      is_online: true,
      model: { cabinet_names: ['A', 'B'] },
      machine_type: 1,
      categories: [
        { id: expect.any(Number), title: '饮料' },
        { id: expect.any(Number), title: '零食' },
      ],
      merchant: { title: '演示', description: '一句话', status: 1, created_at: '2025-06-01 08:00:00' },
      currency: { id: 1, name: '人民币', code: 'CNY', symbol: '¥' },
    });
    const locker = await hub.machine('lock', { connect: false });
    expect((await hub.clear(`/rent/machines/${locker.machineNo}`, {})).body.data.machine_type).toBe(6);
  });
});

describe('products', () => {
  test('one product, field by field', async () => {
    const data = await answerOf('POST', '/products');
    const { productId, goods } = await machine.product('A11');
    expect(data.data[0]).toEqual({
      id: productId,
      category: { id: goods?.categoryId, title: '饮料' },
      good: { name: '可口可乐', price: '3.50', original_price: '3.00', good_no: '1001' },
      channel: { name: 'A11', cabinet_name: 'A', code: '010', x: '1', y: '0', addr: 1 },
      current_inventory: 4,
      inventory: 10,
    });
    expect(data.data[1]).not.toHaveProperty('current_inventory');
    expect(data.data[1].good.price).toBe('0.05');
    expect(data).toEqual({ data: expect.any(Array), total: 4, current_page: 1, last_page: 1, per_page: 10 });
  });

  test.each([
    [{}, ['A11', 'A12', 'B11', 'B12'], { total: 4, current_page: 1, last_page: 1, per_page: 10 }],
    [{ page: '1', per_page: '3' }, ['A11', 'A12', 'B11'], { total: 4, current_page: 1, last_page: 2, per_page: 3 }],
    [{ page: '2', per_page: '3' }, ['B12'], { total: 4, current_page: 2, last_page: 2, per_page: 3 }],
    [{ page: 2, per_page: 3 }, ['B12'], { total: 4, current_page: 2, last_page: 2, per_page: 3 }],
    [{ page: '1', per_page: '1', select_all: '1' }, ['A11', 'A12', 'B11', 'B12'], { total: 4, current_page: 1, last_page: 1 }],
    [{ page: '1', per_page: '1', select_all: '0' }, ['A11'], { total: 4, last_page: 4, per_page: 1 }],
    [{ cabinet_name: 'B' }, ['B11', 'B12'], { total: 2 }],
    [{ addr: '1' }, ['A11', 'A12'], { total: 2 }],
    [{ category_id: '0' }, ['A11', 'A12', 'B11', 'B12'], { total: 4 }],
  ])('%j', async (params, slots, page) => {
    const data = await answerOf('POST', '/products', params);
    expect(data.data.map(({ channel }: { channel: { name: string } }) => channel.name)).toEqual(slots);
    expect(data).toMatchObject(page);
  });

  test('a page past the end tells the same total', async () => {
    const data = await answerOf('POST', '/products', { page: '9', per_page: '3' });
    expect(data).toEqual({ data: [], total: 4, current_page: 9, last_page: 2, per_page: 3 });
  });

  test('of one category', async () => {
    const { goods } = await machine.product('B12');
    const data = await answerOf('POST', '/products', { category_id: String(goods?.categoryId) });
    expect(data.data).toHaveLength(1);
  });

  test('cabinet_name and addr exclude each other', async () => {
    const { status, body } = await hub.call('POST', '/products', { machine_no: machine.machineNo, cabinet_name: 'A', addr: '1' });
    expect([status, body.code]).toEqual([400, 10001]);
  });

  test('an empty list is []', async () => {
    const data = await answerOf('POST', '/products', { cabinet_name: 'Z' });
    expect(data).toEqual({ data: [], current_page: 1, last_page: 1, per_page: 10 });
  });
});

test('floors: every slot, empty ones too', async () => {
  const data = await answerOf('POST', '/floors');
  expect(data.map(({ channel }: { channel: { name: string } }) => channel.name)).toEqual(['A11', 'A12', 'A13', 'B11', 'B12']);
  expect(data[2]).toEqual({
    floor_status: 1,
    channel: { name: 'A13', cabinet_name: 'A', code: '012', x: '1', y: '2', addr: 1 },
    inventory: 8,
  });
  expect(data[0].good.name).toBe('可口可乐');
});

test('categories and banners', async () => {
  expect(await answerOf('POST', '/categories')).toEqual([
    { id: expect.any(Number), title: '饮料', is_visible: true },
    { id: expect.any(Number), title: '零食', sort_id: 1, is_visible: true },
  ]);
  expect(await answerOf('POST', '/banners')).toEqual([]);
});

test('an order, from new to dispensed', async () => {
  const { id, tradeId } = await place(hub, machine, [
    ['A11', 2],
    ['B11', 1],
  ]);
  const asked = () => answerOf('POST', `/orders/${id}`, {});
  const record = (quantity: number, price: string, more = {}) => ({
    id: expect.any(Number),
    product_id: expect.any(Number),
    quantity,
    price,
    notify_sent: '0',
    ...more,
  });
  const fixed = { order_id: id, trade_id: tradeId, date: '2025-06-01', amount: '10.00' };
  expect(await asked()).toEqual({ ...fixed, status: 'USERPAYING', records: [record(2, '3.50'), record(1, '3.00')] });

  expect(await answerOf('PUT', `/orders/${id}`, { status: '1' })).toBe('');
  const untaken = { status: '未取货' };
  expect(await asked()).toEqual({
    ...fixed,
    status: 'SUCCESS',
    records: [record(2, '3.50', untaken), record(1, '3.00', untaken)],
  });

  const [first] = (await asked()).records;
  // The machine keeps to itself what fell until it is asked: it may be done before the call is answered.
  machine.virtual.script([{ outcome: 'silent' }, { outcome: 'silent' }]);
  const delivery = await answerOf('POST', '/deliveries', { method: methods.dispense, order_id: id, record_id: first.id });
  expect(delivery).toEqual({ delivery_id: expect.stringMatching(/^\d+$/), delivered_at: time, status: '未取货或正在出货' });
  let told = 0;
  await until(() => {
    told += machine.virtual.report();
    return told === 2;
  }, 'both units to be told of');
  await hub.mall.waitFor(({ body }) => (body as { record_id: number }).record_id === first.id);
  await hub.settle();
  await until(async () => (await asked()).notify_send_count === 1, 'the callback to be counted');
  expect(await asked()).toEqual({
    ...fixed,
    status: 'SUCCESS',
    notify_send_count: 1,
    records: [record(2, '3.50', { status: '已取货', notify_sent: '1' }), record(1, '3.00', untaken)],
  });
  expect(await answerOf('POST', `/deliveries/${delivery.delivery_id}`)).toEqual({
    ...delivery,
    status: '出货完成',
    pickup_at: time,
  });
});

test('times are those of the merchant', async () => {
  const abroad = await hub.tenant({ timeZone: 'America/New_York' });
  const site = await hub.machine('spring', { connect: false }, abroad);
  expect((await abroad.clear('/rent/machines', {})).body.data[0].created_at).toBe('2025-05-31 20:00:00');
  const order = await place(hub, site, { A11: 1 }, abroad);
  expect((await abroad.client.order(order.id, site.machineNo)).date).toBe('2025-05-31');
});

test('what has nothing to tell answers {}', async () => {
  const { productId } = await machine.product('A11');
  const restock = { method: methods.restockProduct, product_id: productId, current_inventory: 1 };
  const codes = { method: methods.createProductCodes, product_id: productId, expired_at: '2025-06-02 08:00:00' };
  for (const [method, path, params] of [
    ['POST', '/replenishments', restock],
    ['POST', '/pickup_codes', codes],
  ] as const) {
    expect(await answerOf(method, path, params)).toEqual({});
  }
  const listed = await answerOf('POST', `/products/${productId}/pickup_code`);
  expect(listed).toEqual([
    {
      id: expect.any(Number),
      code: expect.stringMatching(/^\d{6}$/),
      status: 'UNUSED',
      created_at: '2025-06-01 08:00:00',
      expired_at: '2025-06-02 08:00:00',
      quantity: 1,
    },
  ]);
  expect(await answerOf('PUT', '/pickup_codes', { method: methods.deleteAllCodes })).toEqual({});
  expect(await answerOf('POST', `/products/${productId}/pickup_code`)).toEqual([]);
});

test('a delivery that failed names its reason', async () => {
  machine.virtual.script([{ outcome: 'fail' }]);
  const order = await buy(hub, machine, { B12: 1 });
  const { delivery_id } = await dispense(hub, machine, order);
  await hub.mall.waitFor(({ body }) => (body as { order_id: number }).order_id === order.id);
  expect(await answerOf('POST', `/deliveries/${delivery_id}`)).toEqual({
    delivery_id,
    delivered_at: time,
    status: '出货失败',
    fail_reason: 'Dlv Detect Error',
  });
});

test('a trade_id that exists names the first order, as a number', async () => {
  const { id, tradeId } = await place(hub, machine, { A11: 1 });
  const again = await rawRequest(`${hub.url}/api/openapi/v1/orders`, {
    headers: hub.headers,
    body: JSON.stringify({
      machine_no: machine.machineNo,
      products: [{ product_id: 1, quantity: 1 }],
      trade_id: tradeId,
      notify_url: 'http://127.0.0.1/',
    }),
  });
  expect(again.text).toBe(`{"code":6040,"message":"trade id already exists","data":{"order_id":${id}}}`);
});
