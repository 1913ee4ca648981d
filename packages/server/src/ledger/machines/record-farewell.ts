import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { confirmMachineCommands } from '../machine-commands/confirm-machine-commands.ts';
import { markChanged } from './mark-changed.ts';

export interface Farewell {
  merchantId: number;
  machineId: number;
  /** By the machine's clock; for a last will, when it connected. */
  saidAt: Date;
  reason: string;
  cause: Cause;
}

/** A will is written when the machine connects, and the boot report follows within so many seconds. */
const bootReportWithin = 60;

/**
 * A machine went offline. A will from well before its last boot report belongs to an earlier connection and is ignored: answers
 * false.
 */
export async function recordFarewell(
  ledger: Ledger,
  { merchantId, machineId, saidAt, reason, cause }: Farewell,
): Promise<boolean> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const known = await trx
      .selectFrom('machine_status')
      .select('silence_due_at')
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .where((eb) => eb.or([eb('booted_at', 'is', null), eb('booted_at', '<=', secondsAfter(saidAt, bootReportWithin))]))
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!known) return false;
    await trx
      .updateTable('machine_status')
      .set({ offline_at: now, offline_reason: reason, silence_due_at: null })
      .where('merchant_id', '=', merchantId)
      .where('machine_id', '=', machineId)
      .execute();
    if (known.silence_due_at) await markChanged(trx, { merchantId, machineId, what: 'offline', at: now });
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.offline', machineId, data: { reason } }, cause);
    await confirmMachineCommands(ledger, trx, { merchantId, machineId, saidAt: now, word: { of: 'farewell' }, cause });
    return true;
  });
}
