import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';
import { allKeys, dayOf, isSold, sumsOf } from './sales-dimension.ts';

/**
 * Makes the sums by day fit for being moved: those of a merchant whose zone is another than theirs are made anew, and so are those of goods
 * whose trades were given another id. The caller holds the merchants' counters.
 */
export async function keepSalesDays(trx: Trx, merchantIds: readonly number[]): Promise<void> {
  const { rows } = await sql<{ id: number; zone: string; zoned: boolean; stale: boolean }>`
    select m.id, m.time_zone as zone, c.days_zone is not distinct from m.time_zone as zoned,
      exists (select from sales_days_stale v where v.merchant_id = m.id) as stale
    from sales_counters c join merchants m on m.id = c.merchant_id
    where c.merchant_id = any(${[...merchantIds]}::bigint[])`.execute(trx);
  for (const { id, zone, zoned, stale } of rows) {
    if (!zoned) await makeSalesDays(trx, id, zone);
    else if (stale) await makeGoodsAnew(trx, id);
  }
}

/** All of a merchant's, out of its trades: once, and of millions it takes longer than a statement may else. */
async function makeSalesDays(trx: Trx, merchantId: number, timeZone: string): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(trx);
  // Enough to add up in memory, instead of sorting on disk.
  await sql`set local work_mem = '128MB'`.execute(trx);
  await sql`delete from sales_days where merchant_id = ${merchantId}`.execute(trx);
  await sql`delete from sales_days_stale where merchant_id = ${merchantId}`.execute(trx);
  const zone = sql`${timeZone}::text`;
  await sql`
    insert into sales_days (merchant_id, dimension, day, key, units, amount_cents, returned_units, returned_cents)
    select t.merchant_id, k.dimension, t.day, k.key, ${sumsOf()}
    from (
      -- The day is reckoned once for each trade, and not for each of its keys.
      select t.*, ${dayOf(zone)} as day from trades t where t.merchant_id = ${merchantId} and ${isSold} offset 0
    ) t cross join lateral ${allKeys(zone)}
    group by 1, 2, 3, 4`.execute(trx);
  await sql`update sales_counters set days_zone = ${timeZone} where merchant_id = ${merchantId}`.execute(trx);
}

async function makeGoodsAnew(trx: Trx, merchantId: number): Promise<void> {
  const { rows } = await sql<{ goodsId: number }>`
    delete from sales_days_stale where merchant_id = ${merchantId} returning goods_id as "goodsId"`.execute(trx);
  const ids = [...new Set(rows.map(({ goodsId }) => goodsId))];
  await sql`
    delete from sales_days where merchant_id = ${merchantId} and dimension = 'goods' and key = any(${ids.map(String)}::text[])`.execute(
    trx,
  );
  await sql`
    insert into sales_days (merchant_id, dimension, day, key, units, amount_cents, returned_units, returned_cents)
    select t.merchant_id, 'goods', ${dayOf(sql`c.days_zone`)}, t.goods_id::text, ${sumsOf()}
    from trades t join sales_counters c on c.merchant_id = t.merchant_id
    where t.merchant_id = ${merchantId} and t.goods_id = any(${ids}::bigint[]) and ${isSold}
    group by 1, 2, 3, 4`.execute(trx);
}
