import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Where everything of one embedded server lies. Only `cluster` belongs to the user the server runs as; the rest belongs to the
 * hub. All in one folder, so that a volume mounted there, or a cold copy of it, is complete.
 */
export interface ServerFolder {
  folder: string;
  /** PostgreSQL's own data directory. */
  cluster: string;
  /** The cluster while initdb writes it: a half-made one never bears the real name. */
  unfinished: string;
  /** Connection facts of the running server, with the password in them (0600). */
  facts: string;
  password: string;
  log: string;
  lock: string;
  /** Process id of the hub that holds the lock, for the message to a second hub. */
  holder: string;
}

export function layOutFolder(path: string): ServerFolder {
  const folder = resolveLinks(resolve(path));
  const inside = (name: string) => resolve(folder, name);
  return {
    folder,
    cluster: inside('cluster'),
    unfinished: inside('cluster.unfinished'),
    facts: inside('server.json'),
    password: inside('password'),
    log: inside('postgres.log'),
    lock: inside('hub.lock'),
    holder: inside('hub.pid'),
  };
}

/** The server is recognised by its data path, so one folder must have one name however it is reached. */
function resolveLinks(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder; // not there yet
  }
}
