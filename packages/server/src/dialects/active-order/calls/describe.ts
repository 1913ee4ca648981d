import { headers, offlineHeaders, PayloadEnvelope, type Call as WireCall } from '@polyvend/protocols/active-order';
import type { FastifySchema } from 'fastify';
import { type TSchema, Type } from 'typebox';

/** For the page of the API alone: requests are verified and read by ourselves, over their raw bytes. */
export function describe({ params, answer, body, summary }: WireCall): FastifySchema {
  const Header = Type.String();
  return {
    tags: ['active-order'],
    summary,
    headers: Type.Object({ [headers.appId]: Header, [headers.appSecret]: Header }),
    ...(body !== 'none' && { body: body === 'clear' ? params : payloadOf(params) }),
    response: {
      200: envelope(answer, 'Done'),
      '4xx': envelope(Type.Object({}), 'Refused: code and message tell why'),
    },
  };
}

export function describeOffline(summary: string, body: TSchema, answer: TSchema): FastifySchema {
  const Header = Type.String();
  return {
    tags: ['active-order'],
    summary,
    headers: Type.Object({ [offlineHeaders.machineNo]: Header, [offlineHeaders.apiKey]: Header }),
    body,
    response: { 200: answer },
  };
}

const envelope = (data: TSchema, description: string) =>
  Type.Object({ code: Type.Integer(), message: Type.String(), data }, { description });

/** What the page shows is what travels; what is inside stands beside it. */
function payloadOf(params: TSchema): TSchema {
  return Type.Object(PayloadEnvelope.properties, {
    description: 'payload is base64 of the JSON object described in x-payload, with its sign',
    'x-payload': params,
  });
}
