import { refuse } from '../errors.ts';
import type { Trx } from '../ledger.ts';

/** Refuses integration.unknown, for another merchant's as well. */
export async function requireIntegration(trx: Trx, merchantId: number, integrationId: number): Promise<void> {
  const found = await trx
    .selectFrom('integrations')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('id', '=', integrationId)
    .executeTakeFirst();
  if (!found) refuse('integration.unknown', String(integrationId));
}
