import { FieldError, type Fields, readSender, readSigned, type SignedMessage } from '@polyvend/protocols/smart-vending';
import type { FastifyRequest } from 'fastify';
import type { DialectContext } from '../../http/dialect.ts';
import { rawBody } from '../../http/raw-body.ts';
import { type Integration, theOne } from '../../ledger/integrations/integration.ts';
import { Refusal } from './errors.ts';
import { dialect, keyOf, type Role, roles } from './integration.ts';

export interface Verified {
  integration: Integration;
  params: Fields;
}

/**
 * Who calls, and what with: query and body are read as far as their signature needs, the clientId's key is looked up, and the signature
 * verified over the characters as they came. Of several integrations of one clientId the one whose key fits is meant.
 */
export async function authenticate(
  { directory, limiter }: DialectContext,
  request: FastifyRequest,
  role: Role,
  form: boolean,
): Promise<Verified> {
  const message = readMessage(request, form);
  const { clientId } = readSender(message.params);
  if (message.sign === undefined || message.sign === '') throw new FieldError('sign', 'is required');
  const { integration: mounted } = request.params as { integration?: string };
  const candidates = (await directory.candidates(dialect, roles[role], clientId)).filter(
    ({ id }) => mounted === undefined || String(id) === mounted,
  );
  if (candidates.length === 0) throw new Refusal('clientUnknown');
  const fitting = candidates.filter((candidate) => message.verify(keyOf(candidate)));
  const integration = theOne(fitting);
  if (!integration) throw new Refusal('signInvalid');
  directory.called(integration.id);
  if (!limiter.allow(`integration ${integration.id}`)) throw new Refusal('tooManyRequests');
  if (integration.merchant.status !== 'active') throw new Refusal('clientDisabled');
  return { integration, params: message.params };
}

/** As it was asked for. */
export function queryOf({ url }: FastifyRequest): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

function readMessage(request: FastifyRequest, form: boolean): SignedMessage {
  const message = readSigned({ query: queryOf(request), body: rawBody(request), form });
  if (message.ok) return message;
  if (message.reason === 'too large') throw new Refusal('tooLarge');
  throw new Refusal(
    'badRequest',
    message.reason === 'not text' ? 'the body is neither UTF-8 nor GB18030' : 'the body is not a JSON object',
  );
}
