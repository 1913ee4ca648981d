import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where the built page lies: beside the published server, or in the workspace. */
const places = [join(import.meta.dirname, '../../page'), join(import.meta.dirname, '../../../console/dist')];

/**
 * Scripts are our own files alone, and nothing is framed. Styles may stand in the page: the components' library makes them as they
 * are needed. Pictures are the hub's own, or were just chosen: those of other hosts would tell them who looks at what.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const guards = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const;

const notBuilt = `<!doctype html><meta charset="utf-8"><title>Polyvend</title>
<p>The console is not built. Run <code>npm run build:console</code>, or start the hub by <code>npm start</code>. The API is described at <a href="/docs">/docs</a>.`;

/** The operator's page: every address that is no API's is the page's own, which finds its way by itself. */
export async function servePage(app: FastifyInstance): Promise<void> {
  const root = places.find((place) => existsSync(join(place, 'index.html')));
  if (root !== undefined) {
    await app.register(fastifyStatic, {
      root: join(root, 'assets'),
      prefix: '/assets/',
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
      index: false,
      setHeaders: (reply) => void reply.header('x-content-type-options', 'nosniff'),
    });
  }
  app.decorate('pageRoot', root);
  app.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(app, reply));
}

/** Whether a request that nothing else serves is somebody's with a browser. */
export function wantsPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}

export async function sendPage(app: FastifyInstance, reply: FastifyReply): Promise<FastifyReply> {
  reply.headers({ ...guards, 'cache-control': 'no-cache' }).type('text/html; charset=utf-8');
  const { pageRoot } = app as FastifyInstance & { pageRoot?: string };
  return pageRoot === undefined ? reply.send(notBuilt) : reply.sendFile('index.html', pageRoot, { cacheControl: false });
}
