import { connect, type Socket } from 'node:net';

export interface HttpConnection {
  /** Sends a request, written out whole, and resolves with the answer's status and body. One at a time. */
  send(request: string): Promise<{ status: number; body: string }>;
  close(): void;
}

/**
 * A kept-alive HTTP/1.1 connection that knows only what the hub answers: a status and a Content-Length. Where hub and
 * generator share few cores, what a full client costs would be taken from the hub.
 */
export async function openHttp(url: string): Promise<HttpConnection> {
  const { hostname, port } = new URL(url);
  const socket = await connected(connect({ host: hostname, port: Number(port), noDelay: true }));
  let pending: PromiseWithResolvers<{ status: number; body: string }> | undefined;
  let buffered = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    buffered += chunk;
    const end = buffered.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(buffered.slice(0, end))?.[1] ?? 0);
    if (buffered.length < end + 4 + length) return;
    const answer = { status: Number(buffered.slice(9, 12)), body: buffered.slice(end + 4, end + 4 + length) };
    buffered = buffered.slice(end + 4 + length);
    pending?.resolve(answer);
  });
  const fail = () => pending?.reject(new Error('The hub closed the connection.'));
  socket.on('close', fail).on('error', fail);
  return {
    send(request) {
      pending = Promise.withResolvers();
      socket.write(request);
      return pending.promise;
    },
    close: () => socket.destroy(),
  };
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}
