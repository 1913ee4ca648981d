import { sql } from 'kysely';
import { pictureUrl } from '../catalog/picture-url.ts';
import { secondsAfter } from '../clock.ts';
import type { Ledger } from '../ledger.ts';
import { noFault } from '../machines/set-slot-fault.ts';

const day = 86_400;

/** Days of sales from which the rate of a slot is reckoned. */
export const rateDays = 28;

export interface NeedOptions {
  /** Until somebody may come again, in days: what is lost, and what runs out soon, is reckoned for so long. */
  horizonDays?: number | undefined;
  /** Bring enough for so many days; else all that fits. */
  enoughForDays?: number | undefined;
}

/**
 * The most pressing first. `soon`: sold out within the horizon; `low`: at its alert threshold, or a quarter full; `full`: nothing more fits,
 * however fast it sells; `idle`: not sold.
 */
export const slotNeeds = ['sold-out', 'soon', 'low', 'some', 'full', 'idle'] as const;

export type SlotNeed = (typeof slotNeeds)[number];

/** A slot and what it lacks. Stock in pieces, money in minor units. */
export interface PlannedSlot {
  id: number;
  machineId: number;
  /** Of the good in this slot: another good has another number. */
  productId: number;
  name: string;
  cabinetId: number;
  /** Row and column. */
  x: number;
  y: number;
  /** Columns that it takes: more than one where lanes are merged. */
  span: number;
  goods: { id: number; number: string; name: string; unit: string; pictureUrl: string } | null;
  priceCents: number;
  capacity: number;
  onHand: number;
  /** Since then it has this good, or a person has counted it; null: never. */
  countedAt: Date | null;
  /** Promised to open orders. */
  reserved: number;
  forSale: number;
  onSale: boolean;
  isFaulty: boolean;
  /** On average of the days in which there was something to sell. */
  soldPerDay: number;
  /** Until the last is sold; null where nothing was sold lately. */
  daysLeft: number | null;
  /** How many to bring. */
  wanted: number;
  need: SlotNeed;
  /** What would be sold within the horizon and is not there. */
  lostCents: number;
}

type Row = Omit<PlannedSlot, 'goods' | 'forSale' | 'isFaulty' | 'soldPerDay' | 'daysLeft' | 'wanted' | 'need' | 'lostCents'> & {
  faultCode: number;
  alertThreshold: number;
  soldOutAt: Date | null;
  sellsSince: Date;
  goodsId: number | null;
  number: string;
  goodsName: string;
  unit: string;
  picture: string | null;
  pictureUrl: string | null;
  sold: number;
};

/** The slots of machines with what they lack, by machine, cabinet, row and column; lanes that another covers are left out. */
export async function readSlotNeeds(
  ledger: Ledger,
  merchantId: number,
  machineIds: readonly number[],
  options: NeedOptions = {},
): Promise<PlannedSlot[]> {
  const now = ledger.clock.now();
  const since = secondsAfter(now, -rateDays * day);
  const { rows } = await sql<Row>`
    with sold as (
      select slot_id, sum(quantity)::int as units from trades
      where merchant_id = ${merchantId} and machine_id = any(${[...machineIds]}::bigint[]) and created_at >= ${since} and counts
      group by slot_id
    ), covered as (
      select merged_into_id as id, count(*)::int as lanes from slots
      where merchant_id = ${merchantId} and machine_id = any(${[...machineIds]}::bigint[]) and merged_into_id is not null
      group by merged_into_id
    )
    select s.id, s.machine_id as "machineId", s.product_id as "productId", s.name, s.cabinet_id as "cabinetId", s.x, s.y, 1 + coalesce(c.lanes, 0) as span,
      s.price_cents as "priceCents", s.capacity, s.on_hand as "onHand", s.counted_at as "countedAt", s.reserved, s.on_sale as "onSale",
      s.fault_code as "faultCode", s.alert_threshold as "alertThreshold", s.sold_out_at as "soldOutAt",
      greatest(m.created_at, ${since}) as "sellsSince", g.id as "goodsId", coalesce(g.number, '') as number,
      coalesce(g.name, '') as "goodsName", coalesce(g.unit, '') as unit, g.picture, g.picture_url as "pictureUrl",
      coalesce(t.units, 0) as sold
    from slots s
    join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
    join cabinets b on b.merchant_id = s.merchant_id and b.id = s.cabinet_id
    left join goods g on g.merchant_id = s.merchant_id and g.id = s.goods_id
    left join sold t on t.slot_id = s.id
    left join covered c on c.id = s.id
    where s.merchant_id = ${merchantId} and s.machine_id = any(${[...machineIds]}::bigint[]) and s.merged_into_id is null
    order by s.machine_id, b.addr, b.id, s.x, s.y, s.id`.execute(ledger.db);
  return rows.map((row) => toPlanned(ledger, row, now, options));
}

function toPlanned(ledger: Ledger, row: Row, now: Date, { horizonDays = 3, enoughForDays }: NeedOptions): PlannedSlot {
  const { faultCode, alertThreshold, soldOutAt, sellsSince, goodsId, number, goodsName, unit, picture, sold, ...rest } = row;
  const { capacity, onHand, reserved, onSale, priceCents } = row;
  const forSale = Math.max(0, onHand - reserved);
  // While it was empty it could not sell: those days do not count, else the best sellers would seem slow.
  const until = soldOutAt && soldOutAt < now ? soldOutAt : now;
  const soldPerDay = sold / Math.max(1, (until.getTime() - sellsSince.getTime()) / (day * 1000));
  const isSold = goodsId !== null && onSale;
  const target = enoughForDays === undefined ? capacity : Math.min(capacity, Math.ceil(soldPerDay * enoughForDays) + reserved);
  const isFaulty = faultCode !== noFault;
  const daysLeft = soldPerDay > 0 ? forSale / soldPerDay : null;
  const missing = soldPerDay * horizonDays - forSale;
  const planned = {
    ...rest,
    goods: goodsId === null ? null : { id: goodsId, number, name: goodsName, unit, pictureUrl: pictureUrl(ledger, row) },
    forSale,
    isFaulty,
    soldPerDay,
    daysLeft,
    wanted: isSold ? Math.max(0, target - onHand) : 0,
    need: isSold ? needOf({ capacity, onHand, forSale, daysLeft, alertThreshold }, horizonDays) : ('idle' as const),
    // What is faulty sells no more for being filled.
    lostCents: isSold && !isFaulty && missing > 0 ? Math.round(missing * priceCents) : 0,
  };
  const { pictureUrl: _, ...slot } = planned;
  return slot;
}

interface Fill {
  capacity: number;
  onHand: number;
  forSale: number;
  daysLeft: number | null;
  alertThreshold: number;
}

function needOf({ capacity, onHand, forSale, daysLeft, alertThreshold }: Fill, horizonDays: number): SlotNeed {
  if (forSale === 0) return 'sold-out';
  if (onHand >= capacity) return 'full';
  if (daysLeft !== null && daysLeft < horizonDays) return 'soon';
  return forSale <= alertThreshold || forSale * 4 <= capacity ? 'low' : 'some';
}
