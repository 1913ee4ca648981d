import type { FastifyInstance } from 'fastify';
import { getPicture } from '../ledger/catalog/get-picture.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** SHA-256 in hex and an extension: nothing else is looked up. */
const shape = /^[0-9a-f]{64}\.(png|jpg|gif|webp)$/;

const notFound = { error: { code: 'not-found', message: 'There is no such picture.' } };

/** Pictures by the hash of their bytes. What is served under a name never changes, so that whoever has it need not ask again. */
export function serveMedia(app: FastifyInstance, ledger: Ledger): void {
  app.get<{ Params: { picture: string } }>(
    '/media/:picture',
    { schema: { hide: true }, exposeHeadRoute: true },
    async (request, reply) => {
      const { picture: name } = request.params;
      reply.header('x-content-type-options', 'nosniff');
      const etag = `"${name}"`;
      const picture = shape.test(name) ? await getPicture(ledger, name) : undefined;
      if (!picture) return reply.code(404).header('cache-control', 'no-store').send(notFound);
      reply.header('cache-control', 'public, max-age=31536000, immutable').header('etag', etag);
      if (knows(request.headers['if-none-match'], etag)) return reply.code(304).send();
      return reply.type(picture.contentType).send(picture.bytes);
    },
  );
}

function knows(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false;
}
