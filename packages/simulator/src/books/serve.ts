import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { bytesOf, listen, type TestServer } from '../shared/http-server.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server whose handler is given what was asked, read. */
export function serve(handle: (asked: Asked, response: ServerResponse) => Promise<void>, port: number): Promise<TestServer> {
  return listen(async (request, response) => {
    const body = (await bytesOf(request)).toString('utf8');
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://127.0.0.1');
    await handle({ method: request.method ?? '', path, query, headers: request.headers, body }, response);
  }, port);
}

export function answer(response: ServerResponse, status: number, body: object): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
