import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const bin = join(import.meta.dirname, '../../packages/server/bin/polyvend.js');

/** A hub as it is run in earnest: a process of its own, with its own database on disk, on ports that stay the same. */
export interface HubProcess {
  url: string;
  /** Of its own broker. */
  mqttUrl: string;
  /** Begins to start; whether it comes up is not waited for. */
  launch(): void;
  /** Resolves when it is ready. */
  start(): Promise<void>;
  isReady(): Promise<boolean>;
  /** Whether the process is there, ready or not. */
  isRunning(): boolean;
  /** kill -9: the hub is gone, its database is an orphan. */
  kill(): Promise<void>;
  /** kill -9 to its whole process group, and to its database with all its sessions: what a power cut leaves. */
  killAll(): Promise<void>;
  /** kill -9 to its database, beneath the living hub. */
  killDatabase(): Promise<void>;
  /** kill -9 to one session of its database, as the kernel does when memory is short. */
  killSession(): Promise<void>;
  /** The process of its database, by its own notes; undefined when it is not running. */
  databasePid(): Promise<number | undefined>;
  /** The ledger, from outside the hub, for as long as `work` takes. */
  withLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T>;
  /** The same hub within this process, by another clock, once the process is gone. Its sweeps are done by settle(). */
  resume(clock: Clock): Promise<Hub>;
  /** SIGTERM: it finishes what it is about. */
  stop(): Promise<void>;
  /** What it said of warnings and errors. */
  log(): string;
  /** Ends whatever still runs and removes the data. */
  remove(): Promise<void>;
}

export interface HubProcessOptions {
  /** Made below the system's folder for such, unless told; removed at the end. */
  dataFolder?: string;
  /** Over the settings of a hub of its own: DATABASE_URL, MQTT_URL … */
  settings?: Record<string, string>;
}

export async function openHubProcess(options: HubProcessOptions = {}): Promise<HubProcess> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'polyvend-plug-')));
  const folder = join(dataFolder, 'postgres');
  const [port, mqttPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const settings: Record<string, string> = {
    HOST: '127.0.0.1',
    PORT: String(port),
    MQTT_HOST: '127.0.0.1',
    MQTT_PORT: String(mqttPort),
    POLYVEND_DATA: dataFolder,
    POLYVEND_ALLOW_PRIVATE: 'any',
    LOG_LEVEL: 'warn',
    ...options.settings,
  };
  let child: ChildProcess | undefined;
  let resumed: Hub | undefined;
  let said = '';
  // A group of its own is not reached by Ctrl-C.
  const endWithTests = () => child?.kill('SIGTERM');
  process.once('exit', endWithTests);

  async function isReady(): Promise<boolean> {
    return await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  function isRunning(): boolean {
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async function end(send: (pid: number) => void): Promise<void> {
    const ending = child;
    if (!ending?.pid || !isRunning()) return;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    send(ending.pid);
    await exited;
  }

  async function kill(pidOf: (pid: number) => number): Promise<void> {
    await end((pid) => process.kill(pidOf(pid), 'SIGKILL'));
    if (await isReady()) throw new Error('Somebody else was killed: the hub still answers.');
  }

  function launch(): void {
    const { DATABASE_URL: _, TEST_DATABASE_URL: __, MQTT_URL: ___, ...environment } = process.env;
    const started = spawn(process.execPath, [bin, 'start'], {
      env: { ...environment, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  }

  /** What it noted, as long as it is true: the file stays behind. */
  async function databasePid(): Promise<number | undefined> {
    if ((await findEmbeddedServer(folder)) === undefined) return undefined;
    return (JSON.parse(await readFile(join(folder, 'server.json'), 'utf8')) as { pid: number }).pid;
  }

  return {
    url,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    launch,
    async start() {
      launch();
      await until(
        async () => {
          if (!isRunning()) throw new Error(`The hub ended by itself:\n${said}`);
          return await isReady();
        },
        `the hub to be ready; it said:\n${said}`,
        60_000,
      );
    },
    isReady,
    isRunning,
    kill: () => kill((pid) => pid),
    async killAll() {
      const database = await databasePid();
      // The group first: the hub must not find out that its database goes.
      await kill((pid) => -pid);
      if (database !== undefined) killHard([database, ...childrenOf(database)]);
    },
    async killDatabase() {
      const database = await databasePid();
      if (database !== undefined) killHard([database]);
    },
    async killSession() {
      const database = await databasePid();
      if (database === undefined) return;
      const sessions = childrenOf(database);
      killHard(sessions.slice(-1));
    },
    databasePid,
    async withLedger(work) {
      const database = connect({ url: settings.DATABASE_URL ?? (await findEmbeddedServer(folder)) ?? '', maxConnections: 4 });
      try {
        const key = await secretKey(settings.POLYVEND_SECRET_KEY, dataFolder);
        return await work(createLedger({ database, secretKey: key, relayed: [] }));
      } finally {
        await database.close();
      }
    },
    async resume(clock) {
      const config: Config = readConfig(settings);
      resumed = await startHub({ config, logger: pino({ level: 'silent' }), clock, sweeping: false });
      return resumed;
    },
    stop: () => end((pid) => process.kill(pid, 'SIGTERM')),
    log: () => said,
    async remove() {
      await resumed?.stop();
      await end((pid) => process.kill(pid, 'SIGTERM'));
      process.off('exit', endWithTests);
      // A hub that was killed has left its database behind: taken over, it can be stopped.
      if ((await findEmbeddedServer(folder)) !== undefined) await (await startEmbeddedServer({ folder, log: () => {} })).stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** The oldest first. */
function childrenOf(pid: number): number[] {
  try {
    const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
    return listed.split('\n').flatMap((line) => Number(line.trim()) || []);
  } catch {
    return []; // it has none
  }
}

function killHard(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // Gone by itself in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
