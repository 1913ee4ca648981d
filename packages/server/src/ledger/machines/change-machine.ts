import type { Ledger } from '../ledger.ts';

export interface MachineChange {
  operational?: boolean;
  name?: string;
  announcement?: string;
}

/** False when there is no such machine. */
export async function changeMachine(
  ledger: Ledger,
  merchantId: number,
  machineNo: string,
  change: MachineChange,
): Promise<boolean> {
  const { numUpdatedRows } = await ledger.db
    .updateTable('machines')
    .set(change)
    .where('merchant_id', '=', merchantId)
    .where('machine_no', '=', machineNo)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
