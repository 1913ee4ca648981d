import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

/** A slot by its name at a machine. Refuses slot.unknown. */
export async function findSlot(
  ledger: Ledger,
  merchantId: number,
  machineId: number,
  name: string,
): Promise<{ id: number; productId: number }> {
  const slot = await ledger.db
    .selectFrom('slots')
    .select(['id', 'product_id as productId'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('name', '=', name)
    .executeTakeFirst();
  return slot ?? refuse('slot.unknown', name);
}
