import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** Units of one good out of one slot. */
export interface SlotSales {
  cabinetName: string;
  slotName: string;
  goodsId: number | null;
  goodsNumber: string;
  goodsName: string;
  units: number;
  amountCents: number;
}

/**
 * What a machine sold since its last refill: the trades that count and that no refill has settled, by slot and good. A slot that was
 * given another good in between has a row for each; what sold nothing has none. By goods: add up over the slots of a cabinet.
 */
export async function salesSinceRefill(ledger: Ledger, merchantId: number, machineId: number): Promise<SlotSales[]> {
  const { rows } = await sql<SlotSales>`
    select cabinet_name as "cabinetName", slot_name as "slotName", goods_id as "goodsId", goods_number as "goodsNumber",
      max(goods_name) as "goodsName", sum(quantity)::int as units, sum(quantity * price_cents)::bigint as "amountCents"
    from trades
    where merchant_id = ${merchantId} and machine_id = ${machineId} and refill_id is null and counts
    group by cabinet_name, slot_name, goods_id, goods_number
    order by cabinet_name, min(slot_id), slot_name, goods_number`.execute(ledger.db);
  return rows;
}

/** The same by cabinet and good, whichever slots it came from. */
export function byGoods(sales: readonly SlotSales[]): Omit<SlotSales, 'slotName'>[] {
  const goods = new Map<string, Omit<SlotSales, 'slotName'>>();
  for (const { slotName: _, ...one } of sales) {
    const key = JSON.stringify([one.cabinetName, one.goodsId, one.goodsNumber]);
    const before = goods.get(key);
    const sum = { units: one.units + (before?.units ?? 0), amountCents: one.amountCents + (before?.amountCents ?? 0) };
    goods.set(key, { ...one, ...sum });
  }
  return [...goods.values()];
}
