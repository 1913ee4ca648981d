import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';

/** Thrown when the database and the code do not fit each other; nothing has been changed then. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

interface Migration {
  name: string;
  checksum: string;
  sql: string;
}

const shipped = path.join(import.meta.dirname, 'migrations');

// Any constant will do, as long as no other program on this database uses it.
const lockKey = 7_656_835;

/**
 * Brings the database up to this code: each numbered file of migrations/ once, in order, in a transaction of its own.
 * Safe when several hubs start at once: the others wait for the first. Returns the names applied now.
 */
export async function migrate(pool: pg.Pool, folder = shipped): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  try {
    // A large migration, or waiting for another hub's, may take longer than any request should.
    await client.query('set statement_timeout = 0; set client_min_messages = warning');
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    return await applyMissing(client, migrations);
  } finally {
    // Ends the session, and with it the lock and the settings, whatever happened.
    client.release(true);
  }
}

/** True when every migration of this code, and no other, has been applied; changes nothing. For the readiness probe. */
export async function isMigrated(pool: pg.Pool, folder = shipped): Promise<boolean> {
  const migrations = await readMigrations(folder);
  const { rows: found } = await pool.query<{ there: boolean }>("select to_regclass('schema_migrations') is not null as there");
  if (!found[0]?.there) return false;
  const { rows } = await pool.query<{ name: string; checksum: string }>(
    'select name, checksum from schema_migrations order by name',
  );
  return rows.length === migrations.length && rows.every((row, i) => row.checksum === migrations[i]?.checksum);
}

async function applyMissing(client: pg.PoolClient, migrations: Migration[]): Promise<string[]> {
  await client.query(`create table if not exists schema_migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`);
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from schema_migrations');
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  refuseMismatch(applied, migrations);
  const missing = migrations.filter(({ name }) => !applied.has(name));
  for (const migration of missing) await apply(client, migration);
  return missing.map(({ name }) => name);
}

async function apply(client: pg.PoolClient, { name, checksum, sql }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw new MigrationError(
      `Migration ${name} failed${placeIn(sql, error)}: ${(error as Error).message}. Nothing of it was kept.`,
      {
        cause: error,
      },
    );
  }
}

function refuseMismatch(applied: Map<string, string>, migrations: Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
  const unknown = [...applied.keys()].filter((name) => !known.has(name)).sort();
  if (unknown.length > 0) {
    throw new MigrationError(
      `The database is newer than this version of Polyvend: it has had ${unknown.join(', ')}. Run the version that made it, or a later one.`,
    );
  }
  for (const [name, checksum] of applied) {
    if (known.get(name) !== checksum) {
      throw new MigrationError(
        `The file of migration ${name} has changed since it was applied to this database. Put the file back as it was and write a new migration.`,
      );
    }
  }
  const last = [...applied.keys()].sort().at(-1) ?? '';
  const skipped = migrations.find(({ name }) => !applied.has(name) && name < last);
  if (skipped)
    throw new MigrationError(`Migration ${skipped.name} comes before ${last}, which is applied already. Give it a later number.`);
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  names.forEach((name, i) => {
    if (Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1]) !== i + 1) {
      throw new MigrationError(
        `Migration files are numbered without a gap, as 0001-what-it-does.sql; ${name} is not number ${i + 1}.`,
      );
    }
  });
  return Promise.all(
    names.map(async (name) => {
      // A checkout on Windows may end lines differently; that is no change.
      const sql = (await readFile(path.join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

function placeIn(sql: string, error: unknown): string {
  const position = Number((error as { position?: string }).position);
  return position > 0 ? ` at line ${sql.slice(0, position).split('\n').length}` : '';
}
