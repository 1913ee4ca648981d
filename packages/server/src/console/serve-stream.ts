import type { FastifyInstance } from 'fastify';
import { wordError } from '../dialects/native/index.ts';
import { authenticate } from './authenticate.ts';
import { requirePermission } from './caller.ts';
import type { ConsoleContext } from './context.ts';
import { isGone, openEventStream } from './event-stream.ts';
import { toWire } from './to-wire.ts';

/** Open streams of one process at most: each holds a connection. */
const mostStreams = 2_000;
/** Milliseconds after which it is looked again whether who listens still may. */
const lookedAgain = 30_000;
/** And of one person or program. */
const mostOfOne = 20;

/** GET /v1/stream: what happens, as it happens. */
export function serveStream(app: FastifyInstance, context: ConsoleContext): void {
  const open = new Map<string, number>();
  const streams = new Set<() => void>();
  app.addHook('preClose', (done) => {
    for (const end of streams) end();
    done();
  });
  app.get(
    '/v1/stream',
    {
      schema: {
        tags: ['console'],
        summary: 'Events as they happen (server-sent events)',
        description:
          'Each `ledger` event is a list of {id, kind, order_id, machine_id}. A hint to ask anew, and not a record: who was away misses what happened meanwhile. Needs `machines.read`.',
      },
    },
    async (request, reply) => {
      try {
        let caller = await authenticate(context, request);
        requirePermission(caller, 'machines.read');
        const who = `${caller.userId} ${caller.integrationId}`;
        if (streams.size >= mostStreams || (open.get(who) ?? 0) >= mostOfOne) {
          return await reply.code(429).send({ error: { code: 'too-many-requests', message: 'Too many open streams.' } });
        }
        if (isGone(reply)) return reply.hijack();
        open.set(who, (open.get(who) ?? 0) + 1);
        const again = setInterval(() => {
          authenticate(context, request, { again: true }).then(
            (now) => (caller = now),
            () => stream.end(),
          );
        }, lookedAgain);
        const stream = openEventStream(request, reply, () => {
          clearInterval(again);
          stop();
          streams.delete(end);
          const left = (open.get(who) ?? 1) - 1;
          if (left > 0) open.set(who, left);
          else open.delete(who);
        });
        const end = () => stream.end();
        streams.add(end);
        const mayHear = ({ machineId }: { machineId: number | null }) =>
          !caller.machineIds || (machineId !== null && caller.machineIds.includes(machineId));
        const stop = context.live.listen(caller.merchant.id, (events) => {
          const heard = events.filter(mayHear);
          if (heard.length > 0) stream.send('ledger', toWire(heard));
        });
        stream.send('hello', {});
        return await Promise.resolve();
      } catch (error) {
        const worded = wordError(error);
        if (!worded) throw error;
        return await reply.code(worded.status).send(worded.answer);
      }
    },
  );
}
