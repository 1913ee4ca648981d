import { tokenHeader, type Call as WireCall } from '@polyvend/protocols/gobox';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import { type BookCaller, findBookToken } from '../../ledger/books/book-tokens.ts';
import { refuse } from '../../ledger/errors.ts';
import { refusals } from './errors.ts';

/** Who calls, by the Token header. A token of another kind, of another mount, expired or revoked is like none that there ever was. */
export async function authenticate(
  { ledger, directory, limiter }: DialectContext,
  request: FastifyRequest,
  kind: Exclude<WireCall['token'], 'erp-session'>,
): Promise<BookCaller> {
  const caller = await findBookToken(ledger, tokenOf(request));
  if (!caller || caller.kind !== kind || !isMountedAt(request, caller.set.integrationId)) throw refusals.tokenInvalid();
  directory.called(caller.set.integrationId);
  if (!limiter.allow(`integration ${caller.set.integrationId}`)) throw refusals.tooManyRequests();
  if (caller.merchantStatus === 'expired') refuse('merchant.expired');
  if (caller.merchantStatus === 'unverified') refuse('merchant.unverified');
  return caller;
}

export function tokenOf(request: FastifyRequest): string {
  const value = request.headers[tokenHeader.toLowerCase()];
  const token = (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
  if (token === '') throw refusals.tokenMissing();
  return token;
}

function isMountedAt(request: FastifyRequest, integrationId: number): boolean {
  const mounted = mountOf(request);
  return mounted === undefined || mounted === String(integrationId);
}

/** The integration that the path names. */
export function mountOf(request: FastifyRequest): string | undefined {
  return (request.params as { integration?: string }).integration;
}
