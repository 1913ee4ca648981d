import { sql } from 'kysely';
import { inTransaction } from '../../../database/transaction.ts';
import { refuse } from '../../errors.ts';
import type { Cause } from '../../events/event.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { Ledger, Trx } from '../../ledger.ts';
import { putShop, type ShopDraft } from '../put-shop.ts';
import type { Shop } from '../shop.ts';
import { businessDayOf } from './business-day.ts';

/** What is left out stays as it is; of a new shop the name and the address are the site's, the sn its number. */
export interface VendingShopDraft
  extends Pick<ShopDraft, 'brandId' | 'brandName' | 'contact' | 'timeZone' | 'dayClosesAt' | 'paymentCodes'> {
  merchantId: number;
  /** Of a site of our own. */
  siteNumber: string;
  sn?: string | undefined;
}

/**
 * From now on the sales of a site are told as those of a shop; what was sold before is not. Again, it changes the shop. Refuses
 * place.unknown, request.invalid: a zone, an hour or a code that is none, or an sn that another shop has.
 */
export async function openVendingShop(ledger: Ledger, draft: VendingShopDraft, cause: Cause): Promise<Shop> {
  return await inTransaction(ledger.db, (trx) => open({ ...ledger, db: trx }, trx, draft, cause));
}

async function open(ledger: Ledger, trx: Trx, draft: VendingShopDraft, cause: Cause): Promise<Shop> {
  const { merchantId, siteNumber, sn, ...rest } = draft;
  await check(trx, draft);
  const site = await trx
    .selectFrom('sites')
    .select(['id', 'name', 'address'])
    .where('merchant_id', '=', merchantId)
    .where('upstream_integration_id', 'is', null)
    .where('number', '=', siteNumber)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!site) refuse('place.unknown', `site ${siteNumber}`);
  const before = await trx
    .selectFrom('pos_shops')
    .select('sn')
    .where('merchant_id', '=', merchantId)
    .where('site_id', '=', site.id)
    .executeTakeFirst();
  if (before && sn !== undefined && sn !== before.sn) refuse('request.invalid', `the site is the shop ${before.sn}`);
  const named = before?.sn ?? sn ?? siteNumber;
  if (!before && (await exists(trx, merchantId, named))) refuse('request.invalid', `there is a shop ${named}`);
  const address = site.address === '' ? null : site.address;
  const shop = await putShop(ledger, { ...rest, merchantId, sn: named, name: site.name, address, siteId: site.id }, cause);
  const now = ledger.clock.now();
  const { rows } = await sql`
    update pos_shops s set vending_since = ${now}, business_on = coalesce(business_on, ${now}::timestamptz),
      open_day = greatest(open_day, ${businessDayOf(sql`${now}::timestamptz`)})
    where s.merchant_id = ${merchantId} and s.id = ${shop.id} and s.vending_since is null
    returning s.id`.execute(trx);
  if (rows.length > 0) {
    const data = { shopId: shop.id, sn: shop.sn, changed: ['opened'] };
    await recordEvent(ledger, trx, { merchantId, kind: 'shop.changed', data }, cause);
  }
  return { ...shop, businessOn: shop.businessOn ?? now };
}

async function exists(trx: Trx, merchantId: number, sn: string): Promise<boolean> {
  const found = trx.selectFrom('pos_shops').select('id').where('merchant_id', '=', merchantId).where('sn', '=', sn);
  return (await found.where('upstream_integration_id', 'is', null).executeTakeFirst()) !== undefined;
}

async function check(trx: Trx, { timeZone, dayClosesAt, paymentCodes = {}, brandId = 0 }: VendingShopDraft): Promise<void> {
  if (dayClosesAt !== undefined && !/^([01]\d|2[0-3]):[0-5]\d$/.test(dayClosesAt))
    refuse('request.invalid', 'dayClosesAt must be a time such as 02:00');
  if (!Number.isSafeInteger(brandId)) refuse('request.invalid', 'brandId must be a whole number');
  for (const [style, { id, sn }] of Object.entries(paymentCodes)) {
    if (!Number.isSafeInteger(id) || sn === '')
      refuse('request.invalid', `the payment code of ${style} must have an id and an sn`);
  }
  if (timeZone === undefined) return;
  const { rows } = await sql`select from pg_timezone_names where name = ${timeZone}`.execute(trx);
  if (rows.length === 0) refuse('request.invalid', `timeZone ${timeZone}: use a name such as Asia/Shanghai`);
}
