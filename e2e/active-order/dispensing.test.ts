import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { changeMachine } from '../../packages/server/src/ledger/machines/change-machine.ts';
import { changeMerchant } from '../../packages/server/src/ledger/merchants/change-merchant.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { buy, callbacksOf, codeOf, dispense, orderOf, type PaidOrder, stockOf } from './steps.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterEach(() => checkConservation(hub.ledger));
afterAll(() => hub?.stop());

const deliveryOf = (machine: TestMachine, id: string) => hub.client.delivery(id, machine.machineNo);
const calledBack = (order: PaidOrder, n = 0) =>
  hub.mall.waitFor(({ body }) => (body as { record_id?: number }).record_id === order.records[n]);

/** The fields of a callback in full. */
function told(order: PaidOrder, more: Record<string, unknown>, n = 0) {
  const reason = more.error_msg ?? '';
  return {
    method: 'device.delivery.response',
    order_id: order.id,
    record_id: order.records[n],
    deliver_status: '1',
    floor_status: '1',
    error_msg: reason,
    fail_reason: reason,
    delivery_id: expect.stringMatching(/^\d+$/),
    ...more,
  };
}

describe.each([
  ['spring', { floor_type: 1, is_lp: false, is_dc: false }, 1],
  ['lock', { floor_type: 2, is_lp: false, is_dc: false }, 1],
  ['belt', { floor_type: 3, is_lp: true, is_dc: true }, 3],
  ['other', { floor_type: 1, is_lp: false, is_dc: false }, 1],
] as const)('a %s machine', (kind, drive, commands) => {
  test('drops every unit of a record, and says what it is told in full', async () => {
    const machine = await hub.machine(kind);
    const order = await buy(hub, machine, { A12: 3 });
    const delivery = await dispense(hub, machine, order);
    expect((await calledBack(order)).body).toEqual(told(order, { delivered_quantity: 3 }));
    expect(machine.virtual.drops.map(({ code, orderId, recordId }) => [code, orderId, recordId])).toEqual(
      Array(3).fill(['011', order.id, order.records[0]]),
    );
    const sent = machine.virtual.received.map(({ message }) => message).filter(({ method }) => method === 'device.delivery.put');
    expect(sent).toHaveLength(commands);
    const { productId } = await machine.product('A12');
    expect(sent[0]?.body).toMatchObject({
      delivery_id: delivery.delivery_id,
      order_id: order.id,
      record_id: order.records[0],
      product_id: productId,
      quantity: 3 / commands,
      addr: 1,
      code: '011',
      order_type: 'normal',
      ...drive,
    });
    expect((await deliveryOf(machine, delivery.delivery_id)).status).toBe('出货完成');
    expect((await orderOf(hub, machine, order)).records[0]?.status).toBe('已取货');
    expect(await stockOf(machine, 'A12')).toEqual({ onHand: 2, reserved: 0, forSale: 2 });
    await checkConservation(hub.ledger, [machine]);
  });
});

test('a belt without drop detection gets one command for all', async () => {
  const machine = await hub.machine('belt', { hasDropDetection: false });
  const order = await buy(hub, machine, { A11: 3 });
  await dispense(hub, machine, order);
  await calledBack(order);
  expect(machine.virtual.counts.commands).toBe(1);
  await checkConservation(hub.ledger, [machine]);
});

test('any command of a belt’s delivery names the delivery', async () => {
  const machine = await hub.machine('belt');
  const order = await buy(hub, machine, { A11: 3 });
  const { delivery_id } = await dispense(hub, machine, order);
  await calledBack(order);
  for (const { message } of machine.virtual.received) {
    if (message.method !== 'device.delivery.put') continue;
    expect((await deliveryOf(machine, message.body.delivery_id)).delivery_id).toBe(delivery_id);
  }
});

describe('what goes wrong in the machine', () => {
  test.each([
    ['jam', 'Goods are Stuck', '2'],
    ['motor-fault', 'Over Current', '3'],
    ['fail', 'Dlv Detect Error', '1'],
  ] as const)('%s', async (outcome, error_msg, floor_status) => {
    const machine = await hub.machine('spring');
    machine.virtual.script([{ outcome }]);
    const order = await buy(hub, machine);
    const { delivery_id } = await dispense(hub, machine, order);
    const told0 = told(order, { deliver_status: '0', floor_status, error_msg, delivered_quantity: 0 });
    expect((await calledBack(order)).body).toEqual(told0);
    expect(await deliveryOf(machine, delivery_id)).toMatchObject({ status: '出货失败', fail_reason: error_msg });
    // The unit is still there, and not promised to anyone any more.
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
    expect((await orderOf(hub, machine, order)).records[0]?.status).toBe('未取货');
    await checkConservation(hub.ledger, [machine]);
  });

  test('some units drop and some do not: one callback, failed, with how many dropped', async () => {
    const machine = await hub.machine('spring');
    machine.virtual.script([{ outcome: 'drop' }, { outcome: 'fail' }, { outcome: 'drop' }]);
    const order = await buy(hub, machine, { A11: 3 });
    await dispense(hub, machine, order);
    const body = { deliver_status: '0', error_msg: 'Dlv Detect Error', delivered_quantity: 2 };
    expect((await calledBack(order)).body).toEqual(told(order, body));
    await hub.settle();
    expect(callbacksOf(hub, order)).toHaveLength(1);
    expect(await stockOf(machine)).toEqual({ onHand: 3, reserved: 0, forSale: 3 });
    await checkConservation(hub.ledger, [machine]);
  });

  test('asked again after a definite failure: a new delivery, for the failed units alone', async () => {
    const machine = await hub.machine('spring');
    machine.virtual.script([{ outcome: 'drop' }, { outcome: 'fail' }, { outcome: 'fail' }]);
    const order = await buy(hub, machine, { A11: 3 });
    const first = await dispense(hub, machine, order);
    await calledBack(order);
    const second = await dispense(hub, machine, order);
    expect(second.delivery_id).not.toBe(first.delivery_id);
    expect((await calledBack(order)).body).toEqual(told(order, { delivered_quantity: 3, delivery_id: second.delivery_id }));
    expect(machine.virtual.drops).toHaveLength(3);
    expect((await deliveryOf(machine, first.delivery_id)).status).toBe('出货失败');
    expect((await deliveryOf(machine, second.delivery_id)).status).toBe('出货完成');
    expect(await codeOf(dispense(hub, machine, order))).toBe(6034);
    await checkConservation(hub.ledger, [machine]);
  });

  test('asked again when the slot was sold out meanwhile: 60003', async () => {
    const machine = await hub.machine('spring');
    machine.virtual.script([{ outcome: 'fail' }]);
    const order = await buy(hub, machine, { A11: 1 });
    await dispense(hub, machine, order);
    await calledBack(order);
    await buy(hub, machine, { A11: 5 });
    expect(await codeOf(dispense(hub, machine, order))).toBe(60003);
  });

  test('answers that come again, and garbage and forgeries among them, change nothing', async () => {
    const machine = await hub.machine('spring', { behaviour: { repeatAnswer: 1, garbage: 1 } });
    const order = await buy(hub, machine, { A11: 3 });
    await dispense(hub, machine, order);
    expect((await calledBack(order)).body).toEqual(told(order, { delivered_quantity: 3 }));
    machine.virtual.report();
    await hub.settle();
    expect(callbacksOf(hub, order)).toHaveLength(1);
    await checkConservation(hub.ledger, [machine]);
  });
});

describe('asked again', () => {
  test('while it is queued or in flight: the same delivery; dispensed: 6034', async () => {
    const machine = await hub.machine('spring');
    const hand = await hub.hand(machine);
    const [order, next] = [await buy(hub, machine), await buy(hub, machine, { A12: 1 })];
    const first = await dispense(hub, machine, order);
    const command = await hand.command(1);
    const queued = await dispense(hub, machine, next);
    expect((await dispense(hub, machine, order)).delivery_id).toBe(first.delivery_id);
    expect((await dispense(hub, machine, next)).delivery_id).toBe(queued.delivery_id);
    await hand.answer(command);
    expect(await codeOf(dispense(hub, machine, order))).toBe(6034);
    await hand.answer(await hand.command(2));
    expect(hand.commands).toHaveLength(2);
  });

  test('twenty times at once: one delivery, one drop', async () => {
    const machine = await hub.machine('spring');
    const order = await buy(hub, machine, { A11: 2 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => dispense(hub, machine, order).catch((error: { code: number }) => error.code)),
    );
    const ids = answers.flatMap((answer) => (typeof answer === 'number' ? [] : answer.delivery_id));
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter((answer) => typeof answer === 'number').every((code) => code === 6034)).toBe(true);
    await calledBack(order);
    expect(machine.virtual.drops).toHaveLength(2);
    await checkConservation(hub.ledger, [machine]);
  });
});

describe('the machine must be there', () => {
  test('offline: 30002; in debug mode it is taken, and goes when the machine comes', async () => {
    const tenant = await hub.tenant({ debugMode: true });
    const [strict, debugged] = [await hub.machine('spring'), await hub.machine('spring', { connect: false }, tenant)];
    const order = await buy(hub, strict);
    await leave(strict);
    await expectOffline(strict, order);

    const { machineNo: machine_no } = debugged;
    const notify_url = hub.mall.notifyUrl();
    const asked = await tenant.client.testDispense({ machine_no, channel_name: 'A11', notify_url });
    expect(asked.status).toBe('未取货或正在出货');
    // Over a broker that is not ours too it is not sent while the machine is away: it would be lost.
    await hub.settle();
    await debugged.virtual.connect();
    await until(async () => {
      await hub.settle();
      return debugged.virtual.drops.length === 1;
    }, 'the can');
    await changeMerchant(hub.ledger, tenant.merchant.id, { debugMode: false });
    await leave(debugged);
    expect(await codeOf(tenant.client.testDispense({ machine_no, channel_name: 'A11', notify_url }))).toBe(30002);
  });

  test('silent for ten minutes: 30002; heard of again: taken', async () => {
    // By hand: of a virtual machine the end of its greeting may still be on its way when the clock moves.
    const machine = await hub.machine('spring', { connect: false });
    const hand = await hub.hand(machine);
    const order = await buy(hub, machine);
    hub.clock.advance(600);
    await expectOffline(machine, order);
    await hand.sync();
    await dispense(hub, machine, order);
    await hand.answer(await hand.command(1));
    await calledBack(order);
  });

  test('not in operation: 30004, in debug mode too', async () => {
    for (const debugMode of [false, true]) {
      const machine = await hub.machine('spring');
      const order = await buy(hub, machine);
      await changeMerchant(hub.ledger, hub.merchant.id, { debugMode });
      await changeMachine(hub.ledger, hub.merchant.id, machine.machineNo, { operational: false });
      expect(await codeOf(dispense(hub, machine, order))).toBe(30004);
      const test = { machine_no: machine.machineNo, channel_name: 'A11', notify_url: hub.mall.notifyUrl() };
      expect(await codeOf(hub.client.testDispense(test))).toBe(30004);
      await changeMerchant(hub.ledger, hub.merchant.id, { debugMode: false });
    }
  });

  /** Its goodbye has been heard; a broker of one's own acknowledges it before. */
  async function leave({ virtual, machineNo, tenant }: TestMachine): Promise<void> {
    await virtual.disconnect();
    await until(async () => !(await tenant.client.machine(machineNo)).is_online, 'the goodbye');
  }

  async function expectOffline(machine: TestMachine, order: PaidOrder): Promise<void> {
    expect(await codeOf(dispense(hub, machine, order))).toBe(30002);
    expect((await stockOf(machine)).reserved).toBe(1);
    expect((await orderOf(hub, machine, order)).records[0]?.status).toBe('未取货');
  }
});

describe('a test dispense', () => {
  test('takes one unit without an order, and is called back with its delivery', async () => {
    const machine = await hub.machine('lock');
    const notify_url = hub.mall.notifyUrl('/test');
    const asked = await hub.client.testDispense({ machine_no: machine.machineNo, channel_name: 'A12', notify_url });
    const { body, path } = await hub.mall.waitFor((callback) => callback.path.endsWith('/test'));
    expect(path).toBe('/notify/test');
    expect(body).toEqual(told({ id: 0, tradeId: '', records: [0] }, { delivered_quantity: 1, delivery_id: asked.delivery_id }));
    expect(machine.virtual.drops.map(({ cause, code }) => [cause, code])).toEqual([['test', '011']]);
    expect((await deliveryOf(machine, asked.delivery_id)).status).toBe('出货完成');
    expect(await stockOf(machine, 'A12')).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
    await checkConservation(hub.ledger, [machine]);
  });

  test('that fails leaves the stock as it is', async () => {
    const machine = await hub.machine('spring');
    machine.virtual.script([{ outcome: 'jam' }]);
    const notify_url = hub.mall.notifyUrl('/failing-test');
    await hub.client.testDispense({ machine_no: machine.machineNo, channel_name: 'A11', notify_url });
    const { body } = await hub.mall.waitFor((callback) => callback.path.endsWith('/failing-test'));
    expect(body).toMatchObject({ deliver_status: '0', floor_status: '2', error_msg: 'Goods are Stuck' });
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
  });

  test('from a slot that the machine has not: 80002', async () => {
    const machine = await hub.machine('spring');
    const test = { machine_no: machine.machineNo, channel_name: 'Z99', notify_url: hub.mall.notifyUrl() };
    expect(await codeOf(hub.client.testDispense(test))).toBe(80002);
  });
});

describe('an order that is left while the machine is at it', () => {
  test('gives back what was not sent; the unit in flight has its outcome', async () => {
    const machine = await hub.machine('belt');
    const hand = await hub.hand(machine);
    const order = await buy(hub, machine, { A11: 3 });
    await dispense(hub, machine, order);
    const command = await hand.command(1);
    await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 2 });
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 1, forSale: 4 });
    await hand.answer(command);
    expect(await stockOf(machine)).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
    expect((await calledBack(order)).body).toMatchObject({ deliver_status: '0', delivered_quantity: 1 });
    await hub.settle();
    await hand.sync();
    expect(hand.commands).toHaveLength(1);
    const { status, records } = await orderOf(hub, machine, order);
    expect([status, records[0]?.status]).toEqual(['REFUND', '订单取消']);
    expect(await codeOf(dispense(hub, machine, order))).toBe(40006);
  });

  test('and was dispensed whole shows so', async () => {
    const machine = await hub.machine('spring');
    const hand = await hub.hand(machine);
    const order = await buy(hub, machine, { A11: 2 });
    await dispense(hub, machine, order);
    const command = await hand.command(1);
    await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 2 });
    await hand.answer(command, 0);
    await hand.answer(command, 1);
    expect((await calledBack(order)).body).toMatchObject({ deliver_status: '1', delivered_quantity: 2 });
    expect((await orderOf(hub, machine, order)).records[0]?.status).toBe('已取货');
    expect(await stockOf(machine)).toEqual({ onHand: 3, reserved: 0, forSale: 3 });
  });

  test('not paid, closed, refunded: nothing can be dispensed', async () => {
    const machine = await hub.machine('spring');
    const order = await buy(hub, machine);
    await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 2 });
    expect(await codeOf(dispense(hub, machine, order))).toBe(40006);
    expect((await orderOf(hub, machine, order)).records[0]?.status).toBe('订单取消');
  });
});

describe('callbacks', () => {
  test('of one order come in order, each once, however often the other side fails', async () => {
    const machine = await hub.machine('spring');
    const suffix = '/in-order';
    hub.mall.behave({ kind: 'first', times: 3, fail: { kind: 'status', status: 500 } }, suffix);
    const products = (await machine.products()).slice(0, 3).map(({ productId }) => ({ product_id: productId, quantity: 1 }));
    const { machineNo: machine_no } = machine;
    const trade_id = `in-order-${machine_no}`;
    const { order_id } = await hub.client.placeOrder({ machine_no, products, trade_id, notify_url: hub.mall.notifyUrl(suffix) });
    await hub.client.updateOrder(order_id, { machine_no, status: 1 });
    const { records } = await hub.client.order(order_id, machine_no);
    const order = { id: order_id, tradeId: trade_id, records: records.map(({ id }) => id) };
    for (const n of [2, 0, 1]) await dispense(hub, machine, order, n);
    // All told of before the clock moves, which would give up what is still on its way.
    const arrived = async () => (await orderOf(hub, machine, order)).records.every(({ status }) => status === '已取货');
    await until(arrived, 'the answers of the machine');
    const received = () => hub.mall.callbacks.filter(({ path, answered }) => path.endsWith(suffix) && answered === 'ok');
    for (let tries = 0; tries < 20 && received().length < 3; tries += 1) {
      hub.clock.advance(30);
      await hub.settle();
    }
    const wanted = [2, 0, 1].map((n) => order.records[n]);
    expect(received().map(({ body }) => (body as { record_id: number }).record_id)).toEqual(wanted);
    const failed = hub.mall.callbacks.filter(({ path, answered }) => path.endsWith(suffix) && answered === 'status');
    expect(failed.map(({ body }) => (body as { record_id: number }).record_id)).toEqual(Array(3).fill(wanted[0]));
    const read = await orderOf(hub, machine, order);
    // Three that failed, and three that arrived.
    expect(read.notify_send_count).toBe(6);
    expect(read.records.map(({ notify_sent }) => notify_sent)).toEqual(['1', '1', '1']);
  });

  test('are posted as JSON', async () => {
    const machine = await hub.machine('spring');
    const order = await buy(hub, machine);
    await dispense(hub, machine, order);
    const { method, headers } = await calledBack(order);
    expect([method, headers['content-type']]).toEqual(['POST', 'application/json; charset=utf-8']);
  });

  test.each([201, 204, 299])('a status %i means received', async (status) => {
    const machine = await hub.machine('spring');
    hub.mall.behave({ kind: 'ok', status, body: '' });
    const order = await buy(hub, machine);
    await dispense(hub, machine, order);
    await calledBack(order);
    await hub.settle();
    hub.clock.advance(3_600);
    await hub.settle();
    hub.mall.behave({ kind: 'ok' });
    expect(callbacksOf(hub, order)).toHaveLength(1);
    expect((await orderOf(hub, machine, order)).records[0]?.notify_sent).toBe('1');
  });
});
