import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Config, readConfig } from '../../packages/server/src/config.ts';
import { connect } from '../../packages/server/src/database/connect.ts';
import { findEmbeddedServer, startEmbeddedServer } from '../../packages/server/src/database/embedded/index.ts';
import { type Hub, startHub } from '../../packages/server/src/hub.ts';
import type { Clock } from '../../packages/server/src/ledger/clock.ts';
import { createLedger } from '../../packages/server/src/ledger/create-ledger.ts';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { secretKey } from '../../packages/server/src/secret-key.ts';
import { until } from '../support/index.ts';

const bin = join(import.meta.dirname, '../../packages/server/bin/polyvend.js');

/** A hub as it is run in earnest: a process of its own, with its own database on disk, on ports that stay the same. */
export interface HubProcess {
  url: string;
  mqttUrl: string;
  /** Resolves when it is ready. */
  start(): Promise<void>;
  /** kill -9: the hub is gone, its database is an orphan. */
  kill(): Promise<void>;
  /** kill -9 to its database, beneath the living hub. */
  killDatabase(): Promise<void>;
  /** The ledger, from outside the hub, for as long as `work` takes. */
  withLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T>;
  /** The same hub within this process, by another clock, once the process is gone. Its sweeps are done by settle(). */
  resume(clock: Clock): Promise<Hub>;
  /** What it said of warnings and errors. */
  log(): string;
  /** Ends whatever still runs and removes the data. */
  remove(): Promise<void>;
}

export async function openHubProcess(): Promise<HubProcess> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'polyvend-plug-'));
  const folder = join(dataFolder, 'postgres');
  const [port, mqttPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    HOST: '127.0.0.1',
    PORT: String(port),
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: String(mqttPort),
    POLYVEND_DATA: dataFolder,
    POLYVEND_ALLOW_PRIVATE: 'any',
    LOG_LEVEL: 'warn',
  };
  let child: ChildProcess | undefined;
  let resumed: Hub | undefined;
  let said = '';

  async function isReady(): Promise<boolean> {
    return await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await exited;
  }

  return {
    url,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    async start() {
      const { DATABASE_URL: _, TEST_DATABASE_URL: __, ...environment } = process.env;
      const started = spawn(process.execPath, [bin, 'start'], {
        env: { ...environment, ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
      await until(
        async () => {
          if (started.exitCode !== null) throw new Error(`The hub ended by itself:\n${said}`);
          return await isReady();
        },
        `the hub to be ready; it said:\n${said}`,
        60_000,
      );
    },
    async kill() {
      await end('SIGKILL');
      if (await isReady()) throw new Error('Somebody else was killed: the hub still answers.');
    },
    async killDatabase() {
      const { pid } = JSON.parse(await readFile(join(folder, 'server.json'), 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
    },
    async withLedger(work) {
      const database = connect({ url: (await findEmbeddedServer(folder)) ?? '', maxConnections: 4 });
      try {
        return await work(createLedger({ database, secretKey: await secretKey(undefined, dataFolder), relayed: [] }));
      } finally {
        await database.close();
      }
    },
    async resume(clock) {
      const config: Config = readConfig(settings);
      resumed = await startHub({ config, logger: pino({ level: 'silent' }), clock, sweeping: false });
      return resumed;
    },
    log: () => said,
    async remove() {
      await resumed?.stop();
      await end('SIGTERM');
      // A hub that was killed has left its database behind: taken over, it can be stopped.
      if ((await findEmbeddedServer(folder)) !== undefined) await (await startEmbeddedServer({ folder, log: () => {} })).stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
