import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { addToDaysSql } from './sales-days.sql.ts';
import { allKeys, dayOf, isSold, sumsOf } from './sales-dimension.ts';

/** Trades summed, or sums taken away, in one go: so long the merchant's other writers wait, and with them who projects its sales. */
const mostAtOnce = 5_000;

/**
 * Merchants whose sums by day are not whole: those of all trades that there were before the sums were kept, those whose zone is another
 * now, and those of whose goods some were given another id.
 */
export async function merchantsToKeep(ledger: Ledger): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select m.id from sales_counters c join merchants m on m.id = c.merchant_id
    where c.days_zone is distinct from m.time_zone or c.days_seq < c.trades
      or exists (select from sales_days_stale v where v.merchant_id = m.id)
    order by m.id`.execute(ledger.db);
  return rows.map(({ id }) => id);
}

/**
 * A step towards a merchant's whole sums by day: a part of the old ones goes, or so many trades are added, in the order of their numbers,
 * or those of some goods are made anew. In a transaction of its own: between two steps trades are written as ever, and move what is
 * summed already; until the last the sums are read out of the trades. Taken by several processes, each step is taken once.
 */
export async function keepSalesDays(ledger: Ledger, merchantId: number, most = mostAtOnce): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    const { rows } = await sql<{ zone: string; daysZone: string | null; seq: number; trades: number }>`
      select m.time_zone as zone, c.days_zone as "daysZone", c.days_seq as seq, c.trades
      from sales_counters c join merchants m on m.id = c.merchant_id
      where c.merchant_id = ${merchantId} for no key update of c`.execute(trx);
    const [counter] = rows;
    if (!counter) return;
    const { zone, daysZone, seq, trades } = counter;
    if (daysZone !== zone) await clearDays(trx, merchantId, zone, most);
    else if (seq < trades) await addTrades(trx, merchantId, zone, { after: seq, to: Math.min(seq + most, trades) });
    else await makeGoodsAnew(trx, merchantId);
  });
}

/** From the first part on the sums are nobody's: without a zone none is moved, and none is read. */
async function clearDays(trx: Trx, merchantId: number, zone: string, most: number): Promise<void> {
  const { numAffectedRows = 0n } = await sql`
    delete from sales_days where ctid = any (array(select ctid from sales_days where merchant_id = ${merchantId} limit ${most}))`.execute(
    trx,
  );
  const daysZone = numAffectedRows < most ? zone : null;
  await sql`update sales_counters set days_zone = ${daysZone}, days_seq = 0 where merchant_id = ${merchantId}`.execute(trx);
}

async function addTrades(trx: Trx, merchantId: number, timeZone: string, { after, to }: { after: number; to: number }) {
  const zone = sql`${timeZone}::text`;
  await addToDaysSql(sql`
    select t.merchant_id, k.dimension, t.day, k.key, ${sumsOf()}
    from (
      -- The day is reckoned once for each trade, and not for each of its keys.
      select t.*, ${dayOf(zone)} as day from trades t
      where t.merchant_id = ${merchantId} and t.seq > ${after} and t.seq <= ${to} and ${isSold} offset 0
    ) t cross join lateral ${allKeys(zone)}
    group by 1, 2, 3, 4`).execute(trx);
  await sql`update sales_counters set days_seq = ${to} where merchant_id = ${merchantId}`.execute(trx);
}

/** Those of goods whose trades were given another id: a good was known under two. */
async function makeGoodsAnew(trx: Trx, merchantId: number): Promise<void> {
  const { rows } = await sql<{ goodsId: number }>`
    delete from sales_days_stale where merchant_id = ${merchantId} returning goods_id as "goodsId"`.execute(trx);
  const ids = [...new Set(rows.map(({ goodsId }) => goodsId))];
  await sql`
    delete from sales_days where merchant_id = ${merchantId} and dimension = 'goods' and key = any(${ids.map(String)}::text[])`.execute(
    trx,
  );
  await addToDaysSql(sql`
    select t.merchant_id, 'goods', ${dayOf(sql`c.days_zone`)}, t.goods_id::text, ${sumsOf()}
    from trades t join sales_counters c on c.merchant_id = t.merchant_id
    where t.merchant_id = ${merchantId} and t.goods_id = any(${ids}::bigint[]) and ${isSold}
    group by 1, 2, 3, 4`).execute(trx);
}
