import { answerStatus, type CallName, calls, type PushName, pushes } from '@polyvend/protocols/smart-vending';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { causeOf } from '../../http/cause.ts';
import type { DialectContext } from '../../http/dialect.ts';
import { rawBody } from '../../http/raw-body.ts';
import { takeMessage } from '../../inbound/index.ts';
import type { Handlers } from './calls/call.ts';
import { codeCalls, mallCalls } from './calls/codes.ts';
import { machineCalls } from './calls/machines.ts';
import { refillCalls } from './calls/refills.ts';
import { tradeCalls } from './calls/trades.ts';
import { pushPath, pushStatus, wordError } from './errors.ts';
import { authenticate, queryOf } from './verify.ts';

const handlers: Handlers<CallName> = { ...tradeCalls, ...machineCalls, ...refillCalls, ...codeCalls, ...mallCalls };

/** Longest bodies: a call is a handful of fields, and a statistic may name many machines. */
const mostBytes = 256 * 1024;
/** Of a push, which may tell of every shelf of a machine. */
const mostPushBytes = 1024 * 1024;

export function routes(app: FastifyInstance, context: DialectContext): void {
  for (const name of Object.keys(calls) as CallName[]) {
    const { methods, path, params, answer, summary } = calls[name];
    app.route({
      method: [...methods],
      url: path,
      bodyLimit: mostBytes,
      schema: {
        tags: ['smart-vending'],
        summary,
        ...(methods.some((method) => method === 'GET') ? { querystring: params } : { body: params }),
        response: { 200: Type.Union([answer, Failed]) },
      },
      handler: (request, reply) => serve(context, name, request, reply),
    });
  }
  for (const push of Object.keys(pushes) as PushName[]) {
    const { fields, summary } = pushes[push];
    app.route({
      method: 'POST',
      url: pushPath + push,
      bodyLimit: mostPushBytes,
      schema: { tags: ['smart-vending'], summary, body: fields, response: { 200: Taken, '4xx': Failed } },
      handler: (request, reply) => take(context, push, request, reply),
    });
  }
}

const Taken = Type.Object({ result: Type.Literal('SUCCESS') });

const Failed = Type.Object({
  result: Type.Literal('FAIL'),
  errorCode: Type.String(),
  error_code: Type.Integer(),
  error: Type.String(),
});

async function serve(context: DialectContext, name: CallName, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  reply.code(answerStatus).header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    const { side, form } = calls[name];
    const { integration, params } = await authenticate(context, request, side === 'mall' ? 'customer' : 'platform', form);
    const call = { ledger: context.ledger, integration, merchantId: integration.merchant.id, params };
    // The query may hold a pickup code, too.
    const cause = { ...causeOf(request, keptOf(params)), call: `${request.method} ${calls[name].path}` };
    return JSON.stringify(await handlers[name]({ ...call, cause }));
  } catch (error) {
    const failure = wordError(error);
    if (!failure) throw error;
    return JSON.stringify(failure);
  }
}

/** Verified, stored, acknowledged; it is applied behind this. */
async function take(context: DialectContext, push: PushName, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    const { integration } = await authenticate(context, request, 'customer', false);
    await takeMessage(context.ledger, {
      merchantId: integration.merchant.id,
      integrationId: integration.id,
      kind: push,
      query: queryOf(request),
      body: rawBody(request),
    });
    return JSON.stringify({ result: 'SUCCESS' });
  } catch (error) {
    const failure = wordError(error);
    if (!failure) throw error;
    reply.code(pushStatus(failure));
    return JSON.stringify(failure);
  }
}

/** Pickup codes are not kept, in query or body. */
const keptOf = (params: object): string => JSON.stringify({ ...params, ...('code' in params && { code: '***' }) });
