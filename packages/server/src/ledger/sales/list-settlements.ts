import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { PayStyle } from './pay-style.ts';
import type { Sales } from './sales-statistic.ts';

export interface Settlement {
  refillId: number;
  machineId: number;
  machineNo: string;
  /** The refill before; null: it is the first. */
  previousAt: Date | null;
  refilledAt: Date;
  slots: SettledSlot[];
  /** Of the whole machine, slots that are gone included. */
  sales: StyleSales[];
}

/** A slot as the refill left it, and what was sold out of it since the refill before. */
export interface SettledSlot {
  slotId: number;
  slotName: string;
  cabinetName: string;
  goodsId: number | null;
  goodsNumber: string;
  goodsName: string;
  priceCents: number;
  stock: number;
  refilled: number;
  sales: StyleSales[];
}

export interface StyleSales extends Sales {
  payStyle: PayStyle;
}

export interface SettlementFilter {
  refillIds?: readonly number[] | undefined;
  machineIds?: readonly number[] | undefined;
  /** By the time of the refill; whole seconds, both inclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Most settlements; 1000. */
  limit?: number;
}

type Head = Omit<Settlement, 'slots' | 'sales'>;
type Line = Omit<SettledSlot, 'sales'> & { refillId: number };
type Sold = StyleSales & { refillId: number; cabinetName: string; slotName: string };

/** Settlements in the order of their refills, oldest first. */
export async function listSettlements(ledger: Ledger, merchantId: number, filter: SettlementFilter): Promise<Settlement[]> {
  const { rows: heads } = await sql<Head>`
    select s.refill_id as "refillId", s.machine_id as "machineId", m.machine_no as "machineNo", s.previous_at as "previousAt",
      s.refilled_at as "refilledAt"
    from settlements s join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
    where ${sql.join([sql`s.merchant_id = ${merchantId}`, ...conditionsOf(filter)], sql` and `)}
    order by s.refilled_at, s.refill_id
    limit ${filter.limit ?? 1_000}`.execute(ledger.db);
  const ids = heads.map(({ refillId }) => refillId);
  const { rows: lines } = await sql<Line>`
    select refill_id as "refillId", slot_id as "slotId", slot_name as "slotName", cabinet_name as "cabinetName", goods_id as "goodsId",
      goods_number as "goodsNumber", goods_name as "goodsName", price_cents as "priceCents", stock, refilled
    from settlement_lines where merchant_id = ${merchantId} and refill_id = any(${ids}::bigint[]) order by slot_id`.execute(
    ledger.db,
  );
  const { rows: sold } = await sql<Sold>`
    select refill_id as "refillId", cabinet_name as "cabinetName", slot_name as "slotName", pay_style as "payStyle", units,
      amount_cents as "amountCents"
    from settlement_sales where merchant_id = ${merchantId} and refill_id = any(${ids}::bigint[])
    order by cabinet_name, slot_name, pay_style`.execute(ledger.db);
  const linesOf = Map.groupBy(lines, ({ refillId }) => refillId);
  const soldOf = Map.groupBy(sold, ({ refillId }) => refillId);
  return heads.map((head) => {
    const ofRefill = soldOf.get(head.refillId) ?? [];
    const slots = (linesOf.get(head.refillId) ?? []).map(({ refillId: _, ...line }) => ({
      ...line,
      sales: sumByStyle(ofRefill.filter((one) => one.cabinetName === line.cabinetName && one.slotName === line.slotName)),
    }));
    return { ...head, slots, sales: sumByStyle(ofRefill) };
  });
}

/** Their refills alone, in the same order, from `after` on: for who looks through many for a few. */
export async function listSettledRefills(
  ledger: Ledger,
  merchantId: number,
  filter: SettlementFilter,
  after?: { refilledAt: Date; refillId: number },
): Promise<{ refillId: number; refilledAt: Date }[]> {
  const conditions = [sql`s.merchant_id = ${merchantId}`, ...conditionsOf(filter)];
  if (after) conditions.push(sql`(s.refilled_at, s.refill_id) > (${after.refilledAt}, ${after.refillId})`);
  const { rows } = await sql<{ refillId: number; refilledAt: Date }>`
    select s.refill_id as "refillId", s.refilled_at as "refilledAt" from settlements s
    where ${sql.join(conditions, sql` and `)}
    order by s.refilled_at, s.refill_id limit ${filter.limit ?? 1_000}`.execute(ledger.db);
  return rows;
}

function conditionsOf({ refillIds, machineIds, from, to }: SettlementFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  if (refillIds) conditions.push(sql`s.refill_id = any(${[...refillIds]}::bigint[])`);
  if (machineIds) conditions.push(sql`s.machine_id = any(${[...machineIds]}::bigint[])`);
  if (from) conditions.push(sql`s.refilled_at >= ${from}`);
  if (to) conditions.push(sql`s.refilled_at < ${new Date(Math.floor(to.getTime() / 1000) * 1000 + 1000)}`);
  return conditions;
}

function sumByStyle(sold: readonly Sold[]): StyleSales[] {
  const sums = new Map<PayStyle, StyleSales>();
  for (const { payStyle, units, amountCents } of sold) {
    const before = sums.get(payStyle);
    sums.set(payStyle, { payStyle, units: units + (before?.units ?? 0), amountCents: amountCents + (before?.amountCents ?? 0) });
  }
  return [...sums.values()];
}
