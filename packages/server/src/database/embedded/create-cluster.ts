import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launcher } from './choose-launcher.ts';
import type { ServerUser } from './choose-server-user.ts';
import type { ServerFolder } from './lay-out-folder.ts';
import { runProgram } from './run-program.ts';

export const superuser = 'polyvend';

// Nobody gets in without the password, not even over the socket: under root the server's user may be nobody, shared by others.
const access = `# Written once by Polyvend; yours to change.
local all         all              scram-sha-256
host  all         all 127.0.0.1/32 scram-sha-256
host  replication all 127.0.0.1/32 scram-sha-256
`;

/** Makes the cluster when there is none yet. It gets its name only when complete, so a crash on the way leaves nothing half. */
export async function createCluster(
  at: ServerFolder,
  launcher: Launcher,
  initdb: string,
  user: ServerUser | undefined,
): Promise<'created' | 'existing'> {
  if (existsSync(at.cluster)) return 'existing';
  rmSync(at.unfinished, { recursive: true, force: true });
  mkdirSync(at.unfinished, { mode: 0o700 });
  if (user) chownSync(at.unfinished, user.uid, user.gid);
  await runProgram(launcher, initdb, [
    `--pgdata=${at.unfinished}`,
    `--username=${superuser}`,
    '--auth=trust', // replaced below, before the server ever listens
    '--encoding=UTF8',
    // Sorts by code point and knows the letters of all scripts, the same on every system and after every upgrade of it.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ]);
  writeFileSync(join(at.unfinished, 'pg_hba.conf'), access, { flush: true });
  renameSync(at.unfinished, at.cluster);
  return 'created';
}
