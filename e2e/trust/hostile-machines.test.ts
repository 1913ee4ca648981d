import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { methods } from '@polyvend/protocols/active-order';
import { type MachineClient, machineClient, type Publication, topics } from '@polyvend/protocols/machine';
import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buy, callbacksOf, dispense, place, stockOf } from '../active-order/steps.ts';
import {
  announce,
  checkConservation,
  connectPacket,
  type HandMachine,
  packetsOf,
  pingPacket,
  publishPacket,
  type RawConnection,
  rawConnection,
  startTestHub,
  subscribePacket,
  type TestHub,
  type TestMachine,
  type TestTenant,
  unsubscribePacket,
  until,
} from '../support/index.ts';

// What a machine, or whoever stole its password, can do: to the others, to the hub, and to its own merchant's books.

let hub: TestHub;
let other: TestTenant;
/** The one that others are after. */
let victim: TestMachine;
let hand: HandMachine;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  hub = await startTestHub();
  other = await hub.tenant();
});
beforeEach(async () => {
  victim = await hub.machine('spring', { connect: false, onHand: 2_000, capacity: 4_000 });
  hand = await hub.hand(victim);
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
  await hand.close();
  await checkConservation(hub.ledger);
});
afterAll(() => hub?.stop());

const credentials = (of: TestMachine) => ({ clientId: of.machineNo, username: of.machineNo, password: of.brokerPassword });
const wireOf = (of: TestMachine): MachineClient =>
  machineClient({ machineNo: of.machineNo, key: of.tenant.merchant.deviceKey, clock: hub.clock });

async function connect(of: TestMachine): Promise<MqttClient> {
  const client = await connectAsync(hub.mqttUrl, { ...credentials(of), reconnectPeriod: 0 });
  client.on('error', () => undefined);
  open.push(() => client.endAsync(true));
  return client;
}

async function raw(): Promise<RawConnection> {
  const connection = await rawConnection(hub.mqttUrl);
  open.push(() => connection.cut());
  return connection;
}

async function signedIn(of: TestMachine, more: Partial<Parameters<typeof connectPacket>[0]> = {}): Promise<RawConnection> {
  const connection = await raw();
  await connection.send(connectPacket({ ...credentials(of), ...more }));
  expect((await connection.packet(2))[3]).toBe(0);
  return connection;
}

/** Sent and taken: what it does is in the ledger. */
async function say(client: MqttClient, topic: string, payload: string | Buffer): Promise<void> {
  await client.publishAsync(topic, payload, { qos: 1 });
}

const online = async (of = victim) => (await of.tenant.client.machine(of.machineNo)).is_online === true;
const metric = async (name: string, labels: string) => {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{${labels}\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
};
const dropsOf = (reason: string) => metric('polyvend_machine_messages_dropped_total', `reason="${reason}"`);
const refusalsOf = (reason: string) => metric('polyvend_broker_refusals_total', `reason="${reason}"`);

/** A whole sale over HTTP and at the machine, to its callback: the hub serves. */
async function sell(machine = victim, by = hand): Promise<void> {
  const before = by.commands.length;
  const order = await buy(hub, machine, { A11: 1 });
  await dispense(hub, machine, order);
  await by.answer(await by.command(before + 1));
  await hub.mall.waitFor(({ body }) => (body as { order_id?: number }).order_id === order.id);
}

/** Everything that is kept of a tenant's machine but when it was last heard. */
async function booksOf(machine: TestMachine): Promise<unknown> {
  const { rows } = await hub.hub.database.pool.query(
    `with mine as (select * from slots where merchant_id = $1 and machine_id = $2)
    select
      (select jsonb_agg(to_jsonb(s) order by s.id) from mine s) as slots,
      (select jsonb_agg(to_jsonb(o) order by o.id) from orders o where o.merchant_id = $1 and o.machine_id = $2) as orders,
      (select jsonb_agg(to_jsonb(c) order by c.id) from dispense_commands c where c.merchant_id = $1 and c.machine_id = $2)
        as commands,
      (select jsonb_agg(to_jsonb(d) order by d.id) from dispenses d where d.merchant_id = $1 and d.slot_id in (select id from mine))
        as units,
      (select count(*) from stock_journal j where j.merchant_id = $1 and j.slot_id in (select id from mine)) as journal,
      (select count(*) from refills r where r.merchant_id = $1 and r.machine_id = $2) as refills,
      (select jsonb_agg(to_jsonb(p) order by p.id) from pickup_codes p where p.merchant_id = $1 and p.machine_id = $2) as codes,
      (select jsonb_agg(n.body order by n.id) from notifications n join orders o on o.merchant_id = n.merchant_id
        and o.id = n.order_id where o.merchant_id = $1 and o.machine_id = $2) as told`,
    [machine.tenant.merchant.id, machine.id],
  );
  return rows[0];
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** Megabytes held outside of the heap (message bodies, sockets' buffers) once everything unused is gone. */
async function heldMegabytes(): Promise<number> {
  for (let n = 0; n < 3; n += 1) {
    collect();
    await nextTurn();
  }
  return process.memoryUsage().arrayBuffers / 2 ** 20;
}
const residentMegabytes = () => process.memoryUsage.rss() / 2 ** 20;

describe('forged', () => {
  test.each([
    ['another machine of the same merchant', () => hub],
    ['a machine of another merchant', () => other],
  ])('answers to a command, by %s: nothing of it counts', async (_, tenant) => {
    const thief = await hub.machine('spring', { connect: false }, tenant());
    const client = await connect(thief);
    const order = await buy(hub, victim, { A11: 2 });
    await dispense(hub, victim, order);
    const command = await hand.command(1);
    const before = await booksOf(victim);
    const topicsToTry = [topics.server, topics.serverOf(thief.machineNo)];
    // In the victim's name with the right key (an AppId is no secret), and in its own name about the victim's command.
    for (const wire of [wireOf(victim), wireOf(thief)]) {
      for (const index of [0, 1, 2]) {
        for (const outcome of [{ dropped: true }, { dropped: false, error: 'Goods are Stuck' }] as const) {
          const { payload } = wire.delivered(command, index, outcome);
          for (const topic of topicsToTry) await say(client, topic, payload);
        }
      }
    }
    expect(await booksOf(victim)).toEqual(before);
    expect(callbacksOf(hub, order)).toEqual([]);
    await hand.answer(command, 0);
    await hand.answer(command, 1);
    expect(await stockOf(victim)).toEqual({ onHand: 1_998, reserved: 0, forSale: 1_998 });
  });

  test('a farewell in the name of another, said or as a last will: it stays online', async () => {
    const thief = await hub.machine('spring', { connect: false }, other);
    const will = wireOf(victim).lastWill();
    const before = await dropsOf('machine');
    const client = await connect(thief);
    for (const topic of [topics.server, topics.serverOf(thief.machineNo)]) await say(client, topic, will.payload);
    await client.endAsync(true);
    for (const [n, topic] of [topics.server, topics.serverOf(thief.machineNo)].entries()) {
      const connection = await signedIn(thief, { will: { topic, payload: will.payload, qos: 1 } });
      connection.cut();
      // Before the next signs in: of a connection that is replaced it would be dropped as such.
      await until(async () => (await dropsOf('machine')) === before + 3 + n, 'its farewell to be dropped');
    }
    expect(await online()).toBe(true);
  });

  test.each([
    ['another’s', () => topics.serverOf(victim.machineNo)],
    ['what another hears', () => topics.clientOf(victim.machineNo)],
    ['what all hear', () => '/clients/#'],
    ['the broker’s own', () => '$SYS/broker/new/clients'],
    ['no name', () => ''],
    ['a thousand levels', () => '/a'.repeat(1_000)],
  ])('a last will on a topic that is %s goes nowhere', async (_, topic) => {
    const thief = await hub.machine('spring', { connect: false }, other);
    const before = await refusalsOf('topic');
    const connection = await raw();
    const { payload } = wireOf(victim).lastWill();
    await connection.send(connectPacket({ ...credentials(thief), will: { topic: topic(), payload, qos: 1, retain: true } }));
    await connection.packet(2);
    connection.cut();
    await until(async () => (await refusalsOf('topic')) === before + 1, 'the will to be refused');
    await hand.sync();
    expect(hand.heard).toEqual([]);
    expect(await online()).toBe(true);
  });
});

describe('said again, late, or out of order', () => {
  test('everything of a busy day, again and again, in any order, hours later: the books are as they were', async () => {
    const said: Pick<Publication, 'topic' | 'payload'>[] = [];
    const tell = async (publication: Publication) => {
      said.push(publication);
      await hand.say(publication);
      hub.clock.advance(1);
    };
    const productOf = async (slot: string) => (await victim.product(slot)).productId;
    await tell(hand.wire.environment({ app_version: '1' }));
    const what = { machine_no: victim.machineNo, product_id: await productOf('A12') };
    await hub.call('POST', '/pickup_codes', { ...what, method: methods.createProductCodes });
    const code = (await hub.call('POST', `/products/${what.product_id}/pickup_code`, what)).body.data[0].id;
    const order = await buy(hub, victim, { A11: 3, A12: 1 });
    await dispense(hub, victim, order, 0);
    await dispense(hub, victim, order, 1);
    const first = await hand.command(1);
    await tell(hand.wire.delivered(first, 0, { dropped: true }));
    await tell(hand.wire.delivered(first, 1, { dropped: false, error: 'Goods are Stuck', floorStatus: 2 }));
    await tell(hand.wire.delivered(first, 2, { dropped: true }));
    await tell(hand.wire.channelStatus({ product_id: await productOf('A11'), floor_status: 1 }));
    await tell(hand.wire.delivered(await hand.command(2), 0, { dropped: true }));
    await tell(hand.wire.product({ product_id: await productOf('A13'), current_inventory: 3, operation: true }));
    await tell(hand.wire.restocked([await productOf('A13')]));
    await tell(hand.wire.product({ product_id: await productOf('A14'), current_inventory: 1, operation: false }));
    await tell(hand.wire.send('client.pickup_codes.put', { id: code, used: '1' }));
    await tell(hand.wire.traffic({ upload_bytes: 10 }));
    await tell(hand.wire.offline('evening'));
    await tell(hand.wire.environment({ app_version: '2' }));
    await hub.mall.waitFor(({ body }) => (body as { record_id?: number }).record_id === order.records[1]);
    // A buyer comes between, so that an old count would show.
    await place(hub, victim, { A13: 2 });
    hub.clock.advance(3_600);
    await hand.sync();
    await hub.settle();
    const before = await booksOf(victim);
    const told = callbacksOf(hub, order).length;

    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(said.flatMap((one) => [one, one])), fc.nat(7_200), async (again, later) => {
        hub.clock.advance(later);
        for (const publication of again) await hand.say(publication);
        expect(await booksOf(victim)).toEqual(before);
      }),
      { numRuns: 15 },
    );
    await hub.settle();
    expect(callbacksOf(hub, order)).toHaveLength(told);
    hub.clock.advance(1);
    await hand.sync();
    expect(await online()).toBe(true);
  });

  test('answers in any order, each as often as it likes: every unit drops once, the mall is told once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6 }),
        fc.subarray([0, 1, 2]),
        async (order, failing) => {
          const before = await stockOf(victim);
          const bought = await buy(hub, victim, { A11: 3 });
          const sent = hand.commands.length;
          await dispense(hub, victim, bought);
          const command = await hand.command(sent + 1);
          const outcomes = [0, 1, 2].map((index) =>
            failing.includes(index)
              ? ({ dropped: false, error: 'Over Current', floorStatus: 1 } as const)
              : ({ dropped: true } as const),
          );
          for (const index of order) await hand.answer(command, index, outcomes[index]);
          await hub.mall.waitFor(({ body }) => (body as { order_id?: number }).order_id === bought.id);
          await hub.settle();
          const told = callbacksOf(hub, bought);
          expect(told).toHaveLength(1);
          expect(told[0]).toMatchObject({
            deliver_status: failing.length === 0 ? '1' : '0',
            delivered_quantity: 3 - failing.length,
          });
          await hub.client.updateOrder(bought.id, { machine_no: victim.machineNo, status: 2 });
          await hand.say(hand.wire.channelStatus({ product_id: command.product_id ?? 0, floor_status: 1 }));
          const onHand = before.onHand - (3 - failing.length);
          expect(await stockOf(victim)).toEqual({ onHand, reserved: 0, forSale: onHand });
          await hand.say(hand.wire.restocked());
          hub.clock.advance(200);
          await hand.sync();
        },
      ),
      { numRuns: 8 },
    );
  });

  test('an answer that is an hour late is taken once, however often it comes, and nothing is told or dropped twice', async () => {
    const order = await buy(hub, victim, { A11: 1 });
    await dispense(hub, victim, order);
    const command = await hand.command(1);
    const answer = hand.wire.delivered(command, 0, { dropped: true });
    hub.clock.advance(3_600);
    await hub.settle();
    await hub.mall.waitFor(({ body }) => (body as { order_id?: number }).order_id === order.id);
    expect(await stockOf(victim)).toEqual({ onHand: 2_000, reserved: 1, forSale: 1_999 });
    for (let n = 0; n < 5; n += 1) await hand.say(answer);
    await hub.settle();
    expect(await stockOf(victim)).toEqual({ onHand: 1_999, reserved: 0, forSale: 1_999 });
    expect(callbacksOf(hub, order)).toHaveLength(1);
    expect(hand.commands).toHaveLength(1);
  });

  test('a sign-in that breaks off in the middle takes nothing from the connection that stands', async () => {
    for (let n = 0; n < 20; n += 1) {
      const connection = await raw();
      await connection.send(connectPacket(credentials(victim)));
      connection.cut();
      await connection.closed;
    }
    // Some of them may have come through and put it out; then it is simply gone, and comes back.
    await hand.close();
    hub.clock.advance(1);
    hand = await hub.hand(victim);
    // Where none came through, its last will may have been heard only now: what follows must not bear the same instant.
    hub.clock.advance(1);
    await hand.sync();
    await sell();
  });
});

describe('listening to others', () => {
  /** SUBACK's answer to each filter: the quality granted, or 128. */
  const granted = (suback: Buffer) => [...suback.subarray(4)];

  test('filters of others among its own, in one packet, with a session, and after coming back: nothing of others', async () => {
    const spy = await hub.machine('spring', { connect: false });
    const own = topics.clientOf(spy.machineNo);
    const wanted = ['/clients/#', topics.clientOf(victim.machineNo), own, '/clients/+', '#', '$SYS/#', topics.server];
    const heard: RawConnection[] = [];
    for (let time = 0; time < 3; time += 1) {
      const connection = await signedIn(spy, { clean: false });
      // No session is kept, so there is none to come back to.
      expect((await connection.packet(2))[2]).toBe(0);
      if (time < 2) {
        await connection.send(subscribePacket(wanted));
        expect(granted(await connection.packet(9))).toEqual([128, 128, 1, 128, 128, 128, 128]);
      }
      await sell();
      await connection.send(pingPacket);
      await connection.packet(13);
      heard.push(connection);
      connection.cut();
      await connection.closed;
      // What is said while it is away is not kept for it either.
      await sell();
    }
    for (const connection of heard) {
      expect(packetsOf(connection.received()).map(([first]) => (first ?? 0) >> 4)).not.toContain(3);
    }
  });

  test.each([
    ['has only asked for what is refused', (own: string) => [subscribePacket(['/clients/#', `${own}/#`])]],
    ['has given its topic up', (own: string) => [subscribePacket([own]), unsubscribePacket([own], 2)]],
  ])('a machine that %s is sent no command that it would not hear', async (_, packets) => {
    const deaf = await hub.machine('spring', { connect: false });
    const own = topics.clientOf(deaf.machineNo);
    const connection = await signedIn(deaf);
    for (const bytes of packets(own)) await connection.send(bytes);
    await connection.send(publishPacket({ ...wireOf(deaf).heartbeat(), qos: 1, messageId: 3 }));
    await connection.packet(4);
    const order = await buy(hub, deaf, { A11: 1 });
    await dispense(hub, deaf, order);
    await hub.settle();
    await connection.send(subscribePacket([own], 4));
    const packet = await connection.packet(3);
    const command = wireOf(deaf).receive(packet.subarray(packet.indexOf(own) + own.length + 2));
    expect(command).toMatchObject({ ok: true, message: { method: 'device.delivery.put', body: { order_id: order.id } } });
  });

  test('what is said with the retain flag is told to nobody later, and QoS 2 is taken once', async () => {
    const speaker = await hub.machine('spring', { connect: false });
    const own = topics.clientOf(speaker.machineNo);
    const { productId } = await speaker.product('A11');
    const connection = await signedIn(speaker, {
      will: { ...wireOf(speaker).lastWill(), qos: 1, retain: true },
    });
    const count = wireOf(speaker).product({ product_id: productId, current_inventory: 7 });
    const packet = publishPacket({ ...count, qos: 2, messageId: 9, retain: true });
    await connection.send(packet);
    await connection.packet(5);
    await connection.send(packet);
    await connection.send(Buffer.from([0x62, 2, 0, 9]));
    await connection.packet(7);
    expect((await speaker.product('A11')).onHand).toBe(7);
    connection.cut();
    await connection.closed;
    const again = await signedIn(speaker);
    await again.send(subscribePacket([own, count.topic]));
    expect(granted(await again.packet(9))).toEqual([1, 128]);
    await again.send(pingPacket);
    await again.packet(13);
    expect(packetsOf(again.received()).map(([first]) => (first ?? 0) >> 4)).not.toContain(3);
  });
});

describe('too much', () => {
  test('a megabyte: the connection ends, nothing is taken, and the machine can come back', async () => {
    const loud = await hub.machine('spring', { connect: false });
    const { productId } = await loud.product('A11');
    const wire = wireOf(loud);
    const message = wire.send(
      'client.product.put',
      { product_id: productId, current_inventory: 1 },
      { note: 'x'.repeat(1_000_000) },
    );
    for (const qos of [0, 1, 2] as const) {
      const connection = await signedIn(loud);
      await connection.send(publishPacket({ ...message, qos }));
      await connection.closed;
    }
    expect((await loud.product('A11')).onHand).toBe(5);
    await say(await connect(loud), message.topic, wire.product({ product_id: productId, current_inventory: 4 }).payload);
    expect((await loud.product('A11')).onHand).toBe(4);
    await sell();
  });

  test.each([
    ['256 MB to come', announce(0x10, 268_435_455)],
    ['a length without end', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a message of 256 MB', announce(0x30, 268_435_455)],
    ['100 KB of a name', Buffer.concat([announce(0x10, 100_000), Buffer.alloc(99_000, 'a')])],
    ['a subscription', subscribePacket(['#'])],
    ['a message', publishPacket({ topic: topics.server, payload: 'x' })],
    ['a packet of no kind', Buffer.from([0x00, 0x00])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['TLS', Buffer.from('16030100c2010000be0303', 'hex')],
    ['an empty CONNECT', announce(0x10, 0)],
    ['a CONNECT whose inner length lies', Buffer.from([0x10, 4, 0xff, 0xff, 0x4d, 0x51])],
    ['a later protocol', Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 9, 2, 0, 60, 0, 0])],
  ])('before signing in: %s ends the connection', async (_, bytes) => {
    const connection = await raw();
    await connection.send(bytes);
    await connection.closed;
    expect(packetsOf(connection.received()).every((answer) => answer[3] !== 0)).toBe(true);
  });

  test('connections that announce much and never sign in hold next to nothing', async () => {
    const before = await heldMegabytes();
    const held: RawConnection[] = [];
    for (let n = 0; n < 300; n += 1) {
      const connection = await raw();
      // As much as is waited for before anyone has signed in, and the last byte kept back.
      await connection.send(Buffer.concat([announce(0x10, 120_000), Buffer.alloc(110_000)]));
      held.push(connection);
    }
    await sell();
    expect((await heldMegabytes()) - before).toBeLessThan(16);
    for (const connection of held) connection.cut();
  });

  test('whatever bytes come after signing in, the hub goes on', async () => {
    const loud = await hub.machine('spring', { connect: false });
    const own = topics.serverOf(loud.machineNo);
    const good = fc.constantFrom(
      publishPacket({ ...wireOf(loud).heartbeat(), qos: 1 }),
      publishPacket({ topic: own, payload: 'x', qos: 2 }),
      subscribePacket([topics.clientOf(loud.machineNo)]),
      unsubscribePacket([topics.clientOf(loud.machineNo)]),
      Buffer.from([0x62, 2, 0, 1]),
      Buffer.from([0x40, 2, 0, 1]),
      Buffer.from([0x50, 2, 0, 1]),
      pingPacket,
      connectPacket(credentials(loud)),
      subscribePacket([`/${'a/'.repeat(2_000)}#`, 'a/#/b', '+a', '', '\u0000']),
      subscribePacket([]),
      publishPacket({ topic: `${own}\u0000`, payload: '' }),
      publishPacket({ topic: 'a/+/#', payload: '' }),
    );
    const broken = fc.tuple(good, fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 })).map(([bytes, changes]) => {
      const changed = Buffer.from(bytes);
      for (const [at, byte] of changes) changed[at % changed.length] = byte;
      return changed;
    });
    const bytes = fc.oneof({ weight: 2, arbitrary: good }, { weight: 3, arbitrary: broken }, fc.uint8Array({ maxLength: 64 }));
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 12 }), async (packets) => {
        const connection = await rawConnection(hub.mqttUrl);
        await connection.send(connectPacket(credentials(loud)));
        await connection.packet(2);
        await connection.send(Buffer.concat(packets));
        connection.cut();
        await connection.closed;
      }),
      { numRuns: 250 },
    );
    await sell();
  });

  test('a thousand half-open messages of QoS 2 are not kept', async () => {
    const loud = await hub.machine('spring', { connect: false });
    const connection = await signedIn(loud);
    const before = await heldMegabytes();
    const message = wireOf(loud).send('client.heartbeat', {}, { note: 'x'.repeat(45_000) });
    const last = 900;
    for (let messageId = 1; messageId <= last; messageId += 1) {
      await connection.send(publishPacket({ ...message, qos: 2, messageId }));
    }
    await until(() => packetsOf(connection.received()).length === last + 1, 'all of them to be answered');
    expect((await heldMegabytes()) - before).toBeLessThan(20);
  });

  test('ten thousand good messages as fast as they go: others are served meanwhile', async () => {
    const loud = await hub.machine('spring', { connect: false });
    const connection = await signedIn(loud);
    const wire = wireOf(loud);
    const before = residentMegabytes();
    const productIds = (await loud.products()).map(({ productId }) => productId);
    let sent = 0;
    const flood = (async () => {
      for (; sent < 10_000 && !connection.isClosed; sent += 1) {
        const messageId = (sent % 65_535) + 1;
        const productId = productIds[sent % productIds.length] ?? 0;
        const kinds = [
          () => wire.product({ product_id: productId, current_inventory: sent % 5 }),
          () => wire.send('device.delivery.response', { delivery_id: '1', index: sent, deliver_status: true }),
        ];
        const said = kinds[sent % 20]?.() ?? (sent % 2 === 0 ? wire.heartbeat() : wire.temperature(sent % 30));
        await connection.send(publishPacket({ ...said, qos: 1, messageId }));
      }
    })();
    const answered = () => packetsOf(connection.received()).length - 1;
    let sales = 0;
    while (answered() < 10_000) {
      await sell();
      sales += 1;
    }
    // They were served beside the flood, not after it.
    expect(sales).toBeGreaterThan(5);
    expect(await online(loud)).toBe(true);
    connection.cut();
    await flood;
    await sell();
    expect(residentMegabytes() - before).toBeLessThan(400);
  });

  test('ten thousand that are garbage: it is cut off each time, and others are served meanwhile', async () => {
    const loud = await hub.machine('spring', { connect: false });
    const before = residentMegabytes();
    const topic = topics.serverOf(loud.machineNo);
    const garbage = [
      'x',
      '',
      'A'.repeat(60_000),
      Buffer.from('[]').toString('base64'),
      wireOf(victim).heartbeat().payload,
      Buffer.from(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`).toString('base64'),
    ];
    let sent = 0;
    let cutOff = 0;
    let over = false;
    const flood = (async () => {
      while (sent < 10_000 && !over) {
        const connection = await rawConnection(hub.mqttUrl);
        await connection.send(connectPacket(credentials(loud)));
        await connection.packet(2);
        for (; sent < 10_000 && !over && !connection.isClosed; sent += 1) {
          const payload = garbage[sent % garbage.length] ?? '';
          await connection.send(publishPacket({ topic, payload, qos: 1, messageId: (sent % 65_535) + 1 }));
        }
        if (connection.isClosed) cutOff += 1;
        connection.cut();
      }
    })();
    for (let n = 0; n < 5; n += 1) await sell();
    await until(() => cutOff >= 3 && sent > 150, 'it to be cut off');
    over = true;
    await flood;
    expect(residentMegabytes() - before).toBeLessThan(400);
    await say(await connect(loud), topic, wireOf(loud).heartbeat().payload);
    expect(await online(loud)).toBe(true);
  });

  test('five hundred wrong passwords: each refused, the right one lets in, and the sale goes on', async () => {
    const before = await refusalsOf('sign-in');
    const target = await hub.machine('spring', { connect: false });
    const attempts = Array.from({ length: 500 }, async (_, n) => {
      const connection = await raw();
      const username = n % 2 === 0 ? target.machineNo : String(70_000_000 + n);
      await connection.send(connectPacket({ clientId: username, username, password: `wrong ${n}` }));
      const [, , , code] = await connection.packet(2);
      await connection.closed;
      return code;
    });
    await sell();
    expect(new Set(await Promise.all(attempts))).toEqual(new Set([4]));
    expect(await refusalsOf('sign-in')).toBe(before + 500);
    await connect(target);
    expect(await online()).toBe(true);
  });
});
