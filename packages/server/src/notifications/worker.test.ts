import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { claimNotifications } from './claim-notifications.ts';
import { guardedHttp } from './http/guarded-http.ts';
import { standardLimits } from './limits.ts';
import { type Attempt, listAttempts } from './list-attempts.ts';
import { recordOutcomes } from './record-outcomes.ts';
import { type Kit, notificationsKit, openSink, type SinkAnswer } from './test-kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await notificationsKit();
});
beforeEach(() => kit.clear());
afterAll(() => kit.close());

interface Row {
  id: number;
  state: string;
  attempts: number;
  next_attempt_at: Date;
  last_error: string;
}
const notifications = (): Promise<Row[]> => kit.rows<Row>('select * from notifications order by id');
const attemptsOf = async (index = 0): Promise<Attempt[]> => {
  const notificationId = (await notifications())[index]?.id ?? 0;
  return await listAttempts(kit.database, { merchantId: kit.merchantId, notificationId });
};
const bodies = (): string[] => kit.sink.received.map(({ body }) => body);
const secondsUntilNext = async (): Promise<number> =>
  (((await notifications())[0]?.next_attempt_at.getTime() ?? 0) - kit.clock.now().getTime()) / 1000;

it('delivers, and keeps what was answered', async () => {
  await kit.tell({ url: `${kit.sink.url}/hook?a=1`, headers: { 'X-Sign': 's' }, body: '{"a":1}' });
  kit.sink.answer = () => ({ status: 201, body: `thank\0you${'😀'.repeat(2000)}` });
  const seen: [string, number][] = [];
  await kit.start({ observe: { delivered: ({ method }, seconds) => seen.push([method, seconds]) } }).idle();
  expect(kit.sink.received).toMatchObject([
    { path: '/hook?a=1', body: '{"a":1}', headers: { 'x-sign': 's', 'content-type': 'application/json' } },
  ]);
  expect(await notifications()).toMatchObject([
    { state: 'delivered', attempts: 1, last_error: '', finished_at: kit.clock.now() },
  ]);
  const [attempt] = await attemptsOf();
  expect(attempt).toMatchObject({ number: 1, outcome: 'delivered', status: 201, error: '', finishedAt: kit.clock.now() });
  expect(attempt?.answer).toMatch(/^thank\uFFFDyou(😀)+$/);
  expect(Buffer.byteLength(attempt?.answer ?? '')).toBeGreaterThan(2000);
  expect(Buffer.byteLength(attempt?.answer ?? '')).toBeLessThanOrEqual(2050);
  expect(seen).toEqual([['test', expect.any(Number)]]);
});

it('keeps the order of one order through failures, and lets others pass', async () => {
  for (const body of ['a1', 'a2', 'a3']) await kit.tell({ orderKey: 'a', body }, 1);
  await kit.tell({ orderKey: 'b', body: 'b1' }, 2);
  let failures = 2;
  kit.sink.answer = ({ body }) => ({ status: body === 'a1' && failures-- > 0 ? 500 : 200 });
  const worker = kit.start();
  await worker.idle();
  expect(bodies().sort()).toEqual(['a1', 'b1']);
  kit.clock.advance(1);
  await worker.idle();
  expect(bodies().filter((body) => body !== 'b1')).toEqual(['a1', 'a1']);
  kit.clock.advance(4);
  await worker.idle();
  expect(bodies()).toHaveLength(3);
  kit.clock.advance(1);
  await worker.idle();
  expect(bodies().filter((body) => body !== 'b1')).toEqual(['a1', 'a1', 'a1', 'a2', 'a3']);
});

it('does not let one that was told later pass a head that waits', async () => {
  await kit.tell({ orderKey: 'a', body: 'a1' });
  kit.sink.answer = () => ({ status: 500 });
  const worker = kit.start();
  await worker.idle();
  await kit.tell({ orderKey: 'a', body: 'a2' });
  await worker.idle();
  expect(bodies()).toEqual(['a1']);
  // Not due before its head, so that the claim need not look at it.
  const [head, behind] = await notifications();
  expect(behind?.next_attempt_at).toEqual(head?.next_attempt_at);
  kit.sink.answer = () => ({ status: 200 });
  kit.clock.advance(1);
  await worker.idle();
  expect(bodies()).toEqual(['a1', 'a1', 'a2']);
});

it('follows the schedule for three days, then gives up and lets the order go on', async () => {
  await kit.tell({ orderKey: 'a', body: 'a1' });
  await kit.tell({ orderKey: 'a', body: 'a2' });
  kit.sink.answer = ({ body }) => ({ status: body === 'a1' ? 503 : 200 });
  const ends: boolean[] = [];
  const worker = kit.start({ observe: { failed: (_, __, final) => ends.push(final) }, limits: { endpointFailures: 1000 } });
  const waits: number[] = [];
  for (;;) {
    await worker.idle();
    if ((await notifications())[0]?.state === 'failed') break;
    const wait = await secondsUntilNext();
    waits.push(wait);
    kit.clock.advance(wait);
  }
  expect(waits.slice(0, 9)).toEqual([1, 5, 15, 60, 300, 900, 3600, 10_800, 10_800]);
  expect(waits).toHaveLength(31);
  expect(ends).toEqual([...Array(31).fill(false), true]);
  expect(await notifications()).toMatchObject([
    { state: 'failed', attempts: 32, last_error: 'HTTP 503' },
    { state: 'delivered', attempts: 1 },
  ]);
});

it('waits as long as it is asked to', async () => {
  await kit.tell();
  kit.sink.answer = () => ({ status: 429, headers: { 'retry-after': '90' } });
  await kit.start().idle();
  expect(await secondsUntilNext()).toBe(90);
});

it.each<[string, SinkAnswer, string]>([
  ['500', { status: 500, body: 'no' }, 'HTTP 500'],
  ['404', { status: 404 }, 'HTTP 404'],
  ['a redirect', { status: 307, headers: { location: 'http://169.254.169.254/' } }, 'redirect (307), not followed'],
  ['silence', 'hang', 'time-out'],
])('tries again after %s', async (_, answer, error) => {
  await kit.tell();
  kit.sink.answer = () => answer;
  const impatient = guardedHttp({ allow: ['127.0.0.0/8'], timeout: 300 });
  await kit.start(answer === 'hang' ? { http: impatient } : {}).idle();
  await impatient.close();
  expect(await notifications()).toMatchObject([{ state: 'waiting', attempts: 1, last_error: error }]);
  expect(await attemptsOf()).toMatchObject([{ outcome: 'failed', status: answer === 'hang' ? null : answer.status, error }]);
  expect(await secondsUntilNext()).toBe(1);
});

it.each([
  ['ftp://example.com/', 'not http or https'],
  ['not a url', 'not a URL'],
  ['http://10.0.0.1/', 'refused address'],
])('gives up at once on %s', async (url, error) => {
  await kit.tell({ url });
  await kit.start().idle();
  expect(await notifications()).toMatchObject([{ state: 'failed', attempts: 1, last_error: error }]);
  expect(await kit.rows('select * from endpoints')).toEqual([]);
});

it('lets the dialect sign each attempt, and judge the answer', async () => {
  await kit.tell({ headers: { a: 'stored', b: 'stored' } });
  let answers = 0;
  kit.sink.answer = () => ({ status: 200, body: ['FAIL', 'odd', 'SUCCESS'][answers++] ?? '' });
  const dialect = {
    ...kit.dialect,
    prepare: async ({ attempt, body }: { attempt: number; body: string }) => {
      if (attempt === 1) throw new Error('no key');
      return { headers: { b: `nonce ${attempt}` }, body: `${body} ${attempt}` };
    },
    accepted: ({ body }: { body: string }) => {
      if (body === 'odd') throw new Error('odd');
      return body === 'SUCCESS' || `said ${body}`;
    },
  };
  const worker = kit.start({ dialects: [dialect] });
  for (let time = 0; time < 4; time += 1) {
    await worker.idle();
    kit.clock.advance(60);
  }
  expect(await attemptsOf()).toMatchObject([
    { error: 'not prepared: no key', status: null },
    { error: 'said FAIL', status: 200 },
    { error: 'answer not understood: odd' },
    { outcome: 'delivered' },
  ]);
  expect(kit.sink.received[0]).toMatchObject({ body: expect.stringMatching(/ 2$/), headers: { a: 'stored', b: 'nonce 2' } });
});

it('sends nothing for credentials that are revoked', async () => {
  await kit.tell();
  await kit.rows(`update integrations set status = 'revoked'`);
  await kit.start().idle();
  await kit.rows(`update integrations set status = 'active'`);
  expect(await notifications()).toMatchObject([{ state: 'failed', last_error: 'integration revoked' }]);
  expect(kit.sink.received).toEqual([]);
});

it('sends again what a process claimed and never recorded', async () => {
  await kit.tell();
  const crashed = kit.start();
  await crashed.stop();
  const worker = kit.start();
  kit.sink.answer = () => ({ status: 500 });
  await worker.idle();
  kit.clock.advance(1);
  await claimNotifications(kit.database, kit.clock.now(), 1, standardLimits);
  expect(await attemptsOf()).toMatchObject([{ outcome: 'failed' }, { outcome: 'running' }]);
  kit.sink.answer = () => ({ status: 200 });
  kit.clock.advance(59);
  await worker.sweep();
  await worker.idle();
  expect(kit.sink.received).toHaveLength(1);
  kit.clock.advance(1);
  await worker.sweep();
  await worker.idle();
  expect(await notifications()).toMatchObject([{ state: 'delivered', attempts: 3 }]);
  expect(await attemptsOf()).toMatchObject([{ outcome: 'failed' }, { outcome: 'interrupted' }, { outcome: 'delivered' }]);
});

it('lets no late record undo what came after it', async () => {
  await kit.tell();
  const worker = kit.start({ limits: { inFlight: 0 } });
  await worker.idle();
  const [late] = await claimNotifications(kit.database, kit.clock.now(), 1, standardLimits);
  kit.clock.advance(60);
  await worker.sweep();
  const [current] = await claimNotifications(kit.database, kit.clock.now(), 1, standardLimits);
  const outcome = { nextAttemptAt: null, status: 500, error: 'HTTP 500', answer: '', countsForEndpoint: true };
  const record = (attempt: number, state: 'failed' | 'delivered'): Promise<unknown> =>
    recordOutcomes(
      kit.database,
      kit.clock.now(),
      [
        {
          ...outcome,
          merchantId: kit.merchantId,
          id: late?.id ?? 0,
          attempt,
          state,
          error: state === 'failed' ? 'HTTP 500' : '',
        },
      ],
      standardLimits,
    );
  expect([late?.attempt, current?.attempt]).toEqual([1, 2]);
  await record(1, 'failed');
  expect(await notifications()).toMatchObject([{ state: 'sending' }]);
  await record(2, 'delivered');
  expect(await notifications()).toMatchObject([{ state: 'delivered' }]);
  expect(await attemptsOf()).toMatchObject([{ outcome: 'failed' }, { outcome: 'delivered' }]);
});

it('is not delayed by endpoints that hang', async () => {
  const dead = await openSink();
  try {
    dead.answer = () => 'hang';
    for (let n = 0; n < 200; n += 1) await kit.tell({ url: `${dead.url}/`, body: `dead ${n}` });
    await kit.tell({ body: 'alive' });
    const worker = kit.start();
    const delivered = new Promise<void>((resolve) => {
      kit.sink.answer = () => {
        resolve();
        return { status: 200 };
      };
    });
    worker.wake();
    // The dead one holds on to each for longer than the test may take.
    await delivered;
    expect(dead.received.length).toBeLessThanOrEqual(8);
    const stopped = worker.stop();
    await dead.close();
    await stopped;
  } finally {
    await dead.close();
  }
});

it('shares the work with another process: each once, in order, never two of an order at once', async () => {
  for (let n = 0; n < 120; n += 1) await kit.tell({ orderKey: `o${n % 12}`, body: `o${n % 12} ${n}` }, n % 12);
  const underWay = new Set<string>();
  const clashes: string[] = [];
  const failOnce = new Set(['o3 3', 'o5 41']);
  kit.sink.answer = async ({ body }) => {
    const order = body.split(' ')[0] ?? '';
    if (underWay.has(order)) clashes.push(body);
    underWay.add(order);
    await sleep(2);
    underWay.delete(order);
    return { status: failOnce.delete(body) ? 500 : 200 };
  };
  const workers = [kit.start(), kit.start()];
  const allDone = async (): Promise<boolean> =>
    (await notifications()).filter(({ state }) => state === 'delivered').length === 120;
  for (let round = 0; round < 20 && !(await allDone()); round += 1) {
    await Promise.all(workers.map((worker) => worker.idle()));
    kit.clock.advance(2);
  }
  expect(clashes).toEqual([]);
  expect(kit.sink.received).toHaveLength(122);
  for (let order = 0; order < 12; order += 1) {
    const numbers = bodies()
      .filter((body) => body.startsWith(`o${order} `))
      .map((body) => Number(body.split(' ')[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
});

it('stops when the attempts under way are done, and leaves the slow ones to their claim', async () => {
  const sending = async (stopWithin: number) => {
    await kit.tell();
    const { promise, resolve: answer } = Promise.withResolvers<SinkAnswer>();
    const worker = kit.start({ limits: { stopWithin } });
    const arrived = new Promise<void>((resolve) => {
      kit.sink.answer = () => {
        resolve();
        return promise;
      };
    });
    worker.wake();
    await arrived;
    return { worker, answer: () => answer({ status: 200 }) };
  };
  // One for each: how long the quick one takes on a slow machine nobody knows.
  const quick = await sending(60_000);
  const stopped = quick.worker.stop();
  quick.answer();
  await stopped;
  expect(await notifications()).toMatchObject([{ state: 'delivered' }]);
  const slow = await sending(20);
  await slow.worker.stop();
  expect(await notifications()).toMatchObject([{ state: 'delivered' }, { state: 'sending' }]);
  await kit.tell({ body: 'later' });
  for (const { worker } of [quick, slow]) {
    worker.wake();
    await worker.sweep();
  }
  expect(kit.sink.received).toHaveLength(2);
  // Recorded within this test, and not in the middle of the next one.
  slow.answer();
  await expect.poll(notifications).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
});

it('finds by itself what no wake told of', async () => {
  const worker = kit.start({ limits: { sweepEvery: 20 } });
  const arrived = new Promise<void>((resolve) => {
    kit.sink.answer = () => {
      resolve();
      return { status: 200 };
    };
  });
  await kit.tell();
  await arrived;
  await worker.stop();
});

it('waits for a database that is gone for a moment, rather than send twice', async () => {
  await kit.tell();
  let failures = 1;
  const pool = Object.create(kit.database.pool) as typeof kit.database.pool;
  const query = kit.database.pool.query.bind(kit.database.pool) as (...given: unknown[]) => unknown;
  pool.query = ((...given: unknown[]) => {
    const name = typeof given[0] === 'object' ? (given[0] as { name?: string }).name : '';
    if (name === 'record-notification-outcomes' && failures-- > 0) return Promise.reject(new Error('gone'));
    return query(...given);
  }) as typeof pool.query;
  await kit.start({ database: { kysely: kit.database.kysely, pool } }).idle();
  expect(await notifications()).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  expect(kit.sink.received).toHaveLength(1);
});
