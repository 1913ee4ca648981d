import { answerError, answerOk, stateFieldOf, tokenHeader, type Call as WireCall } from '@polyvend/protocols/gobox';
import type { FastifySchema } from 'fastify';
import { type TObject, Type } from 'typebox';

/** For the page of the API alone: requests are verified and read by ourselves. Of calls that share a path, all. */
export function describe(shared: readonly WireCall[]): FastifySchema {
  const [first] = shared;
  if (!first) return {};
  const field = stateFieldOf(first.path);
  const answers = shared.map(({ answer }) => Type.Object({ [field]: Type.Literal(1), ...(answer as TObject).properties }));
  const queries = shared.flatMap(({ query }) => (query ? [query as TObject] : []));
  const properties = Object.assign({}, ...queries.map((query) => query.properties));
  if (queries.length > 1) properties.action = Type.String({ description: actionsOf(queries).join(', ') });
  return {
    tags: ['gobox'],
    summary: shared.map(({ summary }) => summary).join(' / '),
    description: `Token: ${first.token}. Refused: ${JSON.stringify(answerError(field, '…'))}, done: ${JSON.stringify(answerOk(field))}`,
    headers: Type.Object({ [tokenHeader]: Type.String() }),
    ...(queries.length > 0 && { querystring: Type.Partial(Type.Object(properties)) }),
    ...(first.body && { body: first.body }),
    response: { 200: answers.length === 1 ? answers[0] : Type.Union(answers) },
  };
}

/** What `action` may say, where a path has several calls. */
export function actionsOf(queries: readonly TObject[]): string[] {
  return queries.map(({ properties }) => String((properties.action as { const?: unknown } | undefined)?.const ?? ''));
}
