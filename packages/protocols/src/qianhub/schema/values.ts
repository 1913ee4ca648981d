import { Type } from 'typebox';
import { FieldError } from '../../shared/fields.ts';
import { parseTime } from '../../shared/time.ts';

/** An id (Long): a whole number that JavaScript keeps exactly. */
export const Id = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });

/** A number that is no money: a count, a weight. */
export const Quantity = Type.Number();

/** Largest amount in yuan; its fen are still exact. */
const mostYuan = 1e12;

/** Whole fen, but for what a double adds in its last digits. */
function isYuan(value: number): boolean {
  const fen = value * 100;
  return Math.abs(value) <= mostYuan && Math.abs(fen - Math.round(fen)) <= Math.max(1e-6, Math.abs(fen) * 2 ** -51);
}

/** An amount in yuan (元, Double) with at most two decimals. */
export const Yuan = Type.Refine(Type.Number(), isYuan, () => 'must be an amount in yuan with at most two decimals');

/** Yuan as fen: 34.86 → 3486. @throws FieldError naming `field`: a part of a fen, or too much. */
export function fenOf(value: number, field = 'amount'): number {
  if (!isYuan(value)) throw new FieldError(field, 'must be an amount in yuan with at most two decimals');
  const fen = Math.round(value * 100);
  return fen === 0 ? 0 : fen;
}

/** Fen as yuan: 3486 → 34.86. */
export const yuanOf = (fen: number): number => fen / 100;

/** A NUL, or half of a surrogate pair, is text to JavaScript and to no database. */
export const Text = Type.Refine(
  Type.String(),
  (value) => !value.includes('\u0000') && value.isWellFormed(),
  () => 'has characters that are no text',
);

/** `YYYY-MM-DD HH:mm:ss` in the shop's zone. */
export const Time = Type.Refine(
  Type.String(),
  (value) => value.length === 19 && parseTime(value, 'UTC') !== undefined,
  () => 'must be a time such as 2018-07-28 12:00:00',
);

/** `YYYY-MM-DD`. */
export const Day = Type.Refine(
  Type.String(),
  (value) => value.length === 10 && parseTime(value, 'UTC') !== undefined,
  () => 'must be a day such as 2018-07-29',
);
