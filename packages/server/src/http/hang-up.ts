import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Milliseconds that requests under way have for their answer, once the hub is told to stop. */
const patience = 10_000;

/**
 * Closing waits for every connection, and a client keeps its own for as long as it likes: one whose answer was under way when the
 * closing began would be waited for until its keep-alive ends, and one that never says anything longer. So: what is under way is
 * answered, and told that the connection ends with it; on all others the hub hangs up.
 */
export function hangUpWhenClosing(app: FastifyInstance): void {
  /** Open connections, each with its requests under way. */
  const underWay = new Map<Socket, number>();
  let closing = false;

  function count(socket: Socket, change: 1 | -1): void {
    const now = underWay.get(socket);
    if (now === undefined) return;
    underWay.set(socket, now + change);
    if (closing && now + change === 0) socket.destroySoon();
  }

  app.server.on('connection', (socket: Socket) => {
    if (closing) {
      socket.destroy();
      return;
    }
    underWay.set(socket, 0);
    socket.once('close', () => underWay.delete(socket));
  });
  app.server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  app.addHook('preClose', (done) => {
    closing = true;
    for (const [socket, requests] of underWay) if (requests === 0) socket.destroy();
    const timer = setTimeout(() => app.server.closeAllConnections(), patience);
    app.server.once('close', () => clearTimeout(timer));
    done();
  });
}
