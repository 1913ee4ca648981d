import { refuse } from '../errors.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger } from '../ledger.ts';
import { type ChangedPlanogram, changePlanogram } from './change-planogram.ts';
import { type CopiedPart, copiedChanges } from './copied-changes.ts';
import { planMachine } from './plan-machine.ts';
import { type PlanogramPreview, previewPlanogram } from './preview-planogram.ts';
import { type SlotState, versionOf } from './read-slots.ts';

export interface PlanogramCopy {
  merchantId: number;
  /** Machines of our own. */
  from: number;
  to: number;
  parts: readonly CopiedPart[];
}

export interface CopyPreview extends PlanogramPreview {
  /** Slots that the other machine has not, and such that only it has: these stay as they are. */
  missing: string[];
  extra: string[];
  /** Of the machine that is copied. */
  fromVersion: string;
}

/** What a copy would do to one machine. Refuses machine.unknown. */
export async function previewCopy(ledger: Ledger, { merchantId, from, to, parts }: PlanogramCopy): Promise<CopyPreview> {
  const source = await slotsOf(ledger, merchantId, from);
  const target = await slotsOf(ledger, merchantId, to);
  const key = { merchantId, machineId: to };
  const preview = await previewPlanogram(ledger, key, (slots) => copiedChanges(source, slots, new Set(parts)));
  return {
    ...preview,
    fromVersion: versionOf(source),
    missing: namesWithout(source, target),
    extra: namesWithout(target, source),
  };
}

/**
 * Makes one machine like another where they have slots of the same names: all or nothing, `version` being that of the one that is changed
 * and `fromVersion` that of the one it is to be like. Refuses planogram.stale when either is another by now, and what changePlanogram does.
 */
export async function copyPlanogram(
  ledger: Ledger,
  {
    merchantId,
    from,
    to,
    parts,
    fromVersion,
    version,
    cause,
  }: PlanogramCopy & { fromVersion: string; version: string; cause: Cause },
): Promise<ChangedPlanogram> {
  const source = await slotsOf(ledger, merchantId, from);
  if (versionOf(source) !== fromVersion) refuse('planogram.stale', 'the machine that is copied');
  const changes = (slots: readonly SlotState[]) => copiedChanges(source, slots, new Set(parts));
  return await changePlanogram(ledger, { merchantId, machineId: to, version, changes, cause });
}

async function slotsOf(ledger: Ledger, merchantId: number, machineId: number): Promise<SlotState[]> {
  return (await planMachine(ledger.db, { merchantId, machineId }, [])).slots;
}

function namesWithout(slots: readonly SlotState[], others: readonly SlotState[]): string[] {
  const names = new Set(others.map(({ name }) => name));
  return slots.map(({ name }) => name).filter((name) => !names.has(name));
}
