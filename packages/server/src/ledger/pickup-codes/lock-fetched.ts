import type { Trx } from '../ledger.ts';

/** Holds the orders behind codes, and then the codes. To be called before the slots are locked. */
export async function lockFetched(trx: Trx, merchantId: number, orderIds: readonly (number | null)[]): Promise<void> {
  const ids = orderIds.filter((id) => id !== null);
  if (ids.length === 0) return;
  const own = trx.selectFrom('orders').select('id').where('merchant_id', '=', merchantId).where('id', 'in', ids);
  await own.orderBy('id').forNoKeyUpdate().execute();
  for (const table of ['pickup_codes', 'external_codes'] as const) {
    const codes = trx.selectFrom(table).select('id').where('merchant_id', '=', merchantId).where('order_id', 'in', ids);
    await codes.orderBy('id').forNoKeyUpdate().execute();
  }
}
