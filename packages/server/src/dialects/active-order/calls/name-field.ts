import { FieldError } from '@polyvend/protocols/active-order';

/** `products[0].quantity` out of a schema's JSON pointer, or the property that is missing. */
export function fieldOf(error: { instancePath: string; params?: unknown } | undefined): string {
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
