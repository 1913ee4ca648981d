import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import { recordEvents } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import type { MachineCommandKind, MachineCommandReason } from './machine-command.ts';
import { machineCommandMoves } from './machine-command-state.ts';

const unreachable: MachineCommandReason = 'unreachable';
const silent: MachineCommandReason = 'silent';
const { giveUp, fail } = machineCommandMoves;

/** What could not be sent in time is void, and what the machine did not confirm in time has failed. Answers how many. */
export async function endOverdueMachineCommands(ledger: Ledger, limit = 200): Promise<number> {
  const now = ledger.clock.now();
  return await inTransaction(ledger.db, async (trx) => {
    const { rows } = await sql<Ended>`
      with due as (
        select merchant_id, id, state = any(${giveUp.from}) as unsent from machine_commands
        where state in ('queued', 'sent') and due_at <= ${now}
        order by due_at limit ${limit} for no key update skip locked
      )
      update machine_commands c set finished_at = ${now},
        state = case when unsent then ${giveUp.to} else ${fail.to} end,
        reason = case when unsent then ${unreachable} when reason = '' then ${silent} else reason end
      from due where c.merchant_id = due.merchant_id and c.id = due.id
      returning c.merchant_id as "merchantId", c.machine_id as "machineId", c.id, c.kind, c.reason, unsent`.execute(trx);
    const events = rows.map(({ merchantId, machineId, id, kind, reason, unsent }) => ({
      merchantId,
      machineId,
      kind: unsent ? ('machine.command-void' as const) : ('machine.command-failed' as const),
      data: { commandId: id, command: kind, reason },
    }));
    await recordEvents(ledger, trx, events, { by: 'sweep' });
    return rows.length;
  });
}

interface Ended {
  merchantId: number;
  machineId: number;
  id: number;
  kind: MachineCommandKind;
  reason: MachineCommandReason;
  unsent: boolean;
}
