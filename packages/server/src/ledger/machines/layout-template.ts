import type { Drive } from '../dispensing/lock-times.ts';
import type { CabinetDraft } from './add-machine.ts';

/** A cabinet as rows of slots that are all alike, for whoever adds a machine. */
export interface CabinetTemplate {
  /** One or two letters; the names of its slots begin so. */
  name: string;
  addr: number;
  drive: Drive;
  rows: number;
  columns: number;
  /** Pieces, of each slot. */
  capacity: number;
  hasLift?: boolean | undefined;
  hasDropDetection?: boolean | undefined;
}

/**
 * Rows count from 1, columns from 0: the first slot of the second row is A21, and 020 on the wire. Where there are ten of either, both
 * have two digits, so that A1 11 is not A11 1: A0201, and 0200.
 */
export function cabinetOfTemplate({
  rows,
  columns,
  capacity,
  hasLift,
  hasDropDetection,
  ...rest
}: CabinetTemplate): CabinetDraft {
  const digits = rows > 9 || columns > 9 ? 2 : 1;
  const pad = (number: number) => String(number).padStart(digits, '0');
  return {
    ...rest,
    ...(hasLift !== undefined && { hasLift }),
    ...(hasDropDetection !== undefined && { hasDropDetection }),
    slots: Array.from({ length: rows * columns }, (_, n) => {
      const x = Math.floor(n / columns) + 1;
      const y = n % columns;
      const code = digits === 1 ? `0${x}${y}` : `${pad(x)}${pad(y)}`;
      return { name: `${rest.name}${pad(x)}${pad(y + 1)}`, code, x, y, capacity, alertThreshold: Math.floor(capacity / 4) };
    }),
  };
}
