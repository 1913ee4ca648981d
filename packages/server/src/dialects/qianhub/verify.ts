import type { KeyObject } from 'node:crypto';
import { type Fields, headers, protocolVersion, readPublicKey, verifySignature } from '@polyvend/protocols/qianhub';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import { nestsDeeper } from '../../http/nests-deeper.ts';
import { rawBody } from '../../http/raw-body.ts';
import { type Integration, theOne } from '../../ledger/integrations/integration.ts';
import { Refusal } from './errors.ts';
import { dialect, role, settingsOf } from './integration.ts';

/**
 * Who calls: the app whose registered key verifies the signature of the raw body. Nothing of the body is looked at before, and no state
 * but the credential is read.
 */
export async function authenticate({ directory, limiter }: DialectContext, request: FastifyRequest): Promise<Integration> {
  const appId = headerOf(request, headers.app);
  const signature = headerOf(request, headers.sign);
  const { integration: mounted } = request.params as { integration?: string };
  const candidates = (await directory.candidates(dialect, role, appId)).filter(
    ({ id, merchant }) => (mounted === undefined || String(id) === mounted) && merchant.status === 'active',
  );
  if (candidates.length === 0) throw new Refusal('appInvalid');
  const body = rawBody(request);
  const fitting = candidates.filter((one) => {
    const key = keyOf(one);
    return key !== undefined && verifySignature(body, signature, key);
  });
  const integration = theOne(fitting);
  if (!integration) throw new Refusal('signInvalid');
  directory.called(integration.id);
  // After the signature: what another forges is not to spend an app's share.
  if (!limiter.allow(`integration ${integration.id}`)) throw new Refusal('system', 'too many requests');
  return integration;
}

function headerOf(request: FastifyRequest, name: string): string {
  const value = request.headers[name.toLowerCase()];
  const text = (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
  if (text === '') throw new Refusal('headerMissing', name);
  return text;
}

/** A key is read once for as long as its integration is remembered. */
const keys = new WeakMap<Integration, KeyObject | undefined>();

function keyOf(integration: Integration): KeyObject | undefined {
  if (!keys.has(integration)) keys.set(integration, readPublicKey(settingsOf(integration).publicKey));
  return keys.get(integration);
}

/** No call has more than four; what is echoed may have some of its own. */
const mostLevels = 32;

/** The envelope of a verified body: its action, and its body as it is. */
export function readEnvelope(bytes: Buffer): { action: string; body: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal('badRequest', 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('badRequest', 'the body is not an object');
  if (nestsDeeper(value, mostLevels)) throw new Refusal('badRequest', 'the body is nested too deep');
  const { version, action, body = null } = value as Fields;
  if (version !== protocolVersion) throw new Refusal('badRequest', `version must be "${protocolVersion}"`);
  if (typeof action !== 'string' || action === '') throw new Refusal('badRequest', 'action is required');
  return { action, body };
}
