import { createHash, timingSafeEqual } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import { authenticateToken, Refusal, scopesOf } from '../dialects/native/index.ts';
import { refuse } from '../ledger/errors.ts';
import { findSession } from '../ledger/staff/find-session.ts';
import { permissionsOf } from '../ledger/staff/roles.ts';
import type { Caller } from './caller.ts';
import type { ConsoleContext } from './context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set-Cookie of the answer. */
    replyCookie: string | undefined;
  }
}

export const sessionCookie = 'polyvend_session';
export const csrfHeader = 'x-csrf-token';

/** What a page of ours knows and no other: made of the session's own secret, which scripts cannot read. */
export const csrfTokenOf = (token: string): string => createHash('sha256').update(`csrf ${token}`).digest('base64url');

/** Who calls: by a token in Authorization, or by the session of the browser. `again`: it is looked whether who was let in still may. */
export async function authenticate(context: ConsoleContext, request: FastifyRequest, { again = false } = {}): Promise<Caller> {
  if (request.headers.authorization !== undefined) {
    const integration = await authenticateToken(context, request);
    const { id, merchant, name } = integration;
    return {
      merchant,
      permissions: new Set(scopesOf(integration)),
      machineIds: undefined,
      session: undefined,
      ...{ userId: null, integrationId: id, who: name || `token ${id}` },
    };
  }
  return await authenticateSession(context, request, again);
}

async function authenticateSession(
  { ledger, limiter }: ConsoleContext,
  request: FastifyRequest,
  again: boolean,
): Promise<Caller> {
  const token = request.cookies[sessionCookie] ?? '';
  const session = await findSession(ledger, token, { looking: again });
  if (!session) throw new Refusal('credentials.invalid', 'Sign in, or send Authorization: Bearer and a token that is valid.');
  const { merchant, user, machineIds } = session;
  if (!limiter.allow(`user ${user.id}`)) throw new Refusal('too-many-requests');
  if (merchant.status !== 'active') refuse(`merchant.${merchant.status}`);
  if (request.method !== 'GET') requireOwnPage(request, token);
  return {
    ...{ merchant, machineIds, session, permissions: new Set(permissionsOf[user.role]) },
    ...{ userId: user.id, integrationId: null, who: user.name || user.login },
  };
}

/** A cookie goes along with whatever another site makes the browser send: only our own page knows the token beside it. */
function requireOwnPage(request: FastifyRequest, token: string): void {
  const given = Buffer.from(String(request.headers[csrfHeader] ?? ''));
  const expected = Buffer.from(csrfTokenOf(token));
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Refusal('credentials.invalid', `Send ${csrfHeader} as GET /v1/session tells it.`);
  requireSameOrigin(request);
}

/** Where a browser says where a page is from, it must be from here. */
export function requireSameOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== request.host) refuse('permission.denied', 'a page of another origin');
}
