import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import { nestsDeeper } from '../../http/nests-deeper.ts';
import { refuse } from '../../ledger/errors.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { hashSecret } from '../../ledger/integrations/vault.ts';
import { Refusal } from './errors.ts';
import { dialect, readToken, role } from './integration.ts';

/** Who calls, by the bearer token. Whatever is wrong with it is answered alike. */
export async function authenticate({ directory, limiter }: DialectContext, request: FastifyRequest): Promise<Integration> {
  const token = readToken(/^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
  if (!token) throw new Refusal('credentials.invalid');
  // Of /i/{integration}: elsewhere a path may name an integration that is asked for.
  const isMounted = request.routeOptions.url?.startsWith('/i/:integration') ?? false;
  const mounted = isMounted ? (request.params as { integration?: string }).integration : undefined;
  const given = hashSecret(token.secret);
  const integration = (await directory.candidates(dialect, role, token.id)).find(
    ({ id, secretHash }) =>
      (mounted === undefined || String(id) === mounted) && secretHash !== null && timingSafeEqual(secretHash, given),
  );
  if (!integration) throw new Refusal('credentials.invalid');
  directory.called(integration.id);
  if (!limiter.allow(`integration ${integration.id}`)) throw new Refusal('too-many-requests');
  const { status } = integration.merchant;
  if (status !== 'active') refuse(`merchant.${status}`);
  return integration;
}

/** A bill is the deepest there is. */
const mostLevels = 56;

/** The body as JSON, of whatever kind; none is an object without fields, for calls that need none. */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal('request.malformed');
  }
  if (nestsDeeper(value, mostLevels)) throw new Refusal('request.malformed', 'The body is nested too deep.');
  return value;
}
