import { methods } from '@polyvend/protocols/active-order';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkConservation, slotDraft, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { buy, dispense, expectRefusal, place } from './steps.ts';

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  const goods = [...hub.goodsIds.values()];
  const slot = (cabinet: string, n: number, onHand: number, capacity: number) =>
    slotDraft(cabinet, n, { onHand, capacity, goodsId: goods[n < 2 ? 0 : 4] });
  machine = await hub.machine('spring', {
    connect: false,
    cabinets: [
      // A11 and A12 hold drinks, A13 a snack, A14 nothing at all.
      {
        name: 'A',
        addr: 1,
        drive: 'spring',
        slots: [slot('A', 0, 2, 10), slot('A', 1, 8, 10), slot('A', 2, 0, 5), slotDraft('A', 3, { capacity: 6, onHand: 0 })],
      },
      { name: 'B', addr: 2, drive: 'lock', slots: [slot('B', 0, 0, 3), slot('B', 2, 1, 3)] },
    ],
  });
});
afterEach(() => checkConservation(hub.ledger));
afterAll(() => hub?.stop());

const restock = (params: Record<string, unknown>) =>
  hub.call('POST', '/replenishments', { machine_no: machine.machineNo, ...params });
const onHand = async () => Object.fromEntries((await machine.products()).map((one) => [one.slotName, one.onHand]));
const before = { A11: 2, A12: 8, A13: 0, A14: 0, B11: 0, B13: 1 };
const drinks = async () => (await machine.product('A11')).goods?.categoryId;

describe('one product', () => {
  test.each([
    [{ current_inventory: '3' }, 5],
    [{ current_inventory: 3 }, 5],
    [{ max_total: '8' }, 10],
    [{ current_inventory: '1', max_total: '8' }, 3],
    [{ current_inventory: '0' }, 2],
  ])('%j is what is added', async (params, after) => {
    const { productId } = await machine.product('A11');
    const answer = await restock({ method: methods.restockProduct, product_id: productId, ...params });
    expect(answer.text).toBe('{"code":0,"message":"ok","data":{}}');
    expect(await onHand()).toEqual({ ...before, A11: after });
  });

  test('more than the slot holds: nothing is added, and the slot is named', async () => {
    const { productId } = await machine.product('A12');
    const answer = await restock({ method: methods.restockProduct, product_id: productId, current_inventory: 3 });
    expect([answer.status, answer.body.code]).toEqual([200, 0]);
    expect(answer.body.message).toBe('1 个货道库存更新失败, 超出货道最大库存: A12');
    expect(await onHand()).toEqual(before);
  });

  test.each([-1, 1.5, 'many', 100_001])('%j is no addition: 10001', async (current_inventory) => {
    const { productId } = await machine.product('A11');
    const answer = await restock({ method: methods.restockProduct, product_id: productId, current_inventory });
    expectRefusal(answer, 10001, 400, /^current_inventory /);
    expect(await onHand()).toEqual(before);
  });
});

describe('a category', () => {
  test('in every cabinet; slots that would overflow are left and named, the others filled', async () => {
    const answer = await restock({ method: methods.restockCategory, category_id: await drinks(), current_inventory: 3 });
    expect(answer.body).toEqual({ code: 0, message: '1 个货道库存更新失败, 超出货道最大库存: A12', data: {} });
    expect(await onHand()).toEqual({ ...before, A11: 5, B11: 3 });
  });

  test.each([
    [{ cabinet_name: 'A' }, { A11: 4, A12: 10 }],
    [{ addr: '1' }, { A11: 4, A12: 10 }],
    [{ cabinet_name: 'B' }, { B11: 2 }],
    [{ addr: 2 }, { B11: 2 }],
  ])('of one cabinet: %j', async (cabinet, after) => {
    const params = { method: methods.restockCategory, category_id: await drinks(), current_inventory: '2', ...cabinet };
    expect((await restock(params)).body.message).toBe('ok');
    expect(await onHand()).toEqual({ ...before, ...after });
  });

  test('two slots that would overflow are both named', async () => {
    const answer = await restock({ method: methods.restockCategory, category_id: await drinks(), max_total: 9 });
    expect(answer.body.message).toBe('3 个货道库存更新失败, 超出货道最大库存: A11, A12, B11');
    expect(await onHand()).toEqual(before);
  });

  test('that is unknown, or has nothing here: 80002', async () => {
    for (const category_id of [999_999, 1_000_000_000]) {
      expectRefusal(await restock({ method: methods.restockCategory, category_id, current_inventory: 1 }), 80002, 404);
    }
  });
});

describe('the machine', () => {
  test.each([
    [{}, { A11: 10, A12: 10, A13: 5, B11: 3, B13: 3 }],
    [{ cabinet_name: 'A' }, { A11: 10, A12: 10, A13: 5 }],
    [{ addr: '2' }, { B11: 3, B13: 3 }],
  ])('every slot with a good is filled: %j', async (cabinet, after) => {
    const answer = await restock({ method: methods.restockMachine, ...cabinet });
    expect(answer.text).toBe('{"code":0,"message":"ok","data":{}}');
    expect(await onHand()).toEqual({ ...before, ...after });
    await restock({ method: methods.restockMachine, ...cabinet });
    expect(await onHand()).toEqual({ ...before, ...after });
  });

  test('capacity counts what is there, promised or not', async () => {
    await place(hub, machine, { A12: 5 });
    await restock({ method: methods.restockMachine });
    expect(await machine.product('A12')).toMatchObject({ onHand: 10, reserved: 5, forSale: 5 });
  });
});

test('cabinet_name and addr exclude each other: 10001', async () => {
  for (const method of [methods.restockCategory, methods.restockMachine]) {
    const params = { method, category_id: await drinks(), current_inventory: 1, cabinet_name: 'A', addr: 1 };
    expectRefusal(await restock(params), 10001, 400, /addr/);
  }
  expect(await onHand()).toEqual(before);
});

test('an unknown method: 10001', async () => {
  expectRefusal(await restock({ method: 'replenishment.everything' }), 10001, 400, /^method /);
});

test('forty refills of one slot at once never pass its capacity', async () => {
  const { productId } = await machine.product('A11');
  const params = { method: methods.restockProduct, product_id: productId, current_inventory: 1 };
  const answers = await Promise.all(Array.from({ length: 40 }, () => restock(params)));
  expect(answers.filter(({ body }) => body.message === 'ok')).toHaveLength(8);
  expect((await onHand()).A11).toBe(10);
});

test('a slot sold empty, refilled, and sold again', async () => {
  const site = await hub.machine('spring', { onHand: 1, capacity: 2 });
  for (let round = 0; round < 3; round += 1) {
    const order = await buy(hub, site);
    await dispense(hub, site, order);
    await hub.mall.waitFor(({ body }) => (body as { order_id: number }).order_id === order.id);
    site.virtual.restock('010', 1);
    const { productId } = await site.product('A11');
    const added = { machine_no: site.machineNo, method: methods.restockProduct, product_id: productId, current_inventory: 1 };
    expect((await hub.call('POST', '/replenishments', added)).body.code).toBe(0);
    site.virtual.restock('010', 1);
    await site.beat();
    hub.clock.advance(1);
  }
  expect(site.virtual.drops).toHaveLength(3);
});
