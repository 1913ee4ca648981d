import {
  type BohType,
  formatTime,
  nameShop,
  parseTime,
  type ReadRecord,
  type Shop as WireShop,
} from '@polyvend/protocols/qianhub';
import type { PosKind, PosRecordDraft } from '../../ledger/pos/pos-record.ts';
import type { ShopDraft } from '../../ledger/pos/put-shop.ts';
import type { PosRecord } from '../../ledger/pos/read-pos-records.ts';
import type { Shop } from '../../ledger/pos/shop.ts';

export const kindOf: Readonly<Record<BohType, PosKind>> = {
  'cashier.finish': 'bill',
  'handover.stat': 'handover',
  'dayend.stat': 'day-end',
  'waimai.order': 'take-out',
};

const bohTypeOf: Readonly<Record<PosKind, BohType>> = {
  bill: 'cashier.finish',
  handover: 'handover.stat',
  'day-end': 'dayend.stat',
  'take-out': 'waimai.order',
};

const timeIn = (date: Date | null, { timeZone }: Shop): string | null => (date === null ? null : formatTime(date, timeZone));

export function shopOf(shop: Shop): WireShop {
  return {
    brand_id: shop.brandId,
    brand_name: shop.brandName,
    shop_id: shop.id,
    sn: shop.sn,
    shop_name: shop.name,
    shop_address: shop.address,
    shop_contact: shop.contact,
    business_on: timeIn(shop.businessOn, shop),
    latest_business_day: shop.latestBusinessDay,
    create_on: timeIn(shop.createdOn, shop),
  };
}

/** The JSON of one record of an answer. Its document goes in as it was kept, unread. */
export function recordText({ kind, staffId, staffName, createdOn, document }: PosRecord, shop: Shop): string {
  const head = JSON.stringify({ shop_id: shop.id, staff_id: staffId, staff_name: staffName, boh_type: bohTypeOf[kind] });
  const tail = createdOn === null ? '' : `,"create_on":${JSON.stringify(timeIn(createdOn, shop))}`;
  return `${head.slice(0, -1)},"json":${document}${tail}}`;
}

/** What another gateway tells of a shop. Its own number there is kept beside it; here it has another. */
export function shopDraftOf(wire: WireShop, mirror: { merchantId: number; integrationId: number; timeZone: string }): ShopDraft {
  const { merchantId, integrationId } = mirror;
  const { timeZone } = mirror;
  const read = (text: string | null | undefined) => (text == null ? null : (parseTime(text, timeZone) ?? null));
  const day = wire.latest_business_day;
  return {
    merchantId,
    upstream: { integrationId, shopId: wire.shop_id },
    sn: wire.sn,
    name: wire.shop_name,
    brandId: wire.brand_id,
    brandName: wire.brand_name,
    address: wire.shop_address ?? null,
    contact: wire.shop_contact ?? null,
    timeZone,
    businessOn: read(wire.business_on),
    createdOn: read(wire.create_on),
    ...(day != null && /^\d{4}-\d{2}-\d{2}$/.test(day) && { latestBusinessDay: day }),
  };
}

/** A record that was read, as the ledger takes it for this shop. */
export function draftOf(record: ReadRecord, shop: Shop): PosRecordDraft {
  const names = { brand_id: shop.brandId, brand_name: shop.brandName, shop_id: shop.id, shop_name: shop.name };
  const timeOf = (text: string): Date => parseTime(text, shop.timeZone) ?? new Date(Number.NaN);
  return {
    kind: kindOf[record.bohType],
    key: record.key,
    version: record.version,
    at: timeOf(record.time),
    staffId: record.staffId,
    staffName: record.staffName,
    createdOn: record.createOn === undefined ? null : timeOf(record.createOn),
    businessDay: record.businessDay ?? null,
    amountCents: record.amountFen,
    document: JSON.stringify(nameShop(record, names)),
    doubts: record.doubts,
  };
}
