import { FieldError } from '@polyvend/protocols/active-order';

interface SchemaError {
  instancePath: string;
  message: string;
  params?: unknown;
}

/** The first thing that a schema finds wrong, with the field that it is in. */
export function fieldError(error: SchemaError | undefined): FieldError {
  const missing = (error?.params as { requiredProperties?: string[] } | undefined)?.requiredProperties?.[0];
  const reason = missing === undefined ? (error?.message ?? 'is not as documented') : 'is required';
  return new FieldError(fieldOf(error), reason);
}

/** `products[0].quantity` out of a schema's JSON pointer, or the property that is missing. */
function fieldOf(error: SchemaError | undefined): string {
  const missing = (error?.params as { requiredProperties?: string[] } | undefined)?.requiredProperties?.[0];
  const parts = (error?.instancePath ?? '').split('/').slice(1);
  if (missing !== undefined) parts.push(missing);
  return (
    parts.reduce((name, part) => (/^\d+$/.test(part) ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`), '') || 'body'
  );
}

/** Reads a part of a list: the field that is wrong is named with its place, `[3].trade_id`. */
export function within<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FieldError ? new FieldError(`${at}.${error.field}`, error.reason) : error;
  }
}
