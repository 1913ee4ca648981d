import { inTransaction } from '../../database/transaction.ts';
import { eachApart } from '../apart.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger } from '../ledger.ts';
import { commandMoves, unitMoves } from './dispense-state.ts';
import { type CommandRef, lockCommand } from './lock-command.ts';
import { settleLine } from './settle-line.ts';
import { wakeMachine } from './wake-machine.ts';

const sweep: Cause = { by: 'sweep' };

/** Units in flight whose answer did not come in time become held: the seller is told that they failed. Answers how many commands. */
export async function giveUpSilent(ledger: Ledger, limit = 200): Promise<number> {
  const overdue = await ledger.db
    .selectFrom('dispense_commands')
    .select(['merchant_id as merchantId', 'machine_id as machineId', 'id as commandId'])
    .where('state', '=', 'sent')
    .where('deadline', '<=', ledger.clock.now())
    .orderBy('deadline')
    .limit(limit)
    .execute();
  return await eachApart(overdue, (command) => giveUp(ledger, command));
}

async function giveUp(ledger: Ledger, overdue: CommandRef): Promise<void> {
  const now = ledger.clock.now();
  await inTransaction(ledger.db, async (trx) => {
    const command = await lockCommand(trx, overdue);
    if (command?.state !== 'sent') return;
    const changed = await trx
      .updateTable('dispense_commands')
      .set({ state: commandMoves.giveUp.to, finished_at: now })
      .where('merchant_id', '=', overdue.merchantId)
      .where('id', '=', overdue.commandId)
      .where('deadline', '<=', now)
      .executeTakeFirst();
    if (changed.numUpdatedRows === 0n) return;
    const held = await trx
      .updateTable('dispenses')
      .set({ state: unitMoves.giveUp.to, error: 'time-out', changed_at: now })
      .where('merchant_id', '=', overdue.merchantId)
      .where('command_id', '=', overdue.commandId)
      .where('state', 'in', unitMoves.giveUp.from)
      .returning('id')
      .execute();
    const data = { commandId: command.id, lineId: command.lineId, units: held.length };
    const event = { merchantId: command.merchantId, orderId: command.orderId, machineId: command.machineId, data };
    await recordEvent(ledger, trx, { ...event, kind: 'dispense.given-up' }, sweep);
    await settleLine(ledger, trx, command, sweep);
    await wakeMachine(trx, command.merchantId, command.machineId);
  });
}
