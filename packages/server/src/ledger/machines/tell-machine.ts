import { wakeMachine } from '../dispensing/wake-machine.ts';
import type { Ledger, Trx } from '../ledger.ts';

/** What the ledger says to a machine beside dispensing, in its own words; the devices room puts them on the wire. */
export type MachineMessageMethod = 'pickup-code.created' | 'pickup-code.deleted' | 'pickup-code.answered' | 'machine.refresh';

export interface MachineMessageDraft {
  merchantId: number;
  machineId: number;
  method: MachineMessageMethod;
  fields: Record<string, unknown>;
}

/** A row before it is a message: it goes when the machine is online. */
export async function tellMachine(
  ledger: Ledger,
  trx: Trx,
  { merchantId, machineId, method, fields }: MachineMessageDraft,
): Promise<void> {
  await trx
    .insertInto('machine_messages')
    .values({
      merchant_id: merchantId,
      machine_id: machineId,
      method,
      fields: JSON.stringify(fields),
      created_at: ledger.clock.now(),
    })
    .execute();
  await wakeMachine(trx, merchantId, machineId);
}
