import type { Ledger } from '../ledger.ts';
import { isOfferedOn } from '../listings/is-offered-on.ts';

/** The number of a machine of our own; undefined where it is not offered on the integration. */
export async function offeredMachineNo(
  ledger: Ledger,
  merchantId: number,
  integrationId: number,
  machineId: number,
): Promise<string | undefined> {
  const machine = await ledger.db
    .selectFrom('machines as m')
    .select('m.machine_no as machineNo')
    .where('m.merchant_id', '=', merchantId)
    .where('m.id', '=', machineId)
    .where('m.upstream_integration_id', 'is', null)
    .where(isOfferedOn(integrationId))
    .executeTakeFirst();
  return machine?.machineNo;
}
