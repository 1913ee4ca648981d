import type { Ledger } from '../ledger.ts';

export async function listMerchants(ledger: Ledger): Promise<{ id: number; name: string }[]> {
  return await ledger.db.selectFrom('merchants').select(['id', 'name']).orderBy('id').execute();
}
