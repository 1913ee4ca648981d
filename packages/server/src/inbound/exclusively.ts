import { sql } from 'kysely';
import { inTransaction } from '../database/transaction.ts';
import type { Ledger, Trx } from '../ledger/ledger.ts';

export interface InboundOf {
  merchantId: number;
  integrationId: number;
}

/**
 * Does `work` in a transaction while nobody else, in any process, takes in what this integration tells; `ledger` is the transaction's. With `wait`
 * false answers undefined at once when somebody does.
 */
export async function exclusively<T>(
  ledger: Ledger,
  { merchantId, integrationId }: InboundOf,
  { wait }: { wait: boolean },
  work: (ledger: Ledger, trx: Trx) => Promise<T>,
): Promise<T | undefined> {
  return await inTransaction(ledger.db, async (trx) => {
    const { rows } = await sql`
      select from integrations where merchant_id = ${merchantId} and id = ${integrationId}
      for no key update ${sql.raw(wait ? '' : 'skip locked')}`.execute(trx);
    return rows.length === 0 ? undefined : await work({ ...ledger, db: trx }, trx);
  });
}
