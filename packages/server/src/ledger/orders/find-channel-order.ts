import type { Db } from '../ledger.ts';

/** An order by the number that another platform gave it, unique among those of its integration. */
export function findChannelOrder(db: Db, merchantId: number, integrationId: number, channelNo: string) {
  return db
    .selectFrom('orders')
    .select(['orders.id', 'machine_id', 'state', 'amount_cents', 'pay_style'])
    .where('orders.merchant_id', '=', merchantId)
    .where('trade_id', '=', channelNo)
    .where('channel_id', '=', integrationId);
}
