import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { type DatabaseLog, silentLog } from './log.ts';
import { prepareStatements } from './prepare-statements.ts';
import type { Tables } from './tables.generated.ts';
import { columnTypes } from './types.ts';

export interface Database {
  kysely: Kysely<Tables>;
  pool: pg.Pool;
  close(): Promise<void>;
}

export interface ConnectOptions {
  url: string;
  /** Connections of this process; 10 when not told. */
  maxConnections?: number;
  /** What pg_stat_activity shows. */
  applicationName?: string;
  log?: DatabaseLog;
}

/**
 * A pool and Kysely over it. Connects on first use. Time-outs: 10 s to get a connection, 30 s for a statement, 30 s idle in a
 * transaction; `statement_timeout` in the URL's query overrules the second. A lost connection fails what was under way on
 * it; what comes after gets a new one.
 */
export function connect({ url, maxConnections = 10, applicationName = 'polyvend', log = silentLog }: ConnectOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    types: columnTypes,
    onConnect: setSession,
  });
  // An error event that nobody hears ends the process. Each client is listened to from its beginning, since the pool does so
  // only while it is idle; what the pool passes on has been said then.
  pool.on('connect', (client) => {
    // Once the pool is closed, the server may end a connection before our goodbye has reached it.
    client.on('error', (error) => {
      if (!closed) log.warn({ err: error }, 'A database connection was lost.');
    });
  });
  pool.on('error', () => {});
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: prepareStatements(pool) }) });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await kysely.destroy();
    if (!pool.ended && !pool.ending) await pool.end();
  };
  return { kysely, pool, close: () => (closed ??= close()) };
}

/** Waited for by the pool before the connection is used. Dates are parsed as ISO, whatever the server's or the role's setting is. */
async function setSession(client: pg.ClientBase): Promise<void> {
  await client.query("set timezone = 'UTC'; set datestyle = 'ISO'");
}
