import { FieldError, stringForm } from './fields.ts';

/**
 * Cents as decimal yuan with two digits: 300 → "3.00".
 * @throws RangeError when `cents` is not a safe integer.
 */
export function yuan(cents: number): string {
  if (!Number.isSafeInteger(cents)) throw new RangeError(`Not an amount in cents: ${cents}`);
  const size = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`;
}

/**
 * Decimal yuan, text or number, as cents: "3.00", "3", 3.5 → 300, 300, 350. Exact: no floating point takes part.
 * @throws FieldError naming `field`: not a decimal number, or a part of a cent.
 */
export function parseYuan(value: unknown, field = 'amount'): number {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,20}))?$/.exec(stringForm(value) ?? '');
  if (!match) throw new FieldError(field, 'must be an amount in yuan such as 3.00');
  const [, sign, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(2))) throw new FieldError(field, 'must have at most two decimals');
  const cents = Number(whole) * 100 + Number(fraction.slice(0, 2).padEnd(2, '0'));
  return sign === '-' && cents !== 0 ? -cents : cents;
}
