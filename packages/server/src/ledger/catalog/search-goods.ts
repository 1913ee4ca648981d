import { sql } from 'kysely';
import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { pictureUrl } from './picture-url.ts';

/** A good with all that is known of it. Money in minor units; packing 0 bottle, 1 can, 2 bag, 3 box, 4 cup. */
export interface CatalogueGoods {
  id: number;
  number: string;
  /** False: another platform's, which says itself what it is. */
  own: boolean;
  name: string;
  fullName: string;
  barcode: string;
  description: string;
  content: string;
  slug: string;
  spec: string;
  unit: string;
  manufacturer: string;
  packing: number | null;
  /** '' where it has none. */
  category: string;
  costCents: number;
  priceCents: number;
  originalPriceCents: number;
  returnable: boolean;
  /** Where anybody can fetch its picture; '' without one. */
  pictureUrl: string;
  /** The address of one that is served elsewhere. */
  foreignPictureUrl: string;
  /** In so many machines it is. */
  machines: number;
  updatedAt: Date;
}

export interface GoodsFilter {
  merchantId: number;
  goodsId?: number | undefined;
  /** Within number, name or barcode, whatever the case. */
  text?: string | undefined;
  /** Of this category; '' for such that have none. */
  category?: string | undefined;
  /** Our own alone. */
  own?: boolean | undefined;
}

type Row = Omit<CatalogueGoods, 'pictureUrl'> & { picture: string | null };

/** By name; `total` counts all that match. */
export async function searchGoods(
  ledger: Ledger,
  { merchantId, goodsId, text, category, own }: GoodsFilter,
  page: { offset: number; limit: number },
): Promise<{ goods: CatalogueGoods[]; total: number }> {
  const pattern = text ? `%${text.replace(/[\\%_]/g, '\\$&')}%` : null;
  const matching = sql`
    from goods g left join categories c on c.merchant_id = g.merchant_id and c.id = g.category_id
    where g.merchant_id = ${merchantId}
      and (${goodsId ?? null}::bigint is null or g.id = ${goodsId ?? null})
      and (${pattern}::text is null or g.name ilike ${pattern} or g.number ilike ${pattern} or g.barcode ilike ${pattern})
      and (${category ?? null}::text is null or coalesce(c.title, '') = ${category ?? null})
      and (${own ?? false} = false or g.upstream_integration_id is null)`;
  const { rows } = await sql<Row>`
    with page as (
      select g.id, g.number, g.upstream_integration_id is null as own, g.name, g.full_name as "fullName", g.barcode, g.description,
        g.content, g.slug, g.spec, g.unit, g.manufacturer, g.packing, coalesce(c.title, '') as category, g.cost_cents as "costCents",
        g.price_cents as "priceCents", g.original_price_cents as "originalPriceCents", g.returnable, g.picture,
        g.picture_url as "foreignPictureUrl", g.updated_at as "updatedAt"
      ${matching} order by g.name, g.id limit ${page.limit} offset ${page.offset}
    )
    select page.*, (select count(distinct s.machine_id) from slots s where s.merchant_id = ${merchantId} and s.goods_id = page.id) as machines
    from page order by name, id`.execute(ledger.db);
  const { rows: counted } = await sql<{ total: number }>`select count(*) as total ${matching}`.execute(ledger.db);
  return {
    goods: rows.map(({ picture, ...goods }) => ({
      ...goods,
      pictureUrl: pictureUrl(ledger, { picture, pictureUrl: goods.foreignPictureUrl }),
    })),
    total: counted[0]?.total ?? 0,
  };
}

/** Refuses goods.unknown. */
export async function getGoods(ledger: Ledger, merchantId: number, goodsId: number): Promise<CatalogueGoods> {
  const { goods } = await searchGoods(ledger, { merchantId, goodsId }, { offset: 0, limit: 1 });
  return goods[0] ?? refuse('goods.unknown', String(goodsId));
}
