import { type TObject, type TOptional, type TString, Type } from 'typebox';
import {
  FieldError,
  type Fields,
  type NumberRule,
  optionalFlag,
  optionalInteger,
  optionalNumber,
  optionalOneOf,
  optionalText,
  readOneOf,
  stringForm,
} from '../../shared/fields.ts';
import { parseYuan, yuan } from '../../shared/money.ts';

/**
 * One field of a message: its name on the wire is that of the property it stands under, its value there a text.
 * `read` answers undefined when the field is missing and throws a FieldError when it is wrong.
 */
export interface Field<T, Optional extends boolean = boolean> {
  readonly optional: Optional;
  readonly description: string;
  read(fields: Fields, name: string): T | undefined;
  write(value: T): string;
}

type Shape = Readonly<Record<string, Pick<Field<never>, 'optional' | 'description'>>>;
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
type Need<S> = { [N in keyof S]: S[N] extends { readonly optional: false } ? N : never }[keyof S];
type Flat<T> = { [N in keyof T]: T[N] };

/** A message's values as a program wants them: numbers, times, lists. Names as on the wire. */
export type BodyOf<S> = Flat<
  { [N in Need<S>]: ValueOf<S[N]> } & { [N in Exclude<keyof S, Need<S>>]?: ValueOf<S[N]> | undefined }
>;

type WireProperties<S> = { [N in keyof S]: N extends Need<S> ? TString : TOptional<TString> };

export interface Message<Method extends string, S> {
  readonly method: Method;
  readonly description: string;
  /** JSON Schema of the wire's own form: an object of texts; unknown extras are borne. */
  readonly schema: TObject<WireProperties<S>>;
  /** @throws FieldError naming the field. */
  read(fields: Fields): BodyOf<S>;
  /** The message's own fields as texts; the common ones are added by `composeMessage`. */
  write(body: BodyOf<S>): Record<string, string>;
  /** Fields that the message may carry beyond those named here, as texts. */
  extras(fields: Fields): Record<string, string>;
}

/** Fields that every message has. */
export const commonFields = ['timestamp', 'machine_id', 'method', 'client_id', 'sign', 'status'] as const;

export function message<const Method extends string, const S extends Shape>(
  method: Method,
  description: string,
  shape: S,
): Message<Method, S> {
  const entries = Object.entries(shape as unknown as Readonly<Record<string, Field<never>>>);
  const known = new Set<string>([...commonFields, ...entries.map(([name]) => name)]);
  const properties = Object.fromEntries(
    entries.map(([name, field]) => {
      const text = Type.String({ description: field.description });
      return [name, field.optional ? Type.Optional(text) : text];
    }),
  );
  return {
    method,
    description,
    schema: Type.Object(properties, { description }) as unknown as TObject<WireProperties<S>>,
    read(fields) {
      const body: Record<string, unknown> = {};
      for (const [name, field] of entries) {
        const value: unknown = field.read(fields, name);
        if (value !== undefined) body[name] = value;
        else if (!field.optional) throw new FieldError(name, 'is required');
      }
      return body as BodyOf<S>;
    },
    write(body) {
      const texts: Record<string, string> = {};
      for (const [name, field] of entries) {
        const value = (body as Record<string, never>)[name];
        if (value !== undefined) texts[name] = field.write(value);
      }
      return texts;
    },
    extras(fields) {
      const others = Object.entries(fields).flatMap(([name, value]) => {
        const text = known.has(name) ? undefined : stringForm(value);
        return text === undefined ? [] : [[name, text] as const];
      });
      return Object.fromEntries(others);
    },
  };
}

/** A field that need not be there. */
export const maybe = <T>(field: Field<T>): Field<T, true> => ({ ...field, optional: true });

export const textField = (description: string, max = 4096): Field<string, false> => ({
  optional: false,
  description,
  read: (fields, name) => optionalText(fields, name, { max }),
  write: String,
});

/** A text of one form, which `shape` names in words. */
export const patternField = (description: string, pattern: RegExp, shape: string): Field<string, false> => ({
  optional: false,
  description,
  read: (fields, name) => optionalText(fields, name, { pattern, shape }),
  write: String,
});

export const integerField = (description: string, rule?: NumberRule): Field<number, false> => ({
  optional: false,
  description,
  read: (fields, name) => optionalInteger(fields, name, rule),
  write: String,
});

export const numberField = (description: string): Field<number, false> => ({
  optional: false,
  description,
  read: (fields, name) => optionalNumber(fields, name),
  write: String,
});

export const flagField = (description: string): Field<boolean, false> => ({
  optional: false,
  description: `${description}: 1 yes, 0 no`,
  read: (fields, name) => optionalFlag(fields, name),
  write: (value) => (value ? '1' : '0'),
});

export const oneOfField = <const T extends string>(description: string, values: readonly T[]): Field<T, false> => ({
  optional: false,
  description: `${description}: ${values.join(', ')}`,
  read: (fields, name) => optionalOneOf(fields, name, values),
  write: String,
});

/** A field that is always the same text. */
export const constantField = <const T extends string>(description: string, value: T): Field<T, false> => ({
  optional: false,
  description,
  read: (fields, name) => readOneOf(fields, name, [value]),
  write: () => value,
});

/** Milliseconds since 1970 as text. */
export const millisField = (description: string): Field<Date, false> => ({
  optional: false,
  description,
  read(fields, name) {
    const millis = optionalInteger(fields, name, { min: 0, max: 8.64e15 });
    return millis === undefined ? undefined : new Date(millis);
  },
  write: (value) => String(value.getTime()),
});

/** Seconds since 1970 as text. */
export const secondsField = (description: string): Field<Date, false> => ({
  optional: false,
  description,
  read(fields, name) {
    const seconds = optionalInteger(fields, name, { min: 1, max: 8.64e12 });
    return seconds === undefined ? undefined : new Date(seconds * 1000);
  },
  write: (value) => String(Math.floor(value.getTime() / 1000)),
});

/** Decimal yuan with two digits, "3.00"; in cents to a program. Never negative. */
export const moneyField = (description: string): Field<number, false> => ({
  optional: false,
  description,
  read(fields, name) {
    const text = optionalText(fields, name);
    if (text === undefined) return undefined;
    const cents = parseYuan(text, name);
    if (cents < 0) throw new FieldError(name, 'must not be negative');
    return cents;
  },
  write: yuan,
});

/** Numbers of a few between commas, "1,1,0". */
export const codeListField = <const T extends number>(description: string, codes: readonly T[]): Field<T[], false> => ({
  optional: false,
  description,
  read(fields, name) {
    const text = optionalText(fields, name);
    return text?.split(',').map((part) => {
      const code = codes.find((known) => String(known) === part.trim());
      if (code === undefined) throw new FieldError(name, `must list ${codes.join(', ')}`);
      return code;
    });
  },
  write: (values) => values.join(','),
});

/** Ids in a JSON array text, "[1,2,3]" (also ["1","2"], and an array itself). */
export const idArrayField = (description: string): Field<number[], false> => ({
  optional: false,
  description,
  read(fields, name) {
    const value = fields[name];
    if (value === undefined || value === null || value === '') return undefined;
    return idsOf(Array.isArray(value) ? value : parsedArray(value, name), name);
  },
  write: (ids) => JSON.stringify(ids),
});

/** So many whole numbers, none negative, in a JSON array text. */
export const numbersField = (description: string, length: number): Field<number[], false> => ({
  ...idArrayField(description),
  read(fields, name) {
    const numbers = idArrayField(description).read(fields, name);
    if (numbers && numbers.length !== length) throw new FieldError(name, `must have ${length} numbers`);
    return numbers;
  },
});

/**
 * Objects in a JSON array text, `[{"cabinet":"B","fault":"system.clock"}]`: at most `most` of them, each with fields as a message has, whose
 * values are texts here too. A FieldError names the item: `faults[0].fault`.
 */
export const listField = <const S extends Shape>(description: string, most: number, shape: S): Field<BodyOf<S>[], false> => {
  const item = message<string, S>('', '', shape);
  return {
    optional: false,
    description: `${description}: JSON array text`,
    read(fields, name) {
      const value = fields[name];
      if (value === undefined || value === null || value === '') return undefined;
      const values = Array.isArray(value) ? (value as unknown[]) : parsedArray(value, name);
      if (values.length > most) throw new FieldError(name, `must have at most ${most} items`);
      return values.map((one, n) => readItem<S>(item, one, `${name}[${n}]`));
    },
    write: (items) => JSON.stringify(items.map((one) => item.write(one))),
  };
};

function readItem<S>(item: Message<string, S>, value: unknown, name: string): BodyOf<S> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FieldError(name, 'must be an object');
  try {
    return item.read(value as Fields);
  } catch (error) {
    throw error instanceof FieldError ? new FieldError(`${name}.${error.field}`, error.reason) : error;
  }
}

/** Ids between commas, "1,2,3". */
export const idListField = (description: string): Field<number[], false> => ({
  optional: false,
  description,
  read(fields, name) {
    const text = optionalText(fields, name);
    return text === undefined ? undefined : idsOf(text.split(','), name);
  },
  write: (ids) => ids.join(','),
});

function parsedArray(value: unknown, name: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(stringForm(value) ?? '');
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // answered below, as for everything else that is no array
  }
  throw new FieldError(name, 'must be a JSON array');
}

function idsOf(values: readonly unknown[], name: string): number[] {
  return values.map((value) => {
    const id = Number(stringForm(value)?.trim() || Number.NaN);
    if (!Number.isSafeInteger(id) || id < 0) throw new FieldError(name, 'must list ids');
    return id;
  });
}
