import type { Trx } from '../ledger.ts';

export interface LockedSlot {
  id: number;
  machineId: number;
  cabinetId: number;
  productId: number;
  goodsId: number | null;
  name: string;
  priceCents: number;
  capacity: number;
  onHand: number;
  reserved: number;
  faultCode: number;
  reportedAt: Date | null;
  restockedAt: Date | null;
}

/**
 * Whatever changes stock holds its slots first, in the order of their ids: no two writers wait for each other in a circle.
 * In a transaction the order row (if any) is locked before, dispense commands and units after.
 */
export async function lockSlots(trx: Trx, merchantId: number, ids: readonly number[]): Promise<Map<number, LockedSlot>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('slots')
    .select([
      'id',
      'machine_id as machineId',
      'cabinet_id as cabinetId',
      'product_id as productId',
      'goods_id as goodsId',
      'name',
      'price_cents as priceCents',
      'capacity',
      'on_hand as onHand',
      'reserved',
      'fault_code as faultCode',
      'reported_at as reportedAt',
      'restocked_at as restockedAt',
    ])
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', [...new Set(ids)])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
