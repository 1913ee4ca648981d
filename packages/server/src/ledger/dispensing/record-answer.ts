import { inTransaction } from '../../database/transaction.ts';
import { secondsAfter } from '../clock.ts';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { noFault, setSlotFault } from '../machines/set-slot-fault.ts';
import { tellChannelOutcome } from '../orders/tell-channel-outcome.ts';
import { concludeFetch } from '../pickup-codes/conclude-fetch.ts';
import { moveStock, type StockMove } from '../stock/move-stock.ts';
import { movesBeforeDrop } from '../stock/moves-before-drop.ts';
import { commandMoves, unitMoves } from './dispense-state.ts';
import { type LockedCommand, lockCommand } from './lock-command.ts';
import { lockSeconds } from './lock-times.ts';
import { settleLine } from './settle-line.ts';
import { wakeMachine } from './wake-machine.ts';

/** What a machine says became of one unit of a command. */
export interface Answer {
  merchantId: number;
  machineId: number;
  commandId: number;
  /** The machine's own number of the unit within the command; where it starts counting is its affair. */
  index: number;
  dispensed: boolean;
  /** Of the slot; a machine that names none says nothing against the slot, and nothing for it. */
  faultCode: number | undefined;
  error: string;
  /** By the machine's clock. */
  answeredAt: Date;
  /** The message word for word. */
  raw: Record<string, unknown>;
  cause: Cause;
}

/**
 * applied: moved a unit in flight. late: moved a held one. repeated: said before. conflict: contradicts what was said
 * before. surplus: more units than were asked for. unknown: no such command in flight at this machine.
 */
export type AnswerEffect = 'applied' | 'late' | 'repeated' | 'conflict' | 'surplus' | 'unknown';

/** Of one command: more answers than any machine has units in a slot. */
const mostWrittenDown = 500;

interface Unit {
  id: number;
  state: string;
  reserves: boolean;
  answer_index: number | null;
}

/** Applies a machine's answer once, however often and however late it comes. */
export async function recordAnswer(ledger: Ledger, answer: Answer): Promise<AnswerEffect> {
  return await inTransaction(ledger.db, async (trx) => {
    const command = await lockCommand(trx, answer);
    // An answer to what was never sent is no answer.
    if (!command || command.state === 'queued' || command.state === 'cancelled') return 'unknown';
    const units = await trx
      .selectFrom('dispenses')
      .select(['id', 'state', 'reserves', 'answer_index'])
      .where('merchant_id', '=', answer.merchantId)
      .where('command_id', '=', command.id)
      .orderBy('id')
      .execute();
    const before = await earlierAnswers(trx, command, answer.index);
    const unit = before.first ? undefined : meantUnit(units, answer);
    const effect = effectOf(answer, before.first, unit);
    // A machine that repeats itself without end is not written down without end.
    if (before.count >= mostWrittenDown && effect !== 'applied' && effect !== 'late') return effect;
    await writeAnswer(ledger, trx, command, answer, unit, effect);
    if (unit && (effect === 'applied' || effect === 'late')) await applyAnswer(ledger, trx, command, answer, unit, units);
    else if (unit) await bindUnit(trx, command, unit, answer.index);
    if (effect === 'conflict' || effect === 'surplus' || (effect === 'late' && answer.dispensed)) {
      const kind = effect === 'surplus' ? 'conflict.surplus-answer' : 'conflict.late-answer';
      const data = { commandId: command.id, lineId: command.lineId, index: answer.index, dispensed: answer.dispensed, effect };
      await recordEvent(
        ledger,
        trx,
        { merchantId: command.merchantId, kind, orderId: command.orderId, machineId: command.machineId, data },
        answer.cause,
      );
    }
    return effect;
  });
}

/** What the machine first said under this index, and how much it has said of the command in all. */
async function earlierAnswers(trx: Trx, { merchantId, id }: LockedCommand, index: number) {
  const answers = await trx
    .selectFrom('dispense_answers')
    .select(['answer_index', 'dispensed'])
    .where('merchant_id', '=', merchantId)
    .where('command_id', '=', id)
    .orderBy('id')
    .execute();
  return { first: answers.find(({ answer_index }) => answer_index === index), count: answers.length };
}

/** The unit that an index not heard before is about: one in flight or held, else one that a count has decided meanwhile. */
function meantUnit(units: readonly Unit[], { dispensed }: Answer): Unit | undefined {
  const unbound = units.filter(({ answer_index }) => answer_index === null);
  return (
    unbound.find(({ state }) => state === 'sent' || state === 'held') ??
    unbound.find(({ state }) => (state === 'dispensed') === dispensed) ??
    unbound[0]
  );
}

async function bindUnit(trx: Trx, { merchantId }: LockedCommand, unit: Unit, index: number): Promise<void> {
  await trx
    .updateTable('dispenses')
    .set({ answer_index: index })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', unit.id)
    .execute();
}

/** By what was said before and not by the unit's state: a unit that failed may be on its way again under another command. */
function effectOf(answer: Answer, before: { dispensed: boolean } | undefined, unit: Unit | undefined): AnswerEffect {
  if (before) return before.dispensed === answer.dispensed ? 'repeated' : 'conflict';
  if (!unit) return 'surplus';
  if (unit.state === 'sent') return 'applied';
  if (unit.state === 'held') return 'late';
  return (unit.state === 'dispensed') === answer.dispensed ? 'repeated' : 'conflict';
}

async function applyAnswer(
  ledger: Ledger,
  trx: Trx,
  command: LockedCommand,
  answer: Answer,
  unit: Unit,
  units: readonly Unit[],
): Promise<void> {
  const { merchantId, machineId } = command;
  const now = ledger.clock.now();
  const moved = answer.dispensed ? unitMoves.drop : unitMoves.fail;
  await trx
    .updateTable('dispenses')
    .set({
      state: moved.to,
      answer_index: answer.index,
      fault_code: answer.faultCode ?? null,
      error: answer.dispensed ? '' : answer.error || 'failed',
      changed_at: now,
    })
    .where('merchant_id', '=', merchantId)
    .where('id', '=', unit.id)
    .where('state', 'in', moved.from)
    .execute();
  await moveStock(trx, merchantId, now, stockMoves(command, answer, unit));
  const faultCode = answer.dispensed ? noFault : answer.faultCode;
  if (faultCode !== undefined) {
    const { answeredAt: saidAt, cause } = answer;
    await setSlotFault(ledger, trx, { merchantId, slot: command.slot, faultCode, saidAt, cause });
  }
  const data = {
    commandId: command.id,
    lineId: command.lineId,
    index: answer.index,
    dispensed: answer.dispensed,
    faultCode: answer.faultCode,
    error: answer.error,
  };
  const event = { merchantId, kind: 'dispense.answered' as const, orderId: command.orderId, machineId, data };
  await recordEvent(ledger, trx, event, answer.cause);
  if (command.fetching) {
    const outcome = answer.dispensed ? 'dispensed' : 'failed';
    await concludeFetch(ledger, trx, { merchantId, orderId: command.orderId, outcome, cause: answer.cause });
  }

  // What was held was told as failed: of a channel's order that may be contradicted now.
  if (unit.state === 'held' && command.orderId !== null) {
    await tellChannelOutcome(ledger, trx, merchantId, command.orderId, answer.cause);
  }

  const inFlight = units.filter(({ id, state }) => id !== unit.id && state === 'sent').length;
  await trx
    .updateTable('dispense_commands')
    .set(
      inFlight > 0
        ? { deadline: secondsAfter(now, ledger.rules.answerWindow) }
        : { state: commandMoves.finish.to, finished_at: now },
    )
    .where('merchant_id', '=', merchantId)
    .where('id', '=', command.id)
    .execute();
  await trx
    .updateTable('machine_locks')
    .set({ locked_until: inFlight > 0 ? secondsAfter(now, lockSeconds[command.drive]) : now })
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('command_id', '=', command.id)
    .execute();
  if (inFlight > 0) return;
  // A late answer to a unit that was given up settles nothing: the seller was told already.
  if (unit.state === 'sent') await settleLine(ledger, trx, command, answer.cause);
  await wakeMachine(trx, merchantId, machineId);
}

function stockMoves(command: LockedCommand, answer: Answer, unit: Unit): StockMove[] {
  const move = { slotId: command.slot.id, orderId: command.orderId, dispenseId: unit.id };
  if (!answer.dispensed) return unit.reserves ? [{ ...move, onHand: 0, reserved: -1, reason: 'failed' }] : [];
  const fellAt = answer.answeredAt;
  const moves = movesBeforeDrop(command.slot, { fellAt, sentAt: command.sentAt }, move);
  moves.push(
    unit.reserves
      ? { ...move, onHand: -1, reserved: -1, reason: 'dispensed', fellAt }
      : { ...move, onHand: -1, reserved: 0, reason: 'test-dispensed', fellAt },
  );
  return moves;
}

async function writeAnswer(
  ledger: Ledger,
  trx: Trx,
  command: LockedCommand,
  answer: Answer,
  unit: Unit | undefined,
  effect: AnswerEffect,
): Promise<void> {
  await trx
    .insertInto('dispense_answers')
    .values({
      merchant_id: command.merchantId,
      command_id: command.id,
      dispense_id: unit?.id ?? null,
      answer_index: answer.index,
      dispensed: answer.dispensed,
      fault_code: answer.faultCode ?? null,
      error: answer.error,
      effect,
      answered_at: answer.answeredAt,
      received_at: ledger.clock.now(),
      raw: JSON.stringify(answer.raw),
    })
    .execute();
}
