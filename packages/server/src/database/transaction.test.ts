import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { inTransaction } from './transaction.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
  await db.pool.query('create table counters (id int primary key, n int not null); insert into counters values (1, 0), (2, 0)');
});
afterAll(() => db.drop());

const fail = (code: string): Error => Object.assign(new Error(code), { code });
const counter = async (): Promise<number> => (await db.pool.query('select n from counters where id = 1')).rows[0].n;
const count = sql`update counters set n = n + 1 where id = 1`;

it('commits what returns and undoes what throws, without a second try', async () => {
  const before = await counter();
  expect((await inTransaction(db.kysely, (trx) => count.execute(trx))).numAffectedRows).toBe(1n);
  let tries = 0;
  const failing = inTransaction(db.kysely, async (trx) => {
    tries++;
    await count.execute(trx);
    throw fail('23505');
  });
  await expect(failing).rejects.toThrow('23505');
  expect({ tries, n: await counter() }).toEqual({ tries: 1, n: before + 1 });
});

it.each(['40001', '40P01'])('tries again on %s, three times in all', async (code) => {
  let tries = 0;
  const twice = inTransaction(db.kysely, async () => {
    if (++tries < 3) throw fail(code);
    return tries;
  });
  expect(await twice).toBe(3);
  tries = 0;
  const always = inTransaction(db.kysely, async () => {
    tries++;
    throw fail(code);
  });
  await expect(always).rejects.toThrow(code);
  expect(tries).toBe(3);
});

it('gets both through when two really deadlock', async () => {
  const touch = (first: number, second: number): Promise<void> =>
    inTransaction(db.kysely, async (trx) => {
      await sql`set local deadlock_timeout = '20ms'`.execute(trx);
      await sql`update counters set n = n + 1 where id = ${first}`.execute(trx);
      await sql`select pg_sleep(0.02)`.execute(trx);
      await sql`update counters set n = n + 1 where id = ${second}`.execute(trx);
    });
  const before = await counter();
  await Promise.all([touch(1, 2), touch(2, 1)]);
  expect(await counter()).toBe(before + 2);
});

it('joins the transaction it is given, and leaves the retrying to its owner', async () => {
  const before = await counter();
  let inner = 0;
  const outer = db.kysely.transaction().execute(async (trx) => {
    await inTransaction(trx, async (same) => {
      inner++;
      await count.execute(same);
      throw fail('40001');
    });
  });
  await expect(outer).rejects.toThrow('40001');
  expect({ inner, n: await counter() }).toEqual({ inner: 1, n: before });
});
