import type { Trx } from '../ledger.ts';

export interface LockedSlot {
  id: number;
  machineId: number;
  cabinetId: number;
  productId: number;
  goodsId: number | null;
  /** The slot of the wide lane that covers this one: it holds and sells nothing. */
  mergedIntoId: number | null;
  name: string;
  priceCents: number;
  capacity: number;
  onHand: number;
  reserved: number;
  faultCode: number;
  /** By the machine's clock: its last report, and its latest drop. */
  reportedAt: Date | null;
  reportedOnHand: number | null;
  droppedSaidAt: Date | null;
  toldAt: Date | null;
  /** By the hub's clock: the last refill or count, and the last count. */
  restockedAt: Date | null;
  countedAt: Date | null;
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
      'merged_into_id as mergedIntoId',
      'name',
      'price_cents as priceCents',
      'capacity',
      'on_hand as onHand',
      'reserved',
      'fault_code as faultCode',
      'reported_at as reportedAt',
      'reported_on_hand as reportedOnHand',
      'dropped_said_at as droppedSaidAt',
      'told_at as toldAt',
      'restocked_at as restockedAt',
      'counted_at as countedAt',
    ])
    .where('merchant_id', '=', merchantId)
    .where('id', 'in', [...new Set(ids)])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
