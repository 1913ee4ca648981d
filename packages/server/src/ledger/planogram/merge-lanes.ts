import type { LedgerErrorCode } from '../errors.ts';
import type { SlotState } from './read-slots.ts';

/** Why a planogram cannot be as it is asked for. */
export interface PlanogramProblem {
  /** The slot's name. */
  slot: string;
  code: LedgerErrorCode;
  detail: string;
}

/**
 * Which slot each slot is covered by when lanes have these widths, in lanes with their own; a width that is not told stays. The covered
 * ones are the next to the right in the same row of the same cabinet; each is covered by one, and covers none.
 */
export function mergeLanes(
  slots: readonly SlotState[],
  told: ReadonlyMap<number, number>,
): { coveredBy: Map<number, SlotState>; problems: PlanogramProblem[] } {
  const before = Map.groupBy(slots, ({ mergedIntoId }) => mergedIntoId);
  const widthOf = (slot: SlotState) => told.get(slot.id) ?? 1 + (before.get(slot.id)?.length ?? 0);
  const coveredBy = new Map<number, SlotState>();
  const problems: PlanogramProblem[] = [];
  for (const lanes of Map.groupBy(slots, ({ cabinetId, row }) => `${cabinetId} ${row}`).values()) {
    lanes.sort((a, b) => a.column - b.column || a.id - b.id);
    for (const [n, slot] of lanes.entries()) {
      const width = widthOf(slot);
      if (width === 1) continue;
      const cover = coveredBy.get(slot.id);
      if (cover) {
        problems.push({ slot: slot.name, code: 'slot.merged', detail: `into ${cover.name}; split ${slot.name} first` });
        continue;
      }
      const covered = lanes.slice(n + 1, n + width);
      if (covered.length < width - 1) {
        const detail = `span: ${width}, of ${covered.length + 1} lanes from there on`;
        problems.push({ slot: slot.name, code: 'request.invalid', detail });
      }
      for (const lane of covered) coveredBy.set(lane.id, slot);
    }
  }
  return { coveredBy, problems };
}
