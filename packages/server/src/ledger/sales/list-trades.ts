import { type RawBuilder, sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { PayStyle } from './pay-style.ts';
import { type Trade, tradeColumns, tradeSource } from './trade.ts';

export interface TradeFilter {
  machineId?: number | undefined;
  /** By the time it was made; whole seconds, both inclusive. */
  from?: Date | undefined;
  to?: Date | undefined;
  payStyles?: readonly PayStyle[] | undefined;
}

export interface TradePage {
  /** Rows to be left out before it; 0 or more. */
  cursor: number;
  limit: number;
}

/** A page holds no more, however many are asked for. */
export const mostTrades = 100_000;

/**
 * Trades in the order in which they came to be known, oldest first: what comes later is at the end, so that pages keep their rows.
 * `total`: all that fit. Unfiltered, a page is found by its place, however deep; filtered, the filter's rows are counted in an index.
 */
export async function listTrades(
  ledger: Ledger,
  merchantId: number,
  filter: TradeFilter,
  page: TradePage,
): Promise<{ total: number; trades: Trade[] }> {
  const cursor = Math.max(0, page.cursor);
  const limit = Math.min(Math.max(0, page.limit), mostTrades);
  const conditions = conditionsOf(filter);
  if (conditions.length === 0) {
    const { rows: counters } = await sql<{ trades: number }>`
      select trades from sales_counters where merchant_id = ${merchantId}`.execute(ledger.db);
    const { rows: trades } = await sql<Trade>`
      select ${tradeColumns} from ${tradeSource}
      where t.merchant_id = ${merchantId} and t.seq > ${cursor} and t.seq <= ${cursor + limit}
      order by t.seq`.execute(ledger.db);
    return { total: counters[0]?.trades ?? 0, trades };
  }
  const fitting = sql`trades t where t.merchant_id = ${merchantId} and ${sql.join(conditions, sql` and `)}`;
  const { rows: counts } = await sql<{ total: number }>`select count(*) as total from ${fitting}`.execute(ledger.db);
  const { rows: trades } = await sql<Trade>`
    with page as materialized (select t.seq from ${fitting} order by t.seq offset ${cursor} limit ${limit})
    select ${tradeColumns} from ${tradeSource}
    where t.merchant_id = ${merchantId} and t.seq in (select seq from page)
    order by t.seq`.execute(ledger.db);
  return { total: counts[0]?.total ?? 0, trades };
}

function conditionsOf({ machineId, from, to, payStyles }: TradeFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  if (machineId !== undefined) conditions.push(sql`t.machine_id = ${machineId}`);
  if (from) conditions.push(sql`t.created_at >= ${from}`);
  if (to) conditions.push(sql`t.created_at < ${new Date(Math.floor(to.getTime() / 1000) * 1000 + 1000)}`);
  if (payStyles) conditions.push(sql`t.pay_style = any(${[...payStyles]}::text[])`);
  return conditions;
}
