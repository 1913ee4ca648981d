import type { FastifyInstance } from 'fastify';
import { requirePermission } from './caller.ts';
import type { ConsoleContext } from './context.ts';
import { openStreams } from './open-streams.ts';
import { toWire } from './to-wire.ts';

/** GET /v1/stream: what happens, as it happens. */
export function serveStream(app: FastifyInstance, context: ConsoleContext): void {
  const answer = openStreams(app, context, { most: 2_000, mostOfOne: 20 });
  app.get(
    '/v1/stream',
    {
      schema: {
        tags: ['console'],
        summary: 'Events as they happen (server-sent events)',
        description:
          'Each `ledger` event is a list of {id, kind, at, order_id, machine_id}: first of what happened in the 15 seconds before, since who shows something has asked for it before listening, then of what happens. A hint to ask anew, and not a record: who was away for longer misses what happened meanwhile. Needs `machines.read`.',
      },
    },
    (request, reply) =>
      answer(request, reply, {
        check: (caller) => requirePermission(caller, 'machines.read'),
        begin(stream, caller) {
          const mayHear = ({ machineId }: { machineId: number | null }) => {
            const { machineIds } = caller();
            return !machineIds || (machineId !== null && machineIds.includes(machineId));
          };
          const stop = context.live.listen(caller().merchant.id, (events) => {
            const heard = events.filter(mayHear);
            if (heard.length > 0) stream.send('ledger', toWire(heard));
          });
          stream.send('hello', {});
          return stop;
        },
      }),
  );
}
