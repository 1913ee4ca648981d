import { Readable } from 'node:stream';
import { actions, Envelope, gatewayPath, headers } from '@polyvend/protocols/qianhub';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { DialectContext } from '../../http/dialect.ts';
import { rawBody } from '../../http/raw-body.ts';
import type { Answer, Handler } from './calls/call.ts';
import { listShop } from './calls/list-shop.ts';
import { batchQuery, query } from './calls/query.ts';
import { Refusal, wordError } from './errors.ts';
import { dialect } from './integration.ts';
import { authenticate, readEnvelope } from './verify.ts';

const handlers: ReadonlyMap<string, Handler> = new Map([
  [actions.test, ({ body }) => Promise.resolve(JSON.stringify(body))],
  [actions.listShop, listShop],
  [actions.query, query],
  [actions.batchQuery, batchQuery],
] satisfies [string, Handler][]);

/** For the page of the API alone. */
const schema = {
  tags: [dialect],
  summary: 'Every action of the gateway, by the name in its envelope',
  headers: Type.Object({ [headers.app]: Type.String(), [headers.sign]: Type.String() }),
  body: Envelope,
  response: {
    200: Type.Unknown({ description: 'The result itself' }),
    400: Type.Object({ error_code: Type.Integer(), message: Type.String(), extra_message: Type.Optional(Type.String()) }),
  },
};

export function routes(app: FastifyInstance, context: DialectContext): void {
  app.route({ method: 'POST', url: gatewayPath, schema, handler: (request, reply) => serve(context, request, reply) });
}

async function serve(context: DialectContext, request: FastifyRequest, reply: FastifyReply): Promise<string | Readable> {
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    const answer = await call(context, request);
    // A stream asks for the next piece when the caller has taken the last, and one that fails breaks the connection.
    return typeof answer === 'string' ? answer : Readable.from(answer, { objectMode: false });
  } catch (error) {
    const worded = wordError(error);
    if (!worded) throw error;
    reply.code(worded.status);
    return JSON.stringify(worded.answer);
  }
}

async function call(context: DialectContext, request: FastifyRequest): Promise<Answer> {
  const integration = await authenticate(context, request);
  const { action, body } = readEnvelope(rawBody(request));
  const handler = handlers.get(action);
  if (!handler) throw new Refusal('actionUnknown', action.slice(0, 64));
  return await handler({ ledger: context.ledger, integration, body });
}
