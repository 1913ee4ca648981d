import type { FastifyRequest } from 'fastify';
import type { Cause } from '../ledger/events/event.ts';

/** Longer bodies are cut in what is kept for tracing; orders and answers are far below. */
const mostKept = 4_000;

/** What an event remembers of the request that caused it. `raw`: the body as received, or what may be kept of it. */
export function causeOf(request: FastifyRequest, raw: string): Cause {
  const text = raw.length > mostKept ? `${raw.slice(0, mostKept)}…` : raw;
  return {
    by: 'http',
    requestId: request.id,
    call: `${request.method} ${request.url}`,
    // A NUL is no text to PostgreSQL, and neither is half of a surrogate pair.
    raw: text.toWellFormed().replaceAll('\u0000', '\uFFFD'),
  };
}
