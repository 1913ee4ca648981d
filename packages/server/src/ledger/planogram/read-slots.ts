import { createHash } from 'node:crypto';
import type { Db } from '../ledger.ts';

/** A slot as far as a planogram says what it is, and what lies in it now. Money in minor units, stock in pieces. */
export interface SlotState extends SlotTerms {
  id: number;
  name: string;
  cabinetId: number;
  /** From the top, and from the left. */
  row: number;
  column: number;
  productId: number;
  onHand: number;
  reserved: number;
}

/** What a planogram can change of a slot. */
export interface SlotTerms {
  goodsId: number | null;
  priceCents: number;
  /** Before any price cut; null: that of the good. */
  originalPriceCents: number | null;
  capacity: number;
  alertThreshold: number;
  onSale: boolean;
  /** The slot of the wide lane that covers this one. */
  mergedIntoId: number | null;
}

/** The machine's slots, by ascending id; `lock` holds them, as whatever changes stock does. */
export async function readSlots(
  db: Db,
  { merchantId, machineId }: { merchantId: number; machineId: number },
  { lock = false }: { lock?: boolean } = {},
): Promise<SlotState[]> {
  return await db
    .selectFrom('slots')
    .select([
      'id',
      'name',
      'cabinet_id as cabinetId',
      'x as row',
      'y as column',
      'product_id as productId',
      'goods_id as goodsId',
    ])
    .select(['price_cents as priceCents', 'original_price_cents as originalPriceCents', 'capacity'])
    .select(['alert_threshold as alertThreshold', 'on_sale as onSale', 'merged_into_id as mergedIntoId'])
    .select(['on_hand as onHand', 'reserved'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .orderBy('id')
    .$if(lock, (query) => query.forNoKeyUpdate())
    .execute();
}

/** Of what can be changed, and not of the stock: two who look at the same planogram see the same version. */
export function versionOf(slots: readonly SlotState[]): string {
  const content = slots
    .toSorted((a, b) => a.id - b.id)
    .map((slot) => [
      ...[slot.id, slot.name, slot.cabinetId, slot.row, slot.column, slot.productId, slot.goodsId, slot.priceCents],
      ...[slot.originalPriceCents, slot.capacity, slot.alertThreshold, slot.onSale, slot.mergedIntoId],
    ]);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
