import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { confirmMachineCommands } from '../machine-commands/confirm-machine-commands.ts';

/** What a machine tells of itself as a whole: its environment at boot, its configuration, its traffic. */
export interface Facts {
  merchantId: number;
  machineId: number;
  about: 'environment' | 'configuration' | 'traffic';
  /** By the machine's clock: what is older than what is known is ignored. */
  saidAt: Date;
  facts: Record<string, unknown>;
  cause: Cause;
}

/** Answers false when something newer is known. */
export async function recordFacts(
  ledger: Ledger,
  { merchantId, machineId, about, saidAt, facts, cause }: Facts,
): Promise<boolean> {
  const column = sql.ref(about);
  return await inTransaction(ledger.db, async (trx) => {
    const { rows } = await sql<{ waiting: boolean }>`
      update machine_status set ${column} = ${JSON.stringify({ ...facts, saidAt })}::jsonb,
        booted_at = case when ${about === 'environment'} then ${saidAt}::timestamptz else booted_at end
      where merchant_id = ${merchantId} and machine_id = ${machineId}
        and coalesce((${column} ->> 'saidAt')::timestamptz <= ${saidAt}::timestamptz, true)
      returning true as changed`.execute(trx);
    if (rows.length === 0) return false;
    if (about === 'traffic') return true;
    const kind = about === 'environment' ? 'machine.booted' : 'machine.configured';
    await recordEvent(ledger, trx, { merchantId, kind, machineId, data: facts }, cause);
    const word = about === 'environment' ? ({ of: 'boot' } as const) : ({ of: 'configuration', facts } as const);
    await confirmMachineCommands(ledger, trx, { merchantId, machineId, saidAt, word, cause });
    return true;
  });
}
