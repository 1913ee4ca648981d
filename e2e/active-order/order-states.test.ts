import type { OrderStatusNumber } from '@polyvend/protocols/active-order';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listExceptions } from '../../packages/server/src/ledger/exceptions/list-exceptions.ts';
import { changeMachine } from '../../packages/server/src/ledger/machines/change-machine.ts';
import { recordSlotReport } from '../../packages/server/src/ledger/machines/record-slot-report.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { callbacksOf, codeOf, expectRefusal, newTradeId, orderOf, place, productsOf, stockOf } from './steps.ts';

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  machine = await hub.machine('spring', { connect: false });
});
afterAll(async () => {
  await checkConservation(hub.ledger);
  await hub.stop();
});

const put = (order: { id: number }, status: OrderStatusNumber) =>
  codeOf(hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status }));

/** How an order comes into each state. */
const into: Record<string, (order: { id: number }) => unknown> = {
  unpaid: () => undefined,
  paid: (order) => put(order, 1),
  refunded: (order) => put(order, 2),
  closed: (order) => put(order, 3),
  revoked: (order) => put(order, 4),
  'payment failed': (order) => put(order, 6),
  expired: () => hub.clock.advance(20 * 60),
};

const shown = { 1: 'SUCCESS', 2: 'REFUND', 3: 'CLOSED', 4: 'REVOKED', 5: 'USERPAYING', 6: 'PAYERROR' } as const;
const ok = 0;
const table: [state: string, shows: string, answers: Record<OrderStatusNumber, number>][] = [
  ['unpaid', 'USERPAYING', { 1: ok, 2: ok, 3: ok, 4: ok, 5: ok, 6: ok }],
  ['paid', 'SUCCESS', { 1: ok, 2: ok, 3: 40006, 4: 40006, 5: 40006, 6: 40006 }],
  ['refunded', 'REFUND', { 1: 40006, 2: ok, 3: 40006, 4: 40006, 5: 40006, 6: 40006 }],
  ['closed', 'CLOSED', { 1: 40006, 2: 40006, 3: ok, 4: 40006, 5: 40006, 6: 40006 }],
  ['revoked', 'REVOKED', { 1: 40006, 2: 40006, 3: 40006, 4: ok, 5: 40006, 6: 40006 }],
  ['payment failed', 'PAYERROR', { 1: 40006, 2: 40006, 3: 40006, 4: 40006, 5: 40006, 6: ok }],
  ['expired', 'CLOSED', { 1: 40005, 2: 40005, 3: 40005, 4: 40005, 5: 40005, 6: 40005 }],
];
const cases = table.flatMap(([state, shows, answers]) =>
  ([1, 2, 3, 4, 5, 6] as const).map((status) => ({ state, shows, status, code: answers[status] })),
);

describe('PUT /orders/{order_id}', () => {
  test.each(cases)('$state, told status $status: $code', async ({ state, shows, status, code }) => {
    const order = await place(hub, machine, { A11: 2 });
    await into[state]?.(order);
    const before = await orderOf(hub, machine, order);
    expect(before.status).toBe(shows);
    const stockBefore = await stockOf(machine);

    expect(await put(order, status)).toBe(code);

    const after = await orderOf(hub, machine, order);
    expect(after.status).toBe(code === ok ? shown[status] : shows);
    const keeps = ['USERPAYING', 'SUCCESS'].includes(after.status);
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: keeps ? 2 : 0, forSale: keeps ? 3 : 5 });
    if (code !== ok) expect(await stockOf(machine)).toEqual(stockBefore);
  });

  test.each([0, 7, '', 'paid', '01', 1.5, true])('status %j is none: 10001', async (status) => {
    const order = await place(hub, machine);
    const answer = await hub.call('PUT', `/orders/${order.id}`, { machine_no: machine.machineNo, status });
    expectRefusal(answer, 10001, 400, /^status /);
    expect((await orderOf(hub, machine, order)).status).toBe('USERPAYING');
  });

  test('the messages are the vendor’s', async () => {
    const order = await place(hub, machine);
    await put(order, 3);
    const params = { machine_no: machine.machineNo, status: 1 };
    expectRefusal(await hub.call('PUT', `/orders/${order.id}`, params), 40006, 400, '订单状态无效');
    const late = await place(hub, machine);
    hub.clock.advance(20 * 60);
    expectRefusal(await hub.call('PUT', `/orders/${late.id}`, params), 40005, 400, '订单已过期');
  });

  test('the merchant closing an order itself calls nobody back', async () => {
    const orders = [];
    for (const status of [2, 3, 4, 6] as const) {
      const order = await place(hub, machine);
      await put(order, status);
      orders.push(order);
    }
    hub.clock.advance(3_600);
    await hub.settle();
    expect(orders.flatMap((order) => callbacksOf(hub, order))).toEqual([]);
  });

  test('two tell of the same order at once: both are right', async () => {
    const order = await place(hub, machine, { A11: 3 });
    expect(await Promise.all(Array.from({ length: 8 }, () => put(order, 3)))).toEqual(Array(8).fill(0));
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
    const mixed = await place(hub, machine, { A11: 3 });
    const codes = await Promise.all([put(mixed, 3), put(mixed, 4), put(mixed, 6), put(mixed, 3)]);
    expect(codes.every((code) => code === 0 || code === 40006)).toBe(true);
    expect(codes).toContain(0);
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
  });
});

describe('20 minutes', () => {
  test('up to the last second an order can be paid, then not', async () => {
    const inTime = await place(hub, machine);
    hub.clock.advance(20 * 60 - 1);
    expect(await put(inTime, 1)).toBe(0);
    const late = await place(hub, machine);
    hub.clock.advance(20 * 60);
    expect(await put(late, 1)).toBe(40005);
    expect((await orderOf(hub, machine, late)).status).toBe('CLOSED');
    hub.clock.advance(24 * 3600);
    await hub.settle();
    expect((await orderOf(hub, machine, inTime)).status).toBe('SUCCESS');
  });

  test('saying 5 does not lengthen them', async () => {
    const order = await place(hub, machine);
    for (const minutes of [5, 5, 5]) {
      hub.clock.advance(minutes * 60);
      expect(await put(order, 5)).toBe(0);
    }
    hub.clock.advance(5 * 60);
    expect(await put(order, 5)).toBe(40005);
  });

  test('dispensing after them: 40005; before them, unpaid: 6054', async () => {
    const order = await place(hub, machine);
    const [record] = (await orderOf(hub, machine, order)).records;
    const asked = () => {
      const named = { order_id: String(order.id), record_id: String(record?.id) };
      return codeOf(hub.client.dispense({ machine_no: machine.machineNo, ...named }));
    };
    expect(await asked()).toBe(6054);
    hub.clock.advance(20 * 60);
    expect(await asked()).toBe(40005);
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
  });

  test.each([
    ['the product list', async () => (await hub.client.products({ machine_no: machine.machineNo })).data[0]?.current_inventory],
    ['the slots', async () => (await hub.client.floors(machine.machineNo))[0]?.current_inventory],
  ])('%s shows the stock back, without a sweep', async (_, ask) => {
    await place(hub, machine, { A11: 5 });
    hub.clock.advance(20 * 60 - 1);
    expect(await ask()).toBeUndefined();
    hub.clock.advance(1);
    expect(await ask()).toBe(5);
  });

  test('what an overdue order held can be bought, without a sweep', async () => {
    await place(hub, machine, { A11: 5 });
    expect(await codeOf(place(hub, machine, { A11: 5 }))).toBe(60003);
    hub.clock.advance(20 * 60);
    const next = await place(hub, machine, { A11: 5 });
    expect((await orderOf(hub, machine, next)).status).toBe('USERPAYING');
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 5, forSale: 0 });
  });

  test('are told to notify_url, once', async () => {
    const order = await place(hub, machine, { A11: 2 });
    hub.clock.advance(20 * 60);
    await Promise.all([hub.settle(), put(order, 1), orderOf(hub, machine, order), put(order, 3)]);
    await hub.settle();
    hub.clock.advance(3_600);
    await hub.settle();
    expect(callbacksOf(hub, order)).toEqual([
      { method: 'order.expired', order_id: order.id, trade_id: order.tradeId, status: 'CLOSED' },
    ]);
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
  });
});

test('expiry is told only where the switch is on', async () => {
  const quiet = await hub.tenant();
  await hub.changeIntegration(quiet.merchant.id, quiet.integration.id, { settings: { notifyExpiry: false } });
  const site = await hub.machine('spring', { connect: false }, quiet);
  const order = await place(hub, site, { A11: 1 }, quiet);
  hub.clock.advance(20 * 60);
  await hub.settle();
  expect((await quiet.client.order(order.id, site.machineNo)).status).toBe('CLOSED');
  expect(callbacksOf(hub, order)).toEqual([]);
});

describe('what cannot be ordered', () => {
  const order = async (wanted: Parameters<typeof productsOf>[1], more = {}) =>
    hub.clear('/orders', {
      machine_no: machine.machineNo,
      products: await productsOf(machine, wanted),
      trade_id: newTradeId(),
      notify_url: hub.mall.notifyUrl(),
      ...more,
    });

  test('more than there is: 60003, and nothing of the order is taken', async () => {
    expectRefusal(await order({ A11: 1, A12: 6 }), 60003, 400, '商品库存不足');
    expectRefusal(
      await order([
        ['A11', 3],
        ['A11', 3],
      ]),
      60003,
      400,
    );
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
  });

  test('what is off sale, or in a slot out of order: 60002', async () => {
    const { productId } = await machine.product('A12');
    const report = {
      merchantId: hub.merchant.id,
      machineId: machine.id,
      slot: { productId },
      source: 'machine-report' as const,
      cause: { by: 'test' },
    };
    await recordSlotReport(hub.ledger, { ...report, onSale: false, saidAt: hub.clock.now() });
    expectRefusal(await order({ A11: 1, A12: 1 }), 60002, 400, '商品已下架');
    await recordSlotReport(hub.ledger, { ...report, onSale: true, faultCode: 3, saidAt: hub.clock.now() });
    expectRefusal(await order({ A11: 1, A12: 1 }), 60002, 400);
    await recordSlotReport(hub.ledger, { ...report, faultCode: 1, saidAt: hub.clock.now() });
    expect((await order({ A11: 1, A12: 1 })).body.code).toBe(0);
  });

  test('an unknown product 6045, an unknown machine 30003, an empty trade_id 6041', async () => {
    expectRefusal(await order({ A11: 1 }, { products: [{ product_id: 99_999, quantity: 1 }] }), 6045, 400, 'product not found');
    expectRefusal(await order({ A11: 1 }, { machine_no: '00000000' }), 30003, 404, '设备不存在');
    expectRefusal(await order({ A11: 1 }, { trade_id: '' }), 6041, 400, 'trade id is empty');
  });

  test('anything at a machine out of operation: 30004; at one that is offline it can be', async () => {
    await changeMachine(hub.ledger, hub.merchant.id, machine.machineNo, { operational: false });
    expectRefusal(await order({ A11: 1 }), 30004, 400, '设备不在运营中');
    await changeMachine(hub.ledger, hub.merchant.id, machine.machineNo, { operational: true });
    expect((await order({ A11: 1 })).body.code).toBe(0);
  });
});

test('paid and not asked for keeps its stock, and shows as an exception after an hour', async () => {
  const order = await place(hub, machine, { A11: 2 });
  await put(order, 1);
  const shown = async () =>
    (await listExceptions(hub.ledger, hub.merchant.id)).filter(
      ({ orderId, kind }) => orderId === order.id && kind === 'paid-not-dispensed',
    );
  hub.clock.advance(3_599);
  await hub.settle();
  expect(await shown()).toEqual([]);
  hub.clock.advance(1);
  expect(await shown()).toMatchObject([{ machineNo: machine.machineNo }]);
  expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 2, forSale: 3 });
});

test('the same product twice is two records', async () => {
  const order = await place(hub, machine, [
    ['A11', 1],
    ['A12', 1],
    ['A11', 3],
  ]);
  const { records, amount } = await orderOf(hub, machine, order);
  const [a, b] = [(await machine.product('A11')).productId, (await machine.product('A12')).productId];
  expect(records.map(({ product_id, quantity }) => [product_id, quantity])).toEqual([
    [a, 1],
    [b, 1],
    [a, 3],
  ]);
  expect(new Set(records.map(({ id }) => id)).size).toBe(3);
  expect(amount).toBe('15.00');
  expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 4, forSale: 1 });
});

describe('a trade_id that exists: 6040 with the first order', () => {
  test('whatever the second order asks for, and whatever became of the first', async () => {
    const products = await productsOf(machine, { A11: 1 });
    const body = { machine_no: machine.machineNo, products, trade_id: newTradeId(), notify_url: hub.mall.notifyUrl() };
    const first = (await hub.clear('/orders', body)).body.data.order_id;
    const again = [body, { ...body, products: [{ product_id: 7, quantity: 500 }] }, { ...body, machine_no: '99999999' }];
    for (const status of [1, 2] as const) {
      for (const one of again)
        expect((await hub.clear('/orders', one)).body).toMatchObject({ code: 6040, data: { order_id: first } });
      await put({ id: first }, status);
    }
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
  });

  test('placed 40 times at once: one order, and its id in every answer', async () => {
    const products = await productsOf(machine, { A11: 1 });
    const body = { machine_no: machine.machineNo, products, trade_id: newTradeId(), notify_url: hub.mall.notifyUrl() };
    const answers = await Promise.all(Array.from({ length: 40 }, () => hub.clear('/orders', body)));
    const ids = new Set(answers.map((answer) => answer.body.data.order_id));
    expect(answers.filter((answer) => answer.body.code === 0)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.code === 6040)).toHaveLength(39);
    expect(ids.size).toBe(1);
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 1, forSale: 4 });
  });
});
