import { inTransaction } from '../../database/transaction.ts';
import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import type { PlanogramProblem } from './merge-lanes.ts';
import { type MachineKey, planMachine } from './plan-machine.ts';
import type { SlotChange } from './plan-slots.ts';
import { readSlots, type SlotState, versionOf } from './read-slots.ts';
import { writePlan } from './write-plan.ts';

export interface PlanogramChange extends MachineKey {
  /** As it was looked at (getPlanogram). */
  version: string;
  changes: readonly SlotChange[] | ((slots: readonly SlotState[]) => readonly SlotChange[]);
  cause: Cause;
}

export interface ChangedPlanogram {
  version: string;
  /** Names of the slots that became another. */
  slots: string[];
  /** Pieces booked out. */
  takenOut: number;
}

/** The most slots that are changed at once. */
export const mostChanges = 1_000;

/**
 * Changes what slots of a machine are for, all or nothing. A slot whose good changes has a new product id from then on: what was left of the
 * old good is booked out, its pickup codes are void, and a channel's own price of the slot is forgotten. Refuses machine.unknown,
 * planogram.stale when the machine is not as it was looked at, and what speaks against the first slot: slot.unknown, slot.promised,
 * slot.merged, slot.not-empty, slot.over-capacity, goods.unknown, request.invalid; `data.problems` has all.
 */
export async function changePlanogram(ledger: Ledger, change: PlanogramChange): Promise<ChangedPlanogram> {
  const { merchantId, machineId, version, changes, cause } = change;
  return await inTransaction(ledger.db, async (trx) => {
    await lockCodes(trx, change);
    const planned = await planMachine(trx, change, changes, { lock: true });
    if (planned.version !== version) refuse('planogram.stale', '', { version: planned.version });
    if (planned.problems[0]) refuseProblem(planned.problems[0], planned.problems);
    await writePlan(ledger, trx, { merchantId, machineId }, planned.plans, cause);
    return {
      version: versionOf(await readSlots(trx, { merchantId, machineId })),
      slots: planned.plans.map(({ slot }) => slot.name),
      takenOut: planned.plans.reduce((sum, { takenOut }) => sum + takenOut, 0),
    };
  });
}

function refuseProblem(first: PlanogramProblem, problems: readonly PlanogramProblem[]): never {
  const detail = first.detail.includes(first.slot) ? first.detail : `${first.slot}: ${first.detail}`;
  refuse(first.code, detail, { problems });
}

/** Codes that may become void are held before the slots, as everywhere. One made meanwhile is refused where it is used. */
async function lockCodes(trx: Trx, { merchantId, machineId }: MachineKey): Promise<void> {
  await trx
    .selectFrom('pickup_codes')
    .select('id')
    .where('merchant_id', '=', merchantId)
    .where('machine_id', '=', machineId)
    .where('state', '=', 'unused')
    .where('product_id', 'is not', null)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
}
