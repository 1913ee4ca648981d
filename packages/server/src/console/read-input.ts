import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Format } from 'typebox/format';
import { Check, Convert, Errors } from 'typebox/value';
import { Refusal } from '../dialects/native/index.ts';

// By the format a leap second, and a zone's name behind, are right: no time that we can reckon with has them.
Format.Set('date-time', (text) => Format.IsDateTime(text) && !Number.isNaN(Date.parse(text)));

/** Texts of path or query, as the schema has them. Refuses what does not fit, and names it. */
export function readTexts(schema: TSchema | undefined, texts: unknown): unknown {
  if (!schema) return {};
  return check(schema, Convert(schema, { ...(texts as object) }));
}

/** A body as it came. Refuses what does not fit, and names it. */
export function check(schema: TSchema, value: unknown): unknown {
  if (Check(schema, value)) return value;
  const [first] = Errors(schema, value);
  const { field, message } = describe(first);
  throw new Refusal('request.field', field === '' ? message : `${field}: ${message}`, field);
}

function describe(error: TLocalizedValidationError | undefined): { field: string; message: string } {
  if (!error) return { field: '', message: 'does not fit' };
  const path = error.instancePath.split('/').slice(1);
  if (error.keyword === 'required')
    return { field: fieldOf([...path, ...error.params.requiredProperties.slice(0, 1)]), message: 'is missing' };
  if (error.keyword === 'additionalProperties') {
    return { field: fieldOf([...path, ...error.params.additionalProperties.slice(0, 1)]), message: 'is not known here' };
  }
  return { field: fieldOf(path), message: error.message };
}

const fieldOf = (path: readonly string[]): string =>
  path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
