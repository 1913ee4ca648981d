import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { causeOf } from '../../http/cause.ts';
import type { DialectContext } from '../../http/dialect.ts';
import { rawBody } from '../../http/raw-body.ts';
import { refuse } from '../../ledger/errors.ts';
import type { CallRoute } from './calls/call.ts';
import { getOrder } from './calls/get-order.ts';
import { payOrder } from './calls/pay-order.ts';
import { placeOrder } from './calls/place-order.ts';
import { putPosRecords } from './calls/put-pos-records.ts';
import { putPosShop } from './calls/put-pos-shop.ts';
import { wordError } from './errors.ts';
import { dialect, scopesOf } from './integration.ts';
import { authenticate, readJson } from './verify.ts';

export const calls: readonly CallRoute[] = [putPosShop, putPosRecords, placeOrder, payOrder, getOrder];

export function routes(app: FastifyInstance, context: DialectContext): void {
  for (const call of calls) {
    app.route({
      method: call.method,
      url: `/v1${call.path}`,
      schema: { tags: [dialect], ...call.schema },
      handler: (request, reply) => serve(context, call, request, reply),
    });
  }
}

async function serve(context: DialectContext, call: CallRoute, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    const integration = await authenticate(context, request);
    if (!scopesOf(integration).includes(call.needs)) refuse('permission.denied', call.needs);
    const body = rawBody(request);
    const answer = await call.handle({
      ledger: context.ledger,
      integration,
      merchantId: integration.merchant.id,
      path: request.params as Record<string, string>,
      body: call.method === 'GET' || call.method === 'DELETE' ? undefined : readJson(body),
      idempotencyKey: request.headers['idempotency-key']?.toString(),
      freshStock: context.freshStock,
      cause: causeOf(request, body.subarray(0, 8_000).toString()),
    });
    return JSON.stringify(answer);
  } catch (error) {
    const worded = wordError(error);
    if (!worded) throw error;
    reply.code(worded.status);
    return JSON.stringify(worded.answer);
  }
}
