import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endServer } from './end-server.ts';
import { isServer, readCommand } from './is-server.ts';
import type { ServerFolder } from './lay-out-folder.ts';
import { readPostmasterFile } from './read-postmaster-file.ts';

/**
 * Clears what a killed hub or server left in the folder. Call it only with the folder's lock in hand: then a server that runs
 * here has no hub. Such an orphan is ended rather than used on, for it may have other settings, programs replaced under it,
 * and sessions of the dead hub still at work.
 */
export async function clearRemains(at: ServerFolder, log: (message: string) => void): Promise<void> {
  const found = readPostmasterFile(at);
  if (found && isServer(found.pid, at)) {
    log(`A PostgreSQL (process ${found.pid}) outlived its hub; ending it`);
    await endServer(found.pid, at, log);
  } else if (found && isOtherServer(found.pid, at)) {
    throw new Error(
      `A PostgreSQL that Polyvend did not start (process ${found.pid}) is running on ${at.cluster}. Stop it first.`,
    );
  }
  removeStaleFiles(at);
}

/** An operator's own server on our data, started for maintenance: never ours to end. A server works in its data directory. */
function isOtherServer(pid: number, at: ServerFolder): boolean {
  const [program = ''] = readCommand(pid).split(' ');
  if (!['postgres', 'postmaster'].includes(basename(program))) return false;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === at.cluster;
  } catch {
    return readCommand(pid).includes(at.cluster);
  }
}

/**
 * The dead server's marks name a process id, and PostgreSQL refuses to start while any process of its user bears that number,
 * as after a reboot. What they also guard against, live sessions of a dead server, it still finds by its shared memory.
 */
function removeStaleFiles(at: ServerFolder): void {
  for (const name of readdirSync(at.cluster)) {
    if (name === 'postmaster.pid' || name.startsWith('.s.PGSQL.')) rmSync(join(at.cluster, name), { force: true });
  }
}
