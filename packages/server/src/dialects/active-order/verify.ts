import { timingSafeEqual } from 'node:crypto';
import {
  decodePayload,
  type Fields,
  optionalInteger,
  verifySignature,
  type Call as WireCall,
  headers as wireHeaders,
} from '@polyvend/protocols/active-order';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import { nestsDeeper } from '../../http/nests-deeper.ts';
import { type Integration, theOne } from '../../ledger/integrations/integration.ts';
import { hashSecret } from '../../ledger/integrations/vault.ts';
import { Refusal } from './errors.ts';
import { appKeyOf, dialect, role, settingsOf } from './integration.ts';

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
  const integration = theOne(fitting);
  if (!integration) throw new Refusal('appSecretInvalid');
  directory.called(integration.id);
  if (!limiter.allow(`integration ${integration.id}`)) throw new Refusal('tooManyRequests');
  if (integration.merchant.status === 'expired') throw new Refusal('merchantExpired');
  if (integration.merchant.status === 'unverified') throw new Refusal('merchantNotVerified');
  return integration;
}

export function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name.toLowerCase()];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}

/**
 * The parameters of a call out of its raw bytes: in the clear, or out of the payload once its signature is verified.
 * Nothing but the envelope is parsed before that.
 */
export function readParams(wire: WireCall, body: Buffer, integration: Integration, now: Date): Fields {
  if (wire.body === 'none') return {};
  const envelope = parseObject(body);
  if (wire.body === 'clear') return envelope;
  const decoded = decodePayload(envelope.payload);
  if (!decoded.ok) throw new Refusal('badRequest', `payload is ${decoded.reason}`);
  const params = decoded.value;
  if (!verifySignature(params, params.sign, appKeyOf(integration))) throw new Refusal('signInvalid');
  refuseStale(params, integration, now, requiresTimestamp(wire));
  return params;
}

/** No call has more than three. */
const mostLevels = 32;

function parseObject(body: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal('badRequest', 'body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('badRequest', 'body is not an object');
  if (nestsDeeper(value, mostLevels)) throw new Refusal('badRequest', 'body is nested too deep');
  return value as Fields;
}

function requiresTimestamp({ params }: WireCall): boolean {
  const { required } = params as { required?: readonly string[] };
  return required?.includes('timestamp') ?? false;
}

/** A payload older or newer than the window (seconds; a setting of the integration) counts as wrongly signed. */
function refuseStale(params: Fields, integration: Integration, now: Date, required: boolean): void {
  const seconds = optionalInteger(params, 'timestamp');
  if (seconds === undefined) {
    if (required) throw new Refusal('validation', 'timestamp is required');
    return;
  }
  const { timestampWindow } = settingsOf(integration);
  if (Math.abs(now.getTime() / 1000 - seconds) > timestampWindow) throw new Refusal('signInvalid');
}
