/**
 * What the vendor's protobuf serialiser does to `data`: zero, false, '' and empty or missing fields are left out, at every
 * depth. Kept: `data` itself and the items of a list, whatever they are; a page's own list (`data.data`), also when it is empty;
 * every field named in `keep`, at any depth.
 */
export function omitZero(data: unknown, keep: readonly string[] = []): unknown {
  const page = isRecord(data) && Array.isArray(data.data) ? ['data'] : [];
  return trimmed(data, keep, page) ?? {};
}

function trimmed(value: unknown, keep: readonly string[], keptHere: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => trimmed(item, keep));
  if (!isRecord(value)) return value;
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const shown = trimmed(field, keep);
    if (!isZero(shown) || keep.includes(name) || keptHere.includes(name)) fields[name] = shown;
  }
  return fields;
}

function isZero(value: unknown): boolean {
  if (value === null || value === 0 || value === 0n || value === false || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

/** Plain objects only: a Date has no fields of its own and is not empty. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
