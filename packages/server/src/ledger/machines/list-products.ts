import { sql } from 'kysely';
import { pictureUrl } from '../catalog/picture-url.ts';
import type { Ledger } from '../ledger.ts';
import { heldBack } from '../listings/held-back.sql.ts';

/** A good in a slot of one machine: what a buyer chooses. Money in minor units, stock in pieces. */
export interface Product {
  productId: number;
  slotId: number;
  slotName: string;
  slotCode: string;
  x: number;
  y: number;
  cabinetId: number;
  cabinetName: string;
  cabinetAddr: number;
  onSale: boolean;
  faultCode: number;
  lockStatus: number;
  capacity: number;
  onHand: number;
  reserved: number;
  /** From the channel for which it is listed; 0 without one. */
  heldBack: number;
  /** What may be sold now; what every wire shows as the inventory. */
  forSale: number;
  /** The channel's, where it has one. */
  priceCents: number;
  goods: ProductGoods | null;
}

export interface ProductGoods {
  id: number;
  number: string;
  barcode: string;
  name: string;
  fullName: string;
  description: string;
  content: string;
  slug: string;
  originalPriceCents: number;
  pictureUrl: string;
  categoryId: number | null;
  categoryTitle: string;
}

export interface ProductFilter {
  merchantId: number;
  machineId: number;
  /** As this channel may sell them: without the slots that are not on it, what is held back taken off, at its prices. */
  integrationId?: number | undefined;
  categoryId?: number | undefined;
  cabinetName?: string | undefined;
  cabinetAddr?: number | undefined;
  productIds?: readonly number[] | undefined;
  /** Slots without a good are left out unless this is set. */
  withEmptySlots?: boolean;
}

type Row = Omit<Product, 'goods' | 'forSale'> & {
  [Field in keyof ProductGoods as `goods_${Field}`]: ProductGoods[Field] | null;
} & { total: number; goods_picture: string | null };

/** Products of a machine in the order of cabinet, row and column; `total` counts all that match. */
export async function listProducts(
  ledger: Ledger,
  filter: ProductFilter,
  page?: { offset: number; limit: number },
): Promise<{ products: Product[]; total: number }> {
  const { merchantId, machineId, integrationId, categoryId, cabinetName, cabinetAddr, productIds, withEmptySlots } = filter;
  const { rows } = await sql<Row>`
    select s.product_id as "productId", s.id as "slotId", s.name as "slotName", s.code as "slotCode", s.x, s.y,
      b.id as "cabinetId", b.name as "cabinetName", b.addr as "cabinetAddr", s.on_sale as "onSale", s.fault_code as "faultCode",
      s.lock_status as "lockStatus", s.capacity, s.on_hand as "onHand", s.reserved, coalesce(ls.price_cents, l.price_cents, s.price_cents) as "priceCents",
      ${sql.raw(heldBack('s.stocked', 'coalesce(ls.held_back_percent, l.held_back_percent, 0)'))} as "heldBack",
      g.id as "goods_id", g.number as "goods_number", g.barcode as "goods_barcode", g.name as "goods_name",
      g.full_name as "goods_fullName", g.description as "goods_description", g.content as "goods_content", g.slug as "goods_slug",
      g.original_price_cents as "goods_originalPriceCents", g.picture_url as "goods_pictureUrl", g.picture as "goods_picture", g.category_id as "goods_categoryId",
      c.title as "goods_categoryTitle", count(*) over () as total
    from slots s
    join cabinets b on b.merchant_id = s.merchant_id and b.id = s.cabinet_id
    left join listings l on l.merchant_id = s.merchant_id and l.integration_id = ${integrationId ?? null}::bigint
      and l.machine_id = s.machine_id
    left join listing_slots ls on ls.merchant_id = s.merchant_id and ls.integration_id = ${integrationId ?? null}::bigint
      and ls.slot_id = s.id
    left join goods g on g.merchant_id = s.merchant_id and g.id = s.goods_id
    left join categories c on c.merchant_id = g.merchant_id and c.id = g.category_id
    where s.merchant_id = ${merchantId} and s.machine_id = ${machineId}
      -- A lane that a wider one covers is none.
      and s.merged_into_id is null
      and coalesce(ls.offered, true)
      and (${withEmptySlots ?? false} or s.goods_id is not null)
      and (${categoryId ?? null}::bigint is null or g.category_id = ${categoryId ?? null})
      and (${cabinetName ?? null}::text is null or b.name = ${cabinetName ?? null})
      and (${cabinetAddr ?? null}::int is null or b.addr = ${cabinetAddr ?? null})
      and (${productIds ?? null}::bigint[] is null or s.product_id = any(${productIds ?? null}))
    order by b.addr, s.x, s.y, s.id
    limit ${page?.limit ?? null}::bigint offset ${page?.offset ?? 0}`.execute(ledger.db);
  // A page past the end has no row that could bear the total.
  if (rows.length === 0 && page && page.offset > 0) {
    return { products: [], total: (await listProducts(ledger, filter, { offset: 0, limit: 1 })).total };
  }
  return { products: rows.map((row) => toProduct(ledger, row)), total: rows[0]?.total ?? 0 };
}

function toProduct(ledger: Ledger, row: Row): Product {
  const { total: _, ...slot } = row;
  return {
    productId: slot.productId,
    slotId: slot.slotId,
    slotName: slot.slotName,
    slotCode: slot.slotCode,
    x: slot.x,
    y: slot.y,
    cabinetId: slot.cabinetId,
    cabinetName: slot.cabinetName,
    cabinetAddr: slot.cabinetAddr,
    onSale: slot.onSale,
    faultCode: slot.faultCode,
    lockStatus: slot.lockStatus,
    capacity: slot.capacity,
    onHand: slot.onHand,
    reserved: slot.reserved,
    heldBack: slot.heldBack,
    forSale: Math.max(0, slot.onHand - slot.reserved - slot.heldBack),
    priceCents: slot.priceCents,
    goods: slot.goods_id === null ? null : toGoods(ledger, slot, slot.goods_id),
  };
}

function toGoods(ledger: Ledger, row: Omit<Row, 'total'>, id: number): ProductGoods {
  return {
    id,
    number: row.goods_number ?? '',
    barcode: row.goods_barcode ?? '',
    name: row.goods_name ?? '',
    fullName: row.goods_fullName ?? '',
    description: row.goods_description ?? '',
    content: row.goods_content ?? '',
    slug: row.goods_slug ?? '',
    originalPriceCents: row.goods_originalPriceCents ?? 0,
    pictureUrl: pictureUrl(ledger, { picture: row.goods_picture, pictureUrl: row.goods_pictureUrl }),
    categoryId: row.goods_categoryId,
    categoryTitle: row.goods_categoryTitle ?? '',
  };
}
