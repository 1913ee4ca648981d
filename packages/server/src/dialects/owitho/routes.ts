import { answerOk, answerToken, type CallName, calls, TokenAnswer, TokenParams, tokenPath } from '@polyvend/protocols/owitho';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { causeOf } from '../../http/cause.ts';
import type { DialectContext } from '../../http/dialect.ts';
import type { Handler } from './calls/call.ts';
import { giveToken } from './calls/give-token.ts';
import { queryMachine } from './calls/query-machine.ts';
import { queryOrder } from './calls/query-order.ts';
import { takeLayout } from './calls/take-layout.ts';
import { takeNotice } from './calls/take-notice.ts';
import { takeOutcome } from './calls/take-outcome.ts';
import { takeProducts } from './calls/take-products.ts';
import { testSign } from './calls/test-sign.ts';
import { wordError, wordTokenError } from './errors.ts';
import { dialect, type Role } from './integration.ts';
import { authenticate, authenticateForToken } from './verify.ts';

interface Served {
  /** As whom we are asked. */
  role: Role;
  handler: Handler;
}

const served: Partial<Record<CallName, Served>> = {
  machineQuery: { role: 'thirdParty', handler: queryMachine },
  orderNotice: { role: 'thirdParty', handler: takeNotice },
  orderQuery: { role: 'thirdParty', handler: queryOrder },
  skuSync: { role: 'platform', handler: takeProducts },
  machineSync: { role: 'platform', handler: takeLayout },
  orderCallback: { role: 'platform', handler: takeOutcome },
  testSign: { role: 'platform', handler: testSign },
};

/** For the page of the API alone; there `data` is shown as what its text holds. */
const envelope = (data: (typeof calls)[CallName]['data']) =>
  Type.Object({
    appId: Type.String(),
    salt: Type.Integer({ minimum: 1000, maximum: 9999 }),
    utc: Type.Integer({ description: 'ms' }),
    signatures: Type.Array(Type.String()),
    data: Type.Unsafe({ ...data, description: 'Sent as its JSON text' }),
  });

export function routes(app: FastifyInstance, context: DialectContext): void {
  const token = { 200: Type.Object({ code: Type.Integer(), msg: Type.String(), data: TokenAnswer }) };
  app.route({
    method: 'GET',
    url: tokenPath,
    schema: { tags: [dialect], summary: '获取accessToken', querystring: TokenParams, response: token },
    handler: (request, reply) => serveToken(context, request, reply),
  });
  for (const [name, call] of Object.entries(served) as [CallName, Served][]) {
    const { path, data, answer, summary } = calls[name];
    const response = {
      200: Type.Object({ code: Type.String(), msg: Type.String(), data: Type.Union([answer, Type.Literal('')]) }),
    };
    app.route({
      method: 'POST',
      url: path,
      schema: { tags: [dialect], summary, body: envelope(data), response },
      handler: (request, reply) => serve(context, name, call, request, reply),
    });
  }
}

const headed = (reply: FastifyReply) =>
  reply.code(200).header('cache-control', 'no-store').type('application/json; charset=utf-8');

async function serveToken(context: DialectContext, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  headed(reply);
  try {
    const integration = await authenticateForToken(context, request);
    return JSON.stringify(answerToken(await giveToken(context.ledger, integration)));
  } catch (error) {
    const failure = wordTokenError(error);
    if (!failure) throw error;
    return JSON.stringify(failure);
  }
}

async function serve(
  context: DialectContext,
  name: CallName,
  { role, handler }: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  headed(reply);
  try {
    const { integration, data, sentAt } = await authenticate(context, request, role);
    const call = { ledger: context.ledger, integration, merchantId: integration.merchant.id, data, sentAt };
    return JSON.stringify(answerOk(await handler({ ...call, cause: causeOf(request, data) })));
  } catch (error) {
    const failure = wordError(error, name);
    if (!failure) throw error;
    return JSON.stringify(failure);
  }
}
