import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyDatabase, type TestDatabase } from '../testing/database.ts';
import { connect, type Database } from './connect.ts';

let scratch: TestDatabase;
/** One connection, so that it is the same each time. */
let db: Database;
let things: Kysely<{ things: { id: number } }>;

beforeAll(async () => {
  scratch = await emptyDatabase();
  db = connect({ url: scratch.url, maxConnections: 1 });
  things = db.kysely as unknown as typeof things;
  await db.pool.query('create table things (id int)');
  await db.pool.query('insert into things values (1), (2)');
});
afterAll(async () => {
  await db.close();
  await scratch.drop();
});

const preparedNow = async () =>
  (await db.pool.query<{ statement: string }>('select statement from pg_prepared_statements')).rows.map(
    ({ statement }) => statement,
  );

it('prepares a statement once, whatever its values are', async () => {
  const find = (id: number) => things.selectFrom('things').select('id').where('id', '=', id).execute();
  expect([await find(1), await find(2), await find(3)]).toEqual([[{ id: 1 }], [{ id: 2 }], []]);
  expect((await preparedNow()).filter((statement) => statement.includes('"things"'))).toHaveLength(1);
});

it('prepares anew when a column is added to what a statement answers', async () => {
  const all = () => things.selectFrom('things').selectAll().where('id', '<', 2).execute();
  expect(await all()).toEqual([{ id: 1 }]);
  await db.pool.query("alter table things add column name text default 'new'");
  await expect(all()).rejects.toThrow('cached plan must not change result type');
  expect(await all()).toEqual([{ id: 1, name: 'new' }]);
});

it('meets a partial index as often as it likes', async () => {
  await db.pool.query('create table codes (code text, state text)');
  await db.pool.query("create unique index on codes (code) where state = 'live'");
  const codes = db.kysely as unknown as Kysely<{ codes: { code: string; state: string } }>;
  for (let n = 0; n < 10; n += 1) {
    await codes
      .insertInto('codes')
      .values({ code: 'one', state: 'live' })
      .onConflict((conflict) => conflict.columns(['code']).where('state', '=', 'live').doNothing())
      .execute();
  }
  expect(await codes.selectFrom('codes').selectAll().execute()).toHaveLength(1);
});

it('prepares no end of statements', async () => {
  for (let n = 0; n < 600; n += 1) await sql`select ${n}::int as ${sql.ref(`c${n}`)}`.execute(db.kysely);
  expect((await preparedNow()).length).toBeLessThanOrEqual(500);
});
