import { chmodSync, existsSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerUser } from './choose-server-user.ts';
import type { ServerFolder } from './lay-out-folder.ts';

/** Checks an existing cluster before the server is let near it. */
export function checkCluster(at: ServerFolder, user: ServerUser | undefined, version: string): void {
  const file = join(at.cluster, 'PG_VERSION');
  const own = process.getuid?.();
  const { uid } = statSync(at.cluster);
  if (!user && own !== undefined && uid !== own) {
    throw new Error(
      `${at.cluster} belongs to user ${uid}, and Polyvend runs as user ${own}. Start it as that user or as root, ` +
        `or hand the data over: chown -R ${own} ${at.folder}`,
    );
  }
  if (!existsSync(file))
    throw new Error(`${at.cluster} holds no PostgreSQL data (PG_VERSION is missing). Move it away, or restore it.`);
  const made = readFileSync(file, 'utf8').trim();
  if (made !== version) {
    throw new Error(
      `${at.cluster} was made by PostgreSQL ${made}, and this Polyvend brings PostgreSQL ${version}. Upgrade it with pg_upgrade.`,
    );
  }
  if (user && uid !== user.uid) giveTree(at.cluster, user);
  chmodSync(at.cluster, 0o700); // restored copies are often laxer than PostgreSQL accepts
}

/** Data restored or copied by root belongs to root, whom the server may not be. Links are changed themselves, not followed. */
function giveTree(path: string, user: ServerUser): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) giveTree(join(path, entry.name), user);
    else lchownSync(join(path, entry.name), user.uid, user.gid);
  }
  lchownSync(path, user.uid, user.gid);
}
