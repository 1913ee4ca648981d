import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { markChanged } from './mark-changed.ts';

export interface MachineChange {
  operational?: boolean;
  name?: string;
  address?: string;
  contact?: string;
  telephone?: string;
  announcement?: string;
  /** The maker (厂家). */
  vendor?: string;
}

/** False when there is no such machine of our own. What is said again as it is changes nothing, and is not told. */
export async function changeMachine(
  ledger: Ledger,
  merchantId: number,
  machineNo: string,
  change: MachineChange,
  cause: Cause = { by: 'person' },
): Promise<boolean> {
  return await inTransaction(ledger.db, async (trx) => {
    const before = await trx
      .selectFrom('machines')
      .select(['id', 'operational', 'name', 'address', 'contact', 'telephone', 'announcement', 'vendor'])
      .where('merchant_id', '=', merchantId)
      .where('machine_no', '=', machineNo)
      .where('upstream_integration_id', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!before) return false;
    const changed: MachineChange = Object.fromEntries(
      Object.entries(change).filter(([field, value]) => before[field as keyof MachineChange] !== value),
    );
    if (Object.keys(changed).length === 0) return true;
    const machineId = before.id;
    await trx.updateTable('machines').set(changed).where('merchant_id', '=', merchantId).where('id', '=', machineId).execute();
    await markChanged(trx, { merchantId, machineId, what: 'layout', at: ledger.clock.now() });
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.changed', machineId, data: { machineNo, ...changed } }, cause);
    return true;
  });
}
