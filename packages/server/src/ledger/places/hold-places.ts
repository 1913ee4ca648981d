import type { Trx } from '../ledger.ts';

/** Whoever names places holds the merchant's row: of two that take one name, the second sees it. */
export async function holdPlaces(trx: Trx, merchantId: number): Promise<void> {
  await trx.selectFrom('merchants').select('id').where('id', '=', merchantId).forNoKeyUpdate().execute();
}
