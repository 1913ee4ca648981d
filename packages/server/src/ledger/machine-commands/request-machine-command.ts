import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import { wakeMachine } from '../dispensing/wake-machine.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { type MachineCommandKind, type MachineSettings, machineCommandRules } from './machine-command.ts';

export interface MachineCommandRequest {
  merchantId: number;
  machineId: number;
  kind: Exclude<MachineCommandKind, 'clear-fault'>;
  /** Of configure; others have none. */
  settings?: MachineSettings;
  /** Who asked, as people know them. */
  askedBy: string;
  cause: Cause;
}

/**
 * Asks a machine of our own to do something. Asked again while the same is under way it is that one: nobody's second click restarts a
 * machine twice. An offline machine is no reason to refuse; the command waits as long as its kind may. Answers the command's id.
 * Refuses machine.unknown, and request.invalid for settings that say nothing.
 */
export async function requestMachineCommand(ledger: Ledger, request: MachineCommandRequest): Promise<number> {
  const { merchantId, machineId, kind, cause } = request;
  const settings = Object.fromEntries(Object.entries(request.settings ?? {}).filter(([, value]) => value !== undefined));
  if ((kind === 'configure') !== Object.keys(settings).length > 0) refuse('request.invalid', 'settings');
  return await inTransaction(ledger.db, async (trx) => {
    await holdMachine(trx, merchantId, machineId);
    const underWay = kind === 'configure' ? undefined : await findUnderWay(ledger, trx, { merchantId, machineId, kind });
    if (underWay !== undefined) return underWay;
    return await queueMachineCommand(ledger, trx, { merchantId, machineId, kind, settings, askedBy: request.askedBy, cause });
  });
}

export interface QueuedMachineCommand {
  merchantId: number;
  machineId: number;
  kind: MachineCommandKind;
  slotId?: number;
  settings?: MachineSettings;
  askedBy: string;
  cause: Cause;
}

/** The row, its event, and the wake: in the transaction of what made it necessary. Answers its id. */
export async function queueMachineCommand(ledger: Ledger, trx: Trx, command: QueuedMachineCommand): Promise<number> {
  const { merchantId, machineId, kind, slotId, settings = {}, askedBy, cause } = command;
  const now = ledger.clock.now();
  const { id } = await trx
    .insertInto('machine_commands')
    .values({
      merchant_id: merchantId,
      machine_id: machineId,
      kind,
      slot_id: slotId ?? null,
      settings: JSON.stringify(settings),
      state: 'queued',
      asked_by: askedBy,
      queued_at: now,
      due_at: secondsAfter(now, machineCommandRules[kind].waits),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const data = { commandId: id, command: kind, slotId, settings, askedBy };
  await recordEvent(ledger, trx, { merchantId, kind: 'machine.command-queued', machineId, data }, cause);
  await wakeMachine(trx, merchantId, machineId);
  return id;
}

/** Who asks and who sends hold the machine's row, so that of two that ask at once the second finds the first's. */
async function holdMachine(trx: Trx, merchantId: number, machineId: number): Promise<void> {
  const own = await trx
    .selectFrom('machine_locks as l')
    .innerJoin('machines as m', (join) => join.onRef('m.merchant_id', '=', 'l.merchant_id').onRef('m.id', '=', 'l.machine_id'))
    .select('l.machine_id')
    .where('l.merchant_id', '=', merchantId)
    .where('l.machine_id', '=', machineId)
    .where('m.upstream_integration_id', 'is', null)
    .forNoKeyUpdate('l')
    .executeTakeFirst();
  if (!own) refuse('machine.unknown', String(machineId));
}

interface Alike {
  merchantId: number;
  machineId: number;
  kind: MachineCommandKind;
  slotId?: number;
}

/** What is overdue is not under way, though no sweeper came yet; neither is what the machine's word spoke against already. */
export async function findUnderWay(ledger: Ledger, trx: Trx, alike: Alike): Promise<number | undefined> {
  const { merchantId, machineId, kind, slotId = null } = alike;
  const found = await trx
    .selectFrom('machine_commands')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('kind', '=', kind)
    .where('slot_id', 'is not distinct from', slotId)
    .where('reason', '=', '')
    .where('state', 'in', ['queued', 'sent'])
    .where('due_at', '>', ledger.clock.now())
    .orderBy('id', 'desc')
    .executeTakeFirst();
  return found?.id;
}
