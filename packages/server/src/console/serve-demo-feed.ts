import type { FastifyInstance } from 'fastify';
import { type Caller, requirePermission } from './caller.ts';
import type { ConsoleContext, DemoHappening } from './context.ts';
import { openStreams } from './open-streams.ts';
import { virtualOf } from './routes/demo.ts';
import { toWire, Verbatim } from './to-wire.ts';

/** GET /v1/demo/machines/{machine}/feed: what passes at a virtual machine, as it passes. A demo is looked at by a few. */
export function serveDemoFeed(app: FastifyInstance, context: ConsoleContext): void {
  const { ledger } = context;
  const answer = openStreams(app, context, { most: 100, mostOfOne: 20 });
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
      const params = { machine: Number(request.params.machine) || 0 };
      const find = (caller: Caller) => virtualOf({ ledger, context, caller, merchantId: caller.merchant.id, params });
      let virtual: Awaited<ReturnType<typeof find>>;
      return await answer(request, reply, {
        async check(caller) {
          requirePermission(caller, 'machines.command');
          virtual = await find(caller);
        },
        begin: (stream) => virtual.listen(({ kind, ...happening }) => stream.send(kind, toWire(asItWas(happening)))),
      });
    },
  );
}

type Told = DemoHappening extends infer H ? (H extends { kind: string } ? Omit<H, 'kind'> : never) : never;

/** The fields of a message keep the names that they have on the wire of machines. */
const asItWas = (happening: Told) =>
  'fields' in happening ? { ...happening, fields: new Verbatim(happening.fields) } : happening;
