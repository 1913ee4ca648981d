import type { Ledger } from '../ledger.ts';

/** Marks what has expired, so that its digits are free again. The check of a code goes by the clock, not by this. */
export async function expirePickupCodes(ledger: Ledger): Promise<number> {
  const { numUpdatedRows } = await ledger.db
    .updateTable('pickup_codes')
    .set({ state: 'expired' })
    .where('state', '=', 'unused')
    .where('expires_at', '<=', ledger.clock.now())
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
