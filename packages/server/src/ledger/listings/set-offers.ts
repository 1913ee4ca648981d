import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { requireIntegration } from './require-integration.ts';

/** Whether an integration offers all our machines, or only those that are listed on it. */
export type Offers = 'all' | 'listed';

/** Refuses integration.unknown. */
export async function setOffers(
  ledger: Ledger,
  { merchantId, integrationId, offers, cause }: { merchantId: number; integrationId: number; offers: Offers; cause: Cause },
): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    await requireIntegration(trx, merchantId, integrationId);
    await trx
      .updateTable('integrations')
      .set({ offers })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', integrationId)
      .execute();
    await sql`
      insert into machine_changes (merchant_id, machine_id, what, at)
      select merchant_id, id, 'layout', ${ledger.clock.now()} from machines
      where merchant_id = ${merchantId} and upstream_integration_id is null`.execute(trx);
    await recordEvent(ledger, trx, { merchantId, kind: 'listing.changed', data: { integrationId, offers } }, cause);
  });
}
