import { sql } from 'kysely';
import { pictureUrl } from '../catalog/picture-url.ts';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { CabinetKind } from '../machines/add-machine.ts';
import type { MachineKey } from './plan-machine.ts';
import { type SlotState, versionOf } from './read-slots.ts';

/** A machine as it looks. */
export interface Planogram {
  machineId: number;
  machineNo: string;
  machineName: string;
  /** False: another platform's, which says itself what it holds. */
  own: boolean;
  /** To be given with a change. */
  version: string;
  /** The main one, of the lowest address, first. */
  cabinets: PlanogramCabinet[];
}

export interface PlanogramCabinet {
  id: number;
  name: string;
  addr: number;
  kind: CabinetKind;
  /** From the top, and from the left. */
  slots: PlanogramSlot[];
}

/** Money in minor units, stock in pieces. */
export interface PlanogramSlot {
  id: number;
  name: string;
  /** As the driver board counts it. */
  code: string;
  row: number;
  column: number;
  productId: number;
  /** In lanes, with its own. */
  span: number;
  /** The slot of the wide lane that covers this one. */
  mergedInto: string | null;
  goods: PlanogramGoods | null;
  priceCents: number;
  /** Before any price cut; null: that of the good. */
  originalPriceCents: number | null;
  capacity: number;
  alertThreshold: number;
  onHand: number;
  reserved: number;
  forSale: number;
  onSale: boolean;
  reported: ReportedSlot;
}

export interface PlanogramGoods {
  id: number;
  number: string;
  name: string;
  spec: string;
  pictureUrl: string;
  priceCents: number;
}

/** What the machine itself last said of the slot. */
export interface ReportedSlot {
  /** Null: it has not said so. */
  onHand: number | null;
  at: Date | null;
  /** 1 works. */
  faultCode: number;
  faultAt: Date | null;
  /**
   * Of what the machine says and what the books have: `since`, they differ by what has dropped since then; `differs`, by what a person
   * filled, took or counted.
   */
  stock: 'none' | 'same' | 'since' | 'differs';
}

interface Row extends SlotState {
  code: string;
  goodsNumber: string | null;
  goodsName: string;
  goodsSpec: string;
  goodsPicture: string | null;
  goodsPictureUrl: string | null;
  goodsPriceCents: number;
  faultCode: number;
  faultAt: Date | null;
  reportedAt: Date | null;
  reportedOnHand: number | null;
  droppedAt: Date | null;
  restockedAt: Date | null;
}

/** Of another platform's machine as well. Refuses machine.unknown. */
export async function getPlanogram(ledger: Ledger, { merchantId, machineId }: MachineKey): Promise<Planogram> {
  const machine = await ledger.db
    .selectFrom('machines')
    .select(['id', 'machine_no as machineNo', 'name', 'upstream_integration_id as upstreamIntegrationId'])
    .where('merchant_id', '=', merchantId)
    .where('id', '=', machineId)
    .executeTakeFirst();
  if (!machine) refuse('machine.unknown', String(machineId));
  const cabinets = await ledger.db
    .selectFrom('cabinets')
    .select(['id', 'name', 'addr', 'kind'])
    .$narrowType<{ kind: CabinetKind }>()
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .orderBy('addr')
    .orderBy('id')
    .execute();
  const { rows } = await sql<Row>`
    select s.id, s.name, s.code, s.cabinet_id as "cabinetId", s.x as row, s.y as column, s.product_id as "productId",
      s.goods_id as "goodsId", s.price_cents as "priceCents", s.original_price_cents as "originalPriceCents", s.capacity,
      s.alert_threshold as "alertThreshold", s.on_sale as "onSale", s.merged_into_id as "mergedIntoId", s.on_hand as "onHand", s.reserved,
      s.fault_code as "faultCode", s.fault_said_at as "faultAt", s.reported_at as "reportedAt", s.reported_on_hand as "reportedOnHand",
      s.dropped_said_at as "droppedAt", s.restocked_at as "restockedAt", g.number as "goodsNumber", coalesce(g.name, '') as "goodsName",
      coalesce(g.spec, '') as "goodsSpec", g.picture as "goodsPicture", g.picture_url as "goodsPictureUrl",
      coalesce(g.price_cents, 0) as "goodsPriceCents"
    from slots s left join goods g on g.merchant_id = s.merchant_id and g.id = s.goods_id
    where s.merchant_id = ${merchantId} and s.machine_id = ${machineId}
    order by s.x, s.y, s.id`.execute(ledger.db);
  const widths = Map.groupBy(rows, ({ mergedIntoId }) => mergedIntoId);
  const nameOf = new Map(rows.map(({ id, name }) => [id, name]));
  const slots = Map.groupBy(rows, ({ cabinetId }) => cabinetId);
  return {
    machineId,
    machineNo: machine.machineNo,
    machineName: machine.name,
    own: machine.upstreamIntegrationId === null,
    version: versionOf(rows),
    cabinets: cabinets.map((cabinet) => ({
      ...cabinet,
      slots: (slots.get(cabinet.id) ?? []).map((row) => ({
        ...toSlot(ledger, row),
        span: 1 + (widths.get(row.id)?.length ?? 0),
        mergedInto: row.mergedIntoId === null ? null : (nameOf.get(row.mergedIntoId) ?? null),
      })),
    })),
  };
}

function toSlot(ledger: Ledger, row: Row): Omit<PlanogramSlot, 'span' | 'mergedInto'> {
  const { id, name, code, productId, priceCents, originalPriceCents, capacity, alertThreshold, onHand, reserved, onSale } = row;
  return {
    ...{ id, name, code, productId, priceCents, originalPriceCents, capacity, alertThreshold, onHand, reserved, onSale },
    row: row.row,
    column: row.column,
    forSale: Math.max(0, onHand - reserved),
    goods: row.goodsId === null ? null : toGoods(ledger, row, row.goodsId),
    reported: {
      onHand: row.reportedOnHand,
      at: row.reportedAt,
      faultCode: row.faultCode,
      faultAt: row.faultAt,
      stock: compare(row),
    },
  };
}

function toGoods(ledger: Ledger, row: Row, id: number): PlanogramGoods {
  return {
    id,
    number: row.goodsNumber ?? '',
    name: row.goodsName,
    spec: row.goodsSpec,
    pictureUrl: pictureUrl(ledger, { picture: row.goodsPicture, pictureUrl: row.goodsPictureUrl }),
    priceCents: row.goodsPriceCents,
  };
}

function compare({ reportedOnHand, reportedAt, onHand, droppedAt, restockedAt }: Row): ReportedSlot['stock'] {
  if (reportedOnHand === null || reportedAt === null) return 'none';
  if (reportedOnHand === onHand) return 'same';
  const isRestocked = restockedAt !== null && restockedAt > reportedAt;
  return !isRestocked && droppedAt !== null && droppedAt >= reportedAt && onHand < reportedOnHand ? 'since' : 'differs';
}
