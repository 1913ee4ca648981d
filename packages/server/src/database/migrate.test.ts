import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { emptyDatabase, type TestDatabase, testDatabase } from '../testing/database.ts';
import { isMigrated, migrate } from './migrate.ts';

let db: TestDatabase;
let folder: string;

beforeEach(async () => {
  db = await emptyDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'polyvend-migrations-'));
});
afterEach(async () => {
  await db.drop();
  await rm(folder, { recursive: true });
});

const put = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);
const tables = async (): Promise<string[]> =>
  (await db.pool.query("select tablename from pg_tables where schemaname = 'public' order by 1")).rows.map(
    (row) => row.tablename,
  );

it('applies each file once, in order, and says which', async () => {
  await put('0001-a.sql', 'create table a (id int);');
  expect(await migrate(db.pool, folder)).toEqual(['0001-a.sql']);
  await put('0002-b.sql', 'alter table a add column b int; create table b (id int);');
  expect(await isMigrated(db.pool, folder)).toBe(false);
  expect(await migrate(db.pool, folder)).toEqual(['0002-b.sql']);
  expect(await migrate(db.pool, folder)).toEqual([]);
  expect(await isMigrated(db.pool, folder)).toBe(true);
  expect(await tables()).toEqual(['a', 'b', 'schema_migrations']);
});

it('is safe when several hubs start at once: one applies, the others wait', async () => {
  await put('0001-a.sql', 'select pg_sleep(0.1); create table a (id int);');
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(db.pool, folder)));
  expect(applied.flat()).toEqual(['0001-a.sql']);
});

it('keeps nothing of a failed migration, keeps those before it, and names file and line', async () => {
  await put('0001-a.sql', 'create table a (id int);');
  await put('0002-b.sql', 'create table b (id int);\ncreate table c (id nonsense);\n');
  await expect(migrate(db.pool, folder)).rejects.toThrow(/0002-b\.sql failed at line 2: type "nonsense" does not exist/);
  expect(await tables()).toEqual(['a', 'schema_migrations']);
  await put('0002-b.sql', 'create table b (id int);');
  expect(await migrate(db.pool, folder)).toEqual(['0002-b.sql']);
});

it('refuses a file changed after it was applied, but not for its line ends', async () => {
  await put('0001-a.sql', 'create table a\n(id int);\n');
  await migrate(db.pool, folder);
  await put('0001-a.sql', 'create table a\r\n(id int);\r\n');
  expect(await migrate(db.pool, folder)).toEqual([]);
  await put('0001-a.sql', 'create table a (id bigint);');
  await expect(migrate(db.pool, folder)).rejects.toThrow('0001-a.sql has changed since it was applied');
});

it('refuses a database that is newer than the code', async () => {
  await put('0001-a.sql', 'create table a (id int);');
  await put('0002-b.sql', 'create table b (id int);');
  await migrate(db.pool, folder);
  await rm(path.join(folder, '0002-b.sql'));
  await expect(migrate(db.pool, folder)).rejects.toThrow('newer than this version of Polyvend: it has had 0002-b.sql');
  expect(await isMigrated(db.pool, folder)).toBe(false);
});

it('refuses files whose numbers have a gap or come twice', async () => {
  await put('0002-b.sql', '');
  await expect(migrate(db.pool, folder)).rejects.toThrow('0002-b.sql is not number 1');
  await put('0001-a.sql', '');
  await put('0002-c.sql', '');
  await expect(migrate(db.pool, folder)).rejects.toThrow('0002-c.sql is not number 3');
});

it('leaves no lock and no session setting behind', async () => {
  await migrate(db.pool, folder);
  const left = async () => {
    const { rows } = await db.pool.query(
      "select count(*) as locks, current_setting('statement_timeout') as timeout from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
    );
    return rows;
  };
  // The session's end, with which the lock goes, comes a moment after its client has gone.
  await expect.poll(left).toEqual([{ locks: 0, timeout: '30s' }]);
});

it('has given the template every migration that is shipped', async () => {
  const cloned = await testDatabase();
  expect(await isMigrated(db.pool)).toBe(false);
  expect(await isMigrated(cloned.pool)).toBe(true);
  await cloned.drop();
});
