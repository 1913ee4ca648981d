import type { NotNull } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { PickupCode } from './create-pickup-codes.ts';
import { requirePickupCodes } from './require-pickup-codes.ts';

/** Unused codes of a product whose expiry has not passed, oldest first. Refuses pickup-code.disabled. */
export async function listPickupCodes(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
  productId: number,
): Promise<PickupCode[]> {
  await requirePickupCodes(ledger.db, merchantId);
  return await ledger.db
    .selectFrom('pickup_codes')
    .select(['id', 'code', 'product_id as productId', 'created_at as createdAt', 'expires_at as expiresAt'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('product_id', '=', productId)
    .where('state', '=', 'unused')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', ledger.clock.now())]))
    .orderBy('id')
    .$narrowType<{ productId: NotNull }>()
    .execute();
}
