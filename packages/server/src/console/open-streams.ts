import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { wordError } from '../dialects/native/index.ts';
import { authenticate } from './authenticate.ts';
import type { Caller } from './caller.ts';
import type { ConsoleContext } from './context.ts';
import { type EventStream, isGone, openEventStream } from './event-stream.ts';

export interface StreamLimits {
  /** Open streams of one process: each holds a connection. */
  most: number;
  /** And of one person or program. */
  mostOfOne: number;
}

export interface Telling {
  /** Refuses who may not hear it: asked at first, and from time to time of who still listens. */
  check(caller: Caller): void | Promise<void>;
  /** Tells what happens from now on; answers how to stop. `caller` is who listens as they may now. */
  begin(stream: EventStream, caller: () => Caller): () => void;
}

/** Milliseconds after which it is looked again whether who listens still may. */
const lookedAgain = 30_000;

/** Answers requests with streams of events, for as long as whoever asked may hear them; all end with the hub. */
export function openStreams(app: FastifyInstance, context: ConsoleContext, { most, mostOfOne }: StreamLimits) {
  const open = new Map<string, number>();
  const streams = new Set<() => void>();
  app.addHook('preClose', (done) => {
    for (const end of streams) end();
    done();
  });

  return async function answer(request: FastifyRequest, reply: FastifyReply, { check, begin }: Telling): Promise<unknown> {
    try {
      let caller = await authenticate(context, request);
      await check(caller);
      const who = `${caller.userId} ${caller.integrationId}`;
      if (streams.size >= most || (open.get(who) ?? 0) >= mostOfOne) {
        return await reply.code(429).send({ error: { code: 'too-many-requests', message: 'Too many open streams.' } });
      }
      if (isGone(reply)) return reply.hijack();
      open.set(who, (open.get(who) ?? 0) + 1);
      const lookAgain = async () => {
        const now = await authenticate(context, request, { again: true });
        await check(now);
        caller = now;
      };
      const again = setInterval(() => void lookAgain().catch(() => stream.end()), lookedAgain);
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
      const stop = begin(stream, () => caller);
      return undefined;
    } catch (error) {
      const worded = wordError(error);
      if (!worded) throw error;
      return await reply.code(worded.status).send(worded.answer);
    }
  };
}
