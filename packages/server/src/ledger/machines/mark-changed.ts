import type { Trx } from '../ledger.ts';

/**
 * What changed of a machine that the outside may show. `stock`: a slot is sold out, or no longer; `layout`: a refill or a count, what a
 * slot holds or may hold, on which terms it is listed.
 */
export type MachineChangeKind = 'online' | 'offline' | 'stock' | 'fault' | 'condition' | 'layout';

/** To be told within a second or two (tellChanges); a row of its own, so that none waits for another. */
export async function markChanged(
  trx: Trx,
  { merchantId, machineId, what, at }: { merchantId: number; machineId: number; what: MachineChangeKind; at: Date },
): Promise<void> {
  await trx.insertInto('machine_changes').values({ merchant_id: merchantId, machine_id: machineId, what, at }).execute();
}
