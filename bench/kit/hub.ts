import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '../../packages/server/src/database/connect.ts';
import { findEmbeddedServer } from '../../packages/server/src/database/embedded/index.ts';
import { dialects } from '../../packages/server/src/dialects/index.ts';
import { createLedger } from '../../packages/server/src/ledger/create-ledger.ts';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { secretKey } from '../../packages/server/src/secret-key.ts';

const root = path.join(import.meta.dirname, '../..');
const program = path.join(root, 'packages/server/bin/polyvend.js');

/** A hub in a process of its own, with its own embedded PostgreSQL as shipped (fsync on), on free ports of loopback. */
export interface BenchHub {
  url: string;
  mqttUrl: string;
  databaseUrl: string;
  /** On the hub's database, to prepare and to look; from this process, not from the hub's. */
  ledger: Ledger;
  /** What its /metrics says of its own process. */
  usage(): Promise<{ cpuSeconds: number; residentBytes: number; heapBytes: number }>;
  stop(): Promise<void>;
}

/** Where profiles of the hub's CPU go, when they are asked for. */
const profiles = process.env.POLYVEND_BENCH_PROFILES;

export async function startBenchHub(name: string): Promise<BenchHub> {
  mkdirSync(path.join(root, 'data'), { recursive: true });
  // Not in the system's folder for temporary files: that may be memory, where fsync costs nothing.
  const folder = mkdtempSync(path.join(root, 'data', `bench-${name}-`));
  const child = spawn(process.execPath, [...shippedFlags(), ...profiling(name), program, 'start'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      POLYVEND_DATA: folder,
      DATABASE_URL: '',
      MQTT_URL: '',
      POLYVEND_ROLE: 'all',
      HOST: '127.0.0.1',
      PORT: '0',
      MQTT_HOST: '127.0.0.1',
      MQTT_PORT: '0',
      LOG_LEVEL: 'info',
      // What is measured is the hub, not its protection from one integration.
      POLYVEND_RATE_LIMIT: '0',
      POLYVEND_ALLOW_PRIVATE: '127.0.0.0/8',
    },
  });
  const endHub = () => child.kill('SIGTERM');
  process.once('exit', endHub);
  const { http: url, mqtt: mqttUrl } = await addressesOf(child).catch((error: unknown) => {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  const databaseUrl = await findEmbeddedServer(path.join(folder, 'postgres'));
  if (databaseUrl === undefined) throw new Error('The hub runs, but its database was not found.');
  const database = connect({ url: databaseUrl, maxConnections: 4, applicationName: 'polyvend bench' });
  const ledger = createLedger({
    database,
    secretKey: await secretKey(undefined, folder),
    relayed: dialects.flatMap(({ wants }) => wants),
  });
  return {
    url,
    mqttUrl,
    databaseUrl,
    ledger,
    usage: () => readUsage(url),
    async stop() {
      await database.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      endHub();
      await ended;
      process.off('exit', endHub);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Those of Node that stand in the first line of the program. */
function shippedFlags(): string[] {
  return (
    readFileSync(program, 'utf8')
      .split('\n', 1)[0]
      ?.match(/ --\S+/g)
      ?.map((flag) => flag.trim()) ?? []
  );
}

function profiling(name: string): string[] {
  return profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name}.cpuprofile`] : [];
}

/** As its first lines of log tell them; what is worse than information is shown. */
function addressesOf(child: ChildProcess): Promise<{ http: string; mqtt: string }> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The hub ended (${code}) before it was up.`)));
    if (!child.stdout) return;
    createInterface(child.stdout).on('line', (line) => {
      const said = parse(line);
      if (said.http !== undefined && said.mqtt !== undefined) resolve({ http: said.http, mqtt: said.mqtt });
      else if ((said.level ?? 0) > 30) console.error(line);
    });
  });
}

function parse(line: string): { level?: number; http?: string; mqtt?: string } {
  try {
    return JSON.parse(line);
  } catch {
    return { level: 60 };
  }
}

async function readUsage(url: string) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const figureOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    cpuSeconds: figureOf('process_cpu_seconds_total'),
    residentBytes: figureOf('process_resident_memory_bytes'),
    heapBytes: figureOf('nodejs_heap_size_used_bytes'),
  };
}
