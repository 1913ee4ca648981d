import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of one call: passed on; lost before it arrived; carried out and its answer lost; asked twice, as a network that repeats does;
 * cut off in the middle of its answer; ended in the middle as if that were all.
 */
export type Mishap = 'pass' | 'lose' | 'lose-answer' | 'repeat' | 'cut' | 'shorten';

export interface RoughProxy {
  url: string;
  /** What became of each call so far. */
  readonly calls: Mishap[];
  close(): Promise<void>;
}

/** HTTP to `target`, over a connection that drops and repeats as `mishap` says. */
export async function startRoughProxy(target: string, mishap: () => Mishap): Promise<RoughProxy> {
  const calls: Mishap[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kind = mishap();
    calls.push(kind);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (kind === 'lose') return void response.destroy();
    if (kind === 'repeat') await ask(target, request, Buffer.concat(chunks));
    const { answer, body } = await ask(target, request, Buffer.concat(chunks));
    if (kind === 'lose-answer') return void response.destroy();
    response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? 'text/plain' });
    if (kind !== 'cut' && kind !== 'shorten') return void response.end(body);
    const half = body.subarray(0, Math.floor(body.length / 2));
    if (kind === 'shorten') return void response.end(half);
    response.write(half, () => response.destroy());
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function ask(
  target: string,
  { method, url, headers }: IncomingMessage,
  sent: Buffer,
): Promise<{ answer: IncomingMessage; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const options = { method: method ?? 'POST', headers: { ...headers, host: new URL(target).host } };
    const call = forward(new URL(url ?? '/', target), options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ answer, body: Buffer.concat(chunks) }));
    });
    call.on('error', reject);
    call.end(sent);
  });
}
