import type { Trx } from '../ledger.ts';
import type { LockedSlot } from '../stock/lock-slots.ts';

/** What slots were under numbers that they have no longer. */
export type PastProducts = ReadonlyMap<number, { slotId: number; goodsId: number | null }>;

/** Of those among these numbers that are old ones. */
export async function pastProducts(trx: Trx, merchantId: number, productIds: readonly number[]): Promise<PastProducts> {
  if (productIds.length === 0) return new Map();
  const rows = await trx
    .selectFrom('past_products')
    .select(['product_id as productId', 'slot_id as slotId', 'goods_id as goodsId'])
    .where('merchant_id', '=', merchantId)
    .where('product_id', 'in', [...new Set(productIds)])
    .execute();
  return new Map(rows.map(({ productId, ...past }) => [productId, past]));
}

/**
 * The slot as what it sold under this number: a machine tells afterwards what it gave out before it knew of another good. Its stock is that of
 * now; what fell before the good was changed is not taken off it (movesBeforeDrop).
 */
export function asProduct(slot: LockedSlot, productId: number, past: PastProducts): LockedSlot {
  const before = past.get(productId);
  return before?.slotId === slot.id ? { ...slot, productId, goodsId: before.goodsId } : slot;
}
