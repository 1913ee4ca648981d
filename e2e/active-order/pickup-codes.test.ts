import { methods, type PickupCode } from '@polyvend/protocols/active-order';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeMerchant } from '../../packages/server/src/ledger/merchants/change-merchant.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { callbacksOf, codeOf, dispense, expectRefusal, newTradeId, orderOf, place, stockOf } from './steps.ts';

let hub: TestHub;
let machine: TestMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  machine = await hub.machine('spring');
});
afterEach(() => checkConservation(hub.ledger, [machine]));
afterAll(() => hub?.stop());

const product = async (slot = 'A11') => (await machine.product(slot)).productId;
const create = (params: Record<string, unknown>) =>
  hub.call('POST', '/pickup_codes', { machine_no: machine.machineNo, ...params });
const remove = (params: Record<string, unknown>) =>
  hub.call('PUT', '/pickup_codes', { machine_no: machine.machineNo, ...params });
const list = async (slot = 'A11') => await hub.client.pickupCodes(await product(slot), machine.machineNo);

async function newCode(slot = 'A11', more: Record<string, unknown> = {}): Promise<PickupCode> {
  const known = new Set((await list(slot)).map(({ id }) => id));
  const made = await create({ method: methods.createProductCodes, product_id: await product(slot), ...more });
  expect(made.body.code).toBe(0);
  const code = (await list(slot)).find(({ id }) => !known.has(id));
  if (!code) throw new Error('No code was made');
  return code;
}

const consumption = async (code: string, more: Record<string, unknown> = {}) => ({
  machine_no: machine.machineNo,
  method: methods.consumeCode,
  code,
  product_id: await product(),
  notify_url: hub.mall.notifyUrl(),
  trade_id: newTradeId(),
  ...more,
});
const consume = async (code: string, more: Record<string, unknown> = {}) =>
  hub.call('POST', '/consumes', await consumption(code, more));
const atMachine = (code: PickupCode) => until(() => machine.virtual.pickupCodes.get(code.code), `code ${code.id} at the machine`);
const goneFromMachine = (code: PickupCode) => until(() => !machine.virtual.pickupCodes.has(code.code), `code ${code.id} gone`);

describe('making codes', () => {
  test('one, of six digits, for ever', async () => {
    expect(await newCode()).toEqual({
      id: expect.any(Number),
      code: expect.stringMatching(/^\d{6}$/),
      status: 'UNUSED',
      created_at: expect.stringMatching(/^2025-/),
      quantity: 1,
    });
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 0, forSale: 5 });
  });

  test.each([
    [{ code_length: '6', count: '1' }, 6, 1],
    [{ code_length: 10, count: 3 }, 10, 3],
    [{ code_length: '8', count: '10' }, 8, 10],
  ])('%j', async (params, length, count) => {
    await create({ method: methods.createProductCodes, product_id: await product(), ...params });
    const codes = await list();
    expect(codes).toHaveLength(count);
    expect(new Set(codes.map(({ code }) => code)).size).toBe(count);
    for (const { code } of codes) expect(code).toMatch(new RegExp(`^\\d{${length}}$`));
  });

  test.each([
    [{ code_length: 5 }, 'code_length'],
    [{ code_length: 11 }, 'code_length'],
    [{ code_length: 'six' }, 'code_length'],
    [{ count: 0 }, 'count'],
    [{ count: -1 }, 'count'],
    [{ count: 11 }, 'count'],
  ])('%j: 10001', async (params, field) => {
    const answer = await create({ method: methods.createProductCodes, product_id: await product(), ...params });
    expectRefusal(answer, 10001, 400, new RegExp(field));
    expect(await list()).toEqual([]);
  });

  test.each([
    ['2025-05-31 07:59:59', 6029],
    ['2020-01-01', 6029],
    ['tomorrow', 6029],
    ['2025-13-01 00:00:00', 6029],
    ['', 0],
  ])('until %j: %i', async (expired_at, code) => {
    const answer = await create({ method: methods.createProductCodes, product_id: await product(), expired_at });
    if (code === 0) expect(answer.body.code).toBe(0);
    else expectRefusal(answer, code, 400, 'expired_at is invalid');
  });

  test('one for every unit of every product that is for sale', async () => {
    await place(hub, machine, { A11: 2 });
    expect((await create({ method: methods.createAllCodes, code_length: 9 })).body).toEqual({ code: 0, message: 'ok', data: {} });
    expect(await list('A11')).toHaveLength(3);
    for (const slot of ['A12', 'A13', 'A14']) expect(await list(slot)).toHaveLength(5);
    expect((await list('A11'))[0]?.code).toHaveLength(9);
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 2, forSale: 3 });
  });

  test('are told to the machine, and forgotten there when they are deleted', async () => {
    const [one, two] = [await newCode(), await newCode('A12', { expired_at: '2030-01-01 00:00:00' })];
    expect(await atMachine(one)).toMatchObject({ id: one.id, productId: await product(), quantity: 1, used: false });
    const known = await atMachine(two);
    expect(known.expiresAt?.toISOString()).toBe('2029-12-31T16:00:00.000Z');
    expect((await remove({ method: methods.deleteCode, id: one.id })).body).toEqual({ code: 0, message: 'ok', data: {} });
    await goneFromMachine(one);
    expect((await remove({ method: methods.deleteAllCodes })).body.code).toBe(0);
    await goneFromMachine(two);
    expect([...(await list('A11')), ...(await list('A12'))]).toEqual([]);
    expectRefusal(await remove({ method: methods.deleteCode, id: one.id }), 80002, 404);
    expectRefusal(await consume(one.code), 80002, 404);
  });

  test('made while the machine is away wait for it', async () => {
    await machine.virtual.disconnect();
    await until(async () => !(await hub.client.machine(machine.machineNo)).is_online, 'the goodbye');
    const code = await newCode();
    expect(machine.virtual.pickupCodes.size).toBe(0);
    hub.clock.advance(1);
    await machine.virtual.connect();
    await atMachine(code);
  });
});

describe('turned off', () => {
  test('everything about codes is 10023', async () => {
    const off = await hub.tenant({ pickupCodesEnabled: false });
    const site = await hub.machine('spring', { connect: false }, off);
    const product_id = (await site.product('A11')).productId;
    const { machineNo: machine_no } = site;
    const uses = { code: '123456', product_id, notify_url: hub.mall.notifyUrl(), trade_id: newTradeId() };
    for (const [method, path, params] of [
      ['POST', '/pickup_codes', { method: methods.createProductCodes, product_id }],
      ['POST', '/pickup_codes', { method: methods.createAllCodes }],
      ['PUT', '/pickup_codes', { method: methods.deleteCode, id: 1 }],
      ['PUT', '/pickup_codes', { method: methods.deleteAllCodes }],
      ['POST', '/consumes', { method: methods.consumeCode, ...uses }],
    ] as const) {
      expectRefusal(await off.call(method, path, { machine_no, ...params }), 10023, 400, '取货码功能尚未开启');
    }
    await changeMerchant(hub.ledger, off.merchant.id, { pickupCodesEnabled: true });
    expect(
      (await off.call('POST', '/pickup_codes', { machine_no, method: methods.createProductCodes, product_id })).body.code,
    ).toBe(0);
  });
});

describe('using a code by a call', () => {
  test('is an order without a payment, dispensed like any other', async () => {
    const code = await newCode();
    const trade_id = newTradeId();
    const answer = await consume(code.code, { trade_id });
    const order_id = answer.body.data.order_id;
    expect(answer.body).toEqual({
      code: 0,
      message: 'ok',
      data: {
        order_id: expect.any(Number),
        trade_id,
        date: expect.any(String),
        amount: '3.00',
        status: 'PICKUPCODE',
        records: [
          { id: expect.any(Number), product_id: await product(), quantity: 1, price: '3.00', status: '未取货', notify_sent: '0' },
        ],
        pickup_code_id: code.id,
      },
    });
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 1, forSale: 4 });
    await goneFromMachine(code);
    const order = { id: order_id, tradeId: trade_id, records: [answer.body.data.records[0].id] };
    await dispense(hub, machine, order);
    await hub.mall.waitFor(({ body }) => (body as { order_id: number }).order_id === order_id);
    expect((await orderOf(hub, machine, order)).records[0]?.status).toBe('已取货');
    expect(await stockOf(machine)).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
    expect(callbacksOf(hub, order)).toHaveLength(1);
  });

  test('again: 10025 with the order', async () => {
    const code = await newCode();
    const { order_id } = (await consume(code.code)).body.data;
    expect((await consume(code.code)).text).toBe(`{"code":10025,"message":"取货码已使用","data":{"order_id":${order_id}}}`);
    expect((await remove({ method: methods.deleteCode, id: code.id })).body).toMatchObject({ code: 10025, data: { order_id } });
    expect(await list()).toEqual([]);
  });

  test('twenty times at once: one order', async () => {
    const code = await newCode();
    const answers = await Promise.all(Array.from({ length: 20 }, () => consume(code.code)));
    expect(answers.filter(({ body }) => body.code === 0)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 10025)).toHaveLength(19);
    expect(new Set(answers.map(({ body }) => body.data.order_id)).size).toBe(1);
    expect(await stockOf(machine)).toEqual({ onHand: 5, reserved: 1, forSale: 4 });
  });

  test('after its expiry, by the clock and without a sweep: 6032', async () => {
    const code = await newCode('A11', { expired_at: '2031-01-01 00:00:00' });
    const seconds = (new Date('2030-12-31T16:00:00Z').getTime() - hub.clock.now().getTime()) / 1000;
    hub.clock.advance(seconds - 1);
    const inTime = await newCode('A12', { expired_at: '2031-01-01 00:00:00' });
    expect((await consume(inTime.code, { product_id: await product('A12') })).body.code).toBe(0);
    hub.clock.advance(1);
    expect(await list()).toEqual([]);
    expectRefusal(await consume(code.code), 6032, 400, 'pickup code has expired');
    await hub.settle();
    expectRefusal(await consume(code.code), 6032, 400);
  });

  test('of another product, machine or merchant, or of nobody: 80002', async () => {
    const code = await newCode();
    expectRefusal(await consume('000000'), 80002, 404);
    expectRefusal(await consume(code.code, { product_id: await product('A12') }), 80002, 404);
    const second = await hub.machine('spring', { connect: false });
    expectRefusal(await consume(code.code, { machine_no: second.machineNo }), 80002, 404);
    const other = await hub.tenant();
    const site = await hub.machine('spring', { connect: false }, other);
    const params = await consumption(code.code, { machine_no: site.machineNo });
    expectRefusal(await other.call('POST', '/consumes', params), 80002, 404);
    expect((await consume(code.code)).body.code).toBe(0);
  });

  test('when nothing is for sale: 60003, and the code stays good', async () => {
    const code = await newCode();
    const order = await place(hub, machine, { A11: 5 });
    expectRefusal(await consume(code.code), 60003, 400);
    await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 3 });
    expect((await consume(code.code)).body.code).toBe(0);
  });

  test('with a trade_id that exists: 6040, and the code stays good', async () => {
    const code = await newCode();
    const order = await place(hub, machine);
    const answer = await consume(code.code, { trade_id: order.tradeId });
    expect(answer.body).toMatchObject({ code: 6040, data: { order_id: order.id } });
    expect((await consume(code.code)).body.code).toBe(0);
  });

  test.each([
    [{ method: 'event.consume' }, 10001, /^method /],
    [{ method: '' }, 10001, /^method /],
    [{ code: '' }, 10001, /^code /],
    [{ product_id: '' }, 10001, /^product_id /],
    [{ notify_url: '' }, 10001, /^notify_url /],
    [{ notify_url: 'ftp://x/' }, 10001, /^notify_url /],
    [{ trade_id: '' }, 6041, /trade id/],
    [{ trade_id: 'a b' }, 10001, /^trade_id /],
    [{ timestamp: '' }, 10001, /^timestamp /],
  ])('%j: %i', async (wrong, code, message) => {
    expectRefusal(await consume('123456', wrong), code, 400, message);
  });
});

describe('using a code at the machine', () => {
  const usedUp = (code: PickupCode) =>
    until(async () => (await list()).every(({ id }) => id !== code.id), `code ${code.id} used`);

  test('takes the stock, and the call after it is told so', async () => {
    const code = await newCode();
    await atMachine(code);
    expect(await machine.virtual.typeCode(code.code)).toBe('dispensed');
    await usedUp(code);
    expect(await stockOf(machine)).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
    const answer = await consume(code.code);
    expect(answer.body).toMatchObject({ code: 10025, data: { order_id: expect.any(Number) } });
    const order = await orderOf(hub, machine, { id: answer.body.data.order_id });
    expect(order).toMatchObject({ status: 'PICKUPCODE', pickup_code_id: code.id, records: [{ quantity: 1, status: '已取货' }] });
    expect(await machine.virtual.typeCode(code.code)).not.toBe('dispensed');
  });

  test('told twice counts once', async () => {
    const code = await newCode();
    const hand = await hub.hand(machine);
    for (let times = 0; times < 3; times += 1) await hand.say(hand.wire.pickupCodeUsed(code.id));
    expect((await stockOf(machine)).onHand).toBe(4);
    await hand.close();
    machine = await hub.machine('spring', { connect: false });
  });

  test.each(['call first', 'machine first', 'at once'])(
    'and by a call, %s: it counts once, the other is a conflict',
    async (how) => {
      const code = await newCode();
      await atMachine(code);
      const typed = () => machine.virtual.typeCode(code.code);
      // In a cellar without a network the machine honours the code by itself, and tells of it later.
      if (how === 'call first') await machine.virtual.disconnect({ clean: false });
      const [first, second] = how === 'machine first' ? [typed, () => consume(code.code)] : [() => consume(code.code), typed];
      const results: unknown[] = [];
      if (how === 'at once') results.push(...(await Promise.all([first(), second()])));
      else {
        results.push(await first());
        // Its word has come, which a broker of one's own acknowledges before.
        if (how === 'machine first') await until(async () => (await stockOf(machine)).onHand === 4, 'the machine’s word');
        results.push(await second());
      }
      const called = results.find((one) => typeof one !== 'string') as Awaited<ReturnType<typeof consume>>;
      const dispensed = results.includes('dispensed');
      if (how === 'call first') {
        hub.clock.advance(5);
        await machine.virtual.connect();
      }
      if (dispensed) await until(async () => (await stockOf(machine)).onHand === 4, 'the machine’s word');
      const { rows } = await sql<{ kind: string }>`
      select kind from events where merchant_id = ${hub.merchant.id} and kind like '%pickup-code%'
        and (data ->> 'pickupCodeId')::bigint = ${code.id}`.execute(hub.ledger.db);
      const kinds = rows.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'pickup-code.used')).toHaveLength(1);
      const both = called.body.code === 0 && dispensed;
      expect(kinds.filter((kind) => kind === 'conflict.pickup-code')).toHaveLength(both ? 1 : 0);
      expect([0, 10025]).toContain(called.body.code);
      if (how === 'call first') expect([called.body.code, dispensed]).toEqual([0, true]);
      if (how === 'machine first') expect([called.body.code, dispensed]).toEqual([10025, true]);
      expect((await stockOf(machine)).reserved).toBe(called.body.code === 0 ? 1 : 0);
    },
  );

  test('a jam leaves it good', async () => {
    const code = await newCode();
    await atMachine(code);
    machine.virtual.script([{ outcome: 'fail' }]);
    expect(await machine.virtual.typeCode(code.code)).toBe('failed');
    expect((await consume(code.code)).body.code).toBe(0);
  });
});

test('codes can be neither guessed from each other nor seen in what is kept of a request', async () => {
  const code = await newCode('A11', { code_length: 10 });
  await consume(code.code);
  const { rows } = await sql<{ found: number }>`
    select count(*)::int as found from events where cause::text like ${`%${code.code}%`} or data::text like ${`%${code.code}%`}`.execute(
    hub.ledger.db,
  );
  expect(rows[0]?.found).toBe(0);
  expect(await codeOf(hub.client.pickupCodes(99_999_999, machine.machineNo))).toBe(0);
});
