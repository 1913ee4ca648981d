import { refuse } from '../errors.ts';
import type { Db } from '../ledger.ts';

/** The function is off until the merchant turns it on. Refuses pickup-code.disabled. */
export async function requirePickupCodes(db: Db, merchantId: number): Promise<void> {
  const { pickup_codes_enabled } = await db
    .selectFrom('merchants')
    .select('pickup_codes_enabled')
    .where('id', '=', merchantId)
    .executeTakeFirstOrThrow();
  if (!pickup_codes_enabled) refuse('pickup-code.disabled');
}
