import { answerOk, basePath, type CallName, calls, omitZero } from '@polyvend/protocols/active-order';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { causeOf } from '../../http/cause.ts';
import type { DialectContext } from '../../http/dialect.ts';
import { rawBody } from '../../http/raw-body.ts';
import type { Integration } from '../../ledger/integrations/integration.ts';
import type { Done, Handlers } from './calls/call.ts';
import { deliveryCalls } from './calls/deliveries.ts';
import { describe } from './calls/describe.ts';
import { machineCalls } from './calls/machines.ts';
import { offlineRoutes } from './calls/offline.ts';
import { orderCalls } from './calls/orders.ts';
import { pickupCodeCalls } from './calls/pickup-codes.ts';
import { restockingCalls } from './calls/restocking.ts';
import { wordError } from './errors.ts';
import { settingsOf } from './integration.ts';
import { authenticate, readParams } from './verify.ts';

const handlers: Handlers<CallName> = { ...machineCalls, ...orderCalls, ...deliveryCalls, ...pickupCodeCalls, ...restockingCalls };

/** Parameters that must not be kept with the request. */
const secretParams = ['code'];

/** Longest bodies. The hub's own limit, where it is smaller, holds for the others. */
const mostBytes = { clear: 256 * 1024, payload: 64 * 1024 };

export function routes(app: FastifyInstance, context: DialectContext): void {
  for (const name of Object.keys(calls) as CallName[]) {
    const { method, path } = calls[name];
    app.route({
      method,
      url: `${basePath}${path}`,
      // What is signed is flattened and hashed up to four times: a payload is a handful of fields, and is kept to that.
      bodyLimit: calls[name].body === 'clear' ? mostBytes.clear : mostBytes.payload,
      schema: describe(calls[name]),
      handler: (request, reply) => serve(context, name, request, reply),
    });
  }
  offlineRoutes(app, context);
}

async function serve(context: DialectContext, name: CallName, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  let integration: Integration | undefined;
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    integration = await authenticate(context, request);
    const { data, message } = await call(context, name, request, integration);
    return JSON.stringify(answerOk(omitZero(data), message));
  } catch (error) {
    const worded = wordError(error);
    if (!worded) throw error;
    reply.code(integration && settingsOf(integration).always200 ? 200 : worded.status);
    return JSON.stringify(worded.answer);
  }
}

async function call(context: DialectContext, name: CallName, request: FastifyRequest, integration: Integration): Promise<Done> {
  const body = rawBody(request);
  const params = readParams(calls[name], body, integration, context.ledger.clock.now());
  const secret = secretParams.some((field) => field in params);
  const kept = secret
    ? JSON.stringify({ ...params, ...Object.fromEntries(secretParams.map((field) => [field, '***'])) })
    : body.toString();
  return await handlers[name]({
    ledger: context.ledger,
    integration,
    merchantId: integration.merchant.id,
    timeZone: integration.merchant.timeZone,
    params,
    path: request.params as Record<string, string>,
    cause: causeOf(request, kept),
    checkUrl: context.checkUrl,
  });
}
