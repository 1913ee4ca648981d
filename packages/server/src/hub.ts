import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { type DemoMachines, type LiveEvents, liveEvents } from './console/index.ts';
import { connect, type Database } from './database/connect.ts';
import { type EmbeddedServer, startEmbeddedServer } from './database/embedded/index.ts';
import { listen } from './database/listen.ts';
import { isMigrated, migrate } from './database/migrate.ts';
import { startDevices } from './devices/index.ts';
import { dialects } from './dialects/index.ts';
import { startErrands } from './errands.ts';
import { freshStock } from './http/freshen.ts';
import { rateLimiter } from './http/rate-limiter.ts';
import { startInbound } from './inbound/index.ts';
import type { Clock } from './ledger/clock.ts';
import { createLedger } from './ledger/create-ledger.ts';
import { createDirectory, type Directory } from './ledger/integrations/directory.ts';
import type { Ledger, LedgerRules } from './ledger/ledger.ts';
import { createMetrics } from './metrics.ts';
import { createNeighbours, neighbourHttp, startBillsImporter } from './neighbours/index.ts';
import { checkUrl, guardedHttp, type Resolve, startNotifications } from './notifications/index.ts';
import { startSalesWorker } from './sales-worker.ts';
import { secretKey } from './secret-key.ts';
import { startSweeper } from './sweeper.ts';
import { startVendingWorker } from './vending-worker.ts';

export interface Hub {
  /** Where HTTP is served. */
  url: string;
  /** Where machines connect; undefined when this process does not speak with them. */
  mqttUrl: string | undefined;
  ledger: Ledger;
  database: Database;
  /** What this process remembers of credentials. */
  directory: Directory;
  app: FastifyInstance;
  /** What happens, as it happens. */
  live: LiveEvents;
  /** Delivers and sweeps what is due now; for tests, which bring their own clock. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export interface HubOptions {
  config: Config;
  logger: Logger;
  clock?: Clock;
  rules?: Partial<LedgerRules>;
  /** Without it the timers that sweep do not run: tests with their own clock call settle(). */
  sweeping?: boolean;
  /** Resolves the names of what the hub calls; the system's resolver unless told. */
  resolve?: Resolve;
  /** Milliseconds that an ERP or an order source has for a call; 15 000 unless told. */
  neighbourTimeout?: number;
  /** Answers of the console's API are held against their schemas: tests do. */
  checkAnswers?: boolean;
  /** For the page of a demo. */
  demo?: DemoMachines;
  /** What else must be up before /readyz says so: names of what is missing. */
  alsoMissing?: () => string[];
}

/** Answers of a platform that is asked for its lists are longer, and may take their time: bytes, milliseconds. */
const askingLimits = { bodyLimit: 8 * 1024 * 1024, timeout: 30_000 };

/** Starts what the role asks for, in the order in which each part needs the others, and stops it in the reverse. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { config, logger, clock, rules, sweeping = true, resolve, neighbourTimeout, alsoMissing = () => [] } = options;
  const { checkAnswers = false, demo } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one().catch((error: unknown) => logger.error({ err: error }, 'stopping'));
  };
  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }

  async function start(): Promise<Hub> {
    const does = (role: Config['role']) => config.role === 'all' || config.role === role;
    await mkdir(config.dataFolder, { recursive: true });
    const { url: databaseUrl } = config.database.url ? { url: config.database.url } : await startDatabase(config, logger, stops);
    const database = connect({ url: databaseUrl, maxConnections: config.database.connections, log: logger });
    stops.push(() => database.close());
    const applied = await migrate(database.pool);
    if (applied.length > 0) logger.info({ migrations: applied }, 'schema migrated');

    const ledger = createLedger({
      database,
      secretKey: await secretKey(config.secretKey, config.dataFolder),
      relayed: dialects.flatMap(({ wants }) => wants),
      publicUrl: config.publicUrl,
      ...(clock && { clock }),
      ...(rules && { rules }),
    });
    const directory = createDirectory(ledger);
    const metrics = createMetrics();

    const http = guardedHttp({ allow: config.allowPrivate, ...(resolve && { resolve }) });
    stops.push(() => http.close());
    const notifications = does('worker')
      ? startNotifications({
          database,
          clock: ledger.clock,
          dialects: dialects.map((dialect) => dialect.outbound(ledger, directory, http)),
          http,
          log: logger,
          observe: {
            delivered: (_, seconds) => metrics.notifications.observe({ outcome: 'delivered' }, seconds),
            failed: (_, seconds, final) => metrics.notifications.observe({ outcome: final ? 'given-up' : 'failed' }, seconds),
            endpointDisabled: (endpoint) => logger.error({ endpoint }, 'endpoint switched off: it failed for days'),
          },
        })
      : undefined;
    if (notifications) stops.push(() => notifications.stop());

    const sales = does('worker') ? startSalesWorker({ ledger, logger, metrics, timers: sweeping }) : undefined;
    if (sales) stops.push(() => sales.stop());
    const neighbourly = guardedHttp({
      ...neighbourHttp,
      allow: config.allowPrivate,
      ...(resolve && { resolve }),
      ...(neighbourTimeout !== undefined && { timeout: neighbourTimeout }),
    });
    stops.push(() => neighbourly.close());
    const neighbours = createNeighbours(ledger, neighbourly);
    const importer = does('worker') ? startBillsImporter({ ledger, neighbours, logger, timers: sweeping }) : undefined;
    if (importer) stops.push(() => importer.stop());

    const vending = does('worker') ? startVendingWorker({ ledger, logger, metrics, timers: sweeping }) : undefined;
    if (vending) stops.push(() => vending.stop());

    const askingHttp = guardedHttp({ allow: config.allowPrivate, ...askingLimits, ...(resolve && { resolve }) });
    stops.push(() => askingHttp.close());
    const inbound = does('worker')
      ? startInbound({
          ledger,
          dialects: dialects.flatMap((dialect) => dialect.inbound ?? []),
          http: askingHttp,
          logger,
          metrics,
          timers: sweeping,
        })
      : undefined;
    if (inbound) stops.push(() => inbound.stop());

    const devices = does('machines') ? await startDevices({ config, ledger, metrics, logger }) : undefined;
    if (devices) stops.push(() => devices.stop());

    const listener = listen({
      url: databaseUrl,
      channels: ['outbox', 'notifications', 'commands', 'integrations', 'sales', 'vending', 'inbound'],
      log: logger,
      onNotify(channel, payload) {
        if (channel === 'integrations') directory.forget();
        else if (channel === 'commands') devices?.wake(payload);
        else if (channel === 'sales') sales?.wake();
        else if (channel === 'vending') vending?.wake();
        else if (channel === 'inbound') inbound?.wake();
        else if (channel === 'outbox' || channel === 'notifications') notifications?.wake(channel);
      },
    });
    stops.push(() => listener.close());
    await listener.ready;

    const sweeper = startSweeper({
      ledger,
      logger,
      metrics,
      devices,
      sweepsLedger: does('worker'),
      timers: sweeping,
      writeCalls: () => directory.writeCalls(),
    });
    stops.push(() => sweeper.stop());

    const errands = startErrands({
      errands: does('worker') ? dialects.flatMap(({ errands = [] }) => errands) : [],
      ledger,
      http,
      logger,
      timers: sweeping,
    });
    stops.push(() => errands.stop());

    const live = liveEvents(ledger, logger);
    stops.push(async () => live.stop());
    const app = await createApp({
      config,
      logger,
      ...(does('api') && {
        console: {
          live,
          publicUrl: config.publicUrlIsTold ? config.publicUrl : '',
          broker: brokerOf(config, devices?.url),
          checkAnswers,
          ...(demo && { demo }),
        },
      }),
      dialects: does('api') ? dialects : [],
      context: {
        ledger,
        directory,
        limiter: rateLimiter(config.http.rateLimit),
        checkUrl: (text) => {
          const checked = checkUrl(text, { allow: config.allowPrivate });
          return checked.ok ? undefined : checked.reason;
        },
        neighbours,
        freshStock: freshStock({ ledger, http, logger, dialects }),
      },
      metrics,
      notReady: async () => {
        const missing = alsoMissing();
        if (!(await isMigrated(database.pool).catch(() => false))) missing.push('database');
        if (devices && !devices.isReady()) missing.push('broker');
        return missing;
      },
    });
    stops.push(() => app.close());
    const url = await app.listen({ port: config.http.port, host: config.http.host });

    return {
      url: url.replace('0.0.0.0', '127.0.0.1').replace('[::]', '127.0.0.1'),
      mqttUrl: devices?.url,
      ledger,
      database,
      directory,
      app,
      live,
      async settle() {
        await sweeper.sweep();
        await errands.run();
        await devices?.idle();
        await inbound?.idle();
        await sales?.idle();
        await importer?.sweep();
        await vending?.idle();
        await notifications?.sweep();
        await notifications?.idle();
      },
      stop,
    };
  }
}

/** As machines reach it: another broker under its own name, ours under the hub's. */
function brokerOf(config: Config, url: string | undefined): { host: string; port: number; tls: boolean } {
  const address = URL.parse(config.mqtt.url ?? url ?? '');
  const tls = address !== null && ['mqtts:', 'wss:'].includes(address.protocol);
  const host = config.mqtt.url !== undefined && address ? address.hostname : new URL(config.publicUrl).hostname;
  return { host, port: Number(address?.port) || (tls ? 8883 : config.mqtt.port || 1883), tls };
}

async function startDatabase(config: Config, logger: Logger, stops: (() => Promise<void>)[]): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({
    folder: join(config.dataFolder, 'postgres'),
    log: (message) => logger.info(message),
  });
  stops.push(() => server.stop());
  return server;
}
