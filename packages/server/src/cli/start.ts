import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Logger, pino } from 'pino';
import { readConfig } from '../config.ts';
import { startHub } from '../hub.ts';
import { makeSetUpCode } from '../ledger/staff/set-up.ts';
import { demoMachines } from './demo/demo-machines.ts';
import { describeDemo } from './demo/print-demo.ts';
import { runDemo } from './demo/run-demo.ts';
import { explainFailure } from './explain-failure.ts';
import { pinoPretty } from './pretty.ts';

/** Milliseconds after which a stop that has not come to its end is cut short. */
const longestStop = 40_000;

/** Milliseconds within which a second signal is the first one again. */
const sameSignal = 500;

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
  let demoIsUp = !demo;
  let stoppingSince: number | undefined;
  const stop = (signal: string): void => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      // A terminal sends Ctrl-C to npm and to us, and npm passes its own on: that is one Ctrl-C, not two.
      if (now - stoppingSince > sameSignal) process.exit(1);
      return;
    }
    stoppingSince = now;
    logger.info({ signal }, 'stopping');
    // Each part bounds its own end; this is for what nobody thought of.
    setTimeout(() => process.exit(1), longestStop).unref();
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
    await buildPage(logger);
    const virtual = demo ? demoMachines() : undefined;
    const alsoMissing = () => (demoIsUp ? [] : ['demo']);
    const hub = await startHub({ config, logger, alsoMissing, ...(virtual && { demo: virtual }) });
    stops.push(() => hub.stop());
    if (virtual) {
      const running = await runDemo(hub, config.dataFolder, logger, virtual);
      stops.push(() => running.stop());
      demoIsUp = true;
      process.stdout.write(describeDemo(running));
    } else {
      logger.info({ http: hub.url, mqtt: hub.mqttUrl, role: config.role }, 'Polyvend is up');
      const code = await makeSetUpCode(hub.ledger);
      if (code !== undefined) logger.warn(`set-up code ${code}: make the owner account at ${hub.url}/set-up`);
    }
  } catch (error) {
    for (const one of stops.reverse()) await one().catch(() => undefined);
    logger.fatal(explainFailure(error, config));
    process.exit(1);
  }
}

/** In the workspace the page is built from its source when that has changed; what is published has it built. */
async function buildPage(logger: Logger): Promise<void> {
  const builder = join(import.meta.dirname, '../../../console/build.ts');
  if (!existsSync(builder)) return;
  try {
    const { buildConsole } = (await import(pathToFileURL(builder).href)) as { buildConsole: () => Promise<boolean> };
    if (await buildConsole()) logger.info('the console is built');
  } catch (error) {
    // Without its page the hub still sells.
    logger.error({ err: error }, 'the console could not be built');
  }
}
