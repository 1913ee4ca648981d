import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Makes a database of a unique name on the server that `serverUrl` leads to; given a template, a copy of it whose name begins with its name. */
export async function createDatabase(serverUrl: string, template?: string): Promise<{ url: string; name: string }> {
  const name = `${template ?? 'polyvend_test'}_${randomBytes(6).toString('hex')}`;
  const copy = template === undefined ? '' : ` template ${pg.escapeIdentifier(template)}`;
  await onServer(serverUrl, (client) => client.query(`create database ${pg.escapeIdentifier(name)}${copy}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, name };
}

/** Also when somebody is still connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, (client) => client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`));
}

/** The template and every copy of it that was left behind. */
export async function dropTemplate(serverUrl: string, template: string): Promise<void> {
  const found = await onServer(serverUrl, (client) =>
    client.query<{ name: string }>('select datname as name from pg_database where starts_with(datname, $1)', [template]),
  );
  for (const { name } of found.rows) await dropDatabase(serverUrl, name);
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
