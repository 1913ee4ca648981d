import { type BenchHub, startBenchHub } from './kit/hub.ts';
import { type Load, startLoad } from './kit/load.ts';
import { createPark, type Park } from './kit/park.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import { median, quantile } from './kit/statistics.ts';
import type { BareOrders } from './load/bare-orders.ts';
import type { PlaceOrders } from './load/place-orders.ts';
import type { Timed } from './load/rounds.ts';

const connectionCounts = [8, 32, 64];
const rounds = 3;
const warmUpMs = 1_000;
const roundMs = 3_000;

/** Orders per second through the hub, beside a bare loop of the same statement on the same PostgreSQL, in turns. */
export async function benchOrders(): Promise<Report> {
  const hub = await startBenchHub('orders');
  const http = startLoad<PlaceOrders, Timed>('place-orders.ts');
  const bare = startLoad<BareOrders, Timed>('bare-orders.ts');
  try {
    const park = await createPark(hub.ledger, { machines: 200, slots: 10 });
    const rows: string[][] = [];
    for (const connections of connectionCounts) rows.push(await compare(hub, park, http, bare, connections));
    return {
      title: 'Orders placed per second',
      heads: [
        'connections',
        'hub, over HTTP',
        'hub p50 ms',
        'hub p99 ms',
        'hub CPU ms per order',
        'bare loop',
        'ratio (least–most)',
      ],
      rows,
    };
  } finally {
    await Promise.all([http.stop(), bare.stop()]);
    await hub.stop();
  }
}

async function compare(
  hub: BenchHub,
  park: Park,
  http: Load<PlaceOrders, Timed>,
  bare: Load<BareOrders, Timed>,
  connections: number,
): Promise<string[]> {
  const overHttp = (milliseconds: number) => http.run({ url: hub.url, park, connections, milliseconds });
  const alone = (milliseconds: number) => bare.run({ databaseUrl: hub.databaseUrl, park, connections, milliseconds });
  await overHttp(warmUpMs);
  await alone(warmUpMs);
  const rates: { hub: number; bare: number }[] = [];
  const latencies: number[] = [];
  let cpu = 0;
  let placed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const before = (await hub.usage()).cpuSeconds;
    const ours = await overHttp(roundMs);
    cpu += (await hub.usage()).cpuSeconds - before;
    placed += ours.done;
    latencies.push(...ours.latencies);
    const theirs = await alone(roundMs);
    rates.push({ hub: ours.done / ours.seconds, bare: theirs.done / theirs.seconds });
  }
  const ratios = rates.map((rate) => rate.hub / rate.bare);
  return [
    String(connections),
    whole(median(rates.map((rate) => rate.hub))),
    fixed(median(latencies), 1),
    fixed(quantile(latencies, 0.99), 1),
    fixed((cpu * 1000) / placed),
    whole(median(rates.map((rate) => rate.bare))),
    `${fixed(median(ratios))} (${fixed(Math.min(...ratios))}–${fixed(Math.max(...ratios))})`,
  ];
}
