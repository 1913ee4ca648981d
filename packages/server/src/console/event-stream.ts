import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds between two signs that the stream is alive: proxies cut what is silent. */
const heartbeat = 20_000;
/** Bytes that may wait for a reader who does not read; then it is cut, and comes back by itself. */
const mostWaiting = 1_000_000;

/** Whether who asked has gone meanwhile: there is nobody to stream to, and nothing would tell that they went. */
export const isGone = ({ raw }: FastifyReply): boolean => raw.destroyed || raw.socket?.destroyed === true;

export interface EventStream {
  send(event: string, data: unknown): void;
  end(): void;
}

/** A stream of server-sent events as the answer; `closed` is called once when the other side is gone, or it was ended. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply, closed: () => void): EventStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  raw.write('retry: 2000\n\n');
  // A stream is no request that may take half a minute.
  request.raw.socket.setTimeout(0);
  const timer = setInterval(() => raw.write(':\n\n'), heartbeat);
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    clearInterval(timer);
    closed();
  };
  raw.on('close', close);
  raw.on('error', close);
  return {
    send(event, data) {
      if (!open) return;
      raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (raw.writableLength > mostWaiting) raw.destroy();
    },
    end() {
      close();
      raw.end();
    },
  };
}
