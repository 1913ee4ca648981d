import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { noFault } from '../machines/set-slot-fault.ts';
import {
  type MachineCommandKind,
  type MachineCommandReason,
  type MachineWordKind,
  machineCommandRules,
} from './machine-command.ts';
import { machineCommandMoves } from './machine-command-state.ts';

/** What a machine has told, as far as a command may be confirmed by it. */
export type MachineWord =
  | { of: 'boot' | 'farewell' }
  | { of: 'configuration'; facts: Readonly<Record<string, unknown>> }
  /** `faultCode` only where the state of the slot was told. */
  | { of: 'slot'; slotId: number; faultCode: number | undefined };

export interface HeardWord {
  merchantId: number;
  machineId: number;
  saidAt: Date;
  word: MachineWord;
  cause: Cause;
}

/** A word from so long before the command was sent, by the machine's clock, is not about it: one that came again, or that came late. */
const clockSkew = 120;

const kindsBy = (word: MachineWordKind) =>
  (Object.keys(machineCommandRules) as MachineCommandKind[]).filter((kind) => machineCommandRules[kind].confirmedBy === word);

/** Confirms what was sent and the machine's word shows to be done; what speaks against it is noted, until the clock decides. */
export async function confirmMachineCommands(ledger: Ledger, trx: Trx, heard: HeardWord): Promise<void> {
  const { merchantId, machineId, saidAt, word, cause } = heard;
  const sent = await trx
    .selectFrom('machine_commands')
    .select(['id', 'kind', 'slot_id', 'settings'])
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('state', 'in', machineCommandMoves.confirm.from)
    .where('kind', 'in', kindsBy(word.of))
    .where('sent_at', '<=', secondsAfter(saidAt, clockSkew))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  for (const command of sent) {
    const { id } = command;
    const judged = judge({ kind: command.kind as MachineCommandKind, slotId: command.slot_id, settings: command.settings }, word);
    if (judged === undefined) continue;
    const done = judged.against === undefined;
    await trx
      .updateTable('machine_commands')
      .set({
        reason: judged.against ?? '',
        reported: JSON.stringify(judged.reported ?? {}),
        ...(done && { state: machineCommandMoves.confirm.to, finished_at: ledger.clock.now() }),
      })
      .where('merchant_id', '=', merchantId)
      .where('id', '=', id)
      .execute();
    if (!done) continue;
    const data = { commandId: id, command: command.kind };
    await recordEvent(ledger, trx, { merchantId, kind: 'machine.command-confirmed', machineId, data }, cause);
    // After a farewell the lock stays: what was on its way before it would make the machine look as if it were back.
    if (command.kind === 'restart') await unlock(ledger, trx, merchantId, machineId);
  }
}

interface Sent {
  kind: MachineCommandKind;
  slotId: number | null;
  settings: unknown;
}

/** Undefined: the word says nothing of this command. */
function judge(
  command: Sent,
  word: MachineWord,
): { against?: MachineCommandReason; reported?: Record<string, unknown> } | undefined {
  switch (word.of) {
    case 'boot':
    case 'farewell':
      return {};
    case 'configuration': {
      const wanted = Object.entries(command.settings as Record<string, unknown>);
      const reported = Object.fromEntries(wanted.map(([name]) => [name, word.facts[name] ?? null]));
      // Numbers come as such, or as texts where the machine has a name for them that the wire does not read.
      return wanted.every(([name, value]) => String(word.facts[name]) === String(value))
        ? { reported }
        : { against: 'differs', reported };
    }
    case 'slot':
      if (command.kind === 'refresh') return {};
      if (command.slotId !== word.slotId || word.faultCode === undefined) return undefined;
      return word.faultCode === noFault ? {} : { against: 'still-faulty', reported: { fault_code: word.faultCode } };
  }
}

/** It is back: what waited for it may go at once. */
async function unlock(ledger: Ledger, trx: Trx, merchantId: number, machineId: number): Promise<void> {
  await trx
    .updateTable('machine_locks')
    .set({ locked_until: ledger.clock.now() })
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('command_id', 'is', null)
    .where('locked_until', '>', ledger.clock.now())
    .execute();
}
