import { answerOk, type CallName, calls } from '@polyvend/protocols/owitho';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { causeOf } from '../../http/cause.ts';
import type { DialectContext } from '../../http/dialect.ts';
import type { Handler } from './calls/call.ts';
import { queryMachine } from './calls/query-machine.ts';
import { queryOrder } from './calls/query-order.ts';
import { takeNotice } from './calls/take-notice.ts';
import { wordError } from './errors.ts';
import { dialect, type Role } from './integration.ts';
import { authenticate } from './verify.ts';

interface Served {
  /** As whom we are asked. */
  role: Role;
  handler: Handler;
}

const served: Partial<Record<CallName, Served>> = {
  machineQuery: { role: 'thirdParty', handler: queryMachine },
  orderNotice: { role: 'thirdParty', handler: takeNotice },
  orderQuery: { role: 'thirdParty', handler: queryOrder },
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

async function serve(
  context: DialectContext,
  name: CallName,
  { role, handler }: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  reply.code(200).header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    const { integration, data } = await authenticate(context, request, role);
    const call = { ledger: context.ledger, integration, merchantId: integration.merchant.id, data };
    return JSON.stringify(answerOk(await handler({ ...call, cause: causeOf(request, data) })));
  } catch (error) {
    const failure = wordError(error, name);
    if (!failure) throw error;
    return JSON.stringify(failure);
  }
}
