import { randomBytes } from 'node:crypto';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Config } from './config.ts';
import { type ConsoleContext, securitySchemes, sendPage, serveConsole, servePage, wantsPage } from './console/index.ts';
import type { Dialect, DialectContext } from './http/dialect.ts';
import { answerFailures, answerUnroutable } from './http/failures.ts';
import { hangUpWhenClosing } from './http/hang-up.ts';
import { serveMedia } from './http/media.ts';
import { readRawBodies } from './http/raw-body.ts';
import { keepServedRoutes } from './http/served-routes.ts';
import type { Metrics } from './metrics.ts';

export interface AppOptions {
  config: Pick<Config, 'http'>;
  logger: FastifyBaseLogger;
  dialects: readonly Dialect[];
  context: DialectContext;
  /** What the operator's page and its API need beyond that; without it they are not served. */
  console?: Pick<ConsoleContext, 'live' | 'publicUrl' | 'broker' | 'checkAnswers' | 'demo'>;
  metrics: Metrics;
  /** What is not ready, in words; empty when all of it is up. */
  notReady: () => Promise<string[]>;
}

/** Everything that HTTP serves, without a server: tests inject. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, logger, dialects, context, metrics } = options;
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.http.bodyLimit,
    trustProxy: config.http.trustedProxies.length > 0 ? config.http.trustedProxies : false,
    genReqId: requestIds(),
    exposeHeadRoutes: false,
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
    // A GET may name thousands of machines in its query.
    http: { maxHeaderSize: 64 * 1024 },
    connectionTimeout: 60_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    // While closing, what still arrives on open connections is served like everything before it.
    return503OnClosing: false,
    frameworkErrors: answerUnroutable(dialects),
  });
  app.server.maxConnections = config.http.maxConnections;
  // Bodies are verified and read by the dialects themselves, over the raw bytes; schemas here are for the page of the API alone.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  readRawBodies(app);
  keepServedRoutes(app);
  answerFailures(app, dialects, options.console && { isWanted: wantsPage, send: (reply) => sendPage(app, reply) });
  hangUpWhenClosing(app);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    request.log.debug({ method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('x-request-id', request.id);
    done();
  });

  await app.register(swagger, {
    openapi: {
      info: { title: 'Polyvend', version: '0.1.0', description: 'One ledger, five dialects: what this hub serves.' },
      tags: dialects.map(({ name }) => ({ name })),
      components: { securitySchemes },
    },
  });
  const theme = { title: 'Polyvend', css: [{ filename: 'polyvend.css', content: '.swagger-ui .topbar { display: none }' }] };
  await app.register(swaggerUi, { routePrefix: '/docs', theme });
  for (const dialect of dialects) {
    await app.register((scope, _options, done) => {
      dialect.routes(scope, context);
      done();
    });
    // The same paths again, where the path names the integration: for ids on the wire that are not unique.
    await app.register(
      (scope, _options, done) => {
        scope.addHook('onRoute', (route) => {
          route.schema = { ...route.schema, hide: true };
        });
        dialect.routes(scope, context);
        done();
      },
      { prefix: '/i/:integration' },
    );
  }
  if (options.console) {
    await serveConsole(app, { ...context, ...options.console, dialects, app });
    await servePage(app);
  }
  serveMedia(app, context.ledger);
  ownRoutes(app, options);
  return app;
}

/** Unique over processes and starts by its random beginning, within one by its number: no secret, so nothing is drawn for each. */
function requestIds(): () => string {
  const beginning = randomBytes(6).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${beginning}-${count.toString(36)}`;
  };
}

function ownRoutes(app: FastifyInstance, { metrics, notReady }: AppOptions): void {
  const hidden = { schema: { hide: true } };
  app.get('/healthz', hidden, (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', hidden, async (_request, reply) => {
    const missing = await notReady();
    return reply
      .code(missing.length === 0 ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(missing.length === 0 ? { status: 'ready' } : { status: 'not ready', missing });
  });
  app.get('/metrics', hidden, async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
