import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onRun } from '../kit/load.ts';

/** `open`: so many ports. `await`: until so many notifications have come in all since the last call. */
export type Sink = { open: number } | { await: number };

export interface Sunk {
  urls: string[];
  received: number;
  /** From the first to the last. */
  seconds: number;
}

let received = 0;
let first = 0;
let last = 0;
let wanted = Number.POSITIVE_INFINITY;
let enough = () => {};

function take(): void {
  last = performance.now();
  if (received === 0) first = last;
  received += 1;
  if (received >= wanted) enough();
}

async function openOne(): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-length': 2 }).end('ok');
      take();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

onRun<Sink, Sunk>(async (input) => {
  if ('open' in input) {
    const servers = await Promise.all(Array.from({ length: input.open }, openOne));
    const urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`);
    return { urls, received: 0, seconds: 0 };
  }
  if (received < input.await) {
    wanted = input.await;
    await new Promise<void>((resolve) => {
      enough = resolve;
    });
  }
  const result = { urls: [], received, seconds: (last - first) / 1000 };
  received = 0;
  wanted = Number.POSITIVE_INFINITY;
  return result;
});
