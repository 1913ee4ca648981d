/** JSON text that PostgreSQL takes: a NUL is no text to it, and neither is half of a surrogate pair. Null for nothing. */
export function toStorable(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'string' ? one.toWellFormed().replaceAll('\u0000', '\uFFFD') : one,
  );
}
