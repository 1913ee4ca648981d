import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { CabinetKind } from './add-machine.ts';
import { type MachineCondition, readCondition } from './condition.ts';
import { onlineSql } from './online.sql.ts';

/** Everything that the outside may be shown of a machine: ours, or another platform's. */
export interface MachineOverview {
  id: number;
  machineNo: string;
  name: string;
  type: string;
  operational: boolean;
  vendor: string;
  gatewayNo: string;
  createdAt: Date;
  /** Degrees, of the machine itself; its site has its own. */
  longitude: number | null;
  latitude: number | null;
  /** Null: our own. */
  upstreamIntegrationId: number | null;
  online: boolean;
  lastSeenAt: Date | null;
  networkType: string;
  /** Where it stands; null where nobody said. */
  site: MachineSite | null;
  /** As the machine last said, and when by its clock; empty and null before it did. */
  condition: MachineCondition;
  conditionSaidAt: Date | null;
  /** The main one, of the lowest address, first. */
  cabinets: CabinetOverview[];
}

export interface MachineSite {
  id: number;
  number: string;
  name: string;
  address: string;
  longitude: number | null;
  latitude: number | null;
  /** '' where there is none. */
  lineName: string;
  lineDescription: string;
  areaName: string;
}

export interface CabinetOverview {
  id: number;
  name: string;
  addr: number;
  kind: CabinetKind;
  /** By row and column. */
  slots: SlotOverview[];
}

/** Money in minor units, stock in pieces. */
export interface SlotOverview {
  id: number;
  name: string;
  code: string;
  /** Where it is: rows from 1, columns from 0. */
  x: number;
  y: number;
  /** The slot of the wide lane that covers it. */
  mergedIntoId: number | null;
  goods: { id: number; number: string; name: string; pictureUrl: string } | null;
  priceCents: number;
  capacity: number;
  alertThreshold: number;
  onHand: number;
  forSale: number;
  onSale: boolean;
  faultCode: number;
  /** Null while there is something for sale. */
  soldOutAt: Date | null;
}

export interface OverviewFilter {
  merchantId: number;
  machineNo?: string | undefined;
  machineId?: number | undefined;
}

type Row = Omit<MachineOverview, 'site' | 'condition' | 'cabinets'> & { condition: unknown } & {
  [F in keyof MachineSite as `site_${F}`]: MachineSite[F] | null;
};

/** Machines, ours and others', the oldest first; `total` counts all that match. Three statements, however many machines. */
export async function listMachineOverviews(
  ledger: Ledger,
  { merchantId, machineNo, machineId }: OverviewFilter,
  page?: { offset: number; limit: number },
): Promise<{ machines: MachineOverview[]; total: number }> {
  const matching = sql`m.merchant_id = ${merchantId}
    and (${machineNo ?? null}::text is null or m.machine_no = ${machineNo ?? null})
    and (${machineId ?? null}::bigint is null or m.id = ${machineId ?? null})`;
  const { rows } = await sql<Row>`
    select m.id, m.machine_no as "machineNo", m.name, m.type, m.operational, m.vendor, m.gateway_no as "gatewayNo",
      m.longitude, m.latitude, m.created_at as "createdAt", m.upstream_integration_id as "upstreamIntegrationId", ${onlineSql(ledger)} as online,
      t.last_seen_at as "lastSeenAt", coalesce(t.network_type, '') as "networkType", c.condition,
      case when c.said_at > '-infinity' then c.said_at end as "conditionSaidAt",
      p.id as "site_id", p.number as "site_number", p.name as "site_name", p.address as "site_address",
      p.longitude as "site_longitude", p.latitude as "site_latitude", coalesce(l.name, '') as "site_lineName",
      coalesce(l.description, '') as "site_lineDescription", coalesce(a.name, '') as "site_areaName"
    from machines m
    left join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    left join machine_conditions c on c.merchant_id = m.merchant_id and c.machine_id = m.id
    left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    left join lines l on l.merchant_id = p.merchant_id and l.id = p.line_id
    left join areas a on a.merchant_id = l.merchant_id and a.id = l.area_id
    where ${matching} order by m.id limit ${page?.limit ?? null}::bigint offset ${page?.offset ?? 0}`.execute(ledger.db);
  const { rows: counted } = await sql<{ total: number }>`select count(*) as total from machines m where ${matching}`.execute(
    ledger.db,
  );
  const cabinets = await cabinetsOf(
    ledger,
    merchantId,
    rows.map(({ id }) => id),
  );
  return { machines: rows.map((row) => toOverview(row, cabinets.get(row.id) ?? [])), total: counted[0]?.total ?? 0 };
}

/** One machine by its number, our own before another platform's of the same; or by its id. Refuses machine.unknown. */
export async function getMachineOverview(ledger: Ledger, filter: OverviewFilter): Promise<MachineOverview> {
  const { machines } = await listMachineOverviews(ledger, filter);
  const own = machines.find(({ upstreamIntegrationId }) => upstreamIntegrationId === null);
  return own ?? machines[0] ?? refuse('machine.unknown', filter.machineNo ?? String(filter.machineId));
}

interface CabinetRow extends CabinetOverview {
  machineId: number;
}

async function cabinetsOf(ledger: Ledger, merchantId: number, machineIds: number[]): Promise<Map<number, CabinetOverview[]>> {
  const { rows } = await sql<CabinetRow & { slots: SlotRow[] }>`
    select b.machine_id as "machineId", b.id, b.name, b.addr, b.kind, coalesce(
      jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'code', s.code, 'x', s.x, 'y', s.y,
        'mergedIntoId', s.merged_into_id, 'priceCents', s.price_cents, 'capacity', s.capacity,
        'alertThreshold', s.alert_threshold, 'onHand', s.on_hand, 'forSale', greatest(0, s.on_hand - s.reserved),
        'onSale', s.on_sale, 'faultCode', s.fault_code, 'soldOutAt', s.sold_out_at,
        'goods', case when g.id is not null
          then jsonb_build_object('id', g.id, 'number', g.number, 'name', g.name, 'pictureUrl', g.picture_url) end)
        order by s.x, s.y, s.id) filter (where s.id is not null), '[]') as slots
    from cabinets b
    join machines m on m.merchant_id = b.merchant_id and m.id = b.machine_id
    left join slots s on s.merchant_id = b.merchant_id and s.cabinet_id = b.id and s.machine_id = b.machine_id
      and s.merged_into_id is null
      -- What another platform no longer tells of is kept for its history alone.
      and (m.upstream_integration_id is null or s.on_sale)
    left join goods g on g.merchant_id = s.merchant_id and g.id = s.goods_id
    where b.merchant_id = ${merchantId} and b.machine_id = any(${machineIds})
    group by b.machine_id, b.id, b.name, b.addr, b.kind, m.upstream_integration_id
    having m.upstream_integration_id is null or count(s.id) > 0
    order by b.machine_id, b.addr, b.id`.execute(ledger.db);
  const cabinets = new Map<number, CabinetOverview[]>();
  for (const { machineId, slots, ...cabinet } of rows) {
    const of = cabinets.get(machineId) ?? [];
    of.push({ ...cabinet, slots: slots.map((slot) => ({ ...slot, soldOutAt: slot.soldOutAt && new Date(slot.soldOutAt) })) });
    cabinets.set(machineId, of);
  }
  return cabinets;
}

/** As JSON has it. */
type SlotRow = Omit<SlotOverview, 'soldOutAt'> & { soldOutAt: string | null };

function toOverview(row: Row, cabinets: CabinetOverview[]): MachineOverview {
  const { id, machineNo, name, type, operational, vendor, gatewayNo, createdAt, upstreamIntegrationId, online } = row;
  const { lastSeenAt, networkType, conditionSaidAt, longitude, latitude } = row;
  return {
    ...{ id, machineNo, name, type, operational, vendor, gatewayNo, createdAt, upstreamIntegrationId, online },
    ...{ lastSeenAt, networkType, conditionSaidAt, longitude, latitude },
    site: row.site_id === null ? null : toSite(row, row.site_id),
    condition: readCondition(row.condition),
    cabinets,
  };
}

function toSite(row: Row, id: number): MachineSite {
  return {
    id,
    number: row.site_number ?? '',
    name: row.site_name ?? '',
    address: row.site_address ?? '',
    longitude: row.site_longitude,
    latitude: row.site_latitude,
    lineName: row.site_lineName ?? '',
    lineDescription: row.site_lineDescription ?? '',
    areaName: row.site_areaName ?? '',
  };
}
