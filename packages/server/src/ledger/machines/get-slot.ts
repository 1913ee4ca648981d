import { pictureUrl } from '../catalog/picture-url.ts';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

/** A slot as a person before it wants to see it. */
export interface SlotState {
  id: number;
  machineId: number;
  name: string;
  code: string;
  cabinet: string;
  productId: number;
  /** Null: nothing is sold from it. */
  goodsId: number | null;
  goodsName: string;
  pictureUrl: string;
  priceCents: number;
  capacity: number;
  onHand: number;
  reserved: number;
  onSale: boolean;
  /** 1 normal. */
  faultCode: number;
  faultSaidAt: Date | null;
  /** The slot that it is a part of. */
  mergedIntoId: number | null;
}

/** Of a machine of the merchant. Refuses slot.unknown. */
export async function getSlot(ledger: Ledger, merchantId: number, machineId: number, slotId: number): Promise<SlotState> {
  const row = await ledger.db
    .selectFrom('slots as s')
    .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
    .leftJoin('goods as g', (join) => join.onRef('g.merchant_id', '=', 's.merchant_id').onRef('g.id', '=', 's.goods_id'))
    .select([
      's.id',
      's.machine_id as machineId',
      's.name',
      's.code',
      'b.name as cabinet',
      's.product_id as productId',
      's.goods_id as goodsId',
      'g.name as goodsName',
      'g.picture',
      'g.picture_url as goodsPictureUrl',
      's.price_cents as priceCents',
      's.capacity',
      's.on_hand as onHand',
      's.reserved',
      's.on_sale as onSale',
      's.fault_code as faultCode',
      's.fault_said_at as faultSaidAt',
      's.merged_into_id as mergedIntoId',
    ])
    .where('s.merchant_id', '=', merchantId)
    .where('s.machine_id', '=', machineId)
    .where('s.id', '=', slotId)
    .executeTakeFirst();
  if (!row) refuse('slot.unknown', String(slotId));
  const { picture, goodsPictureUrl, goodsName, ...slot } = row;
  return { ...slot, goodsName: goodsName ?? '', pictureUrl: pictureUrl(ledger, { picture, pictureUrl: goodsPictureUrl }) };
}
