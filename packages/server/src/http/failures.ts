import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseGone, isDataError } from '../database/errors.ts';
import type { Dialect, HttpFailure } from './dialect.ts';

const ownForm: Record<HttpFailure, { status: number; message: string }> = {
  'not-found': { status: 404, message: 'Nothing is served here.' },
  'method-not-allowed': { status: 405, message: 'This path knows another method.' },
  'too-large': { status: 413, message: 'The body is too large.' },
  'too-many-requests': { status: 429, message: 'Too many requests.' },
  unavailable: { status: 503, message: 'Not available at the moment; try again.' },
  malformed: { status: 400, message: 'The request could not be read.' },
  internal: { status: 500, message: 'Something went wrong here; it is in the log.' },
};

/** The operator's page, which takes the addresses that are nobody else's. */
export interface Page {
  isWanted(request: FastifyRequest): boolean;
  send(reply: FastifyReply): Promise<FastifyReply>;
}

/** What fails outside of a dialect's own code is still answered in the form of the dialect that owns the path. */
export function answerFailures(app: FastifyInstance, dialects: readonly Dialect[], page?: Page): void {
  const routes: { method: string; pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/:[^/]+/g, '[^/]+')}/?$`);
    for (const one of [method].flat()) routes.push({ method: one, pattern });
  });

  app.setNotFoundHandler((request, reply) => {
    const path = (request.url.split('?')[0] ?? '').replaceAll(/\/{2,}/g, '/');
    const known = routes.some(({ pattern }) => pattern.test(path));
    if (!known && page?.isWanted(request) && !ownerOf(dialects, path)) return page.send(reply);
    return answer(dialects, reply, request.url, known ? 'method-not-allowed' : 'not-found');
  });

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const failure = failureOf(error);
    if (failure === 'internal' || failure === 'unavailable') request.log.error({ err: error }, 'request failed');
    answer(dialects, reply, request.url, failure);
  });
}

/** What the router itself cannot read: a path that is no UTF-8, or a part of it that is longer than any id. */
export function answerUnroutable(dialects: readonly Dialect[]) {
  return ({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): void =>
    answer(dialects, reply, request.url, code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'not-found' : 'malformed');
}

function answer(dialects: readonly Dialect[], reply: FastifyReply, url: string, failure: HttpFailure): void {
  const path = pathOf(url);
  const { status, body } = ownerOf(dialects, path)?.wordFailure(failure, path, reply.request.id) ?? {
    status: ownForm[failure].status,
    body: { error: { code: failure, message: ownForm[failure].message } },
  };
  void reply.code(status).header('cache-control', 'no-store').type('application/json; charset=utf-8').send(JSON.stringify(body));
}

const ownerOf = (dialects: readonly Dialect[], path: string): Dialect | undefined =>
  dialects.find(({ prefixes }) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)));

/** The path without query, doubled slashes and the /i/{integration} in front. */
function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').replaceAll(/\/{2,}/g, '/').replace(/^\/i\/[^/]+/, '');
}

function failureOf(error: FastifyError): HttpFailure {
  if (error.statusCode === 413) return 'too-large';
  if (error.statusCode === 429) return 'too-many-requests';
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return 'malformed';
  if (isDataError(error)) return 'malformed';
  return isDatabaseGone(error) ? 'unavailable' : 'internal';
}
