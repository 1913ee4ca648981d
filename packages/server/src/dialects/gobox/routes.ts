import {
  answerOk,
  type CallName,
  calls,
  FieldError,
  type Fields,
  stateFieldOf,
  type Call as WireCall,
} from '@polyvend/protocols/gobox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';
import { causeOf } from '../../http/cause.ts';
import type { DialectContext } from '../../http/dialect.ts';
import { nestsDeeper } from '../../http/nests-deeper.ts';
import { rawBody } from '../../http/raw-body.ts';
import { accessToken } from './calls/access-token.ts';
import type { Handlers } from './calls/call.ts';
import { actionsOf, describe } from './calls/describe.ts';
import { deviceCalls } from './calls/devices.ts';
import { orderCalls } from './calls/orders.ts';
import { setOfBooksCalls } from './calls/set-of-books.ts';
import { refusals, wordError } from './errors.ts';
import { authenticate } from './verify.ts';

const handlers: Handlers<Exclude<CallName, 'accessToken'>> = { ...orderCalls, ...setOfBooksCalls, ...deviceCalls };

/** GETs that act are served to GET alone: HEAD is not. */
export function routes(app: FastifyInstance, context: DialectContext): void {
  for (const names of sharing()) {
    const [first] = names;
    if (!first) continue;
    const { method, path } = calls[first];
    app.route({
      method,
      url: path,
      schema: describe(names.map((name) => calls[name])),
      handler: (request, reply) => serve(context, names, request, reply),
    });
  }
}

/** Calls by method and path: two that share both are told apart by `action`. */
function sharing(): CallName[][] {
  const shared = new Map<string, CallName[]>();
  for (const name of Object.keys(calls) as CallName[]) {
    const key = `${calls[name].method} ${calls[name].path}`;
    shared.set(key, [...(shared.get(key) ?? []), name]);
  }
  return [...shared.values()];
}

async function serve(
  context: DialectContext,
  names: readonly CallName[],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const [first = 'orders'] = names;
  const { path } = calls[first];
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  try {
    const data = await call(context, names, request);
    return JSON.stringify(answerOk(stateFieldOf(path), { ...data }));
  } catch (error) {
    const worded = wordError(error, path);
    if (!worded) throw error;
    reply.code(worded.status);
    return JSON.stringify(worded.body);
  }
}

async function call(context: DialectContext, names: readonly CallName[], request: FastifyRequest): Promise<object> {
  const [first = 'orders'] = names;
  const { token }: WireCall = calls[first];
  if (token === 'erp-session') return await accessToken(context, request);
  const { set, userName } = await authenticate(context, request, token);
  const query = request.query as Fields;
  const name = chosen(names, query);
  if (name === 'accessToken') throw refusals.tokenInvalid();
  return await handlers[name]({
    context,
    set,
    by: userName,
    query,
    path: request.params as Record<string, string>,
    body: () => readBody(rawBody(request)),
    cause: causeOf(request, rawBody(request).toString()),
  });
}

function chosen(names: readonly CallName[], query: Fields): CallName {
  const acting = names.filter((name) => 'action' in propertiesOf(calls[name]));
  const [only] = names;
  if (acting.length === 0 && only) return only;
  const actions = actionsOf(acting.map((name) => (calls[name] as WireCall).query as TObject));
  const found = acting[actions.indexOf(typeof query.action === 'string' ? query.action : '')];
  if (!found) throw new FieldError('action', `must be ${actions.join(' or ')}`);
  return found;
}

const propertiesOf = ({ query }: WireCall): object => (query as TObject | undefined)?.properties ?? {};

/** No body has more than three levels. */
const mostLevels = 8;

function readBody(body: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw refusals.notJson();
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || nestsDeeper(value, mostLevels)) {
    throw refusals.notJson();
  }
  return value as Fields;
}
