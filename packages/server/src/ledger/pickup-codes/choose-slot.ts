import { randomInt } from 'node:crypto';
import type { Trx } from '../ledger.ts';
import { noFault } from '../machines/set-slot-fault.ts';
import { type LockedSlot, lockSlots } from '../stock/lock-slots.ts';

/** What a code is for; what is not said is left to choice. */
export interface Wanted {
  slotId?: number | null;
  /** What was in the slot when it was promised: another good has another number. */
  productId?: number | null;
  goodsId?: number | null;
  goodsNumber?: string;
}

/**
 * A slot of the machine from which a unit can be had now, locked: of a random good where any will do, and of its slots the fullest.
 * Undefined when there is none. Locks all that might do, and those of `besides`, in the order of their ids.
 */
export async function chooseSlot(
  trx: Trx,
  { merchantId, machineId }: { merchantId: number; machineId: number },
  wanted: Wanted,
  besides: readonly number[] = [],
): Promise<LockedSlot | undefined> {
  let query = trx
    .selectFrom('slots as s')
    .innerJoin('goods as g', (join) => join.onRef('g.merchant_id', '=', 's.merchant_id').onRef('g.id', '=', 's.goods_id'))
    .select('s.id')
    .where('s.merchant_id', '=', merchantId)
    .where('s.machine_id', '=', machineId)
    .where('s.on_sale', '=', true)
    .where('s.fault_code', '=', noFault)
    .whereRef('s.on_hand', '>', 's.reserved');
  if (wanted.slotId) query = query.where('s.id', '=', wanted.slotId);
  if (wanted.productId) query = query.where('s.product_id', '=', wanted.productId);
  if (wanted.goodsId) query = query.where('s.goods_id', '=', wanted.goodsId);
  if (wanted.goodsNumber !== undefined) query = query.where('g.number', '=', wanted.goodsNumber);
  const ids = (await query.execute()).map(({ id }) => id);
  const held = await lockSlots(trx, merchantId, [...ids, ...besides]);
  const slots = ids
    .flatMap((id) => held.get(id) ?? [])
    .filter((slot) => forSale(slot) > 0 && slot.goodsId !== null && (!wanted.productId || slot.productId === wanted.productId));
  const byGood = [...Map.groupBy(slots, ({ goodsId }) => goodsId).values()];
  const ofGood = byGood.length > 1 ? byGood[randomInt(byGood.length)] : byGood[0];
  return ofGood?.sort((a, b) => forSale(b) - forSale(a))[0];
}

const forSale = ({ onHand, reserved }: LockedSlot): number => onHand - reserved;
