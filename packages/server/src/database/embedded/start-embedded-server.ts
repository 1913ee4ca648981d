import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { askVersion } from './ask-version.ts';
import { checkCluster } from './check-cluster.ts';
import { chooseLauncher } from './choose-launcher.ts';
import { chooseServerUser } from './choose-server-user.ts';
import { chooseSocketFolder } from './choose-socket-folder.ts';
import { clearRemains } from './clear-remains.ts';
import { createCluster } from './create-cluster.ts';
import { ensurePassword } from './ensure-password.ts';
import { findBinaries } from './find-binaries.ts';
import { guardEnd } from './guard-end.ts';
import { launchServer } from './launch-server.ts';
import { layOutFolder, type ServerFolder } from './lay-out-folder.ts';
import { lockFolder } from './lock-folder.ts';
import { openDatabase } from './open-database.ts';
import { readFacts } from './server-facts.ts';
import { serverUrl } from './server-url.ts';
import { writePrivateFile } from './write-private-file.ts';

export interface EmbeddedServerOptions {
  /** Where the data lies, such as ./data/postgres; made when missing. */
  folder: string;
  /** Gets one line at a time, never a password. */
  log: (message: string) => void;
  /** PostgreSQL settings over our defaults, such as shared_buffers or port. */
  settings?: Record<string, string>;
}

export interface EmbeddedServer {
  /** For `pg`, psql and the URL class; holds the password. */
  url: string;
  pid: number;
  /** Ends the server, its sessions with it, and frees the folder. Close the pools first. May be called twice. */
  stop(): Promise<void>;
}

/** A server that ended by itself is started again after so many milliseconds, and again as long as that fails. */
const restartAfter = 500;

/**
 * Starts the hub's own PostgreSQL on a folder, which is this hub's alone until `stop`. Throws plain, actionable errors. When the
 * server ends by itself it is started again at the same address: the pools over it find it there.
 */
export async function startEmbeddedServer({ folder, log, settings = {} }: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const at = openFolder(folder);
  const unlock = lockFolder(at);
  let stopped: Promise<void> | undefined;
  let restarting: Promise<void> | undefined;
  let server: EmbeddedServer;

  async function restart(): Promise<void> {
    const again = { ...settings, port: new URL(server.url).port };
    for (;;) {
      await sleep(restartAfter);
      if (stopped !== undefined) return;
      try {
        server = await start(at, log, again, onEnd);
        return;
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
      }
    }
  }
  function onEnd(): void {
    if (stopped === undefined) restarting = restart();
  }
  async function end(): Promise<void> {
    await restarting;
    await server.stop().finally(unlock);
  }

  try {
    server = await start(at, log, settings, onEnd);
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    stop: () => (stopped ??= end()),
  };
}

async function start(
  at: ServerFolder,
  log: (message: string) => void,
  settings: Record<string, string>,
  onEnd: () => void,
): Promise<EmbeddedServer> {
  const binaries = findBinaries();
  const user = chooseServerUser(at);
  const launcher = chooseLauncher(at, binaries, user);
  const version = await askVersion(launcher, binaries.postgres);
  if ((await createCluster(at, launcher, binaries.initdb, user)) === 'existing') {
    checkCluster(at, user, version);
    await clearRemains(at, log);
  }
  const password = await ensurePassword(at, launcher, binaries.postgres);
  const socketFolder = chooseSocketFolder(at);
  const plan = { postgres: binaries.postgres, settings, socketFolder: socketFolder ?? '', lastPort: readFacts(at).port, log };
  const launched = await launchServer(at, launcher, plan);
  const { pid, port } = launched;
  const stop = guardEnd(at, launched, log, onEnd);
  try {
    await openDatabase(serverUrl(password, { port, socketFolder }, 'postgres'));
    const url = serverUrl(password, { port, socketFolder });
    const facts = { pid, hub: process.pid, port, url, tcp: serverUrl(password, { port, socketFolder: undefined }) };
    writePrivateFile(at, at.facts, `${JSON.stringify(facts, undefined, 2)}\n`);
    log(`PostgreSQL ${version} started on 127.0.0.1:${port} (process ${pid}${user ? `, user ${user.name}` : ''})`);
    return { url, pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openFolder(folder: string): ServerFolder {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    // Under root the server's user must get through to the cluster; what else lies here is closed by its own mode.
    if (process.getuid?.() === 0) chmodSync(folder, statSync(folder).mode | 0o111);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The data folder ${folder} cannot be used by this user (${code}). Change its owner, or name another folder.`);
  }
  return layOutFolder(folder); // after it was made: its real path is known only now
}
