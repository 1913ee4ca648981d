import { FieldError, type Fields, optionalInteger, optionalText } from '../../shared/fields.ts';

// How a customer reads pushes and lists of another platform. Platforms send texts where the table has numbers and numbers where it has
// texts, and leave out what they do not know: only what a message is about is required. Every reader throws FieldError naming the field.

export const lists = (params: Fields, field: string): Fields[] => {
  const value = Object.hasOwn(params, field) ? params[field] : undefined;
  if (value === undefined || value === null || value === '') return [];
  if (!Array.isArray(value) || !value.every(isRecord)) throw new FieldError(field, 'must be a list of objects');
  return value;
};

export const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const within = (field: string, item: number, inner: string): string => `${field}[${item}].${inner}`;

/** Reads each item of a list, naming a wrong field by its place: "containers[1].shelves must be a list". */
export function each<T>(params: Fields, field: string, read: (item: Fields) => T): T[] {
  return lists(params, field).map((item, index) => {
    try {
      return read(item);
    } catch (error) {
      if (error instanceof FieldError) throw new FieldError(within(field, index, error.field), error.reason);
      throw error;
    }
  });
}

/** A text, '' when it is not told. */
export const words = (params: Fields, field: string): string => optionalText(params, field, { max: 1024 }) ?? '';
/** A whole number, 0 when it is not told. */
export const whole = (params: Fields, field: string): number => optionalInteger(params, field) ?? 0;

/** A time in seconds; undefined for one that is not told, or 0. */
export const moment = (params: Fields, field: string): number | undefined =>
  optionalInteger(params, field, { min: 0, max: 9_999_999_999 }) || undefined;
