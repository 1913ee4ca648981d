import type { Ledger } from '../ledger.ts';

/** The other side would not have a token: it is signed with no more, and the next who needs one fetches another. */
export async function refuseChannelToken(ledger: Ledger, merchantId: number, integrationId: number, id: number): Promise<void> {
  await ledger.db
    .updateTable('channel_tokens')
    .set({ refused: true })
    .where('merchant_id', '=', merchantId)
    .where('integration_id', '=', integrationId)
    .where('id', '=', id)
    .execute();
}
