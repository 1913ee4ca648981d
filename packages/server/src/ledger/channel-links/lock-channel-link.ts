import type { Trx } from '../ledger.ts';

/** Holds the connection's row, which is made where there is none. */
export async function lockChannelLink(trx: Trx, merchantId: number, integrationId: number) {
  await trx
    .insertInto('channel_links')
    .values({ merchant_id: merchantId, integration_id: integrationId })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'integration_id']).doNothing())
    .execute();
  return await trx
    .selectFrom('channel_links')
    .select(['token_asked_at as tokenAskedAt', 'token_error as tokenError', 'catalogue_told_at as catalogueToldAt'])
    .where('merchant_id', '=', merchantId)
    .where('integration_id', '=', integrationId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}
