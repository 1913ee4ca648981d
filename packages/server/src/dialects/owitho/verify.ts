import { type Envelope, isSalt, isUtcNear, readEnvelope, verifyEnvelope } from '@polyvend/protocols/owitho';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import { rawBody } from '../../http/raw-body.ts';
import { type ChannelToken, listChannelTokens } from '../../ledger/channel-links/channel-token.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { Refusal } from './errors.ts';
import { dialect, type Role, roles, secretKeyOf, thirdPartySettings } from './integration.ts';

export interface Verified {
  integration: Integration;
  /** The JSON text, not parsed before its signature fitted. */
  data: string;
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
  const { integration: mounted } = request.params as { integration?: string };
  const known = (await directory.candidates(dialect, roles[role], envelope.appId)).filter(
    ({ id }) => mounted === undefined || String(id) === mounted,
  );
  if (known.length === 0) throw new Refusal('unknownAppId');
  if (!isSalt(envelope.salt)) throw new Refusal('saltOutOfRange');
  const inTime = known.filter((one) => isUtcNear(envelope.utc, ledger.clock.now(), thirdPartySettings(one).utcWindow * 1000));
  if (inTime.length === 0) throw new Refusal('utcOutOfWindow');
  const fitting: Integration[] = [];
  for (const one of inTime) if (await isSignedBy(ledger, one, envelope)) fitting.push(one);
  const [integration] = fitting;
  if (!integration || fitting.length > 1) throw new Refusal('signatureInvalid');
  // After the signature: what another forges is not to spend an app's share.
  if (!limiter.allow(`integration ${integration.id}`)) throw new Refusal('failed', 'too many requests');
  if (integration.merchant.status !== 'active') throw new Refusal('failed', 'the merchant is not active');
  return { integration, data: envelope.data };
}

/** Tokens are remembered with their integration, for as long as the directory remembers that: a new one has it forgotten. */
const remembered = new WeakMap<Integration, readonly ChannelToken[]>();

/**
 * Whether any signature fits a token that is good now, or the secret key, with which a platform signs when no token is valid. A token that was
 * fetched a moment ago may not be remembered yet, so what does not fit is looked at again.
 */
async function isSignedBy(ledger: Ledger, integration: Integration, envelope: Envelope): Promise<boolean> {
  const fits = (tokens: readonly ChannelToken[]) => {
    const good = tokens.filter(({ acceptedUntil }) => acceptedUntil > ledger.clock.now()).map(({ token }) => token);
    return verifyEnvelope(envelope, [...good, secretKeyOf(integration)]);
  };
  const known = remembered.get(integration);
  if (known && fits(known)) return true;
  const tokens = await listChannelTokens(ledger, integration.merchant.id, integration.id);
  remembered.set(integration, tokens);
  return fits(tokens);
}
