import { timingSafeEqual } from 'node:crypto';
import { headers as wireHeaders } from '@polyvend/protocols/active-order';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { hashSecret } from '../../ledger/integrations/vault.ts';
import { Refusal } from './errors.ts';
import { dialect, role } from './names.ts';

/** Who calls, by the Appid and AppSecret headers. Refuses in the vendor's order: missing, unknown, wrong, merchant not in good standing. */
export async function authenticate({ directory, limiter }: DialectContext, request: FastifyRequest): Promise<Integration> {
  const appId = headerOf(request, wireHeaders.appId);
  const appSecret = headerOf(request, wireHeaders.appSecret);
  if (appId === '' || appSecret === '') throw new Refusal('credentialsMissing');
  const { integration: mounted } = request.params as { integration?: string };
  const candidates = (await directory.candidates(dialect, role, appId)).filter(
    ({ id }) => mounted === undefined || String(id) === mounted,
  );
  if (candidates.length === 0) throw new Refusal('appIdInvalid');
  const given = hashSecret(appSecret);
  const fitting = candidates.filter(({ secretHash }) => secretHash !== null && timingSafeEqual(secretHash, given));
  const [integration] = fitting;
  if (!integration || fitting.length > 1) throw new Refusal('appSecretInvalid');
  if (!limiter.allow(`integration ${integration.id}`)) throw new Refusal('tooManyRequests');
  if (integration.merchant.status === 'expired') throw new Refusal('merchantExpired');
  if (integration.merchant.status === 'unverified') throw new Refusal('merchantNotVerified');
  return integration;
}

export function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name.toLowerCase()];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}
