import { type BenchHub, startBenchHub } from './kit/hub.ts';
import { type Load, startLoad } from './kit/load.ts';
import { createPark, type Park } from './kit/park.ts';
import { fixed, type Report, whole } from './kit/report.ts';
import { sleep } from './kit/statistics.ts';
import type { Sink, Sunk } from './load/sink.ts';

const endpointCounts = [1, 20];
const warmUp = 500;
const notifications = 6_000;
const patienceMs = 60_000;

/** Callbacks delivered per second to a sink that answers at once, out of a full outbox. */
export async function benchNotifications(): Promise<Report> {
  const hub = await startBenchHub('notifications');
  const sink = startLoad<Sink, Sunk>('sink.ts');
  try {
    const park = await createPark(hub.ledger, { machines: 1, slots: 1 });
    const { urls } = await sink.run({ open: Math.max(...endpointCounts) });
    await deliver(hub, park, sink, urls, warmUp);
    const rows: string[][] = [];
    for (const endpoints of endpointCounts) {
      const before = (await hub.usage()).cpuSeconds;
      const { received, seconds } = await deliver(hub, park, sink, urls.slice(0, endpoints), notifications);
      const cpu = (await hub.usage()).cpuSeconds - before;
      rows.push([String(endpoints), whole((received - 1) / seconds), fixed((cpu / received) * 1000)]);
    }
    return {
      title: 'Notifications delivered per second',
      heads: ['endpoints', 'delivered/s', 'hub CPU ms each'],
      rows,
    };
  } finally {
    await sink.stop();
    await hub.stop();
  }
}

async function deliver(hub: BenchHub, park: Park, sink: Load<Sink, Sunk>, urls: string[], count: number): Promise<Sunk> {
  const sunk = sink.run({ await: count });
  await fillOutbox(hub, park, urls, count);
  const result = await sunk;
  await untilRecorded(hub, park);
  if (result.received !== count) throw new Error(`${result.received} notifications came instead of ${count}.`);
  return result;
}

/** Test dispenses that are settled, each of its own: nothing waits for anything but its endpoint. */
async function fillOutbox(
  { ledger }: BenchHub,
  { merchantId, integrationId }: Park,
  urls: string[],
  count: number,
): Promise<void> {
  await ledger.pool.query(
    `with told as (
       insert into events (merchant_id, at, kind, data, cause)
       select $1, now(), 'dispense.test-settled', jsonb_build_object('batchId', n + (select coalesce(max(id), 0) from events),
         'lineId', null, 'units', 1, 'delivered', 1, 'error', '', 'faultCode', 1, 'integrationId', $2::bigint,
         'notifyUrl', ($3::text[])[1 + n % cardinality($3::text[])]), '{"by":"bench"}'
       from generate_series(1, $4::int) as n
       returning merchant_id, id
     ), posted as (
       insert into outbox (merchant_id, event_id) select merchant_id, id from told order by id
     )
     select pg_notify('outbox', '')`,
    [merchantId, integrationId, urls, count],
  );
}

async function untilRecorded({ ledger }: BenchHub, { merchantId }: Park): Promise<void> {
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(50)) {
    const { rows } = await ledger.pool.query<{ open: boolean }>(
      "select exists (select from notifications where merchant_id = $1 and state in ('waiting', 'sending')) as open",
      [merchantId],
    );
    if (!rows[0]?.open) return;
  }
  throw new Error('Notifications were not recorded as delivered.');
}
