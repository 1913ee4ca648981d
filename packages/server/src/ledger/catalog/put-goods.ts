import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { renewBarcodes } from './renew-barcodes.ts';

/** A good of the catalogue, by its number. Money in minor units; packing 0 bottle, 1 can, 2 bag, 3 box, 4 cup. */
export interface GoodsDraft {
  number: string;
  name: string;
  barcode?: string;
  fullName?: string;
  description?: string;
  content?: string;
  slug?: string;
  spec?: string;
  unit?: string;
  manufacturer?: string;
  packing?: number;
  category?: string;
  costCents?: number;
  priceCents: number;
  originalPriceCents?: number;
  /** Where it is served elsewhere; one of our own (put-picture) comes before it. */
  pictureUrl?: string;
}

/**
 * Adds or changes goods by their number, all or nothing; answers the ids by number. Orders on their way into an ERP's books get the barcodes
 * that the goods have now.
 */
export async function putGoods(
  ledger: Ledger,
  merchantId: number,
  drafts: readonly GoodsDraft[],
  cause: Cause,
): Promise<Map<string, number>> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const titles = [...new Set(drafts.flatMap(({ category }) => category ?? []))];
    if (titles.length > 0) {
      await trx
        .insertInto('categories')
        .values(titles.map((title, n) => ({ merchant_id: merchantId, title, sort_order: n })))
        .onConflict((conflict) => conflict.columns(['merchant_id', 'title']).doNothing())
        .execute();
    }
    const { rows } = await sql<{ id: number; number: string }>`
      insert into goods (merchant_id, number, name, barcode, full_name, description, content, slug, spec, unit, manufacturer,
        packing, category_id, cost_cents, price_cents, original_price_cents, picture_url, created_at, updated_at)
      select ${merchantId}, g.number, g.name, coalesce(g.barcode, ''), coalesce(g."fullName", g.name), coalesce(g.description, ''),
        coalesce(g.content, ''), coalesce(g.slug, ''), coalesce(g.spec, ''), coalesce(g.unit, ''), coalesce(g.manufacturer, ''),
        g.packing, c.id, coalesce(g."costCents", 0), g."priceCents", coalesce(g."originalPriceCents", g."priceCents"),
        coalesce(g."pictureUrl", ''), ${now}, ${now}
      from jsonb_to_recordset(${JSON.stringify(drafts)}::jsonb) as g(number text, name text, barcode text, "fullName" text,
        description text, content text, slug text, spec text, unit text, manufacturer text, packing smallint, category text,
        "costCents" bigint, "priceCents" bigint, "originalPriceCents" bigint, "pictureUrl" text)
      left join categories c on c.merchant_id = ${merchantId} and c.title = g.category
      on conflict (merchant_id, upstream_integration_id, number) do update set name = excluded.name, barcode = excluded.barcode,
        full_name = excluded.full_name, description = excluded.description, content = excluded.content, slug = excluded.slug,
        spec = excluded.spec, unit = excluded.unit, manufacturer = excluded.manufacturer, packing = excluded.packing,
        category_id = excluded.category_id, cost_cents = excluded.cost_cents, price_cents = excluded.price_cents,
        original_price_cents = excluded.original_price_cents, picture_url = excluded.picture_url, updated_at = excluded.updated_at
      returning id, number`.execute(trx);
    await renewBarcodes(
      trx,
      merchantId,
      rows.map(({ id }) => id),
    );
    const data = { goods: rows.map(({ number }) => number) };
    await recordEvent(ledger, trx, { merchantId, kind: 'goods.changed', data }, cause);
    return new Map(rows.map(({ id, number }) => [number, id]));
  });
}
