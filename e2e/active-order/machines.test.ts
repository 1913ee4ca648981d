import { composeMessage, encodeMessage, topics } from '@polyvend/protocols/machine';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listTrades } from '../../packages/server/src/ledger/sales/list-trades.ts';
import { salesStatistic } from '../../packages/server/src/ledger/sales/sales-statistic.ts';
import {
  checkConservation,
  type HandMachine,
  startTestHub,
  type TestHub,
  type TestMachine,
  testBroker,
  until,
} from '../support/index.ts';
import { buy, codeOf, dispense, place, stockOf } from './steps.ts';

/** What only the hub's own broker does, or lets machines do: Mosquitto's part is in mosquitto.test.ts. */
const ownBroker = testBroker === 'embedded';

let hub: TestHub;
let machine: TestMachine;
let hand: HandMachine;
beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  machine = await hub.machine('spring', { connect: false });
  hand = await hub.hand(machine);
});
afterEach(async () => {
  await hand.close();
  await checkConservation(hub.ledger);
});
afterAll(() => hub?.stop());

/** What the hub knows of the machine as a whole. */
const status = () =>
  hub.ledger.db
    .selectFrom('machine_status')
    .selectAll()
    .where('merchant_id', '=', machine.tenant.merchant.id)
    .where('machine_id', '=', machine.id)
    .executeTakeFirstOrThrow();
const online = async (of = machine) => (await hub.client.machine(of.machineNo)).is_online === true;
const product = async (slot = 'A11') => (await machine.product(slot)).productId;
const metric = async (name: string, labels: string) => {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{${labels}\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
};
const dropsOf = (reason: string) => metric('polyvend_machine_messages_dropped_total', `reason="${reason}"`);
const refusalsOf = (reason: string) => metric('polyvend_broker_refusals_total', `reason="${reason}"`);

describe('what a machine says', () => {
  test('a heartbeat: it is online, and how it is connected', async () => {
    await hand.say(hand.wire.heartbeat({ network_type: '4g', network_rssi: -71, uptime_minutes_today: 90 }));
    expect(await status()).toMatchObject({
      network_type: '4g',
      network_rssi: -71,
      uptime_minutes: 90,
      last_seen_at: hub.clock.now(),
    });
    expect(await online()).toBe(true);
  });

  test('temperature and humidity: the latest by its own clock, and each of them for the curve', async () => {
    await hand.say(hand.wire.temperature(4.5));
    await hand.say(hand.wire.humidity(61));
    const older = hand.wire.temperature(9);
    hub.clock.advance(60);
    await hand.say(hand.wire.temperature(-3.25));
    await hand.say(older);
    expect(await status()).toMatchObject({ temperature: -3.25, humidity: 61 });
    const curve = await hub.ledger.db
      .selectFrom('machine_telemetry')
      .select(['kind', 'value'])
      .where('machine_id', '=', machine.id)
      .orderBy('kind')
      .orderBy('at')
      .orderBy('id')
      .execute();
    expect(curve).toEqual([
      { kind: 'humidity', value: 61 },
      { kind: 'temperature', value: 4.5 },
      { kind: 'temperature', value: 9 },
      { kind: 'temperature', value: -3.25 },
    ]);
  });

  test('what it is, with fields that nobody asked for', async () => {
    await hand.say(hand.wire.environment({ app_version: '2.4', screen_width: 1080, language: 'zh-CN' }, { sim_iccid: '8986' }));
    expect((await status()).environment).toMatchObject({
      app_version: '2.4',
      screen_width: 1080,
      language: 'zh-CN',
      sim_iccid: '8986',
    });
    expect((await status()).booted_at).toEqual(hub.clock.now());
  });

  test('its settings', async () => {
    await hand.say(hand.wire.send('client.machine.config.put', { price_digits: 2, idle_timeout: 60 }, { theme: 'dark' }));
    expect((await status()).configuration).toMatchObject({ price_digits: 2, idle_timeout: 60, theme: 'dark' });
  });

  test('its traffic: running totals, the latest stands', async () => {
    const earlier = hand.wire.traffic({ network_type: '4g', upload_bytes: 10, download_bytes: 20 });
    hub.clock.advance(1);
    await hand.say(hand.wire.traffic({ network_type: '4g', upload_bytes: 110, download_bytes: 220, upload_packets: 3 }));
    await hand.say(earlier);
    expect((await status()).traffic).toMatchObject({ upload_bytes: 110, download_bytes: 220, upload_packets: 3 });
  });

  test('the mark of a good, as products show it; of another merchant’s good nothing', async () => {
    const { goods } = await machine.product('A11');
    const other = await hub.tenant();
    const foreign = other.goodsIds.get('1001') ?? 0;
    for (const good_id of [goods?.id ?? 0, foreign]) {
      await hand.say(hand.wire.send('client.goods.slug.put', { good_id, slug: 'cold', is_returnable: true }));
    }
    const [shown] = (await hub.client.products({ machine_no: machine.machineNo })).data;
    expect(shown?.good.slug).toBe('cold');
    const site = await hub.machine('spring', { connect: false }, other);
    expect((await site.product('A11')).goods?.slug).toBe('');
  });

  test('a count: what is there is what it says, more or less', async () => {
    const order = await place(hub, machine, { A11: 2 });
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 9 }));
    expect(await stockOf(machine)).toEqual({ onHand: 9, reserved: 2, forSale: 7 });
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 1 }));
    expect(await stockOf(machine)).toEqual({ onHand: 1, reserved: 2, forSale: 0 });
    expect(await codeOf(place(hub, machine, { A11: 1 }))).toBe(60003);
    await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 3 });
    expect(await stockOf(machine)).toEqual({ onHand: 1, reserved: 0, forSale: 1 });
  });

  test('an older count that comes later changes nothing', async () => {
    const older = hand.wire.product({ product_id: await product(), current_inventory: 1 });
    hub.clock.advance(10);
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 4 }));
    await hand.say(older);
    expect((await stockOf(machine)).onHand).toBe(4);
  });

  test('a count that the drop before it is in already is not taken twice', async () => {
    const order = await buy(hub, machine, { A11: 1 });
    await dispense(hub, machine, order);
    const dropped = hand.wire.delivered(await hand.command(1), 0, { dropped: true });
    hub.clock.advance(2);
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 4 }));
    await hand.say(dropped);
    expect(await stockOf(machine)).toEqual({ onHand: 4, reserved: 0, forSale: 4 });
  });

  test.each([
    [false, 60002],
    [true, 0],
  ])('on sale %s', async (operation, code) => {
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 5, operation: false }));
    hub.clock.advance(1);
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 5, operation }));
    expect(await codeOf(place(hub, machine, { A11: 1 }))).toBe(code);
  });

  test('slots were filled: those it names, or all', async () => {
    await hand.say(hand.wire.restocked([await product('A12')]));
    expect((await machine.products()).map(({ onHand }) => onHand)).toEqual([5, 10, 5, 5]);
    await hand.say(hand.wire.restocked());
    expect((await machine.products()).map(({ onHand }) => onHand)).toEqual([10, 10, 10, 10]);
    await hand.say(hand.wire.restocked([await product('A12')], false));
    expect((await machine.products()).map(({ onSale }) => onSale)).toEqual([true, false, true, true]);
  });

  test.each([0, 2, 3, 47] as const)('slot state %i takes it off sale until it is well again', async (floor_status) => {
    await hand.say(hand.wire.channelStatus({ product_id: await product(), floor_status, lock_status: -1 }));
    expect((await hub.client.floors(machine.machineNo))[0]?.floor_status ?? 0).toBe(floor_status);
    expect(await codeOf(place(hub, machine, { A11: 1 }))).toBe(60002);
    hub.clock.advance(1);
    await hand.say(hand.wire.channelStatus({ product_id: await product(), floor_status: 1, lock_status: 0 }));
    expect(await codeOf(place(hub, machine, { A11: 1 }))).toBe(0);
    expect((await machine.product('A11')).lockStatus).toBe(0);
  });

  test('the older form of a door', async () => {
    await hand.say(hand.wire.send('client.doorlock.status', { product_id: await product(), operation: 2 }));
    expect(await machine.product('A11')).toMatchObject({ lockStatus: 2, faultCode: 1 });
  });

  test('about a slot of another machine: nothing happens', async () => {
    const second = await hub.machine('spring', { connect: false });
    const { productId } = await second.product('A11');
    await hand.say(hand.wire.product({ product_id: productId, current_inventory: 1, operation: false }));
    await hand.say(hand.wire.channelStatus({ product_id: productId, floor_status: 2 }));
    await hand.say(hand.wire.restocked([productId]));
    expect(await second.product('A11')).toMatchObject({ onHand: 5, onSale: true, faultCode: 1 });
    expect((await machine.products()).map(({ onHand }) => onHand)).toEqual([5, 5, 5, 5]);
  });

  test('what it sold by itself: a trade for each unit, however often it is told', async () => {
    await hand.close();
    hub.clock.advance(1);
    await machine.virtual.connect();
    const sale = await machine.virtual.sell('010', { quantity: 2, priceCents: 450, payStyle: 'card', paymentId: 'pos-1' });
    machine.virtual.tellSaleAgain(sale);
    const { merchant } = machine.tenant;
    const trades = async () => {
      await hub.settle();
      const filter = { machineId: machine.id };
      return (await listTrades(hub.ledger, merchant.id, filter, { cursor: 0, limit: 10 })).trades;
    };
    await until(async () => (await trades()).length > 0, 'the trades');
    machine.virtual.tellSaleAgain(sale);
    await machine.virtual.sell('010');
    await until(async () => (await trades()).length > 2, 'the next sale');
    const card = {
      payStyle: 'card',
      priceCents: 450,
      paymentReference: 'pos-1',
      deliverState: 'dispensed',
      machineTradeNo: sale.trade_no,
    };
    expect(await trades()).toMatchObject([card, card, { payStyle: 'cash', priceCents: 300 }]);
    expect(await stockOf(machine)).toMatchObject({ onHand: 2 });
    const from = hub.clock.now();
    const statistic = await salesStatistic(hub.ledger, { merchantId: merchant.id, machineIds: [machine.id], from, to: from });
    expect(statistic).toMatchObject([{ units: 3, amountCents: 1_200 }]);
  });

  test('a sale with an outcome too few is not taken, and counted', async () => {
    const before = await dropsOf('field');
    const sale = { trade_no: '1', product_id: await product(), quantity: 2, price: 300, pay_style: 'cash' } as const;
    await hand.say(hand.wire.sold({ ...sale, outcomes: [1] }));
    expect(await dropsOf('field')).toBe(before + 1);
    expect(await machine.product('A11')).toMatchObject({ onHand: 5 });
  });

  test('that it sold one for coins', async () => {
    await hand.close();
    hub.clock.advance(1);
    await machine.virtual.connect();
    expect(await machine.virtual.sellAlone('010')).toBe(true);
    await until(async () => (await stockOf(machine)).onHand === 4, 'the sale');
  });
});

describe('being there', () => {
  test('ten minutes of silence are offline, any word is online', async () => {
    hub.clock.advance(599);
    expect(await online()).toBe(true);
    hub.clock.advance(1);
    expect(await online()).toBe(false);
    await hand.say(hand.wire.temperature(5));
    expect(await online()).toBe(true);
  });

  test('a farewell is offline at once', async () => {
    await hand.say(hand.wire.offline('night'));
    expect(await online()).toBe(false);
    expect((await status()).offline_reason).toBe('night');
    hub.clock.advance(1);
    await hand.sync();
    expect(await online()).toBe(true);
  });

  test('a cable that is pulled: the last will, some time after it was signed', async () => {
    await hand.close();
    // The will of the hand, which would speak against what comes next.
    await until(async () => !(await online()), 'the will of the one before');
    hub.clock.advance(1);
    await machine.virtual.connect();
    // A broker of one's own acknowledges the greeting before the hub has heard it.
    await until(online, 'the machine');
    hub.clock.advance(5);
    expect(await online()).toBe(true);
    await machine.virtual.disconnect({ clean: false });
    await until(async () => !(await online()), 'the last will');
  });

  test('a last will signed shortly before the boot report counts; one from before an earlier boot does not', async () => {
    const will = hand.wire.lastWill();
    hub.clock.advance(3);
    await hand.say(hand.wire.environment({ app_version: '1' }));
    await hand.say(will);
    expect(await online()).toBe(false);
    hub.clock.advance(3_600);
    await hand.say(hand.wire.environment({ app_version: '2' }));
    expect(await online()).toBe(true);
    await hand.say(will);
    expect(await online()).toBe(true);
  });

  test.runIf(ownBroker)(
    'a second connection of the same machine takes the first one’s place; the will of the first changes nothing',
    async () => {
      hub.clock.advance(1);
      const before = await dropsOf('stale-will');
      const second = await hub.hand(machine);
      await until(async () => (await dropsOf('stale-will')) === before + 1, 'the will of the first');
      expect(await online()).toBe(true);
      await second.close();
    },
  );
});

describe('messages that are dropped', () => {
  const fields = (more: Record<string, string> = {}) => ({
    ...composeMessage(
      'client.product.put',
      { product_id: '1', current_inventory: '0' },
      { machineNo: machine.machineNo, at: hub.clock.now() },
    ),
    ...more,
  });
  const own = () => topics.serverOf(machine.machineNo);
  const key = () => hub.merchant.deviceKey;
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  test.each([
    ['a wrong signature', 'signature', () => encodeMessage(fields(), 'wrong')],
    ['no signature', 'signature', () => base64(JSON.stringify(fields()))],
    ['the AppKey instead of the AppId', 'signature', () => encodeMessage(fields(), hub.integration.appKey)],
    ['no base64', 'form', () => '{"method":"client.heartbeat"}'],
    ['base64 of no JSON', 'form', () => base64('hello')],
    ['base64 of a list', 'form', () => base64('[]')],
    ['nothing', 'form', () => ''],
    ['no method', 'form', () => encodeMessage(fields({ method: '' }), key())],
    ['an unknown method', 'method', () => encodeMessage(fields({ method: 'client.dance' }), key())],
    ['a missing field', 'field', () => encodeMessage(fields({ current_inventory: '' }), key())],
    ['a wrong field', 'field', () => encodeMessage(fields({ current_inventory: 'many' }), key())],
    ['a negative count', 'field', () => encodeMessage(fields({ current_inventory: '-1' }), key())],
    ['another machine’s client_id', 'machine', () => encodeMessage(fields({ client_id: '88888888' }), key())],
    ['a message of 70 KB', 'size', () => encodeMessage(fields({ note: 'x'.repeat(70_000) }), key())],
  ])('%s: %s', async (_, reason, payload) => {
    const before = await dropsOf(reason);
    const allowed = ownBroker ? [own(), topics.server] : [own()];
    for (const topic of allowed) await hand.say({ topic, payload: payload() });
    expect(await dropsOf(reason)).toBe(before + allowed.length);
    expect((await machine.products()).map(({ onHand }) => onHand)).toEqual([5, 5, 5, 5]);
    // The connection stands, and what is good is taken.
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 7 }));
    expect((await stockOf(machine)).onHand).toBe(7);
  });

  test('a number that no database holds', async () => {
    for (const current_inventory of ['2147483648', '9007199254740991']) {
      const message = fields({ product_id: String(await product()), current_inventory });
      await hand.say({ topic: own(), payload: encodeMessage(message, key()) });
    }
    expect((await stockOf(machine)).onHand).toBe(5);
    await hand.say(hand.wire.product({ product_id: await product(), current_inventory: 6 }));
    expect((await stockOf(machine)).onHand).toBe(6);
  });

  test('texts with a NUL do not stop what comes after', async () => {
    await hand.say(hand.wire.environment({ app_version: '2\u0000' }));
    await hand.say(hand.wire.offline('\u0000'));
    hub.clock.advance(1);
    await hand.say(hand.wire.temperature(6));
    expect((await status()).temperature).toBe(6);
  });

  test('a clock years ahead or behind makes no word later than its coming', async () => {
    const ahead = composeMessage(
      'client.temperature.put',
      { temperature: '1' },
      { machineNo: machine.machineNo, at: new Date('2090-01-01') },
    );
    await hand.say({ topic: own(), payload: encodeMessage(ahead, key()) });
    hub.clock.advance(1);
    await hand.say(hand.wire.temperature(2));
    expect((await status()).temperature).toBe(2);
  });
});

describe.runIf(ownBroker)('the broker knows who speaks', () => {
  const connect = (more: IClientOptions) => connectAsync(hub.mqttUrl, { reconnectPeriod: 0, connectTimeout: 30_000, ...more });
  const credentials = (of = machine) => ({ clientId: of.machineNo, username: of.machineNo, password: of.brokerPassword });

  test.each([
    ['no credentials', () => ({ clientId: machine.machineNo })],
    ['no password', () => ({ clientId: machine.machineNo, username: machine.machineNo })],
    ['a wrong password', () => ({ ...credentials(), password: 'wrong' })],
    ['an empty password', () => ({ ...credentials(), password: '' })],
    ['the AppId as password', () => ({ ...credentials(), password: hub.merchant.deviceKey })],
    ['an unknown machine', () => ({ clientId: '77777777', username: '77777777', password: machine.brokerPassword })],
    ['a client id that is not the machine’s', () => ({ ...credentials(), clientId: 'spy' })],
    ['the password of another machine', () => ({ ...credentials(), username: '10000000', clientId: '10000000' })],
  ])('%s: refused', async (_, how) => {
    const before = await refusalsOf('sign-in');
    await expect(connect(how())).rejects.toMatchObject({ code: expect.any(Number) });
    expect(await refusalsOf('sign-in')).toBe(before + 1);
  });

  test.each(['#', '/clients/#', '/clients/+', '/server/app', '/server/#', '$SYS/#', '/clients/10000000'])(
    'a subscription to %s is refused, and nothing is heard by it',
    async (topic) => {
      const second = await hub.machine('spring', { connect: false });
      const spy = await connect(credentials(second));
      const heard: string[] = [];
      spy.on('message', (about) => heard.push(about));
      await expect(spy.subscribeAsync(topic, { qos: 1 })).rejects.toThrow();
      const order = await buy(hub, machine, { A11: 1 });
      await dispense(hub, machine, order);
      await hand.answer(await hand.command(1));
      await roundTrip(spy, second);
      expect(heard).toEqual([]);
      await spy.endAsync(true);
    },
  );

  test('a machine cannot speak for another, of its own merchant or of another', async () => {
    const other = await hub.tenant();
    for (const victim of [
      await hub.machine('spring', { connect: false }),
      await hub.machine('spring', { connect: false }, other),
    ]) {
      const message = composeMessage(
        'client.product.put',
        { product_id: String((await victim.product('A11')).productId), current_inventory: '0' },
        {
          machineNo: victim.machineNo,
          at: hub.clock.now(),
        },
      );
      const payload = encodeMessage(message, victim.tenant.merchant.deviceKey);
      for (const topic of [topics.server, topics.serverOf(machine.machineNo)]) await hand.say({ topic, payload });
      expect((await victim.product('A11')).onHand).toBe(5);
    }
  });

  test.each(['/server/app/10000000', '/clients/10000000', '/server/other', 'anything', '/server/app/'])(
    'a message to %s is refused',
    async (topic) => {
      const second = await hub.machine('spring', { connect: false });
      const speaker = await connect(credentials(second));
      speaker.on('error', () => undefined);
      const before = await refusalsOf('topic');
      const closed = new Promise<void>((resolve) => speaker.once('close', () => resolve()));
      speaker.publish(topic, 'x', { qos: 1 }, () => undefined);
      await closed;
      expect(await refusalsOf('topic')).toBe(before + 1);
      await speaker.endAsync(true);
    },
  );

  test('a machine cannot command another', async () => {
    const second = await hub.machine('spring', { connect: false });
    const speaker = await connect(credentials(second));
    speaker.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => speaker.once('close', () => resolve()));
    speaker.publish(topics.clientOf(machine.machineNo), 'x', { qos: 0 });
    await closed;
    await hand.sync();
    expect(hand.heard).toEqual([]);
    await speaker.endAsync(true);
  });

  async function roundTrip(client: MqttClient, of: TestMachine): Promise<void> {
    const beat = composeMessage('client.heartbeat', {}, { machineNo: of.machineNo, at: hub.clock.now() });
    await client.publishAsync(topics.serverOf(of.machineNo), encodeMessage(beat, of.tenant.merchant.deviceKey), { qos: 1 });
  }
});

test('with the switch, only the topic of its own is taken from a machine', async () => {
  const strict = await startTestHub({ broker: 'embedded', environment: { POLYVEND_MQTT_OWN_TOPIC: 'true' } });
  try {
    const site = await strict.machine('spring', { connect: false });
    const speaker = await strict.hand(site);
    const count = speaker.wire.product({ product_id: (await site.product('A11')).productId, current_inventory: 1 });
    await speaker.say({ ...count, topic: topics.server });
    expect((await site.product('A11')).onHand).toBe(5);
    await speaker.say(count);
    expect((await site.product('A11')).onHand).toBe(1);
  } finally {
    await strict.stop();
  }
});

test.runIf(ownBroker)('the vendor’s shared topic serves a whole sale', async () => {
  const site = await hub.machine('spring', { topic: 'shared' });
  const order = await buy(hub, site, { A11: 2 });
  await dispense(hub, site, order);
  await hub.mall.waitFor(({ body }) => (body as { order_id: number }).order_id === order.id);
  await checkConservation(hub.ledger, [site]);
});
