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

/** False when there is no such machine of our own. */
export async function changeMachine(
  ledger: Ledger,
  merchantId: number,
  machineNo: string,
  change: MachineChange,
  cause: Cause = { by: 'person' },
): Promise<boolean> {
  return await inTransaction(ledger.db, async (trx) => {
    const changed = await trx
      .updateTable('machines')
      .set(change)
      .where('merchant_id', '=', merchantId)
      .where('machine_no', '=', machineNo)
      .where('upstream_integration_id', 'is', null)
      .returning('id')
      .executeTakeFirst();
    if (!changed) return false;
    await markChanged(trx, { merchantId, machineId: changed.id, what: 'layout', at: ledger.clock.now() });
    const data = { machineNo, ...change };
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.changed', machineId: changed.id, data }, cause);
    return true;
  });
}
