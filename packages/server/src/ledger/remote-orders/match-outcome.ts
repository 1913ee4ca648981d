import { refuse } from '../errors.ts';
import type { RemoteUnit } from './remote-units.ts';

/** What another platform says of a unit: its own numbers of the slot and of the good. */
export interface OutcomeRow {
  slot: string;
  goods: string;
  dispensed: boolean;
}

export interface MatchedUnit {
  unit: RemoteUnit;
  dispensed: boolean;
}

/**
 * Which unit each row is about. The n-th row of a slot and good is the n-th unit sold of them. Units of one price are as good as each other: there
 * a row means one that is known to have ended so, before one that is undecided, before one that has ended otherwise. Where prices differ and not
 * all units are told of, nobody knows which are meant: those rows wait until all are. Refuses outcome.unfit.
 */
export function matchOutcome(units: readonly RemoteUnit[], rows: readonly OutcomeRow[], complete: boolean): MatchedUnit[] {
  const told = Map.groupBy(rows, keyOf);
  const sold = Map.groupBy(units, keyOf);
  for (const [key, of] of told) {
    const most = sold.get(key)?.length ?? 0;
    if (of.length > most) refuse('outcome.unfit', `${nameOf(of[0])}: ${of.length} units told, ${most} sold`);
  }
  return [...sold].flatMap(([key, of]) => {
    const mine = told.get(key) ?? [];
    if (complete && mine.length < of.length) {
      refuse('outcome.unfit', `${nameOf(of[0])}: ${mine.length} units told, ${of.length} sold`);
    }
    if (new Set(of.map(({ priceCents }) => priceCents)).size <= 1) return meant(of, mine);
    if (mine.length < of.length) return [];
    return mine.flatMap(({ dispensed }, n) => {
      const unit = of[n];
      return unit ? [{ unit, dispensed }] : [];
    });
  });
}

function meant(units: readonly RemoteUnit[], rows: readonly OutcomeRow[]): MatchedUnit[] {
  const left = new Set(units);
  return rows.flatMap(({ dispensed }) => {
    const open = [...left];
    const unit = open.find((one) => endOf(one) === dispensed) ?? open.find((one) => endOf(one) === undefined) ?? open[0];
    if (!unit) return [];
    left.delete(unit);
    return [{ unit, dispensed }];
  });
}

/** Whether it is known to have dropped; undefined while that is open. */
export function endOf({ state }: Pick<RemoteUnit, 'state'>): boolean | undefined {
  if (state === 'dispensed') return true;
  return state === 'failed' || state === 'returned' ? false : undefined;
}

function keyOf({ slot, goods }: { slot: string; goods: string }): string {
  return JSON.stringify([slot, goods]);
}

function nameOf(row: { slot: string; goods: string } | undefined): string {
  return `slot ${row?.slot} good ${row?.goods}`;
}
