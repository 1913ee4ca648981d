import type { FastifyInstance } from 'fastify';
import { wordError } from '../dialects/native/index.ts';
import { authenticate } from './authenticate.ts';
import { requirePermission } from './caller.ts';
import type { ConsoleContext, DemoHappening } from './context.ts';
import { isGone, openEventStream } from './event-stream.ts';
import { virtualOf } from './routes/demo.ts';
import { toWire, Verbatim } from './to-wire.ts';

/** Open feeds at most: a demo is looked at by a few. */
const mostFeeds = 100;

/** GET /v1/demo/machines/{machine}/feed: what passes at a virtual machine, as it passes. */
export function serveDemoFeed(app: FastifyInstance, context: ConsoleContext): void {
  const feeds = new Set<() => void>();
  app.addHook('preClose', (done) => {
    for (const end of feeds) end();
    done();
  });
  app.get<{ Params: { machine: string } }>(
    '/v1/demo/machines/:machine/feed',
    {
      schema: {
        tags: ['demo'],
        summary: 'What passes at a virtual machine, as it passes (server-sent events; demo)',
        description:
          'Events: `message` {at, direction, method, fields, topic, payload}, `drop` {at, addr, code, cause, order_id}, `state` {at, connected, slots}. Needs `machines.command`.',
      },
    },
    async (request, reply) => {
      try {
        const caller = await authenticate(context, request);
        requirePermission(caller, 'machines.command');
        const params = { machine: Number(request.params.machine) || 0 };
        const { ledger } = context;
        const virtual = await virtualOf({ ledger, context, caller, merchantId: caller.merchant.id, params });
        if (feeds.size >= mostFeeds) {
          return await reply.code(429).send({ error: { code: 'too-many-requests', message: 'Too many open streams.' } });
        }
        if (isGone(reply)) return reply.hijack();
        const stream = openEventStream(request, reply, () => {
          stop();
          feeds.delete(end);
        });
        const end = () => stream.end();
        feeds.add(end);
        const stop = virtual.listen(({ kind, ...happening }) => stream.send(kind, toWire(asItWas(happening))));
        return await Promise.resolve();
      } catch (error) {
        const worded = wordError(error);
        if (!worded) throw error;
        return await reply.code(worded.status).send(worded.answer);
      }
    },
  );
}

type Told = DemoHappening extends infer H ? (H extends { kind: string } ? Omit<H, 'kind'> : never) : never;

/** The fields of a message keep the names that they have on the wire of machines. */
const asItWas = (happening: Told) =>
  'fields' in happening ? { ...happening, fields: new Verbatim(happening.fields) } : happening;
