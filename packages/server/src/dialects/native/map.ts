import { type BohType, nameShop, parseTime, type ReadRecord } from '@polyvend/protocols/qianhub';
import type { PosKind, PosRecordDraft } from '../../ledger/pos/pos-record.ts';
import type { Shop } from '../../ledger/pos/shop.ts';

const kindOf: Readonly<Record<BohType, PosKind>> = {
  'cashier.finish': 'bill',
  'handover.stat': 'handover',
  'dayend.stat': 'day-end',
  'waimai.order': 'take-out',
};

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
