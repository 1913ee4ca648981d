import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { lockChannelLink } from './lock-channel-link.ts';

/**
 * Has the other platform told the whole catalogue, where that was `every` seconds ago or more: an event `catalogue.due`. Answers whether
 * it was due; of all processes that ask one finds so.
 */
export async function tellCatalogue(ledger: Ledger, merchantId: number, integrationId: number, every: number): Promise<boolean> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const { catalogueToldAt } = await lockChannelLink(trx, merchantId, integrationId);
    if (catalogueToldAt && now < secondsAfter(catalogueToldAt, every)) return false;
    await trx
      .updateTable('channel_links')
      .set({ catalogue_told_at: now })
      .where('merchant_id', '=', merchantId)
      .where('integration_id', '=', integrationId)
      .execute();
    await recordEvent(ledger, trx, { merchantId, kind: 'catalogue.due', data: { integrationId } }, { by: 'sweep' });
    return true;
  });
}
