import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import type { ConsoleContext } from './context.ts';
import { areas } from './routes/index.ts';
import { serveApi } from './serve-api.ts';
import { serveDemoFeed } from './serve-demo-feed.ts';
import { serveStream } from './serve-stream.ts';

export type {
  ConsoleContext,
  DemoHappening,
  DemoMachine,
  DemoMachines,
  DemoPurchase,
} from './context.ts';
export { type LiveEvents, liveEvents } from './live-events.ts';
export { securitySchemes } from './serve-api.ts';
export { sendPage, servePage, wantsPage } from './serve-page.ts';

/** The hub's own API below /v1, with its stream of events. */
export async function serveConsole(app: FastifyInstance, context: ConsoleContext): Promise<void> {
  await app.register(cookie);
  app.decorateRequest('replyCookie', undefined);
  app.addHook('onSend', (request, reply, _payload, next) => {
    if (request.replyCookie !== undefined) reply.header('set-cookie', request.replyCookie);
    next();
  });
  for (const [tag, routes] of Object.entries(areas)) serveApi(app, context, tag, routes);
  serveStream(app, context);
  serveDemoFeed(app, context);
}
