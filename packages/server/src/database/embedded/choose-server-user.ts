import { existsSync, readFileSync, statSync } from 'node:fs';
import type { ServerFolder } from './lay-out-folder.ts';

export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user the server must run as, or undefined for the hub's own. PostgreSQL refuses to run as root, so under root it is the
 * owner of an existing cluster, else `postgres`, else `nobody`; users are never created.
 */
export function chooseServerUser(at: ServerFolder): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  if (existsSync(at.cluster)) {
    const { uid, gid } = statSync(at.cluster);
    // A cluster owned by root is one restored or copied by root: it is given to the usual user below.
    if (uid !== 0) return { name: users.find((user) => user.uid === uid)?.name ?? `user ${uid}`, uid, gid };
  }
  const user = users.find(({ name }) => name === 'postgres') ?? users.find(({ name }) => name === 'nobody');
  if (user) return user;
  throw new Error(
    'PostgreSQL refuses to run as root, and this system has neither a user postgres nor nobody to run it as. ' +
      'Start Polyvend as an ordinary user, or set DATABASE_URL.',
  );
}

function readUsers(): ServerUser[] {
  if (!existsSync('/etc/passwd')) return [];
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid }) => uid > 0);
}
