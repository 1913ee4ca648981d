import type { FloodResult } from '@polyvend/simulator';
import { type BenchHub, startBenchHub } from './kit/hub.ts';
import { startLoad } from './kit/load.ts';
import { createPark } from './kit/park.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import type { Flood } from './load/flood.ts';

const machines = 500;
const warmUpSeconds = 2;
const seconds = 6;
const steadyRate = 1_000;

/** Signed heartbeats at QoS 1, each acknowledged once it is in the ledger. */
export async function benchHeartbeats(): Promise<Report> {
  const hub = await startBenchHub('heartbeats');
  const load = startLoad<Flood, FloodResult>('flood.ts');
  try {
    const park = await createPark(hub.ledger, { machines, slots: 1 });
    const { appId } = park.credentials;
    const senders = park.machines.map(({ machineNo, password }) => ({
      machineNo,
      deviceKey: appId,
      username: machineNo,
      password,
    }));
    const flood = { mqttUrl: hub.mqttUrl, machines: senders, heartbeats: 1, topic: 'own' as const };
    await load.run({ ...flood, seconds: warmUpSeconds });
    return {
      title: 'Heartbeats taken per second',
      heads: [`${machines} machines, QoS 1`, 'acknowledged/s', 'hub CPU s per 10,000', 'ack p50 ms', 'ack p99 ms'],
      rows: [
        ['as fast as they are acknowledged', ...(await measure(hub, () => load.run({ ...flood, seconds })))],
        [
          `${whole(steadyRate)} a second`,
          ...(await measure(hub, () => load.run({ ...flood, seconds, ratePerSecond: steadyRate }))),
        ],
      ],
    };
  } finally {
    await load.stop();
    await hub.stop();
  }
}

async function measure(hub: BenchHub, flood: () => Promise<FloodResult>): Promise<string[]> {
  const before = (await hub.usage()).cpuSeconds;
  const { sent, acked, ackedPerSecond, ackMs } = await flood();
  const cpu = (await hub.usage()).cpuSeconds - before;
  if (acked !== sent) throw new Error(`${sent - acked} of ${sent} messages were not acknowledged.`);
  return [whole(ackedPerSecond), fixed((cpu / acked) * 10_000), fixed(ackMs.p50, 1), fixed(ackMs.p99, 1)];
}
