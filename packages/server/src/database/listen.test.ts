import { createServer, connect as dial, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { type Listener, listen } from './listen.ts';
import { silentLog } from './log.ts';

let db: TestDatabase;
let listener: Listener | undefined;
let heard: string[];

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(() => {
  heard = [];
});
afterEach(() => listener?.close());

const onNotify = (channel: string, payload: string): void => void heard.push(`${channel}:${payload}`);
const cutListeners =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = $1';

it('hears its channels and no other', async () => {
  listener = listen({ url: db.url, channels: ['wake', 'Odd "name"'], onNotify, log: silentLog });
  await listener.ready;
  await db.pool.query(`notify other, 'x'; notify wake, '1'; notify wake; notify "Odd ""name""", '2'`);
  await expect.poll(() => heard).toEqual(['wake:1', 'wake:', 'Odd "name":2']);
});

it('connects again after a loss, and wakes every channel since something may have been missed', async () => {
  listener = listen({ url: db.url, channels: ['a', 'b'], onNotify, log: silentLog });
  await listener.ready;
  for (let round = 0; round < 2; round++) {
    heard = [];
    await db.pool.query(cutListeners, ['polyvend listen']);
    await expect.poll(() => heard).toEqual(['a:', 'b:']);
    await db.pool.query("notify a, 'again'");
    await expect.poll(() => heard).toEqual(['a:', 'b:', 'a:again']);
  }
});

it('notices a connection that has gone silent', async () => {
  const proxy = await startProxy(db.url);
  listener = listen({ url: proxy.url, channels: ['a'], onNotify, log: silentLog, keepaliveSeconds: 0.02, answerSeconds: 0.5 });
  await listener.ready;
  // In a moment of load an answer may have been too late before, or be so after.
  heard = [];
  proxy.silence();
  await expect.poll(() => heard).toContain('a:');
  await listener.close();
  proxy.close();
});

it('goes on trying when the database is not there at first', async () => {
  const proxy = await startProxy(db.url);
  proxy.refuse(true);
  const warn = vi.fn();
  listener = listen({ url: proxy.url, channels: ['a'], onNotify, log: { ...silentLog, warn } });
  await expect.poll(() => warn).toHaveBeenCalled();
  proxy.refuse(false);
  await listener.ready;
  expect(heard).toEqual(['a:']);
  await listener.close();
  proxy.close();
});

it('does not connect again once closed, and outlives a handler that throws', async () => {
  const error = vi.fn();
  const failing = vi.fn(() => {
    throw new Error('handler');
  });
  listener = listen({ url: db.url, channels: ['a'], onNotify: failing, log: { ...silentLog, error } });
  await listener.ready;
  await db.pool.query('notify a; notify a, $$2$$');
  await expect.poll(() => error).toHaveBeenCalledTimes(2);
  await listener.close();
  await expect.poll(async () => (await db.pool.query(cutListeners, ['polyvend listen'])).rowCount).toBe(0);
});

/** Between the listener and the server, to fall silent without a farewell, as a cable does. */
async function startProxy(url: string): Promise<{ url: string; silence(): void; refuse(on: boolean): void; close(): void }> {
  const target = new URL(url);
  const socketFolder = target.searchParams.get('host');
  const port = Number(target.port || 5432);
  const open = new Set<Socket>();
  let refusing = false;
  const server = createServer((near) => {
    near.on('error', () => {});
    if (refusing) return void near.destroy();
    const far = socketFolder ? dial(`${socketFolder}/.s.PGSQL.${port}`) : dial(port, target.hostname);
    far.on('error', () => {});
    near.pipe(far);
    far.pipe(near);
    open.add(near).add(far);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  target.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  target.searchParams.delete('host');
  return {
    url: target.href,
    silence: () => {
      for (const socket of open) socket.unpipe().pause();
    },
    refuse: (on) => {
      refusing = on;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
