import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { PlainBehaviour } from './behaviour.ts';

/** Answers as told, `ok` being what it says when all is well. What a caller ends early is given up with it. */
export function answerCallback(response: ServerResponse, behaviour: PlainBehaviour, ok = 'success'): void {
  switch (behaviour.kind) {
    case 'ok':
      response.writeHead(behaviour.status ?? 200).end(behaviour.body ?? ok);
      return;
    case 'status': {
      const { status, retryAfter } = behaviour;
      response.writeHead(status, retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }).end('refused');
      return;
    }
    case 'hang':
      return;
    case 'slow': {
      const timer = setTimeout(() => response.end(ok), behaviour.ms);
      response.on('close', () => clearTimeout(timer));
      return;
    }
    case 'drip': {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      const timer = setInterval(() => response.write('.'), behaviour.everyMs);
      response.on('close', () => clearInterval(timer));
      return;
    }
    case 'redirect':
      response.writeHead(behaviour.status ?? 302, { Location: behaviour.to ?? '/redirected' }).end();
      return;
    case 'huge':
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      Readable.from(chunksOf(behaviour.bytes)).pipe(response);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
  }
}

function* chunksOf(bytes: number): Generator<Buffer> {
  const chunk = Buffer.alloc(65_536, 'x');
  for (let left = bytes; left > 0; left -= chunk.length) yield left < chunk.length ? chunk.subarray(0, left) : chunk;
}
