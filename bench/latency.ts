import { startBenchHub } from './kit/hub.ts';
import { startLoad } from './kit/load.ts';
import { createPark } from './kit/park.ts';
import { fixed, type Report } from './kit/report.ts';
import { quantile } from './kit/statistics.ts';
import type { DispenseOneByOne, DispenseTimes } from './load/dispense-one-by-one.ts';

const warmUp = 50;
const sales = 500;

/** How long one sale waits for the hub when it is the only one. */
export async function benchLatency(): Promise<Report> {
  const hub = await startBenchHub('latency');
  const load = startLoad<DispenseOneByOne, DispenseTimes>('dispense-one-by-one.ts');
  try {
    const park = await createPark(hub.ledger, { machines: 1, slots: 1 });
    const { url, mqttUrl } = hub;
    await load.run({ url, mqttUrl, park, times: warmUp });
    const times = await load.run({ url, mqttUrl, park, times: sales });
    const row = (name: string, values: readonly number[]) => [
      name,
      ...[0.5, 0.9, 0.99, 1].map((share) => fixed(quantile(values, share), 1)),
    ];
    return {
      title: 'Latency of an idle hub, ms',
      heads: [`${sales} sales, one after another`, 'p50', 'p90', 'p99', 'most'],
      rows: [
        row('dispense call → command at the machine', times.toMachine),
        row("machine's answer → callback at the mall", times.toMall),
        row('call: place an order', times.place),
        row('call: pay', times.pay),
        row('call: dispense', times.dispense),
      ],
    };
  } finally {
    await load.stop();
    await hub.stop();
  }
}
