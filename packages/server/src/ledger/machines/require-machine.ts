import { refuse } from '../errors.ts';
import type { Ledger } from '../ledger.ts';

/** A machine of this merchant, its own or another platform's. Refuses machine.unknown. */
export async function requireMachine({ db }: Pick<Ledger, 'db'>, merchantId: number, machineId: number): Promise<void> {
  const machine = await db
    .selectFrom('machines')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('id', '=', machineId)
    .executeTakeFirst();
  if (!machine) refuse('machine.unknown', String(machineId));
}
