import type { Static, TSchema } from 'typebox';
import type { Api } from '../../../server/src/console/routes/index.ts';

/** A route of the hub's own API, by method and path: `GET /machines/{machine}`. */
export type RouteName = keyof Api;
type ShapeOf<N extends RouteName> = Api[N] extends { shape: infer S } ? S : never;
type Field<S, K extends string> = S extends { [P in K]: infer T extends TSchema } ? { [P in K]: Static<T> } : unknown;
type Query<S> = S extends { query: infer T extends TSchema } ? { query?: Static<T> } : unknown;

/** What a route is asked with. */
export type Input<N extends RouteName> = Field<ShapeOf<N>, 'params'> & Query<ShapeOf<N>> & Field<ShapeOf<N>, 'body'>;
/** What it answers. */
export type Answer<N extends RouteName> = ShapeOf<N> extends { answer: infer T extends TSchema } ? Static<T> : never;

/** A refusal of the hub's, or no answer at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

let csrfToken = '';

/** Told by GET /v1/session; goes along with every change. */
export function keepCsrfToken(token: string): void {
  csrfToken = token;
}

interface Loose {
  params?: Readonly<Record<string, unknown>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
}

/** Calls a route. @throws ApiError */
export async function call<N extends RouteName>(name: N, input: Input<N>, signal?: AbortSignal): Promise<Answer<N>> {
  const { body } = input as Loose;
  const raw = body instanceof Blob;
  const response = await send(name, input as Loose, {
    ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  return (await response.json()) as Answer<N>;
}

/** The address of a route with its parameters, for links to files. */
export function urlOf<N extends RouteName>(name: N, input: Input<N>): string {
  const { params = {}, query = {} } = input as Loose;
  const [, path = ''] = name.split(' ');
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(params[key])));
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null && one !== '') asked.append(key, String(one));
  }
  return `/v1${filled}${asked.size > 0 ? `?${asked}` : ''}`;
}

/** The file at an address of `urlOf`, whole, by the name that the hub gives it. @throws ApiError, also where it breaks off */
export async function readFile(url: string): Promise<File> {
  const response = await request(url, {});
  const [, name = ''] = /filename\*=UTF-8''(\S+)/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  const content = await response.blob().catch(() => refuseUnreachable());
  return new File([content], decodeURIComponent(name));
}

async function send(name: RouteName, input: Loose, options: RequestInit): Promise<Response> {
  const [method = 'GET'] = name.split(' ');
  const headers = { accept: 'application/json', ...(method !== 'GET' && { 'x-csrf-token': csrfToken }) };
  return await request(urlOf(name, input as never), { method, headers, ...options });
}

async function request(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, { credentials: 'same-origin', ...options }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    return refuseUnreachable();
  });
  if (response.ok) return response;
  const { error = {} } = ((await response.json().catch(() => ({}))) ?? {}) as {
    error?: { code?: string; message?: string; field?: string };
  };
  throw new ApiError(response.status, error.code ?? 'unknown', error.message ?? response.statusText, error.field);
}

function refuseUnreachable(): never {
  throw new ApiError(0, 'unreachable', 'The hub cannot be reached.');
}
