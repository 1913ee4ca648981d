import { superuser } from './create-cluster.ts';

export interface ServerAddress {
  port: number;
  /** The folder of the Unix socket, where one is used. */
  socketFolder: string | undefined;
}

/**
 * A connection URL that `pg`, libpq (psql) and the URL class all read. `host` as a parameter wins over the name before the
 * path; that one is there because a URL without a host name is none to many tools.
 */
export function serverUrl(password: string, { port, socketFolder }: ServerAddress, database = superuser): string {
  const base = `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;
  return socketFolder ? `${base}?host=${encodeURIComponent(socketFolder)}` : base;
}
