import { pino } from 'pino';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { startHub } from '../hub.ts';
import { describeDemo } from './demo/print-demo.ts';
import { runDemo } from './demo/run-demo.ts';
import { pinoPretty } from './pretty.ts';

/** Runs the hub until it is told to stop. Ctrl-C and SIGTERM close it cleanly; a second signal ends it at once. */
export async function start({ demo }: { demo?: boolean }): Promise<void> {
  const environment = process.env;
  // The demo's own mall is on this machine.
  const config = readConfig(demo ? { POLYVEND_ALLOW_PRIVATE: 'any', ...environment } : environment);
  const logger = pino({ level: config.logLevel, base: null }, pinoPretty());
  if (demo && config.allowPrivate === 'any') {
    logger.warn('demo: the hub may call private and loopback addresses. Do not run a demo where others can reach it.');
  }
  const stops: (() => Promise<void>)[] = [];
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    void (async () => {
      for (const one of stops.reverse()) await one();
      logger.info('stopped');
      process.exit(0);
    })().catch((error: unknown) => {
      logger.error({ err: error }, 'stopping failed');
      process.exit(1);
    });
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const hub = await startHub({ config, logger });
    stops.push(() => hub.stop());
    if (demo) {
      const running = await runDemo(hub, config.dataFolder, logger);
      stops.push(() => running.stop());
      process.stdout.write(describeDemo(running));
    } else {
      logger.info({ http: hub.url, mqtt: hub.mqttUrl, role: config.role }, 'Polyvend is up');
    }
  } catch (error) {
    for (const one of stops.reverse()) await one().catch(() => undefined);
    logger.fatal(explain(error, config));
    process.exit(1);
  }
}

/** What the operator can do about it, in a line; the rest of the error where we do not know. */
function explain(error: unknown, config: Config): string {
  const { code, syscall, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    const setting = port === config.mqtt.port ? 'MQTT_PORT' : 'PORT';
    return `Port ${port} is taken. Stop what listens there, or choose another: ${setting}=${(port ?? 0) + 1} npm start`;
  }
  if (code === 'EACCES' && syscall === 'listen') return `Port ${port} may not be opened by this user; choose one above 1023.`;
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
