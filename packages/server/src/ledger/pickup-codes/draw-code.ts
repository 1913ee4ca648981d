import { randomInt } from 'node:crypto';

/** So often a code that is taken is drawn again. */
export const mostDraws = 20;

/** So many digits, unpredictable. `leadingZero` false: the first is 1 to 9. */
export function drawCode(length: number, { leadingZero = true }: { leadingZero?: boolean } = {}): string {
  return randomInt(leadingZero ? 0 : 10 ** (length - 1), 10 ** length)
    .toString()
    .padStart(length, '0');
}
