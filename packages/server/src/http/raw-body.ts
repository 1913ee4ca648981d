import type { FastifyInstance, FastifyRequest } from 'fastify';

const none = Buffer.alloc(0);

/**
 * Every request's body arrives as its raw bytes, whatever the Content-Type says: absent, malformed (`application/json;`), or the
 * form type that a bare `curl -d` sends. Signatures are verified over these bytes; parsing comes after.
 */
export function readRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // Fastify refuses a malformed Content-Type before it looks for a parser.
  app.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
}

export function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : none;
}
