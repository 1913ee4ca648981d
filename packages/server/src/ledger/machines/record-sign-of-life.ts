import { CompiledQuery } from 'kysely';
import { batched } from '../batch.ts';
import type { Ledger } from '../ledger.ts';

/** Any message of a machine is a sign of life; some carry readings. Times are the machine's own, but for `receivedAt`. */
export interface SignOfLife {
  merchantId: number;
  machineId: number;
  receivedAt: Date;
  saidAt: Date;
  /** It is a heartbeat, not just any message. */
  heartbeat?: boolean | undefined;
  networkType?: string | undefined;
  networkRssi?: number | undefined;
  uptimeMinutes?: number | undefined;
  /** Degrees Celsius. */
  temperature?: number | undefined;
  /** Per cent. */
  humidity?: number | undefined;
}

/** The strength of the signal jitters with every heartbeat: a reading in so many minutes is kept. */
const rssiKeptEvery = 15;

const sql = `
with sign as (
  select * from jsonb_to_recordset($1::jsonb) as s(n int, merchant_id bigint, machine_id bigint, received_at timestamptz,
    said_at timestamptz, heartbeat boolean, network_type text, network_rssi int, uptime_minutes int, temperature double precision,
    humidity double precision)
), latest as (
  select merchant_id, machine_id, max(received_at) as seen_at,
    max(received_at) filter (where heartbeat) as heartbeat_at,
    (array_agg(network_type order by n desc) filter (where network_type is not null))[1] as network_type,
    (array_agg(network_rssi order by n desc) filter (where network_rssi is not null))[1] as network_rssi,
    (array_agg(uptime_minutes order by n desc) filter (where uptime_minutes is not null))[1] as uptime_minutes,
    (array_agg(temperature order by said_at desc, n desc) filter (where temperature is not null))[1] as temperature,
    max(said_at) filter (where temperature is not null) as temperature_at,
    (array_agg(humidity order by said_at desc, n desc) filter (where humidity is not null))[1] as humidity,
    max(said_at) filter (where humidity is not null) as humidity_at
  from sign group by merchant_id, machine_id
), held as (
  select s.merchant_id, s.machine_id, s.silence_due_at is null and l.seen_at > coalesce(s.offline_at, '-infinity') as comes_back,
    l.network_rssi is not null
      and coalesce(s.rssi_kept_at <= l.seen_at - interval '${rssiKeptEvery} minutes', true) as keeps_rssi
  from machine_status s join latest l using (merchant_id, machine_id)
  order by s.merchant_id, s.machine_id for no key update of s
), changed as (
  update machine_status s set
    last_seen_at = greatest(s.last_seen_at, l.seen_at),
    heartbeat_at = greatest(s.heartbeat_at, l.heartbeat_at),
    network_type = coalesce(l.network_type, s.network_type),
    network_rssi = coalesce(l.network_rssi, s.network_rssi),
    uptime_minutes = coalesce(l.uptime_minutes, s.uptime_minutes),
    temperature = case when l.temperature_at >= coalesce(s.temperature_at, '-infinity') then l.temperature else s.temperature end,
    temperature_at = greatest(s.temperature_at, l.temperature_at),
    humidity = case when l.humidity_at >= coalesce(s.humidity_at, '-infinity') then l.humidity else s.humidity end,
    humidity_at = greatest(s.humidity_at, l.humidity_at),
    rssi_kept_at = case when h.keeps_rssi then l.seen_at else s.rssi_kept_at end,
    silence_due_at = case when h.comes_back then l.seen_at + make_interval(secs => $2) else s.silence_due_at end
  from latest l join held h using (merchant_id, machine_id)
  where s.merchant_id = l.merchant_id and s.machine_id = l.machine_id
), marked as (
  insert into machine_changes (merchant_id, machine_id, what, at)
  select merchant_id, machine_id, 'online', seen_at from held join latest using (merchant_id, machine_id) where comes_back
)
insert into machine_telemetry (merchant_id, machine_id, kind, at, value)
select merchant_id, machine_id, 'temperature', said_at, temperature from sign where temperature is not null
union all
select merchant_id, machine_id, 'humidity', said_at, humidity from sign where humidity is not null
union all
select merchant_id, machine_id, 'rssi', seen_at, network_rssi from held join latest using (merchant_id, machine_id) where keeps_rssi`;

async function recordSigns(ledger: Ledger, signs: readonly SignOfLife[]): Promise<readonly undefined[]> {
  const rows = signs.map((sign, n) => ({
    n,
    merchant_id: sign.merchantId,
    machine_id: sign.machineId,
    received_at: sign.receivedAt,
    said_at: sign.saidAt,
    heartbeat: sign.heartbeat ?? false,
    network_type: sign.networkType,
    network_rssi: sign.networkRssi,
    uptime_minutes: sign.uptimeMinutes,
    temperature: sign.temperature,
    humidity: sign.humidity,
  }));
  const values = [JSON.stringify(rows), ledger.rules.silence];
  if (ledger.db.isTransaction) await ledger.db.executeQuery(CompiledQuery.raw(sql, values));
  else await ledger.pool.query({ name: 'record-signs', text: sql, values });
  return signs.map(() => undefined);
}

const batches = new WeakMap<Ledger, (sign: SignOfLife) => Promise<undefined>>();

/** Comes in swarms: those that arrive together are written in one statement, in the transaction of the ledger if it has one. Resolves when written. */
export function recordSignOfLife(ledger: Ledger, sign: SignOfLife): Promise<void> {
  let batch = batches.get(ledger);
  if (!batch) {
    batch = batched((signs) => recordSigns(ledger, signs), { size: 2_000, lanes: 1 });
    batches.set(ledger, batch);
  }
  return batch(sign);
}
