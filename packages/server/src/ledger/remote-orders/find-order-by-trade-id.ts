import type { Ledger } from '../ledger.ts';

/** The id of an order that was placed with us under the buyer's own number. */
export async function findOrderByTradeId(ledger: Ledger, merchantId: number, tradeId: string): Promise<number | undefined> {
  const row = await ledger.db
    .selectFrom('orders')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('trade_id', '=', tradeId)
    .where('channel_id', 'is', null)
    .executeTakeFirst();
  return row?.id;
}
