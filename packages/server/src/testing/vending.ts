import { placeMachine } from '../ledger/places/place-machine.ts';
import { putSite } from '../ledger/places/put-site.ts';
import type { PosKind } from '../ledger/pos/pos-record.ts';
import type { Shop } from '../ledger/pos/shop.ts';
import { checkDay } from '../ledger/pos/vending/check-day.ts';
import { openVendingShop, type VendingShopDraft } from '../ledger/pos/vending/open-vending-shop.ts';
import { tellVending } from '../ledger/pos/vending/tell-vending.ts';
import { byTest, type TestLedger, type TestShop } from './ledger.ts';
import { projectAll } from './sales.ts';

let sites = 0;

/** The machine's site, told as a shop from now on. */
export async function openTestSite(
  ledger: TestLedger,
  { merchantId, machineNo }: TestShop,
  draft: Partial<VendingShopDraft> = {},
): Promise<Shop> {
  sites += 1;
  const siteNumber = draft.siteNumber ?? `V${sites}`;
  await putSite(ledger, { merchantId, number: siteNumber, name: '大厦', address: '一路' });
  await placeMachine(ledger, { merchantId, machineNo, siteNumber, cause: byTest });
  return await openVendingShop(ledger, { merchantId, siteNumber, brandId: 7, brandName: '小店', ...draft }, byTest);
}

/** Projects and tells until nothing is due. */
export async function tellAll(ledger: TestLedger): Promise<void> {
  await projectAll(ledger);
  const { deferred } = await tellVending(ledger);
  if (deferred.length > 0) throw deferred[0]?.error;
}

export interface Told {
  key: string;
  version: number;
  latest: boolean;
  at: Date;
  source: string;
  staff_id: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look anywhere into it
  document: any;
}

/** What a shop has told, every version, in the order in which it did. */
export async function toldOf(ledger: TestLedger, shop: Pick<Shop, 'id'>, kind: PosKind): Promise<Told[]> {
  return await ledger.rows<Told>(
    'select key, version, latest, at, source, staff_id, document from pos_records where shop_id = $1 and kind = $2 order by id',
    [shop.id, kind],
  );
}

/** What does not agree in any business day of the shop, once nothing is due. */
export async function bookProblems(ledger: TestLedger, merchantId: number, shop: Pick<Shop, 'id'>): Promise<string[]> {
  const days = await ledger.rows<{ day: string }>(
    `select distinct business_day as day from pos_bookings where shop_id = $1
    union select key from pos_records where shop_id = $1 and kind = 'day-end' and source = 'ledger'
    union select open_day from pos_shops where id = $1`,
    [shop.id],
  );
  const problems: string[] = [];
  for (const { day } of days) {
    const check = await checkDay(ledger, { merchantId, shopId: shop.id, businessDay: day });
    problems.push(...check.differences.map((one) => `${day}: ${JSON.stringify(one)}`));
  }
  return problems;
}
