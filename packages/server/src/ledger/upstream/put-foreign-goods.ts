import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { identifyForeignGoods, type Upstream } from './identify-foreign-goods.ts';

/** A good as another platform tells of it; what is not said stays as it is. */
export interface ForeignGoods {
  /** The number (商品编码): where it is not told, its id must be. */
  number?: string | undefined;
  /** That platform's own id of it. */
  upstreamId?: string | undefined;
  name: string;
  fullName?: string | undefined;
  manufacturer?: string | undefined;
  packing?: number | undefined;
  description?: string | undefined;
  spec?: string | undefined;
  unit?: string | undefined;
  costCents?: number | undefined;
  priceCents?: number | undefined;
  pictureUrl?: string | undefined;
}

/**
 * Whose numbers it speaks in. `ours`: that platform and we share a catalogue; what is ours under a number is meant, and left as it is.
 * `theirs`: its own, whatever we have under the same.
 */
export type GoodsCatalogue = 'ours' | 'theirs';

/** Of whom it is told; the catalogue is ours where nothing else is said. */
export interface ForeignCatalogue extends Upstream {
  catalogue?: GoodsCatalogue;
}

/** Adds or changes its goods; answers their ids in the same order. */
export async function putForeignGoods(
  ledger: Ledger,
  of: ForeignCatalogue,
  goods: readonly ForeignGoods[],
): Promise<(number | undefined)[]> {
  return await inTransaction(ledger.db, (trx) => putForeignGoodsIn(ledger, trx, of, goods));
}

export async function putForeignGoodsIn(
  ledger: Ledger,
  trx: Trx,
  of: ForeignCatalogue,
  goods: readonly ForeignGoods[],
): Promise<(number | undefined)[]> {
  if (goods.length === 0) return [];
  const { merchantId, upstreamIntegrationId, catalogue = 'ours' } = of;
  const theirs = catalogue === 'theirs';
  const numbers = theirs ? goods.map(({ number }) => number) : await identifyForeignGoods(trx, of, goods);
  // Of one number the last word counts.
  const numbered = goods.flatMap((good, n) =>
    numbers[n] === undefined ? [] : [[numbers[n], { ...good, number: numbers[n] }] as const],
  );
  const drafts = [...new Map(numbered).values()];
  const now = ledger.clock.now();
  await sql`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(drafts)}::jsonb) as g(number text, "upstreamId" text, name text, "fullName" text,
        manufacturer text, packing smallint, description text, spec text, unit text, "costCents" bigint, "priceCents" bigint,
        "pictureUrl" text)
    )
    insert into goods (merchant_id, upstream_integration_id, number, upstream_goods_id, name, full_name, manufacturer, packing,
      description, spec, unit, cost_cents, price_cents, original_price_cents, picture_url, created_at, updated_at)
    select ${merchantId}, ${upstreamIntegrationId}, number, "upstreamId", name, coalesce("fullName", name), coalesce(manufacturer, ''),
      packing, coalesce(description, ''), coalesce(spec, ''), coalesce(unit, ''), coalesce("costCents", 0), coalesce("priceCents", 0),
      coalesce("priceCents", 0), coalesce("pictureUrl", ''), ${now}, ${now}
    from told
    where ${theirs} or not exists (
      select from goods g where g.merchant_id = ${merchantId} and g.upstream_integration_id is null and g.number = told.number)
    order by number
    on conflict (merchant_id, upstream_integration_id, number) do update set name = excluded.name, updated_at = excluded.updated_at,
      upstream_goods_id = coalesce(goods.upstream_goods_id, excluded.upstream_goods_id),
      full_name = coalesce((select "fullName" from told where told.number = excluded.number), goods.full_name),
      manufacturer = coalesce((select manufacturer from told where told.number = excluded.number), goods.manufacturer),
      packing = coalesce(excluded.packing, goods.packing),
      price_cents = coalesce((select "priceCents" from told where told.number = excluded.number), goods.price_cents),
      original_price_cents = coalesce((select "priceCents" from told where told.number = excluded.number), goods.original_price_cents),
      cost_cents = coalesce((select "costCents" from told where told.number = excluded.number), goods.cost_cents),
      description = coalesce((select description from told where told.number = excluded.number), goods.description),
      spec = coalesce((select spec from told where told.number = excluded.number), goods.spec),
      unit = coalesce((select unit from told where told.number = excluded.number), goods.unit),
      picture_url = coalesce((select "pictureUrl" from told where told.number = excluded.number), goods.picture_url)`.execute(
    trx,
  );
  const rows = await trx
    .selectFrom('goods')
    .select(['id', 'number'])
    .where('merchant_id', '=', merchantId)
    .where((eb) => {
      const known = eb('upstream_integration_id', '=', upstreamIntegrationId);
      return theirs ? known : eb.or([known, eb('upstream_integration_id', 'is', null)]);
    })
    .where('number', '=', (eb) => eb.fn.any(eb.val(drafts.map(({ number }) => number))))
    // Of two of one number ours is the last.
    .orderBy('upstream_integration_id', (order) => order.asc().nullsLast())
    .execute();
  const ids = new Map(rows.map(({ id, number }) => [number, id]));
  return numbers.map((number) => (number === undefined ? undefined : ids.get(number)));
}
