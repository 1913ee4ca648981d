import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { type PaymentCode, type Shop, shopOf } from './shop.ts';

/** What is left out stays as it is; of a new shop it is empty, its zone the merchant's. */
export interface ShopDraft {
  merchantId: number;
  sn: string;
  name: string;
  /** Of another platform: found by this and not by its sn. */
  upstream?: { integrationId: number; shopId: number };
  brandId?: number | undefined;
  brandName?: string | undefined;
  address?: string | null | undefined;
  contact?: string | null | undefined;
  siteId?: number | null | undefined;
  /** IANA name. */
  timeZone?: string | undefined;
  /** `HH:mm` */
  dayClosesAt?: string | undefined;
  paymentCodes?: Readonly<Record<string, PaymentCode>> | undefined;
  businessOn?: Date | null | undefined;
  createdOn?: Date | null | undefined;
  /** Of another platform's shop; our own is told by its day ends. */
  latestBusinessDay?: string | null | undefined;
}

/** Adds or changes a shop: ours by its sn, another platform's by its number there. One that is as it was makes no event. */
export async function putShop(ledger: Ledger, draft: ShopDraft, cause: Cause): Promise<Shop> {
  const { merchantId } = draft;
  return await inTransaction(ledger.db, async (trx) => {
    const found = await findForUpdate(trx, draft);
    const values = without(found, {
      sn: draft.sn,
      name: draft.name,
      brand_id: draft.brandId,
      brand_name: draft.brandName,
      address: draft.address,
      contact: draft.contact,
      site_id: draft.siteId,
      time_zone: draft.timeZone ?? (found ? undefined : await zoneOf(trx, merchantId)),
      day_closes_at: draft.dayClosesAt,
      payment_codes: draft.paymentCodes,
      business_on: draft.businessOn,
      created_on: draft.createdOn ?? (found ? undefined : draft.upstream ? null : ledger.clock.now()),
      latest_business_day: draft.latestBusinessDay,
    });
    if (found && Object.keys(values).length === 0) return shopOf(found);
    const row = await write(trx, found?.id, draft, values, ledger.clock.now());
    // Somebody else made it just now: it is there to be changed.
    if (!row) return await putShop({ ...ledger, db: trx }, draft, cause);
    const data = { shopId: row.id, sn: row.sn, changed: Object.keys(values) };
    await recordEvent(ledger, trx, { merchantId, kind: 'shop.changed', data }, cause);
    return shopOf(row);
  });
}

type Row = Parameters<typeof shopOf>[0];

async function findForUpdate(trx: Trx, { merchantId, sn, upstream }: ShopDraft): Promise<Row | undefined> {
  const query = trx.selectFrom('pos_shops').selectAll().where('merchant_id', '=', merchantId).forNoKeyUpdate();
  return upstream
    ? await query
        .where('upstream_integration_id', '=', upstream.integrationId)
        .where('upstream_shop_id', '=', upstream.shopId)
        .executeTakeFirst()
    : await query.where('upstream_integration_id', 'is', null).where('sn', '=', sn).executeTakeFirst();
}

async function zoneOf(trx: Trx, merchantId: number): Promise<string> {
  const merchant = trx.selectFrom('merchants').select('time_zone').where('id', '=', merchantId);
  return (await merchant.executeTakeFirstOrThrow()).time_zone;
}

/** Of what was given, what is not so already; lists and objects as JSON. */
function without(found: Row | undefined, values: Record<string, unknown>): Record<string, unknown> {
  const plain = (value: unknown): unknown =>
    value instanceof Date ? value.getTime() : typeof value === 'object' && value !== null ? JSON.stringify(sorted(value)) : value;
  const changed = Object.entries(values).filter(
    ([name, value]) => value !== undefined && (!found || plain(value) !== plain(found[name as keyof Row])),
  );
  return Object.fromEntries(changed.map(([name, value]) => [name, name === 'payment_codes' ? JSON.stringify(value) : value]));
}

/** jsonb keeps no order of keys. */
function sorted(value: object): unknown {
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, one]) => [name, typeof one === 'object' && one !== null ? sorted(one as object) : one]),
  );
}

async function write(trx: Trx, id: number | undefined, draft: ShopDraft, values: object, now: Date): Promise<Row | undefined> {
  if (id !== undefined) {
    return await trx
      .updateTable('pos_shops')
      .set({ ...values, updated_at: now })
      .where('merchant_id', '=', draft.merchantId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  }
  const { upstream } = draft;
  return await trx
    .insertInto('pos_shops')
    .values({
      merchant_id: draft.merchantId,
      sn: draft.sn,
      name: draft.name,
      upstream_integration_id: upstream?.integrationId ?? null,
      upstream_shop_id: upstream?.shopId ?? null,
      time_zone: '',
      created_at: now,
      updated_at: now,
      ...values,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}
