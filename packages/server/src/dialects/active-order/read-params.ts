import {
  decodePayload,
  type Fields,
  optionalInteger,
  timestampWindowSeconds,
  verifySignature,
  type Call as WireCall,
} from '@polyvend/protocols/active-order';
import type { Integration } from '../../ledger/integrations/integration.ts';
import { Refusal } from './errors.ts';
import { appKeySecret } from './names.ts';

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
  if (!verifySignature(params, params.sign, integration.secrets[appKeySecret] ?? '')) throw new Refusal('signInvalid');
  refuseStale(params, integration, now, requiresTimestamp(wire));
  return params;
}

function parseObject(body: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal('badRequest', 'body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('badRequest', 'body is not an object');
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
  const { timestampWindow } = integration.settings;
  const window = typeof timestampWindow === 'number' ? timestampWindow : timestampWindowSeconds;
  if (Math.abs(now.getTime() / 1000 - seconds) > window) throw new Refusal('signInvalid');
}
