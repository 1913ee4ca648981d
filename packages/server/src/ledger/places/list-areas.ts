import type { Ledger } from '../ledger.ts';

export interface Area {
  id: number;
  name: string;
}

/** By their names. */
export async function listAreas(ledger: Ledger, merchantId: number): Promise<Area[]> {
  return await ledger.db
    .selectFrom('areas')
    .select(['id', 'name'])
    .where('merchant_id', '=', merchantId)
    .orderBy('name')
    .execute();
}
