import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '../shared/manual-clock.ts';
import { deviceKey, dispenseOf, startTestHub, type TestHub } from '../testing/broker.fixture.ts';
import { createVirtualMachine } from './create-virtual-machine.ts';
import type { VirtualMachineOptions } from './options.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const machineNo = '16327128';
const slots = [
  { code: '020', addr: 1, productId: 3, stock: 50 },
  { code: '021', addr: 1, productId: 4, stock: 1 },
];

let hub: TestHub;
let machines: VirtualMachine[] = [];

beforeEach(async () => {
  hub = await startTestHub();
});
afterEach(async () => {
  await Promise.all(machines.map((machine) => machine.stop()));
  machines = [];
  await hub.stop();
});

async function switchOn(options: Partial<VirtualMachineOptions> = {}): Promise<VirtualMachine> {
  const behaviour = { dispenseMs: [1, 5], ...options.behaviour } as const;
  const machine = createVirtualMachine({ machineNo, deviceKey, mqttUrl: hub.mqttUrl, slots, ...options, behaviour });
  machines.push(machine);
  await machine.connect();
  return machine;
}

const put = (changes?: Parameters<typeof dispenseOf>[0], how?: Parameters<TestHub['tell']>[3]) =>
  hub.tell(machineNo, 'device.delivery.put', dispenseOf(changes), how);
const answer = () => hub.hear('device.delivery.response');
const answersHeard = () => hub.heard.filter(({ method }) => method === 'device.delivery.response');
const soon = (ms = 60) => new Promise((resolve) => setTimeout(resolve, ms));

describe('connecting', () => {
  test('greets, with stock and states when told to', async () => {
    await switchOn({ reportStockOnConnect: true });
    expect(await hub.hear('client.machine.env.put')).toMatchObject({ machineNo, topic: `/server/app/${machineNo}` });
    expect((await hub.hear('client.heartbeat')).body.network_type).toBe('4g');
    expect((await hub.hear('client.temperature.put')).body.temperature).toBeGreaterThanOrEqual(3);
    expect((await hub.hear('client.product.put')).body).toEqual({ product_id: 3, current_inventory: 50 });
    expect((await hub.hear('client.channel.status.put')).body).toEqual({ product_id: 3, floor_status: 1, lock_status: -1 });
  });

  test('tells its condition, and each change of it', async () => {
    const machine = await switchOn({ condition: { coins_1_yuan: 7 }, behaviour: { temperature: [5, 5] } });
    const status = async () => (await hub.hear('client.machine.status.put')).body;
    expect(await status()).toEqual(machine.condition);
    machine.changeCondition({ door: 'open' });
    expect(await status()).toMatchObject({ door: 'open', coins_1_yuan: 7 });
    machine.raiseFault('coin-changer.low-5-jiao');
    machine.raiseFault('system.clock', 'B');
    expect((await status()).faults).toEqual([{ fault: 'coin-changer.low-5-jiao' }]);
    expect((await status()).faults).toHaveLength(2);
    machine.endFault('coin-changer.low-5-jiao');
    expect((await status()).faults).toEqual([{ cabinet: 'B', fault: 'system.clock' }]);
    await machine.sellAlone('020');
    expect((await status()).coins_1_yuan).toBe(8);
  });

  test('tells of a temperature that drifts, not of one that trembles', async () => {
    const clock = manualClock();
    const machine = await switchOn({ clock, behaviour: { temperature: [5, 5.4] } });
    await hub.hear('client.machine.status.put');
    await clock.advance(300_000);
    await hub.hear('client.temperature.put');
    machine.behave({ temperature: [9, 9] });
    await clock.advance(320_000);
    expect((await hub.hear('client.machine.status.put')).body.temperatures).toMatchObject([{ left: 9, right: 9 }]);
  });

  test('writes to the shared topic where told to', async () => {
    await switchOn({ topic: 'shared', terse: true });
    expect((await hub.hear('client.heartbeat')).topic).toBe('/server/app');
    expect(hub.heard).toHaveLength(1);
  });

  test('a pulled cable fires the last will, signed when it connected; a goodbye does not', async () => {
    const machine = await switchOn();
    await machine.disconnect({ clean: false });
    expect((await hub.hear('client.offline')).body.reason).toBe('last will');
    await machine.connect();
    await machine.disconnect();
    expect((await hub.hear('client.offline')).body.reason).toBe('switched off');
    await soon();
    expect(hub.heard.filter(({ method }) => method === 'client.offline')).toHaveLength(2);
  });

  test('comes back by itself, with a will of that time, and finds the commands that it missed', async () => {
    const machine = await switchOn();
    for (const client of Object.values(
      (hub.broker as unknown as { clients: Record<string, { conn: { destroy(): void } }> }).clients,
    ))
      client.conn.destroy();
    await expect.poll(() => machine.connected, { interval: 5 }).toBe(false);
    await put();
    expect((await answer()).body).toMatchObject({ delivery_id: '77', deliver_status: true });
    expect(machine.drops).toHaveLength(1);
    await hub.hear('client.heartbeat');
    await hub.hear('client.heartbeat'); // of the second greeting
    expect(machine.counts.connects).toBe(2);
    await machine.disconnect({ clean: false });
    const wills = [await hub.hear('client.offline'), await hub.hear('client.offline')];
    expect(wills[1]?.sentAt?.getTime()).toBeGreaterThan(wills[0]?.sentAt?.getTime() ?? 0);
  });

  test('a broker that refuses, or is not there, is an error', async () => {
    hub.broker.authenticate = (_client, _user, _password, done) => done(null, false);
    await expect(switchOn()).rejects.toThrow(/refused|authorized/i);
    await expect(switchOn({ mqttUrl: 'mqtt://127.0.0.1:1', connectTimeoutMs: 200 })).rejects.toThrow('found no broker');
  });

  test('beats by its own clock', async () => {
    const clock = manualClock();
    const machine = await switchOn({ clock });
    await clock.advance(3_600_000);
    expect(machine.counts.heartbeats).toBeGreaterThanOrEqual(12);
    expect(machine.counts.heartbeats).toBeLessThanOrEqual(14);
    machine.behave({ loseHeartbeats: 1 });
    const before = machine.counts.heartbeats;
    await clock.advance(3_600_000);
    expect(machine.counts.heartbeats).toBe(before);
    machine.behave({ loseHeartbeats: 0, duplicateHeartbeats: 1 });
    await clock.advance(330_000);
    expect(machine.counts.heartbeats - before).toBe(2);
  });
});

describe('dispensing', () => {
  test('each unit drops, is seen to drop, and is answered', async () => {
    const machine = await switchOn();
    await put({ quantity: 2 });
    const ids = { delivery_id: '77', order_id: 5, record_id: 6, deliver_status: true, floor_status: 1 };
    expect((await answer()).body).toMatchObject({ ...ids, index: 0 });
    expect((await answer()).body).toMatchObject({ ...ids, index: 1 });
    const drop = { cause: 'command', deliveryId: '77', orderId: 5, recordId: 6, addr: 1, code: '020' };
    expect(machine.drops).toMatchObject([
      { ...drop, index: 0 },
      { ...drop, index: 1 },
    ]);
    expect(machine.slots[0]?.stock).toBe(48);
    expect(await machine.waitFor('device.delivery.put')).toMatchObject({ quantity: 2 });
  });

  test('a repeated command drops again: it hides none of the hub’s faults', async () => {
    const machine = await switchOn();
    await put();
    await put();
    await machine.waitForDrops(2);
    expect(machine.drops.map(({ deliveryId }) => deliveryId)).toEqual(['77', '77']);
    expect(machine.counts).toMatchObject({ commands: 2, drops: 2 });
  });

  test('what is stale, forged or for another is not acted on, and counted', async () => {
    const machine = await switchOn();
    await put({}, { at: new Date(Date.now() - 121_000) });
    await put({}, { key: 'another key' });
    await put();
    await answer();
    expect(machine.counts.refused).toEqual({ stale: 1, 'wrong signature': 1 });
    expect(machine.drops).toHaveLength(1);
  });

  test('a command that grows stale waiting for its turn is left', async () => {
    const clock = manualClock(new Date());
    const machine = await switchOn({ clock, behaviour: { dispenseMs: [130_000, 130_000] } });
    await put({ delivery_id: '1' }, { at: clock.now() });
    await put({ delivery_id: '2' }, { at: clock.now() });
    await machine.waitFor('device.delivery.put');
    await machine.waitFor('device.delivery.put');
    await clock.advance(400_000);
    expect(machine.drops.map(({ deliveryId }) => deliveryId)).toEqual(['1']);
    expect(machine.counts.refused).toEqual({ stale: 1 });
  });

  test('an empty slot, and one that is not there', async () => {
    const machine = await switchOn();
    await put({ code: '021', product_id: 4, quantity: 2 });
    expect((await answer()).body.deliver_status).toBe(true);
    expect((await answer()).body).toMatchObject({ deliver_status: false, floor_status: 1, error_msg: 'Load No Current' });
    await put({ code: '099' });
    expect((await answer()).body).toMatchObject({ floor_status: 0, error_msg: 'Slot Invalid' });
    expect(machine.drops).toHaveLength(1);
  });

  test('a test dispense drops as well; without a delivery it tells the state of the slot', async () => {
    const machine = await switchOn();
    const { delivery_id: _, order_id, record_id, product_id, quantity, ...slot } = dispenseOf();
    await hub.tell(machineNo, 'client.channel.debugging', { ...slot, order_type: 'test' });
    expect((await hub.hear('client.product.put')).body).toEqual({ product_id: 3, current_inventory: 49 });
    await hub.tell(machineNo, 'device.delivery.put', {
      delivery_id: '9',
      product_id,
      quantity,
      ...slot,
      order_type: 'test',
    });
    expect((await answer()).body).toMatchObject({ delivery_id: '9', deliver_status: true });
    expect(machine.drops.map(({ cause, orderId }) => [cause, orderId])).toEqual([
      ['test', undefined],
      ['test', undefined],
    ]);
    expect([order_id, record_id]).toEqual([5, 6]);
  });
});

describe('what goes wrong', () => {
  test('a jam holds until it is cleared', async () => {
    const machine = await switchOn();
    machine.script([{ outcome: 'jam' }]);
    const stuck = { deliver_status: false, floor_status: 2, error_msg: 'Goods are Stuck' };
    await put({ quantity: 2 });
    expect((await answer()).body).toMatchObject(stuck);
    expect((await answer()).body).toMatchObject(stuck);
    await hub.tell(machineNo, 'client.channel.fault.clear', { product_ids: [3], floor_status: '1' });
    expect((await hub.hear('client.channel.status.put')).body).toMatchObject({ product_id: 3, floor_status: 1 });
    await put();
    expect((await answer()).body.deliver_status).toBe(true);
    expect(machine.counts).toMatchObject({ jams: 2, failures: 2, drops: 1 });
  });

  test('or mends itself, and says so', async () => {
    const machine = await switchOn({ behaviour: { selfRepairMs: 20 } });
    machine.script([{ outcome: 'motor-fault' }]);
    await put();
    expect((await answer()).body).toMatchObject({ floor_status: 3, error_msg: 'Over Current' });
    expect((await hub.hear('client.channel.status.put')).body).toMatchObject({ product_id: 3, floor_status: 1 });
    expect(machine.slots[0]?.status).toBe(1);
  });

  test('but not what somebody jammed by hand', async () => {
    const machine = await switchOn({ behaviour: { selfRepairMs: 20 } });
    machine.jam(1, '020');
    await put();
    expect((await answer()).body).toMatchObject({ floor_status: 2, error_msg: 'Goods are Stuck' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(machine.slots[0]?.status).toBe(2);
    machine.mend(1, '020');
    expect((await hub.hear('client.channel.status.put')).body).toMatchObject({ product_id: 3, floor_status: 1 });
  });

  test('a script says what each unit does', async () => {
    // Else, on a busy computer, the late answer may not be the last.
    const clock = manualClock();
    const machine = await switchOn({ clock });
    machine.script([
      { outcome: 'drop', repeat: 2 },
      { outcome: 'late', afterMs: 80 },
      { outcome: 'drop', error: 'Dlv Detect Error' },
      { outcome: 'fail' },
      { outcome: 'silent', drops: false },
    ]);
    await put({ quantity: 6 }, { at: clock.now() });
    await machine.waitFor('device.delivery.put');
    await clock.advance(1_000);
    const heard = [];
    for (let count = 0; count < 7; count++) {
      const { body } = await answer();
      heard.push([body.index, body.deliver_status, body.error_msg]);
    }
    expect(heard).toEqual([
      [0, true, undefined],
      [0, true, undefined],
      [0, true, undefined],
      [2, false, 'Dlv Detect Error'],
      [3, false, 'Dlv Detect Error'],
      [5, true, undefined],
      [1, true, undefined],
    ]);
    expect(machine.drops.map(({ index }) => index)).toEqual([0, 1, 2, 5]);
    expect(machine.scripted).toBe(0);
  });

  test('a lost answer is told on the next connection, or when a test asks', async () => {
    const machine = await switchOn();
    machine.script([{ outcome: 'silent' }]);
    await put();
    await machine.waitForDrops(1);
    await soon();
    expect(answersHeard()).toHaveLength(0);
    await machine.disconnect({ clean: false });
    await machine.connect();
    expect((await answer()).body).toMatchObject({ delivery_id: '77', index: 0, deliver_status: true });
    machine.script([{ outcome: 'silent' }]);
    await put({ delivery_id: '78' });
    await machine.waitForDrops(2);
    expect(machine.report()).toBe(1);
    expect((await answer()).body.delivery_id).toBe('78');
    expect(machine.report()).toBe(0);
  });

  test('an answer made while the cable is out comes when it is in again', async () => {
    const machine = await switchOn({ behaviour: { dispenseMs: [40, 40] } });
    await put();
    await machine.waitFor('device.delivery.put');
    await machine.disconnect({ clean: false });
    await machine.waitForDrops(1);
    await machine.connect();
    expect((await answer()).body).toMatchObject({ delivery_id: '77', deliver_status: true });
    expect(machine.drops).toHaveLength(1);
  });

  test('chance breaks the connection and brings it back', async () => {
    const machine = await switchOn({ behaviour: { offline: 1, offlineMs: 20 } });
    await put();
    expect((await hub.hear('client.offline')).body.reason).toBe('last will');
    expect((await answer()).body.deliver_status).toBe(true);
    expect(machine.counts.connects).toBe(2);
  });

  test('garbage is none that a hub can read', async () => {
    const machine = await switchOn({ behaviour: { garbage: 1 } });
    await put({ quantity: 12 });
    for (let count = 0; count < 12; count++) await answer();
    expect(hub.rubbish).toHaveLength(12);
    expect(new Set(hub.rubbish).size).toBeGreaterThan(3);
    expect(machine.drops).toHaveLength(12);
  });

  test('the same seed does the same, another another', async () => {
    const behaviour = { jam: 0.2, selfRepairMs: 0, loseAnswer: 0.2, repeatAnswer: 0.3, motorFault: 0.1 };
    async function live(seed: number, no: string) {
      const machine = await switchOn({ seed, behaviour, machineNo: no });
      await hub.tell(no, 'device.delivery.put', dispenseOf({ quantity: 30, delivery_id: no }));
      await machine.waitFor('device.delivery.put');
      await machine.idle();
      const { drops, jams, answers, answersLost } = machine.counts;
      await machine.stop();
      return { indexes: machine.drops.map(({ index }) => index), drops, jams, answers, answersLost };
    }
    const first = await live(7, '10000001');
    expect(await live(7, '10000001')).toEqual(first);
    expect(await live(8, '10000001')).not.toEqual(first);
    expect(await live(7, '10000002')).not.toEqual(first);
  });
});

describe('what it is told to be', () => {
  test('settings are taken over and told whole, with those that the message only bears', async () => {
    await switchOn();
    await hub.tell(machineNo, 'client.machine.config.push', { volume: 20, language: 'en-US' });
    const body = { language: 'en-US', price_digits: 2 };
    expect(await hub.hear('client.machine.config.put')).toMatchObject({ body, extras: { volume: '20', brightness: '80' } });
    await hub.tell(machineNo, 'client.machine.config.push', { brightness: 10 });
    expect(await hub.hear('client.machine.config.put')).toMatchObject({ body, extras: { volume: '20', brightness: '10' } });
  });

  test('who looks on is told of each message as it passes', async () => {
    const passed: string[] = [];
    const machine = await switchOn({
      onSent: ({ method, payload }) => passed.push(`sent ${method} ${payload.length > 0}`),
      onReceived: ({ message, payload }) => passed.push(`received ${message.method} ${payload.length > 0}`),
    });
    await hub.tell(machineNo, 'client.machine.refresh', {});
    await machine.waitFor('client.machine.refresh');
    await hub.hear('client.channel.status.put');
    expect(passed).toContain('received client.machine.refresh true');
    expect(passed.slice(passed.indexOf('received client.machine.refresh true') + 1)).toContain('sent client.product.put true');
  });
});

describe('buyers at the machine', () => {
  test('a pickup code drops once and is told', async () => {
    const machine = await switchOn();
    const code = { product_id: 3, code: '482913', quantity: 1 };
    await hub.tell(machineNo, 'client.pickup_codes.create', { id: 8, ...code });
    await machine.waitFor('client.pickup_codes.create');
    expect(await machine.typeCode('000000')).toBe('unknown');
    expect(await Promise.all([machine.typeCode('482913'), machine.typeCode('482913')])).toEqual(['dispensed', 'used']);
    expect((await hub.hear('client.pickup_codes.put')).body).toEqual({ id: 8, used: '1' });
    await hub.tell(machineNo, 'client.pickup_codes.create', { id: 9, ...code, code: '1', expired_at: new Date(0) });
    await machine.waitFor('client.pickup_codes.create');
    expect(await machine.typeCode('1')).toBe('expired');
    await hub.tell(machineNo, 'client.pickup_codes.delete', { id: 9 });
    await machine.waitFor('client.pickup_codes.delete');
    expect(await machine.typeCode('1')).toBe('unknown');
    expect(machine.drops).toMatchObject([{ cause: 'pickup-code', code: '020' }]);
  });

  test('a jammed slot keeps the code good', async () => {
    const machine = await switchOn();
    machine.script([{ outcome: 'jam' }]);
    await hub.tell(machineNo, 'client.pickup_codes.create', { id: 8, product_id: 3, code: '1', quantity: 1 });
    await machine.waitFor('client.pickup_codes.create');
    expect(await machine.typeCode('1')).toBe('failed');
    machine.clearFault('020');
    expect(await machine.typeCode('1')).toBe('dispensed');
  });

  test('cash and staff change the stock, and the machine tells', async () => {
    const machine = await switchOn();
    expect(await machine.sellAlone('021')).toBe(true);
    expect((await hub.hear('client.product.put')).body).toEqual({ product_id: 4, current_inventory: 0 });
    expect(await machine.sellAlone('021')).toBe(false);
    machine.restock('021', 10);
    expect((await hub.hear('client.product.put')).body).toEqual({ product_id: 4, current_inventory: 10 });
  });

  test('what it sells by itself it tells, and again as the same', async () => {
    const machine = await switchOn();
    const sale = await machine.sell('020', { quantity: 2, priceCents: 450, payStyle: 'card', paymentId: 'p1' });
    const { body } = await hub.hear('client.sale.put');
    expect(body).toMatchObject({ product_id: 3, quantity: 2, price: 450, pay_style: 'card', payment_id: 'p1', outcomes: [1, 1] });
    machine.tellSaleAgain(sale);
    expect((await hub.hear('client.sale.put')).body).toEqual(body);
    machine.restock('020', 0);
    expect((await machine.sell('020')).outcomes).toEqual([2]);
    expect(machine.drops.filter(({ cause }) => cause === 'cash')).toHaveLength(2);
  });

  test('a locker tells of its doors', async () => {
    await switchOn({ kind: 'locker' });
    await put({ floor_type: 2 });
    expect((await hub.hear('client.channel.status.put')).body.lock_status).toBe(0);
    expect((await hub.hear('client.channel.status.put')).body.lock_status).toBe(1);
  });
});
