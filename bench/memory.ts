import type { FleetStats } from '@polyvend/simulator';
import { type BenchHub, startBenchHub } from './kit/hub.ts';
import { startLoad } from './kit/load.ts';
import { createPark } from './kit/park.ts';
import { megabytes, type Report, whole } from './kit/report.ts';
import { sleep } from './kit/statistics.ts';
import type { ConnectFleet } from './load/fleet.ts';

const machines = 5_000;
const heartbeatSeconds = 60;
const settleSeconds = 5;
const observedSeconds = 20;

/** What the hub's process holds in memory; PostgreSQL's own processes are not in it. */
export async function benchMemory(): Promise<Report> {
  const hub = await startBenchHub('memory');
  const load = startLoad<ConnectFleet, FleetStats>('fleet.ts');
  try {
    await sleep(settleSeconds * 1000);
    const idle = await hub.usage();
    const park = await createPark(hub.ledger, { machines, slots: 1 });
    const began = performance.now();
    const { connected } = await load.run({
      mqttUrl: hub.mqttUrl,
      heartbeatSeconds,
      machines: park.machines.map(({ machineNo, password, slots }) => ({
        machineNo,
        deviceKey: park.credentials.appId,
        username: machineNo,
        password,
        slots: slots.map((slot) => ({ ...slot, stock: 10 })),
      })),
    });
    const took = (performance.now() - began) / 1000;
    const just = await hub.usage();
    const most = await observe(hub);
    const row = (name: string, { residentBytes, heapBytes }: { residentBytes: number; heapBytes: number }) => [
      name,
      megabytes(residentBytes),
      megabytes(heapBytes),
    ];
    return {
      title: "Memory of the hub's process",
      heads: ['', 'resident', 'of it JavaScript heap in use'],
      rows: [
        row('idle', idle),
        row(`${whole(connected)} machines, just connected (in ${took.toFixed(1)} s)`, just),
        row(`the same, heartbeats every ${heartbeatSeconds} s, the most in ${observedSeconds} s`, most),
      ],
    };
  } finally {
    // The hub first: thousands of machines that vanish at once would keep it busy with their last wills.
    await hub.stop();
    await load.stop();
  }
}

async function observe(hub: BenchHub) {
  let most = await hub.usage();
  for (const end = performance.now() + observedSeconds * 1000; performance.now() < end; await sleep(1_000)) {
    const now = await hub.usage();
    if (now.residentBytes > most.residentBytes) most = now;
  }
  return most;
}
