import { sql } from 'kysely';
import type { Ledger, Trx } from '../ledger.ts';

/** A good as another platform tells of it; what is not said stays as it is. */
export interface ForeignGoods {
  number: string;
  name: string;
  fullName?: string | undefined;
  manufacturer?: string | undefined;
  packing?: number | undefined;
  priceCents?: number | undefined;
  pictureUrl?: string | undefined;
}

/** Adds or changes its goods by their number, and leaves alone what is in our own catalogue under one; answers the ids by number. */
export async function putForeignGoods(
  ledger: Ledger,
  trx: Trx,
  { merchantId, upstreamIntegrationId }: { merchantId: number; upstreamIntegrationId: number },
  goods: readonly ForeignGoods[],
): Promise<Map<string, number>> {
  // Of one number the last word counts.
  const drafts = [...new Map(goods.map((good) => [good.number, good])).values()];
  if (drafts.length === 0) return new Map();
  const now = ledger.clock.now();
  await sql`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(drafts)}::jsonb) as g(number text, name text, "fullName" text,
        manufacturer text, packing smallint, "priceCents" bigint, "pictureUrl" text)
    )
    insert into goods (merchant_id, upstream_integration_id, number, name, full_name, manufacturer, packing, price_cents,
      original_price_cents, picture_url, created_at, updated_at)
    select ${merchantId}, ${upstreamIntegrationId}, number, name, coalesce("fullName", name), coalesce(manufacturer, ''), packing,
      coalesce("priceCents", 0), coalesce("priceCents", 0), coalesce("pictureUrl", ''), ${now}, ${now}
    from told order by number
    on conflict (merchant_id, number) do update set name = excluded.name, updated_at = excluded.updated_at,
      full_name = coalesce((select "fullName" from told where told.number = excluded.number), goods.full_name),
      manufacturer = coalesce((select manufacturer from told where told.number = excluded.number), goods.manufacturer),
      packing = coalesce(excluded.packing, goods.packing),
      price_cents = coalesce((select "priceCents" from told where told.number = excluded.number), goods.price_cents),
      picture_url = coalesce((select "pictureUrl" from told where told.number = excluded.number), goods.picture_url)
    where goods.upstream_integration_id = excluded.upstream_integration_id`.execute(trx);
  const rows = await trx
    .selectFrom('goods')
    .select(['id', 'number'])
    .where('merchant_id', '=', merchantId)
    .where(
      'number',
      'in',
      drafts.map(({ number }) => number),
    )
    .execute();
  return new Map(rows.map(({ id, number }) => [number, id]));
}
