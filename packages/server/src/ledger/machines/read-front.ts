import { pictureUrl } from '../catalog/picture-url.ts';
import type { Ledger } from '../ledger.ts';

/** What a buyer sees of a slot, and what the ledger believes of it. */
export interface FrontSlot {
  id: number;
  name: string;
  /** How the machine itself calls it. */
  code: string;
  addr: number;
  cabinet: string;
  /** From the top, and from the left. */
  row: number;
  column: number;
  productId: number;
  goodsName: string;
  pictureUrl: string;
  priceCents: number;
  onHand: number;
  forSale: number;
  onSale: boolean;
  /** 1 normal. */
  faultCode: number;
  /** The slot that it is a part of. */
  mergedIntoId: number | null;
}

/** The front of a machine: its slots by cabinet, row and column. A machine has hundreds at most. */
export async function readFront(ledger: Ledger, merchantId: number, machineId: number): Promise<FrontSlot[]> {
  const rows = await ledger.db
    .selectFrom('slots as s')
    .innerJoin('cabinets as b', (join) => join.onRef('b.merchant_id', '=', 's.merchant_id').onRef('b.id', '=', 's.cabinet_id'))
    .leftJoin('goods as g', (join) => join.onRef('g.merchant_id', '=', 's.merchant_id').onRef('g.id', '=', 's.goods_id'))
    .select([
      's.id',
      's.name',
      's.code',
      'b.addr',
      'b.name as cabinet',
      's.x as row',
      's.y as column',
      's.product_id as productId',
      'g.name as goodsName',
    ])
    .select(['g.picture', 'g.picture_url as goodsPictureUrl', 's.price_cents as priceCents', 's.on_hand as onHand', 's.reserved'])
    .select(['s.on_sale as onSale', 's.fault_code as faultCode', 's.merged_into_id as mergedIntoId'])
    .where('s.merchant_id', '=', merchantId)
    .where('s.machine_id', '=', machineId)
    .orderBy('b.addr')
    .orderBy('s.x')
    .orderBy('s.y')
    .orderBy('s.id')
    .execute();
  return rows.map(({ picture, goodsPictureUrl, goodsName, reserved, ...slot }) => ({
    ...slot,
    goodsName: goodsName ?? '',
    pictureUrl: pictureUrl(ledger, { picture, pictureUrl: goodsPictureUrl }),
    forSale: Math.max(0, slot.onHand - reserved),
  }));
}
