import { machineApiKey, offlinePaths } from '@polyvend/protocols/active-order';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkConservation, type RawAnswer, rawRequest, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { newTradeId, place, stockOf } from './steps.ts';

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  machine = await hub.machine('spring', { connect: false });
});
afterEach(() => checkConservation(hub.ledger));
afterAll(() => hub?.stop());

const signed = (machineNo = machine.machineNo, key = hub.integration.appKey) => ({
  'api-machine-no': machineNo,
  'api-key': machineApiKey(machineNo, key),
});
const post = (path: string, body: unknown, headers: Record<string, string> = signed()) =>
  rawRequest(hub.url + path, { headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const upload = (orders: unknown, headers?: Record<string, string>) => post(offlinePaths.batchUploadOrders, orders, headers);
const putStock = (data: unknown, headers?: Record<string, string>) => post(offlinePaths.standaloneUpdateStock, data, headers);

function expectRefused(answer: RawAnswer, status: number, message?: RegExp): void {
  expect([answer.status, typeof answer.body._request_id, typeof answer.body.msg], answer.text).toEqual([
    status,
    'string',
    'string',
  ]);
  if (message) expect(answer.body.msg).toMatch(message);
}

const log = (status: unknown, more = {}) => ({
  code: '010',
  delivery_no: 'D1',
  delivery_index: 0,
  status,
  fail_reason: '',
  ...more,
});

async function sale(more: Record<string, unknown> = {}, record: Record<string, unknown> = {}) {
  return {
    trade_id: newTradeId(),
    amount: '6.00',
    status: 'SUCCESS',
    payment_id: 'P-1',
    records: [
      {
        product_id: (await machine.product('A11')).productId,
        quantity: 2,
        price: '3.00',
        tax_amount: '0.00',
        delivery_logs: [log('1'), log('1', { delivery_index: 1 })],
        ...record,
      },
    ],
    date: '2025-05-31',
    created_at: '2025-05-31 22:00:00',
    updated_at: '2025-05-31 22:00:05',
    pay_time: '2025-05-31 22:00:03',
    ...more,
  };
}

describe.each(Object.values(offlinePaths))('%s', (path) => {
  test.each([
    ['no headers', () => ({})],
    ['no key', () => ({ 'api-machine-no': machine.machineNo })],
    ['no machine', () => ({ 'api-key': machineApiKey(machine.machineNo, hub.integration.appKey) })],
    ['a wrong key', () => ({ ...signed(), 'api-key': 'a'.repeat(32) })],
    ['the key of the AppId', () => signed(machine.machineNo, hub.merchant.deviceKey)],
    ['an unknown machine', () => signed('99999999')],
    ['another machine’s key', () => ({ ...signed(), 'api-machine-no': '10000000' })],
  ])('%s: 401', async (_, headers) => {
    expectRefused(await post(path, [], headers() as Record<string, string>), 401);
  });

  test('a key of another merchant: 401, as for an unknown machine', async () => {
    const other = await hub.tenant();
    const foreign = await post(path, [], signed(machine.machineNo, other.integration.appKey));
    const unknown = await post(path, [], signed('99999999', other.integration.appKey));
    expectRefused(foreign, 401);
    expect([foreign.status, foreign.body.msg]).toEqual([unknown.status, unknown.body.msg]);
  });

  test.each(['', '{', '7', 'null', '"x"', '{}', '[null]', '[[]]', '[{}]', '{"data":7}', '{"data":[7]}', '{"data":[{}]}'])(
    '%j: 400',
    async (body) => {
      expectRefused(await post(path, body), 400);
    },
  );

  test('of the wrong method 405, too large 413, in this dialect’s form', async () => {
    expect((await rawRequest(hub.url + path, { method: 'GET' })).body).toMatchObject({ code: 405 });
    expect((await post(path, 'x'.repeat(2_000_000))).body).toMatchObject({ code: 413 });
  });

  test('an upper-case key, a doubled slash and a form type are forgiven', async () => {
    const headers = {
      ...signed(),
      'api-key': signed()['api-key'].toUpperCase(),
      'content-type': 'application/x-www-form-urlencoded',
    };
    const body = path === offlinePaths.batchUploadOrders ? [await sale()] : { data: [] };
    expect((await post(`/${path}/`, body, headers)).status).toBe(200);
  });
});

describe('sales that the machine made by itself', () => {
  test('are orders with their stock taken', async () => {
    const order = await sale();
    const answer = await upload([order]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ _request_id: expect.any(String) });
    expect(await stockOf(machine)).toEqual({ onHand: 3, reserved: 0, forSale: 3 });
    const again = await hub.clear('/orders', {
      machine_no: machine.machineNo,
      products: [{ product_id: 1, quantity: 1 }],
      trade_id: order.trade_id,
      notify_url: hub.mall.notifyUrl(),
    });
    expect(again.body.code).toBe(6040);
    expect(await hub.client.order(again.body.data.order_id, machine.machineNo)).toMatchObject({
      trade_id: order.trade_id,
      date: '2025-05-31',
      amount: '6.00',
      status: 'SUCCESS',
      records: [{ quantity: 2, price: '3.00', status: '已取货' }],
    });
  });

  test('again, alone, among others and at the same time: nothing changes', async () => {
    const [first, second] = [await sale(), await sale()];
    await upload([first]);
    await upload([first, second, second]);
    await Promise.all(Array.from({ length: 10 }, () => upload([second, first])));
    expect(await stockOf(machine)).toEqual({ onHand: 1, reserved: 0, forSale: 1 });
  });

  test.each([
    ['SUCCESS', 2],
    [1, 2],
    ['1', 2],
    ['REFUND', 2],
    ['PICKUPCODE', 2],
    ['CLOSED', 0],
    ['REVOKED', 0],
    ['PAYERROR', 0],
    ['USERPAYING', 0],
  ])('of status %s without delivery logs take %i', async (status, taken) => {
    expect((await upload([await sale({ status }, { delivery_logs: undefined })])).status).toBe(200);
    expect((await stockOf(machine)).onHand).toBe(5 - taken);
  });

  test('take what their logs say dropped', async () => {
    await upload([
      await sale({}, { quantity: 3, delivery_logs: [log(1), log('0', { fail_reason: 'Over Current' }), log('success')] }),
    ]);
    expect((await stockOf(machine)).onHand).toBe(3);
  });

  test('more than was believed to be there: a fact, and the slot is short of what it promised', async () => {
    await place(hub, machine, { A11: 5 });
    expect((await upload([await sale(), await sale(), await sale()])).status).toBe(200);
    expect(await stockOf(machine)).toEqual({ onHand: 0, reserved: 5, forSale: 0 });
  });

  test('of a slot whose product is another by now are found by their slot', async () => {
    expect((await upload([await sale({}, { product_id: 888_888_888 })])).status).toBe(200);
    expect((await stockOf(machine)).onHand).toBe(3);
  });

  test('at most fifty at once', async () => {
    const orders = await Promise.all(Array.from({ length: 51 }, () => sale({}, { quantity: 1, delivery_logs: [log('0')] })));
    expectRefused(await upload(orders), 400);
    expect((await upload(orders.slice(1))).status).toBe(200);
    expectRefused(await upload([]), 400);
  });

  test.each([
    ['[1].trade_id', { trade_id: undefined }, {}],
    ['[1].trade_id', { trade_id: 'a b' }, {}],
    ['[1].trade_id', { trade_id: 'x'.repeat(65) }, {}],
    ['[1].amount', { amount: undefined }, {}],
    ['[1].amount', { amount: 'six' }, {}],
    ['[1].amount', { amount: '1.005' }, {}],
    ['[1].amount', { amount: '-6.00' }, {}],
    ['[1].status', { status: undefined }, {}],
    ['[1].status', { status: 'SOLD' }, {}],
    ['[1].status', { status: 9 }, {}],
    ['[1].records', { records: undefined }, {}],
    ['[1].records', { records: [] }, {}],
    ['[1].records', { records: 'x' }, {}],
    ['[1].created_at', { created_at: 'yesterday' }, {}],
    ['[1].pay_time', { pay_time: '2025-02-30 00:00:00' }, {}],
    ['[1].records[0].product_id', {}, { product_id: undefined }],
    ['[1].records[0].product_id', {}, { product_id: 'x' }],
    ['[1].records[0].quantity', {}, { quantity: 0 }],
    ['[1].records[0].quantity', {}, { quantity: 1001 }],
    ['[1].records[0].quantity', {}, { quantity: undefined }],
    ['[1].records[0].price', {}, { price: 'dear' }],
    ['[1].records[0].price', {}, { price: '-3.00' }],
    ['[1].records[0].price', {}, { price: undefined }],
    ['[1].records[0].delivery_logs', {}, { delivery_logs: 'x' }],
  ])('a wrong %s is named, and nothing of the upload is taken: %j %j', async (field, order, record) => {
    const answer = await upload([await sale(), await sale(order, record)]);
    expectRefused(answer, 400);
    expect(answer.body.msg.split(' ')[0]).toBe(field);
    expect((await stockOf(machine)).onHand).toBe(5);
  });

  test('of a product and a slot that the machine has not: 400', async () => {
    const other = await hub.machine('spring', { connect: false });
    const strange = { product_id: (await other.product('A11')).productId, delivery_logs: [log('1', { code: '999' })] };
    expectRefused(await upload([await sale({}, strange)]), 400);
    expect((await other.product('A11')).onHand).toBe(5);
  });
});

describe('stock that the machine tells', () => {
  test('by slot or by product: what is there, and how many fit', async () => {
    const { productId } = await machine.product('A12');
    const answer = await putStock({
      data: [
        { code: '010', addr: 1, current_inventory: 9, inventory: 12 },
        { product_id: productId, code: '011', addr: '1', current_inventory: '0' },
        { code: '999', addr: 1, current_inventory: 4, inventory: 4 },
      ],
    });
    expect(answer.body).toEqual({ _request_id: expect.any(String), code: 1, count: 2, data: [], msg: 'success' });
    expect(await machine.product('A11')).toMatchObject({ onHand: 9, capacity: 12 });
    expect(await machine.product('A12')).toMatchObject({ onHand: 0, capacity: 10 });
  });

  test('again changes nothing', async () => {
    const data = { data: [{ code: '010', addr: 1, current_inventory: 3 }] };
    await putStock(data);
    await putStock(data);
    expect((await stockOf(machine)).onHand).toBe(3);
  });

  // An update with nothing to set was a syntax error, and so a 500.
  test('with the capacity as it is known', async () => {
    const data = { data: [{ code: '010', addr: 1, current_inventory: 3, inventory: 10 }] };
    for (let n = 0; n < 2; n += 1) expect((await putStock(data)).body).toMatchObject({ code: 1, count: 1 });
    expect(await machine.product('A11')).toMatchObject({ onHand: 3, capacity: 10 });
  });

  test.each([
    ['current_inventory', { current_inventory: undefined }],
    ['current_inventory', { current_inventory: -1 }],
    ['current_inventory', { current_inventory: 'all' }],
    ['code', { code: undefined }],
    ['addr', { addr: undefined }],
    ['addr', { addr: 'x' }],
    ['inventory', { inventory: -5 }],
  ])('a wrong %s is named, and nothing is taken: %j', async (field, wrong) => {
    const slot = { code: '010', addr: 1, current_inventory: 9, inventory: 12 };
    const answer = await putStock({ data: [slot, { ...slot, ...wrong }] });
    expectRefused(answer, 400);
    expect(answer.body.msg.split(' ')[0]).toBe(`data[1].${field}`);
    expect(await machine.product('A11')).toMatchObject({ onHand: 5, capacity: 10 });
  });
});
