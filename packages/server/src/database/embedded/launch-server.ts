import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launcher } from './choose-launcher.ts';
import { choosePort } from './choose-port.ts';
import { explainFailure } from './explain-failure.ts';
import type { ServerFolder } from './lay-out-folder.ts';
import { openLog } from './open-log.ts';
import { readPostmasterFile } from './read-postmaster-file.ts';
import { wordSettings } from './server-settings.ts';

export interface LaunchedServer {
  child: ChildProcess;
  pid: number;
  port: number;
}

export interface LaunchPlan {
  postgres: string;
  settings: Record<string, string>;
  socketFolder: string;
  /** The port of the last run, so that what an operator noted down stays true when it can. */
  lastPort: number | undefined;
  log: (message: string) => void;
}

/** Starts the server and resolves when it takes connections. What time may cure is tried again. */
export async function launchServer(at: ServerFolder, launcher: Launcher, plan: LaunchPlan): Promise<LaunchedServer> {
  const fixedPort = plan.settings.port ? Number(plan.settings.port) : undefined;
  // Sessions that a dead server left behind are at work for as long as a statement may take: half a minute.
  const deadline = Date.now() + 45_000;
  for (;;) {
    const port = fixedPort ?? (await choosePort(plan.lastPort));
    const result = await tryLaunch(at, launcher, plan, port);
    if (typeof result !== 'string') return { ...result, port };
    // Sessions of a server that was killed by itself live on until they notice: at their next step.
    const sessionsLeft = /pre-existing shared memory block/.test(result);
    // Between our look and the server's, somebody else may have taken the port.
    const portLost = fixedPort === undefined && /Address already in use/.test(result);
    if (!(sessionsLeft || portLost) || Date.now() > deadline) {
      throw new Error(explainFailure(`PostgreSQL does not start (port ${port}, log ${at.log})`, result));
    }
    await sleep(portLost ? 10 : 250);
  }
}

/** The running server, or what it said before it ended. */
async function tryLaunch(
  at: ServerFolder,
  launcher: Launcher,
  { postgres, settings, socketFolder, log }: LaunchPlan,
  port: number,
): Promise<{ child: ChildProcess; pid: number } | string> {
  const output = openLog(at);
  const args = ['-D', at.cluster, ...wordSettings(settings, port, socketFolder)];
  const [program = postgres, ...rest] = [...launcher.prefix, postgres, ...args];
  // A session of its own: Ctrl-C reaches the whole foreground group, and the hub must close its connections first.
  const child = spawn(program, rest, { ...launcher.options, detached: true, stdio: ['ignore', output.fd, output.fd] });
  output.close();
  const failure = new Promise<string>((resolve) => child.once('error', (error) => resolve(String(error))));
  const said = await Promise.race([failure, untilReady(at, child, log)]);
  if (said === 'ready') return { child, pid: child.pid as number };
  return said === 'ended' ? output.since() || 'it ended without a word' : said;
}

/** Reads the state the server keeps in its pid file, as pg_ctl does: no refused connections in its log. */
async function untilReady(at: ServerFolder, child: ChildProcess, log: (message: string) => void): Promise<'ready' | 'ended'> {
  let nextWord = Date.now() + 10_000;
  for (; child.exitCode === null && child.signalCode === null; await sleep(10)) {
    const found = readPostmasterFile(at);
    if (found?.ready && found.pid === child.pid) return 'ready';
    if (Date.now() > nextWord) {
      log('PostgreSQL is still recovering from its last, unclean end; waiting');
      nextWord += 10_000;
    }
  }
  return 'ended';
}
