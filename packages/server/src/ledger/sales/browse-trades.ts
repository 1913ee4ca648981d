import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { conditionsOf, type SalesFilter } from './sales-filter.ts';
import { type Trade, tradeColumns, tradeSource } from './trade.ts';

export interface TradeQuery {
  merchantId: number;
  /** By when it was made; `until` is not in it. */
  from?: Date | undefined;
  until?: Date | undefined;
  filter: SalesFilter;
  /** The last one of the page before. */
  after?: { createdAt: Date; id: number } | undefined;
  limit: number;
}

/** A trade, and what the channel is called that sold it; '' for what a machine sold by itself. */
export interface BrowsedTrade extends Trade {
  machineName: string;
  channelName: string;
}

/** Trades, the latest first. A page is found by the time of the last one before it, however far back that is. */
export async function browseTrades(
  ledger: Ledger,
  { merchantId, from, until, filter, after, limit }: TradeQuery,
): Promise<BrowsedTrade[]> {
  const conditions = [
    sql`t.merchant_id = ${merchantId}`,
    ...conditionsOf(filter),
    ...(from ? [sql`t.created_at >= ${from}`] : []),
    ...(until ? [sql`t.created_at < ${until}`] : []),
    // Both, since the first alone bounds the index.
    ...(after ? [sql`t.created_at <= ${after.createdAt}`, sql`(t.created_at, t.id) < (${after.createdAt}, ${after.id})`] : []),
  ];
  const { rows } = await sql<BrowsedTrade>`
    with page as materialized (
      select t.merchant_id, t.id from trades t where ${sql.join(conditions, sql` and `)}
      order by t.created_at desc, t.id desc limit ${limit}
    )
    select ${tradeColumns}, m.name as "machineName", coalesce(nullif(i.name, ''), i.dialect || ' ' || i.id, '') as "channelName"
    from page join ${tradeSource} on t.merchant_id = page.merchant_id and t.id = page.id
    left join integrations i on i.merchant_id = t.merchant_id and i.id = coalesce(t.integration_id, t.upstream_integration_id)
    order by t.created_at desc, t.id desc`.execute(ledger.db);
  return rows;
}
