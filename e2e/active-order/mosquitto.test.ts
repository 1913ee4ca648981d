import { composeMessage, encodeMessage, topics } from '@polyvend/protocols/machine';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { checkConservation, startTestHub, type TestMachine, until } from '../support/index.ts';
import { noMosquitto } from '../support/mosquitto.ts';
import { buy, dispense, stockOf } from './steps.ts';

// The rules that are shipped for Mosquitto (docs/mosquitto.acl), with a hub behind it.

test('a sale over Mosquitto; whoever has one machine’s password hears no other and speaks for no other', async ({ skip }) => {
  skip(noMosquitto !== undefined, noMosquitto);
  const hub = await startTestHub({ broker: 'mosquitto' });
  try {
    const machine = await hub.machine('belt');
    const thief = await hub.machine('spring', { connect: false });
    const signIn = (of: TestMachine, password = of.brokerPassword) =>
      connectAsync(hub.mqttUrl, { clientId: 'thief', username: of.machineNo, password, reconnectPeriod: 0 });
    await expect(signIn(thief, 'wrong')).rejects.toMatchObject({ code: expect.any(Number) });
    await expect(connectAsync(hub.mqttUrl, { clientId: 'nobody', reconnectPeriod: 0 })).rejects.toMatchObject({ code: 5 });

    const spy = await signIn(thief);
    const heard: string[] = [];
    spy.on('message', (topic) => heard.push(topic));
    const own = topics.clientOf(thief.machineNo);
    // Mosquitto grants a subscription and then passes on nothing that the rules do not allow.
    for (const topic of ['#', '/clients/#', topics.clientOf(machine.machineNo), '/server/#', topics.server, own]) {
      await spy.subscribeAsync(topic, { qos: 1 });
    }

    const order = await buy(hub, machine, { A11: 2 });
    await dispense(hub, machine, order);
    await hub.mall.waitFor(({ body }) => (body as { order_id: number }).order_id === order.id);
    expect(machine.virtual.drops).toHaveLength(2);

    const forged = composeMessage(
      'client.product.put',
      { product_id: String((await machine.product('A12')).productId), current_inventory: '0' },
      { machineNo: machine.machineNo, at: hub.clock.now() },
    );
    const payload = encodeMessage(forged, machine.tenant.merchant.deviceKey);
    // The broker keeps the first two to itself; the third it lets through, and the hub sees whose topic it came by.
    for (const topic of [topics.server, topics.serverOf(machine.machineNo), topics.serverOf(thief.machineNo)]) {
      await spy.publishAsync(topic, payload, { qos: 1 });
    }
    await spy.publishAsync(topics.clientOf(machine.machineNo), 'x', { qos: 1 });
    const dropped = async () => {
      const text = await (await fetch(`${hub.url}/metrics`)).text();
      return [...text.matchAll(/^polyvend_machine_messages_dropped_total\{reason="(.*)"\} (\d+)$/gm)].map(([, ...one]) => one);
    };
    await until(async () => (await dropped()).length > 0, 'what was forged to be dropped');
    await machine.beat();
    expect(await dropped()).toEqual([['machine', '1']]);
    expect((await stockOf(machine, 'A12')).onHand).toBe(5);
    expect(machine.virtual.counts.refused).toEqual({});
    expect(heard).toEqual([]);

    // Its own it does hear: the silence above was not deafness.
    const test = { machine_no: thief.machineNo, channel_name: 'A11', notify_url: hub.mall.notifyUrl('/thief') };
    const beat = composeMessage('client.heartbeat', {}, { machineNo: thief.machineNo, at: hub.clock.now() });
    await spy.publishAsync(topics.serverOf(thief.machineNo), encodeMessage(beat, thief.tenant.merchant.deviceKey), { qos: 1 });
    await until(async () => (await hub.client.machine(thief.machineNo)).is_online, 'the heartbeat');
    await hub.client.testDispense(test);
    await until(() => heard.length, 'a command of its own');
    expect(new Set(heard)).toEqual(new Set([own]));
    await spy.endAsync(true);
    await checkConservation(hub.ledger, [machine]);
  } finally {
    await hub.stop();
  }
});
