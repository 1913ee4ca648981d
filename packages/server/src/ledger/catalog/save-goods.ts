import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { renewBarcodes } from './renew-barcodes.ts';
import type { CatalogueGoods } from './search-goods.ts';

/** What a person may say of a good of our own; what is not said stays. */
export type GoodsFields = {
  [Field in Exclude<keyof CatalogueGoods, 'id' | 'number' | 'own' | 'pictureUrl' | 'machines' | 'updatedAt'>]?:
    | CatalogueGoods[Field]
    | undefined;
};

export interface GoodsCreation {
  merchantId: number;
  /** Unique among our own, and for good: other systems name the good by it. */
  number: string;
  fields: GoodsFields & { name: string };
  cause: Cause;
}

/** A new good of our own; answers its id. Refuses request.invalid where there is one of this number. */
export async function createGoods(ledger: Ledger, { merchantId, number, fields, cause }: GoodsCreation): Promise<number> {
  const now = ledger.clock.now();
  const name = {
    full_name: fields.fullName ?? fields.name,
    original_price_cents: fields.originalPriceCents ?? fields.priceCents ?? 0,
  };
  return await inTransaction(ledger.db, async (trx) => {
    const made = await trx
      .insertInto('goods')
      .values({ merchant_id: merchantId, number, name: fields.name, ...name, created_at: now, updated_at: now })
      .onConflict((conflict) => conflict.columns(['merchant_id', 'upstream_integration_id', 'number']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) refuse('request.invalid', `number: there is a good ${number}`);
    await saveFields(ledger, trx, { merchantId, goodsId: made.id, fields, cause });
    return made.id;
  });
}

export interface GoodsEdit {
  merchantId: number;
  goodsId: number;
  fields: GoodsFields;
  cause: Cause;
}

/**
 * Changes a good of our own. Prices of slots stay: what a machine sells for is the planogram's. Orders on their way into an ERP's books get
 * the barcode that it has now. Refuses goods.unknown, for another platform's as well, which says itself what its goods are.
 */
export async function editGoods(ledger: Ledger, edit: GoodsEdit): Promise<void> {
  await inTransaction(ledger.db, (trx) => saveFields(ledger, trx, edit));
}

async function saveFields(ledger: Ledger, trx: Trx, { merchantId, goodsId, fields, cause }: GoodsEdit): Promise<void> {
  const { fullName, category, costCents, priceCents, originalPriceCents, foreignPictureUrl, ...others } = fields;
  const columns = {
    ...others,
    full_name: fullName,
    category_id: category === undefined ? undefined : await categoryId(trx, merchantId, category),
    cost_cents: costCents,
    price_cents: priceCents,
    original_price_cents: originalPriceCents,
    picture_url: foreignPictureUrl,
  };
  const told = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
  const changed = await trx
    .updateTable('goods')
    .set({ ...told, updated_at: ledger.clock.now() })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', goodsId)
    .where('upstream_integration_id', 'is', null)
    .returning('number')
    .executeTakeFirst();
  if (!changed) refuse('goods.unknown', String(goodsId));
  if (fields.barcode !== undefined) await renewBarcodes(trx, merchantId, [goodsId]);
  await recordEvent(ledger, trx, { merchantId, kind: 'goods.changed', data: { goods: [changed.number] } }, cause);
}

/** By its title; a new one comes after the others. */
async function categoryId(trx: Trx, merchantId: number, title: string): Promise<number | null> {
  if (title === '') return null;
  const last = await trx
    .selectFrom('categories')
    .select((eb) => eb.fn.coalesce(eb.fn.max('sort_order'), eb.lit(-1)).as('order'))
    .where('merchant_id', '=', merchantId)
    .executeTakeFirstOrThrow();
  const { id } = await trx
    .insertInto('categories')
    .values({ merchant_id: merchantId, title, sort_order: Number(last.order) + 1 })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'title']).doUpdateSet({ title }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
