import type { Explanation, Finding } from '@polyvend/protocols/shared';
import type { TSchema } from 'typebox';
import type { Integration } from '../ledger/integrations/integration.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** A request as somebody pasted it: nothing of it is kept or logged. */
export interface PastedRequest {
  method: string;
  /** Path and query, as they stand; without the mount. */
  url: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** A call that can be tried. */
export interface TryCall {
  name: string;
  method: string;
  /** `:name` marks a part that varies. */
  path: string;
  summary: string;
  /** Whether it changes something; where that cannot be said, it does. */
  writes: boolean;
  /** The fields that are filled in, without those that the signing adds. */
  fields: TSchema | undefined;
}

export interface TryWish {
  call: string;
  /** The parts of the path that vary. */
  path: Readonly<Record<string, string>>;
  fields: Readonly<Record<string, unknown>>;
  /** Secrets of which the hub keeps no more than a hash, as somebody gave them for this call alone. */
  secrets: Readonly<Record<string, string>>;
}

export interface BuiltRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What a dialect brings to find out what is wrong with a request, and to make right ones. */
export interface Workbench {
  /** `credentials`: the integration with each set that counts, the new ones first. */
  explain(request: PastedRequest, credentials: readonly Integration[], ledger: Ledger): Promise<Explanation> | Explanation;
  /** The calls that the other side of this integration may make. */
  calls(integration: Integration): readonly TryCall[];
  /** Secrets that the hub does not have in clear, and what each is. */
  asks(integration: Integration): Readonly<Record<string, string>>;
  /**
   * The signed request, as who has these secrets would make it: where they are of the old ones of two sets, with the old.
   * @throws FieldError naming the secret that is of no set; Error saying what is missing.
   */
  build(
    wish: TryWish,
    credentials: readonly [Integration, ...Integration[]],
    ledger: Ledger,
  ): Promise<BuiltRequest> | BuiltRequest;
}

/** What the old ones of two sets of credentials are told with. */
export const oldKey = ({ overlap }: Integration): Finding | undefined =>
  overlap?.isOld ? { code: 'key.old', level: 'note', data: { until: overlap.until.toISOString() } } : undefined;

/** With the parts of a path filled in. @throws Error naming the part that is missing. */
export function fillPath(path: string, parts: Readonly<Record<string, string>>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = parts[name];
    if (!value) throw new Error(`${name} is missing`);
    return encodeURIComponent(value);
  });
}

/** Without the slashes at its end; no pattern, which would take the square of their number. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** Whether a path is that of a call. */
export function isPathOf(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const given = withoutSlashes(path).split('/');
  return parts.length === given.length && parts.every((part, n) => part.startsWith(':') || part === given[n]);
}

/** A schema of an object, without some of its fields. */
export function without(schema: TSchema, names: readonly string[]): TSchema {
  const { properties = {}, required = [], ...rest } = schema as { properties?: Record<string, TSchema>; required?: string[] };
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name))),
    required: required.filter((name) => !names.includes(name)),
  } as unknown as TSchema;
}

/** Path and query of a URL. */
export function splitUrl(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
