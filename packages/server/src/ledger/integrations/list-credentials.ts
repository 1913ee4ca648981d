import type { Ledger } from '../ledger.ts';
import type { Integration } from './integration.ts';
import { openCredentials } from './open-credentials.ts';

/** An integration of this merchant with each set of credentials that counts now, the new ones first; none when it is revoked or not there. */
export async function listCredentials(ledger: Ledger, merchantId: number, id: number): Promise<Integration[]> {
  const row = await ledger.db
    .selectFrom('integrations')
    .selectAll()
    .where('merchant_id', '=', merchantId)
    .where('id', '=', id)
    .where('status', '=', 'active')
    .executeTakeFirst();
  return row ? await openCredentials(ledger, row) : [];
}
