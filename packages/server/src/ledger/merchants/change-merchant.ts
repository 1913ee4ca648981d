import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Ledger } from '../ledger.ts';

export interface MerchantChange {
  status?: 'active' | 'unverified' | 'expired';
  debugMode?: boolean;
  pickupCodesEnabled?: boolean;
}

/** Takes effect in every process at once: they are told to forget what they remember of credentials. */
export async function changeMerchant(ledger: Ledger, id: number, change: MerchantChange): Promise<void> {
  await inTransaction(ledger.db, async (trx) => {
    await trx
      .updateTable('merchants')
      .set({
        ...(change.status !== undefined && { status: change.status }),
        ...(change.debugMode !== undefined && { debug_mode: change.debugMode }),
        ...(change.pickupCodesEnabled !== undefined && { pickup_codes_enabled: change.pickupCodesEnabled }),
      })
      .where('id', '=', id)
      .execute();
    await sql`select pg_notify('integrations', '')`.execute(trx);
  });
}
