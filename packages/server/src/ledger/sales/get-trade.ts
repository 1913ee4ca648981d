import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { type Trade, tradeColumns, tradeSource } from './trade.ts';

/** A trade of this merchant as it is now; undefined when there is none. */
export async function getTrade(ledger: Ledger, merchantId: number, tradeId: number): Promise<Trade | undefined> {
  const { rows } = await sql<Trade>`
    select ${tradeColumns} from ${tradeSource} where t.merchant_id = ${merchantId} and t.id = ${tradeId}`.execute(ledger.db);
  return rows[0];
}
