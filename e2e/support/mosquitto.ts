import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const shippedRules = join(import.meta.dirname, '../../docs/mosquitto.acl');

/** Debian puts the broker where only root looks. */
const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` };
const isThere = (program: string) => spawnSync(program, ['-h'], { env: environment, stdio: 'ignore' }).error === undefined;

/** Why there is no Mosquitto to test with; undefined when there is one. */
export const noMosquitto: string | undefined =
  isThere('mosquitto') && isThere('mosquitto_passwd') ? undefined : 'mosquitto is not installed (apt-get install mosquitto)';

/** A Mosquitto of its own, set up as docs/operating.md says: the shipped rules, and a password for each who speaks. */
export interface Mosquitto {
  /** Where machines connect. */
  url: string;
  /** The hub's MQTT_URL: with its credentials. */
  hubUrl: string;
  /** Someone who hears everything and says nothing: no part of what is shipped. */
  observerUrl: string;
  /** Gives a machine its password; resolves when the broker knows it. */
  admit(machineNo: string, password: string): Promise<void>;
  /** kill -9: whatever it had taken and not passed on is gone. */
  kill(): Promise<void>;
  /** Again, at the same address, after kill(). */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export async function startMosquitto(): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'polyvend-mosquitto-'));
  const passwords = join(folder, 'passwords');
  const rules = join(folder, 'rules.acl');
  const settings = join(folder, 'mosquitto.conf');
  const port = await freePort();
  const url = `mqtt://127.0.0.1:${port}`;
  const [hubPassword, observerPassword] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  await writeFile(passwords, '', { mode: 0o600 });
  await writeFile(rules, `${await readFile(shippedRules, 'utf8')}\nuser observer\ntopic read #\n`, { mode: 0o600 });
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    `password_file ${passwords}`,
    `acl_file ${rules}`,
    // Under root it would go on as a user that cannot read this folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  await writeFile(settings, `${lines.join('\n')}\n`);
  const setPassword = (user: string, password: string) =>
    run('mosquitto_passwd', ['-b', passwords, user, password], { env: environment });
  await setPassword('polyvend', hubPassword);
  await setPassword('observer', observerPassword);
  const withCredentials = (user: string, password: string) => url.replace('//', `//${user}:${password}@`);
  let said = '';
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn('mosquitto', ['-c', settings], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    await until(async () => {
      if (started.exitCode !== null) throw new Error(`mosquitto ended by itself:\n${said}`);
      return await signsIn('observer', observerPassword);
    }, 'mosquitto to be there');
  }

  async function signsIn(username: string, password: string): Promise<boolean> {
    try {
      const client = await connectAsync(url, { username, password, reconnectPeriod: 0, connectTimeout: 5_000 });
      await client.endAsync();
      return true;
    } catch {
      return false;
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
  }

  // One after another: the file is read and written as a whole.
  let admitted: Promise<unknown> = Promise.resolve();
  function admit(machineNo: string, password: string): Promise<void> {
    const work = admitted.then(async () => {
      await setPassword(machineNo, password);
      child?.kill('SIGHUP');
      await until(() => signsIn(machineNo, password), `mosquitto to know machine ${machineNo}`);
    });
    admitted = work.catch(() => undefined);
    return work;
  }

  async function stop(): Promise<void> {
    await end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    hubUrl: withCredentials('polyvend', hubPassword),
    observerUrl: withCredentials('observer', observerPassword),
    admit,
    kill: () => end('SIGKILL'),
    start,
    stop,
  };
}
