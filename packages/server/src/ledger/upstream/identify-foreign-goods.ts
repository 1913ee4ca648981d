import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';
import type { ForeignGoods } from './put-foreign-goods.ts';

interface Known {
  id: number;
  number: string;
  name: string;
  upstream: boolean;
  upstreamGoodsId: string | null;
}

/** Of whom it is told. */
export interface Upstream {
  merchantId: number;
  upstreamIntegrationId: number;
}

/**
 * The number of each good: as it is told, else the one that is known of that platform's id, or of a good of the same name whose id nobody told.
 * Where none is known the id stands in for it, until one is told: then the good, or what lies in slots, moves to that. Undefined for what has
 * neither number nor id.
 */
export async function identifyForeignGoods(
  trx: Trx,
  of: Upstream,
  goods: readonly ForeignGoods[],
): Promise<(string | undefined)[]> {
  const values = (pick: (good: ForeignGoods) => string | undefined) => [...new Set(goods.flatMap((good) => pick(good) ?? []))];
  const known = await sql<Known>`
    select id, number, name, upstream_integration_id is not distinct from ${of.upstreamIntegrationId} as upstream,
      upstream_goods_id as "upstreamGoodsId"
    from goods
    where merchant_id = ${of.merchantId} and (upstream_integration_id is null or upstream_integration_id = ${of.upstreamIntegrationId})
      and (number = any(${values(({ number }) => number)}::text[])
      or upstream_integration_id = ${of.upstreamIntegrationId} and (upstream_goods_id = any(${values(({ upstreamId }) => upstreamId)}::text[])
        or name = any(${values(({ name }) => name)}::text[])))
    order by upstream_integration_id nulls first, id`.execute(trx);
  const rows = known.rows;
  const numbers: (string | undefined)[] = [];
  for (const good of goods) numbers.push(await identify(trx, of, rows, good));
  return numbers;
}

async function identify(trx: Trx, of: Upstream, rows: Known[], good: ForeignGoods): Promise<string | undefined> {
  const { number, upstreamId, name } = good;
  const byId = rows.find((row) => row.upstream && upstreamId !== undefined && row.upstreamGoodsId === upstreamId);
  if (number === undefined) {
    if (upstreamId === undefined || byId) return byId?.number;
    const sameName = rows.find((row) => row.upstream && row.name === name && row.upstreamGoodsId === null);
    if (!sameName) return upstreamId;
    await change(trx, of, sameName, { upstreamGoodsId: upstreamId });
    return sameName.number;
  }
  const byNumber = rows.find((row) => row.number === number);
  const nameless = rows.find((row) => row.upstream && row.name === name && row.number === row.upstreamGoodsId);
  const before = byId ?? (upstreamId === undefined ? nameless : undefined);
  if (before && before.number !== number) {
    if (byNumber) await replace(trx, of, rows, before, byNumber);
    else await change(trx, of, before, { number });
  }
  if (byNumber?.upstream && byNumber.upstreamGoodsId === null && upstreamId !== undefined) {
    await change(trx, of, byNumber, { upstreamGoodsId: upstreamId });
  }
  return number;
}

async function change(trx: Trx, of: Upstream, row: Known, to: Partial<Known>): Promise<void> {
  Object.assign(row, to);
  await trx
    .updateTable('goods')
    .set({ number: row.number, upstream_goods_id: row.upstreamGoodsId })
    .where('merchant_id', '=', of.merchantId)
    .where('id', '=', row.id)
    .execute();
}

/** The good was known under two names: what lies in slots is the one with the number from now on. */
async function replace(trx: Trx, of: Upstream, rows: Known[], before: Known, by: Known): Promise<void> {
  const upstreamGoodsId = before.upstreamGoodsId;
  await sql`update slots set goods_id = ${by.id} where merchant_id = ${of.merchantId} and goods_id = ${before.id}`.execute(trx);
  await sql`update trades set goods_id = ${by.id} where merchant_id = ${of.merchantId} and upstream_integration_id = ${of.upstreamIntegrationId}
    and goods_id = ${before.id}`.execute(trx);
  await sql`
    insert into sales_days_stale (merchant_id, goods_id) select ${of.merchantId}, unnest(${[before.id, by.id]}::bigint[])`.execute(
    trx,
  );
  await change(trx, of, before, { upstreamGoodsId: null });
  await sql`
    delete from goods g where g.merchant_id = ${of.merchantId} and g.id = ${before.id} and not exists (
      select from pickup_codes p where p.merchant_id = g.merchant_id and p.goods_id = g.id)`.execute(trx);
  rows.splice(rows.indexOf(before), 1);
  if (by.upstream && by.upstreamGoodsId === null) await change(trx, of, by, { upstreamGoodsId });
}
