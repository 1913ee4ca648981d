import { type MachineClient, machineClient } from '@polyvend/protocols/machine';
import { connectAsync, type MqttClient } from 'mqtt';
import { forEachAtMost } from '../shared/at-most.ts';
import { between, type Random, randomStream, type Seed } from '../shared/random.ts';

export interface FloodSender {
  readonly machineNo: string;
  readonly deviceKey: string;
  readonly username?: string;
  readonly password?: string;
}

export interface FloodOptions {
  readonly mqttUrl: string;
  /** Who speaks: a connection each. */
  readonly machines: readonly FloodSender[];
  /** Messages per second in all; Infinity: as fast as they are acknowledged. */
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Share of heartbeats, the rest are temperatures (0.5). */
  readonly heartbeats?: number;
  readonly topic?: 'shared' | 'own';
  readonly seed?: Seed;
  /** Messages on their way and not acknowledged, in all (5 000): what is due beyond that is put off. */
  readonly inFlight?: number;
  readonly connectAtOnce?: number;
}

export interface FloodResult {
  readonly connections: number;
  readonly sent: number;
  readonly acked: number;
  /** From the first message to the last acknowledgement. */
  readonly seconds: number;
  readonly ackedPerSecond: number;
  /** From publishing to the acknowledgement, of every 16th message. */
  readonly ackMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

const tickMs = 5;
const drainMs = 10_000;
const sampled = 16;

interface Sender {
  readonly client: MqttClient;
  readonly wire: MachineClient;
}

/** Signed messages as fast as told: a load for the hub's device side. Every message is made and signed when it is sent. */
export async function floodMessages(options: FloodOptions): Promise<FloodResult> {
  const { ratePerSecond, seconds, inFlight = 5_000, seed = 0, heartbeats = 0.5 } = options;
  const random = randomStream(seed, 'flood');
  const senders = await connectAll(options);
  const waits: number[] = [];
  const began = performance.now();
  let sent = 0;
  let acked = 0;
  let lastAck = began;

  function onAck(error?: Error): void {
    if (error) return;
    acked += 1;
    lastAck = performance.now();
  }

  function sendOne(sender: Sender): void {
    const { topic, payload } = messageOf(sender.wire, random, heartbeats);
    const at = performance.now();
    const timed = sent++ % sampled === 0;
    sender.client.publish(topic, payload, { qos: 1 }, (error) => {
      onAck(error);
      if (timed && !error) waits.push(performance.now() - at);
    });
  }

  // Looked at once a round: what is due is never more than the rate allows until the end.
  for (let passed = 0; passed < seconds * 1_000; passed = performance.now() - began) {
    const due = Math.min((passed / 1_000) * ratePerSecond - sent, inFlight - (sent - acked));
    for (let count = 0; count < due && count < senders.length; count++) {
      const sender = senders[sent % senders.length];
      if (sender) sendOne(sender);
    }
    // A full round and more is due: only let the network have its turn. Otherwise there is time.
    await new Promise((resolve) => (due > senders.length ? setImmediate(resolve) : setTimeout(resolve, tickMs)));
  }
  for (const end = performance.now() + drainMs; acked < sent && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  await Promise.all(senders.map(({ client }) => client.endAsync(true)));

  const took = Math.max(lastAck - began, 1) / 1_000;
  return { connections: senders.length, sent, acked, seconds: took, ackedPerSecond: acked / took, ackMs: quantiles(waits) };
}

async function connectAll({ machines, mqttUrl, topic, connectAtOnce = 100 }: FloodOptions): Promise<Sender[]> {
  const senders: Sender[] = [];
  await forEachAtMost(connectAtOnce, machines, async ({ machineNo, deviceKey, username, password }) => {
    const client = await connectAsync(mqttUrl, {
      clientId: machineNo,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      clean: true,
      reconnectPeriod: 0,
      keepalive: 120,
    });
    client.on('error', () => {}); // a connection lost shows in `acked`
    senders.push({ client, wire: machineClient({ machineNo, key: deviceKey, pinnedTopic: topic !== 'shared' }) });
  });
  return senders;
}

function messageOf(wire: MachineClient, random: Random, heartbeats: number) {
  if (random() >= heartbeats) return wire.temperature(Math.round(between(random, [20, 80])) / 10);
  return wire.heartbeat({ network_type: '4g', network_rssi: -Math.round(between(random, [50, 90])) });
}

function quantiles(values: number[]): FloodResult['ackMs'] {
  values.sort((a, b) => a - b);
  const at = (share: number) => Math.round((values[Math.floor((values.length - 1) * share)] ?? 0) * 100) / 100;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
