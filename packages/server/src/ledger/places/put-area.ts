import { inTransaction } from '../../database/transaction.ts';
import type { Ledger, Trx } from '../ledger.ts';

/** An area by its name, there from now on; answers its id. */
export async function putArea(ledger: Ledger, merchantId: number, name: string): Promise<number> {
  return await inTransaction(ledger.db, (trx) => putAreaIn(ledger, trx, merchantId, name));
}

export async function putAreaIn(ledger: Ledger, trx: Trx, merchantId: number, name: string): Promise<number> {
  const values = { merchant_id: merchantId, name, created_at: ledger.clock.now() };
  const { id } = await trx
    .insertInto('areas')
    .values(values)
    // Nothing changes, but what is there answers its id.
    .onConflict((conflict) => conflict.columns(['merchant_id', 'name']).doUpdateSet({ name }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
