import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { Sales } from '../sales/sales-statistic.ts';
import { getMachineOverview, type MachineOverview } from './list-machine-overviews.ts';
import { soldTodaySql } from './sold-today.sql.ts';

/** Everything that is known of one machine now, but for its past. */
export interface MachineDetail extends MachineOverview {
  address: string;
  contact: string;
  telephone: string;
  announcement: string;
  upstreamName: string | null;
  bootedAt: Date | null;
  heartbeatAt: Date | null;
  /** When and why it last went offline. */
  offlineAt: Date | null;
  offlineReason: string;
  /** dBm. */
  networkRssi: number | null;
  /** Of the present day, as the machine counts them. */
  uptimeMinutes: number | null;
  /** °C and per cent, by the machine's sensor. */
  temperature: number | null;
  temperatureAt: Date | null;
  humidity: number | null;
  humidityAt: Date | null;
  /** What it said of itself at boot, of its configuration and of its traffic, word for word, with `saidAt`. */
  environment: Record<string, unknown>;
  configuration: Record<string, unknown>;
  traffic: Record<string, unknown>;
  heldUnits: number;
  salesToday: Sales;
}

type More = Omit<MachineDetail, keyof MachineOverview | 'salesToday'>;

/** Refuses machine.unknown. */
export async function getMachineDetail(ledger: Ledger, merchantId: number, machineId: number): Promise<MachineDetail> {
  const overview = await getMachineOverview(ledger, { merchantId, machineId });
  const { rows } = await sql<More & Sales>`
    with ${soldTodaySql(ledger, merchantId)}
    select m.address, m.contact, m.telephone, m.announcement, i.name as "upstreamName", t.booted_at as "bootedAt",
      t.heartbeat_at as "heartbeatAt", t.offline_at as "offlineAt", coalesce(t.offline_reason, '') as "offlineReason",
      t.network_rssi as "networkRssi", t.uptime_minutes as "uptimeMinutes", t.temperature, t.temperature_at as "temperatureAt", t.humidity,
      t.humidity_at as "humidityAt", coalesce(t.environment, '{}') as environment, coalesce(t.configuration, '{}') as configuration,
      coalesce(t.traffic, '{}') as traffic,
      (select count(*) from dispenses d join slots s on s.merchant_id = d.merchant_id and s.id = d.slot_id
        where d.merchant_id = m.merchant_id and d.state = 'held' and s.machine_id = m.id) as "heldUnits",
      coalesce(b.units, 0) as units, coalesce(b.amount_cents, 0) as "amountCents"
    from machines m
    left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    left join integrations i on i.merchant_id = m.merchant_id and i.id = m.upstream_integration_id
    left join sold b on b.machine_id = m.id
    where m.merchant_id = ${merchantId} and m.id = ${machineId}`.execute(ledger.db);
  const [found] = rows;
  if (!found) throw new Error(`Machine ${machineId} was there a moment ago.`);
  const { units, amountCents, ...more } = found;
  return { ...overview, ...more, salesToday: { units, amountCents } };
}
