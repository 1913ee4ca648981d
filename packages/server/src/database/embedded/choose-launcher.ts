import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerUser } from './choose-server-user.ts';
import { findBarrier } from './find-barrier.ts';
import type { Binaries } from './find-binaries.ts';
import type { ServerFolder } from './lay-out-folder.ts';

/** How PostgreSQL's programs are started: words before the command, and options for spawn. */
export interface Launcher {
  prefix: string[];
  options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number };
  /** What the programs are likely to have stumbled over if they cannot even start. */
  hint?: string;
}

/** Starts programs as the hub's user, or as `user` when the hub is root, even from folders only root may enter. */
export function chooseLauncher(at: ServerFolder, binaries: Binaries, user: ServerUser | undefined): Launcher {
  // The environment is the server's own: none of the hub's secrets, none of the host's PG* settings.
  const { PATH, LD_LIBRARY_PATH } = process.env;
  const env = { PATH: PATH ?? '/usr/bin:/bin', LC_ALL: 'C', ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }) };
  const options = { cwd: '/', env };
  if (!user) return { prefix: [], options };
  const barrier = findFirstBarrier(at, binaries, user);
  if (!barrier) return { prefix: [], options: { ...options, uid: user.uid, gid: user.gid } };
  return { prefix: reachThrough(barrier, user, binaries), options, hint: wordBarrier(barrier, user) };
}

function findFirstBarrier(at: ServerFolder, { home, initdb, postgres }: Binaries, user: ServerUser): string | undefined {
  return (
    findBarrier(at.folder, 1, user) ??
    findBarrier(join(home, 'lib'), 5, user) ??
    findBarrier(join(home, 'share', 'postgresql', 'postgres.bki'), 4, user) ??
    findBarrier(initdb, 5, user) ??
    findBarrier(postgres, 5, user)
  );
}

/**
 * Under /root, or any folder of mode 0700, the server's user cannot reach what it needs. Linux lets one capability go with it
 * to the other user: to enter and read folders or, where that is withheld or the programs themselves are closed, to override
 * modes. no_setuid_fixup is needed because access(), by which PostgreSQL checks its own programs, ignores capabilities otherwise.
 */
function reachThrough(barrier: string, user: ServerUser, { initdb, postgres }: Binaries): string[] {
  const closed = [initdb, postgres].some((program) => (statSync(program).mode & 1) === 0);
  const capability = firstHeld(closed ? ['dac_override'] : ['dac_read_search', 'dac_override']);
  if (!capability) throw new Error(wordBarrier(barrier, user));
  return [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    '--securebits=+no_setuid_fixup',
  ];
}

function wordBarrier(barrier: string, user: ServerUser): string {
  return (
    `PostgreSQL refuses to run as root, and the user it runs as instead (${user.name}) may not use ${barrier}. ` +
    'Move Polyvend and its data to a folder open to every user, such as /opt/polyvend, or start it as an ordinary user.'
  );
}

type Capability = 'dac_override' | 'dac_read_search';

const capabilityBits: Record<Capability, bigint> = { dac_override: 1n, dac_read_search: 2n };

function firstHeld(wanted: Capability[]): Capability | undefined {
  if (process.platform !== 'linux') return undefined;
  const status = readFileSync('/proc/self/status', 'utf8');
  const sets = ['CapEff', 'CapBnd'].map((name) => BigInt(`0x${new RegExp(`${name}:\\s*(\\w+)`).exec(status)?.[1] ?? 0}`));
  return wanted.find((capability) => sets.every((set) => (set >> capabilityBits[capability]) & 1n));
}
