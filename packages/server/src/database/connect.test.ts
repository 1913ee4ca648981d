import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { connect } from './connect.ts';
import { distantFuture, distantPast } from './types.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const one = async (expression: string): Promise<unknown> => (await db.pool.query(`select ${expression} as it`)).rows[0].it;

it('reads bigint as a number, alone and in arrays', async () => {
  expect(await one('9007199254740991::bigint')).toBe(Number.MAX_SAFE_INTEGER);
  expect(await one('count(*)')).toBe(1);
  expect(await one("'{1,null,-3}'::bigint[]")).toEqual([1, null, -3]);
});

it('throws on a bigint that a number cannot hold, and the connection goes on', async () => {
  await expect(one('9007199254740992::bigint')).rejects.toThrow('beyond 2^53');
  await expect(one("'{9007199254740992}'::bigint[]")).rejects.toThrow('beyond 2^53');
  expect(await one('1::bigint')).toBe(1);
});

it('reads timestamptz as a Date, the infinite ones as times before and after all others that can be written back', async () => {
  const time = new Date('2025-06-01T08:09:10.123Z');
  expect((await db.pool.query('select $1::timestamptz as it', [time])).rows[0].it).toEqual(time);
  expect(await one("'-infinity'::timestamptz")).toEqual(distantPast);
  expect(await one("'infinity'::timestamptz")).toEqual(distantFuture);
  expect(await one("'{-infinity,infinity,null}'::timestamptz[]")).toEqual([distantPast, distantFuture, null]);
  for (const distant of [distantPast, distantFuture]) {
    expect((await db.pool.query('select $1::timestamptz as it', [distant])).rows[0].it).toEqual(distant);
  }
});

it('leaves the parsers of other pools alone', async () => {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: db.url, max: 1 });
  expect((await pool.query('select 1::bigint as it')).rows[0].it).toBe('1');
  await pool.end();
});

it('sets the zone and the time-outs of its sessions', async () => {
  expect(await one("current_setting('timezone')")).toBe('UTC');
  expect(await one("current_setting('statement_timeout')")).toBe('30s');
  expect(await one("current_setting('idle_in_transaction_session_timeout')")).toBe('30s');
  expect(await one("current_setting('application_name')")).toBe('polyvend test');
});

it('lets the URL overrule the statement time-out', async () => {
  const url = new URL(db.url);
  url.searchParams.set('statement_timeout', '20');
  const other = connect({ url: url.href, maxConnections: 1 });
  await expect(sql`select pg_sleep(5)`.execute(other.kysely)).rejects.toMatchObject({ code: '57014' });
  await other.close();
});

it('survives the loss of connections, idle and in use, and says so', async () => {
  const warn = vi.fn();
  const other = connect({ url: db.url, maxConnections: 2, log: { info: vi.fn(), warn, error: vi.fn() } });
  const held = await other.pool.connect();
  const idle = await other.pool.connect();
  const pids = [held, idle].map(async (client) => (await client.query('select pg_backend_pid() as pid')).rows[0].pid);
  const both = await Promise.all(pids);
  idle.release();
  await db.pool.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [both]);
  await expect.poll(() => other.pool.idleCount).toBe(0);
  expect(warn).toHaveBeenCalled();
  await expect(held.query('select 1')).rejects.toThrow();
  held.release(true);
  expect((await other.pool.query('select 1 as it')).rows).toEqual([{ it: 1 }]);
  await other.close();
});

it('can be closed twice, used or not', async () => {
  const unused = connect({ url: db.url });
  await unused.close();
  await unused.close();
  await expect(unused.pool.query('select 1')).rejects.toThrow();
  const used = connect({ url: db.url });
  await used.pool.query('select 1');
  await Promise.all([used.close(), used.close()]);
});
