import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findEmbeddedServer, startEmbeddedServer } from './index.ts';
import { readCommand } from './is-server.ts';
import { layOutFolder } from './lay-out-folder.ts';
import { openLog } from './open-log.ts';

const clean: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'polyvend-embedded-'));
  chmodSync(parent, 0o755);
  clean.push(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'data', 'postgres');
}

let seed: string;
beforeAll(async () => {
  const parent = mkdtempSync(join(tmpdir(), 'polyvend-embedded-'));
  chmodSync(parent, 0o755);
  seed = join(parent, 'postgres');
  await (await startEmbeddedServer({ folder: seed, log: () => {} })).stop();
  return () => rmSync(parent, { recursive: true, force: true });
});

/** A folder that has been started and stopped once, copied with its owners: a first start is the slowest thing here. */
function usedFolder(): string {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  execFileSync('cp', ['-a', `${seed}/.`, folder]);
  return folder;
}

async function start(folder: string, settings: Record<string, string> = {}) {
  const words: string[] = [];
  const server = await startEmbeddedServer({ folder, log: (message) => words.push(message), settings });
  clean.push(() => server.stop());
  return { ...server, words };
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => {}); // some tests kill the server under it
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A hub in a process of its own, and what it said when its server was up. */
async function startHub(folder: string): Promise<{ hub: ChildProcess; url: string; pid: number }> {
  const hub = spawn(process.execPath, [join(import.meta.dirname, 'embedded.fixture.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(hub.stdout, 'data')) as [Buffer];
  const facts = JSON.parse(line.toString()) as { url: string; pid: number };
  clean.push(async () => {
    await killHub(hub);
    if (readCommand(facts.pid).includes(folder)) process.kill(facts.pid, 'SIGQUIT');
    await expect.poll(() => readCommand(facts.pid)).toBe('');
  });
  return { hub, ...facts };
}

async function killHub(hub: ChildProcess): Promise<void> {
  if (hub.kill('SIGKILL')) await once(hub, 'exit');
}

describe('the embedded server', () => {
  test('keeps its data and its port from one start to the next, and is found while it runs', async () => {
    const folder = newFolder();
    const first = await start(folder);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    expect(await findEmbeddedServer(folder)).toBe(first.url);
    await first.stop();
    await first.stop();
    expect(readCommand(first.pid)).toBe('');
    expect(await findEmbeddedServer(folder)).toBeUndefined();

    const second = await start(folder);
    expect(await ask(second.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect(new URL(second.url).port).toBe(new URL(first.url).port);
  });

  test('is set for money, in UTC and UTF-8, and lets a caller change what is tunable', async () => {
    const folder = usedFolder();
    const server = await start(folder, { work_mem: '7MB' });
    const names = ['fsync', 'synchronous_commit', 'jit', 'TimeZone', 'work_mem', 'server_encoding', 'listen_addresses'];
    const [row] = await ask(server.url, `SELECT ${names.map((name) => `current_setting('${name}') AS "${name}"`).join(', ')}`);
    expect(Object.values(row ?? {})).toEqual(['on', 'on', 'off', 'UTC', '7MB', 'UTF8', '127.0.0.1']);
    expect(await ask(server.url, `SELECT upper('é') AS up, 'Z' < 'a' COLLATE "default" AS by_code`)).toEqual([
      { up: 'É', by_code: true },
    ]);
    await expect(start(newFolder(), { data_directory: '/' })).rejects.toThrow(
      'data_directory of the embedded PostgreSQL cannot be changed',
    );
  });

  test('takes TCP too, but nobody without the password, which stands in no log', async () => {
    const folder = usedFolder();
    const server = await start(folder);
    const { tcp } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as { tcp: string };
    expect(await ask(tcp, 'SELECT current_user AS name')).toEqual([{ name: 'polyvend' }]);
    const { password } = new URL(tcp);
    expect(password.length).toBeGreaterThan(30);
    await expect(ask(tcp.replace(password, 'wrong'), 'SELECT 1')).rejects.toThrow('password authentication failed');
    await expect(ask(server.url.replace(password, 'wrong'), 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(server.words.join() + readFileSync(join(folder, 'postgres.log'), 'utf8')).not.toContain(password);
    for (const name of ['server.json', 'password', 'postgres.log']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'cluster')).mode & 0o777).toBe(0o700);
  });

  test('starts again after its password file was lost', async () => {
    const folder = usedFolder();
    rmSync(join(folder, 'password'));
    expect(await ask((await start(folder)).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('uses TCP alone where the folder is too long for a socket', async () => {
    const { url } = await start(join(newFolder(), 'x'.repeat(90)));
    expect(new URL(url).search).toBe('');
    expect(await ask(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

describe('after a crash', () => {
  test('a hub killed outright leaves a server that the next start ends, losing nothing', async () => {
    const folder = usedFolder();
    const orphan = await startHub(folder);
    await ask(orphan.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await killHub(orphan.hub);
    expect(await findEmbeddedServer(folder)).toBe(orphan.url);

    const next = await start(folder);
    expect(next.words[0]).toContain(`(process ${orphan.pid}) outlived its hub`);
    expect(readCommand(orphan.pid)).toBe('');
    expect(await ask(next.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  test('a server killed outright recovers, though its sessions outlive it for a while', async () => {
    const folder = usedFolder();
    const { hub, url, pid } = await startHub(folder);
    await ask(url, 'CREATE TABLE kept AS SELECT 1 AS n');
    // A session busy in the processor does not notice that its server died; this one is for about a second.
    const busy = ask(url, 'SELECT count(*) FROM generate_series(1, 8000000)').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(pid, 'SIGKILL');
    await killHub(hub);
    expect(await ask((await start(folder)).url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    await busy;
  });

  test('a server killed under a living hub is started again at the same address, losing nothing', async () => {
    const folder = usedFolder();
    const server = await start(folder);
    await ask(server.url, 'CREATE TABLE kept AS SELECT 1 AS n');
    process.kill(server.pid, 'SIGKILL');
    const rows = await vi.waitFor(() => ask(server.url, 'SELECT n FROM kept'), { timeout: 30_000, interval: 50 });
    expect(rows).toEqual([{ n: 1 }]);
    // It is said once the server has been seen to answer, which is after it does.
    await expect.poll(() => server.words.filter((words) => words.includes('started on'))).toHaveLength(2);
  });

  test("a pid file that names somebody else's process is no hindrance", async () => {
    const folder = usedFolder();
    const first = await start(folder);
    const file = join(folder, 'cluster', 'postmaster.pid');
    const [, ...rest] = readFileSync(file, 'utf8').split('\n');
    await first.stop();
    writeFileSync(file, [process.pid, ...rest].join('\n'));
    expect(await ask((await start(folder)).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('a first start cut short is begun anew', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'cluster.unfinished'), { recursive: true });
    writeFileSync(join(folder, 'cluster.unfinished', 'PG_VERSION'), '18\n');
    expect(await ask((await start(folder)).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('a hub that exits without stopping takes its server along', async () => {
    const folder = usedFolder();
    const url = new URL('./index.ts', import.meta.url).href;
    const code = `const { startEmbeddedServer } = await import('${url}');
      console.log((await startEmbeddedServer({ folder: '${folder}', log() {} })).pid); process.exit(0);`;
    const hub = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(hub.stdout, 'data')) as [Buffer];
    await expect.poll(() => readCommand(Number(line.toString()))).toBe('');
  });
});

describe('what cannot be', () => {
  test('a second hub on the same folder is told who holds it, and the first goes on', async () => {
    const folder = usedFolder();
    const { hub, url } = await startHub(folder);
    await expect(start(folder)).rejects.toThrow(`in use by another Polyvend (process ${hub.pid})`);
    expect(await ask(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('of two starts at once in one process, one wins', async () => {
    const folder = usedFolder();
    const results = await Promise.allSettled([start(folder), start(folder)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('a fixed port that is taken is named with its cause; after that the folder is free again', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    clean.push(() => taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const folder = usedFolder();
    await expect(start(folder, { port: String(port) })).rejects.toThrow(
      `(port ${port}, log ${folder}/postgres.log): the port is taken`,
    );
    await start(folder);
  });

  test('data of another PostgreSQL version is refused by name', async () => {
    const folder = usedFolder();
    writeFileSync(join(folder, 'cluster', 'PG_VERSION'), '17\n');
    await expect(start(folder)).rejects.toThrow('was made by PostgreSQL 17');
  });
});

test('the log is turned over when it has grown past 10 MB', () => {
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  const at = layOutFolder(folder);
  writeFileSync(at.log, Buffer.alloc(10 * 1024 * 1024 + 1));
  openLog(at).close();
  expect(statSync(at.log).size).toBe(0);
  expect(existsSync(`${at.log}.1`)).toBe(true);
});

describe.runIf(process.getuid?.() === 0)('under root', () => {
  test('the server runs as another user, even below a folder only root may enter', async () => {
    const folder = newFolder();
    chmodSync(join(folder, '..', '..'), 0o700);
    const server = await start(folder);
    expect(await ask(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(statSync(join(folder, 'cluster')).uid).not.toBe(0);
    await server.stop();
    await start(folder);
  });

  test('restored data that belongs to root is given to the server', async () => {
    const folder = usedFolder();
    execFileSync('chown', ['-R', '0:0', folder]);
    expect(await ask((await start(folder)).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});
