/** A parameter that is missing or not what it must be. `reason` reads after the field's name: "order_id must be a whole number". */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly field: string;
  readonly reason: string;

  constructor(field: string, reason: string) {
    super(`${field} ${reason}`);
    this.field = field;
    this.reason = reason;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/**
 * The text form of a parameter: payload values are texts by convention, yet real clients also send numbers and booleans.
 * undefined for what has none: missing, null, objects, arrays.
 */
export function stringForm(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return undefined;
}

export interface TextRule {
  /** Most characters. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern asks for, after "must be": "8 digits". */
  readonly shape?: string;
}

export interface NumberRule {
  readonly min?: number;
  readonly max?: number;
}

/** Missing, null and '' are all "not given" on this wire, whose serialisers leave empty values out. */
export function optionalText(params: Fields, field: string, rule: TextRule = {}): string | undefined {
  const value = Object.hasOwn(params, field) ? params[field] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  const text = stringForm(value);
  if (text === undefined) throw new FieldError(field, 'must be a text');
  // A NUL, or half of a surrogate pair, is text to JavaScript and to no database.
  if (text.includes('\u0000') || !text.isWellFormed()) throw new FieldError(field, 'has characters that are no text');
  if (rule.max !== undefined && text.length > rule.max) throw new FieldError(field, `must have at most ${rule.max} characters`);
  if (rule.pattern && !rule.pattern.test(text))
    throw new FieldError(field, `must be ${rule.shape ?? `like ${rule.pattern.source}`}`);
  return text;
}

export function optionalInteger(params: Fields, field: string, rule: NumberRule = {}): number | undefined {
  const text = optionalText(params, field);
  if (text === undefined) return undefined;
  const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new FieldError(field, 'must be a whole number');
  return within(field, value, rule);
}

/** A decimal number such as a temperature. For money see parseYuan. */
export function optionalNumber(params: Fields, field: string, rule: NumberRule = {}): number | undefined {
  const text = optionalText(params, field);
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) throw new FieldError(field, 'must be a number');
  return within(field, Number(text), rule);
}

/** 1 and true, 0 and false, each as text, number or boolean. */
export function optionalFlag(params: Fields, field: string): boolean | undefined {
  const text = optionalText(params, field);
  if (text === undefined) return undefined;
  if (text === '1' || text === 'true') return true;
  if (text === '0' || text === 'false') return false;
  throw new FieldError(field, 'must be 0 or 1');
}

export function optionalOneOf<const T extends string>(params: Fields, field: string, values: readonly T[]): T | undefined {
  const text = optionalText(params, field);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new FieldError(field, `must be one of ${values.join(', ')}`);
  return found;
}

export const readText = (params: Fields, field: string, rule?: TextRule): string =>
  required(field, optionalText(params, field, rule));

/** @example readInteger(params, 'order_id', { min: 1 }) */
export const readInteger = (params: Fields, field: string, rule?: NumberRule): number =>
  required(field, optionalInteger(params, field, rule));

export const readNumber = (params: Fields, field: string, rule?: NumberRule): number =>
  required(field, optionalNumber(params, field, rule));

export const readFlag = (params: Fields, field: string): boolean => required(field, optionalFlag(params, field));

export const readOneOf = <const T extends string>(params: Fields, field: string, values: readonly T[]): T =>
  required(field, optionalOneOf(params, field, values));

function required<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw new FieldError(field, 'is required');
  return value;
}

function within(field: string, value: number, { min, max }: NumberRule): number {
  if (min !== undefined && value < min) throw new FieldError(field, `must be at least ${min}`);
  if (max !== undefined && value > max) throw new FieldError(field, `must be at most ${max}`);
  return value;
}
