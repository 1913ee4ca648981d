import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { type TObject, type TSchema, Type } from 'typebox';
import { Errors } from 'typebox/value';
import { inTransaction } from '../database/transaction.ts';
import { readJson, wordError } from '../dialects/native/index.ts';
import { causeOf } from '../http/cause.ts';
import { rawBody } from '../http/raw-body.ts';
import { recordAudit } from '../ledger/audit/record-audit.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { authenticate, csrfHeader, requireSameOrigin, sessionCookie } from './authenticate.ts';
import { type Caller, requireEveryMachine, requirePermission } from './caller.ts';
import type { ConsoleContext } from './context.ts';
import { check, readTexts } from './read-input.ts';
import { type Call, type Changing, FileAnswer, type Reading, type Routes, type Shape } from './route.ts';

/** Mounts routes below /v1, with what is documented of them. */
export function serveApi(app: FastifyInstance, context: ConsoleContext, tag: string, routes: Routes): void {
  for (const [name, route] of Object.entries(routes)) {
    const [method = 'GET', path = ''] = name.split(' ');
    app.route({
      method,
      url: `/v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      schema: documented(route, tag),
      ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
      handler: (request, reply) => serve(context, name, route, request, reply),
    });
  }
}

type AnyRoute = Reading<Shape> | Changing<Shape>;

async function serve(
  context: ConsoleContext,
  name: string,
  route: AnyRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | Readable> {
  reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  try {
    const caller = route.needs === 'anyone' ? nobody(request) : await authenticate(context, request);
    if (route.needs !== 'anyone' && route.needs !== 'signed-in') requirePermission(caller, route.needs);
    if (route.everyMachine) requireEveryMachine(caller);
    const answer = await answerOf(context, name, route, caller, request);
    if (answer instanceof FileAnswer) {
      const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(answer.name)}`;
      reply.type(answer.contentType).header('content-disposition', disposition);
      return answer.content;
    }
    if (context.checkAnswers) requireShape(name, route.shape.answer, answer);
    reply.type('application/json; charset=utf-8');
    return JSON.stringify(answer);
  } catch (error) {
    const worded = wordError(error);
    if (!worded) throw error;
    reply.code(worded.status).type('application/json; charset=utf-8');
    return JSON.stringify(worded.answer);
  }
}

/** Before there is a session; a page of another site must not sign a browser in, either. */
function nobody(request: FastifyRequest): Caller {
  if (request.method !== 'GET') requireSameOrigin(request);
  return {
    ...{ userId: null, integrationId: null, who: '', permissions: new Set(), machineIds: undefined, session: undefined },
    // Of whoever has no merchant yet, nothing is read.
    merchant: undefined as never,
  };
}

async function answerOf(context: ConsoleContext, name: string, route: AnyRoute, caller: Caller, request: FastifyRequest) {
  const bytes = rawBody(request);
  const { params, query, body } = route.shape;
  const call = {
    ...{ ledger: context.ledger, context, caller, bytes, request, merchantId: caller.merchant?.id ?? 0 },
    params: readTexts(params, request.params),
    query: readTexts(closed(query), request.query),
    body: body && check(body, readJson(bytes)),
    cause: { ...causeOf(request, ''), by: caller.who === '' ? 'http' : caller.who },
  } as Call<Shape>;
  if (!('audit' in route)) return await route.handle(call);
  await route.first?.(call);
  return route.apart ? await changeApart(name, route, call) : await changeWithin(name, route, call);
}

/** A name that is not known is a mistake, and not one to be passed over. */
const closed = (query: TObject | undefined): TSchema => Type.Object(query?.properties ?? {}, { additionalProperties: false });

async function changeWithin(name: string, route: Changing<Shape>, call: Call<Shape>): Promise<unknown> {
  return await inTransaction(call.ledger.db, async (trx) => {
    const within = { ...call, ledger: { ...call.ledger, db: trx } as Ledger };
    const before = await route.audit.read?.(within);
    const answer = await route.handle(within);
    await audit(name, route, within, before, answer);
    return answer;
  });
}

async function changeApart(name: string, route: Changing<Shape>, call: Call<Shape>): Promise<unknown> {
  const before = await route.audit.read?.(call);
  const answer = await route.handle(call);
  await audit(name, route, call, before, answer);
  return answer;
}

async function audit(
  name: string,
  { audit: { subject, read, after } }: Changing<Shape>,
  call: Call<Shape>,
  before: unknown,
  answer: unknown,
): Promise<void> {
  const { ledger, caller, merchantId, request } = call;
  if (merchantId === 0) return;
  await recordAudit(ledger, {
    ...{ merchantId, userId: caller.userId, integrationId: caller.integrationId, who: caller.who },
    action: name.replace(' ', ' /v1'),
    subject: subject(call),
    before,
    after: after ? after(answer as never, call) : await read?.(call),
    ...{ requestId: request.id, address: request.ip },
  });
}

function requireShape(name: string, schema: TSchema, answer: unknown): void {
  const [error] = Errors(schema, JSON.parse(JSON.stringify(answer)));
  if (error) throw new Error(`The answer of ${name} does not fit its schema: ${error.instancePath} ${error.message}`);
}

function documented({ summary, description, needs, everyMachine, shape }: AnyRoute, tag: string): FastifySchema {
  const { params, query, body, answer } = shape;
  const told = needs === 'anyone' ? '' : needs === 'signed-in' ? 'Of whoever is signed in.' : `Needs \`${needs}\`.`;
  return {
    ...{
      tags: [tag],
      summary,
      description: [description, told, everyMachine && 'Of all machines together.'].filter(Boolean).join(' '),
      response: { 200: answer },
    },
    ...(needs !== 'anyone' && { security: [{ token: [] }, { session: [], csrf: [] }] }),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
  } as FastifySchema;
}

/** For the page of the API. */
export const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of this hub, made in the console or by `polyvend integration create --dialect native`',
  },
  session: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'Of the console' },
  csrf: { type: 'apiKey', in: 'header', name: csrfHeader, description: 'With the session: csrf_token of GET /v1/session' },
} as const;
