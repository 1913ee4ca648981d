import {
  type Envelope,
  isSalt,
  isUtcNear,
  readEnvelope,
  readTokenRequest,
  type TokenParams,
  verifyEnvelope,
  verifyTokenRequest,
} from '@polyvend/protocols/owitho';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import { rawBody } from '../../http/raw-body.ts';
import { type ChannelToken, listChannelTokens } from '../../ledger/channel-links/channel-token.ts';
import { type Integration, theOne } from '../../ledger/integrations/integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { Refusal } from './errors.ts';
import { dialect, type Role, roles, secretKeyOf, utcWindowOf } from './integration.ts';

export interface Verified {
  integration: Integration;
  /** The JSON text, not parsed before its signature fitted. */
  data: string;
  /** When it says that it was sent. */
  sentAt: Date;
}

/**
 * Who calls, and what with, looked at in the order of the vendor's codes: app, salt, time, signature. The envelope alone is read before. Of
 * several integrations of one App Id the one whose signature fits is meant.
 */
export async function authenticate(
  { ledger, directory, limiter }: DialectContext,
  request: FastifyRequest,
  role: Role,
): Promise<Verified> {
  const read = readEnvelope(rawBody(request));
  if (!read.ok) throw new Refusal('failed', read.reason);
  const { envelope } = read;
  const signedBy = (one: Integration) => isSignedBy(ledger, one, envelope);
  const integration = await identify({ ledger, directory, limiter }, request, role, envelope, signedBy);
  return { integration, data: envelope.data, sentAt: new Date(Number(envelope.utc)) };
}

/** Who asks for a token: signed with the secret key, in the query. */
export async function authenticateForToken(context: DialectContext, request: FastifyRequest): Promise<Integration> {
  const query = readTokenRequest(request.query as Record<string, unknown>);
  return await identify(context, request, 'platform', query, async (one) => verifyTokenRequest(query, secretKeyOf(one)));
}

async function identify(
  { ledger, directory, limiter }: Pick<DialectContext, 'ledger' | 'directory' | 'limiter'>,
  request: FastifyRequest,
  role: Role,
  { appId, salt, utc }: Pick<TokenParams, 'appId' | 'salt' | 'utc'>,
  signedBy: (integration: Integration) => Promise<boolean>,
): Promise<Integration> {
  const { integration: mounted } = request.params as { integration?: string };
  const known = (await directory.candidates(dialect, roles[role], appId)).filter(
    ({ id }) => mounted === undefined || String(id) === mounted,
  );
  if (known.length === 0) throw new Refusal('unknownAppId');
  if (!isSalt(salt)) throw new Refusal('saltOutOfRange');
  const inTime = known.filter((one) => isUtcNear(utc, ledger.clock.now(), utcWindowOf(one)));
  if (inTime.length === 0) throw new Refusal('utcOutOfWindow');
  const fitting: Integration[] = [];
  for (const one of inTime) if (await signedBy(one)) fitting.push(one);
  const integration = theOne(fitting);
  if (!integration) throw new Refusal('signatureInvalid');
  directory.called(integration.id);
  // After the signature: what another forges is not to spend an app's share.
  if (!limiter.allow(`integration ${integration.id}`)) throw new Refusal('failed', 'too many requests');
  if (integration.merchant.status !== 'active') throw new Refusal('failed', 'the merchant is not active');
  return integration;
}

/** Tokens are remembered with their integration, for as long as the directory remembers that: a new one has it forgotten. */
const remembered = new WeakMap<Integration, readonly ChannelToken[]>();

/**
 * Whether any signature fits a token that is good now, or the secret key, with which a platform (and it alone) signs when no token is valid. A token that was
 * fetched a moment ago may not be remembered yet, so what does not fit is looked at again.
 */
async function isSignedBy(ledger: Ledger, integration: Integration, envelope: Envelope): Promise<boolean> {
  const fits = (tokens: readonly ChannelToken[]) => {
    const good = tokens.filter(({ acceptedUntil }) => acceptedUntil > ledger.clock.now()).map(({ token }) => token);
    return verifyEnvelope(envelope, integration.role === roles.thirdParty ? [...good, secretKeyOf(integration)] : good);
  };
  const known = remembered.get(integration);
  if (known && fits(known)) return true;
  const tokens = await listChannelTokens(ledger, integration.merchant.id, integration.id);
  remembered.set(integration, tokens);
  return fits(tokens);
}
