import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { pruneLedger } from '../ledger/prune.ts';
import { createMetrics } from '../metrics.ts';
import { type TestLedger, type TestShop, testLedger, testShop } from '../testing/ledger.ts';
import { InboundDelay, type InboundDialect, InboundRefusal, type Poll } from './inbound-dialect.ts';
import { listMessages, listPolls } from './list-inbound.ts';
import { retryMessage } from './retry-message.ts';
import { takeMessage } from './take-message.ts';
import { startInbound } from './worker.ts';

type Worker = ReturnType<typeof startInbound>;

let ledger: TestLedger;
let shop: TestShop;
let workers: Worker[];
/** What was applied, in its order. */
let applied: string[];
/** What becomes of a message of this text; applied unless told. */
let fates: Record<string, () => void>;
let polled: (poll: Poll) => Promise<void>;
let every: number | undefined;

const dialect: InboundDialect = {
  dialect: 'plain',
  role: 'platform',
  async apply(within, { body, integration }) {
    const text = Buffer.from(body).toString();
    // Written with the message's own transaction, or not at all.
    await within.db.updateTable('merchants').set({ title: text }).where('id', '=', integration.merchant.id).execute();
    fates[text]?.();
    applied.push(text);
  },
  pollEvery: ({ id }) => (id === shop.integrationId ? every : undefined),
  poll: (poll) => polled(poll),
};

beforeAll(async () => {
  ledger = await testLedger();
});
beforeEach(async () => {
  shop = await testShop(ledger);
  [workers, applied, fates, every] = [[], [], {}, undefined];
  polled = async () => {};
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  await ledger.rows('delete from inbound_messages');
  await ledger.rows('delete from inbound_polls');
});
afterAll(() => ledger.drop());

function start(): Worker {
  const http = { request: () => Promise.reject(new Error('no network here')) };
  const logger = pino({ level: 'silent' });
  const worker = startInbound({ ledger, dialects: [dialect], http, logger, metrics: createMetrics(), timers: false });
  workers.push(worker);
  return worker;
}
const take = (text: string, of = shop) =>
  takeMessage(ledger, {
    merchantId: of.merchantId,
    integrationId: of.integrationId,
    kind: 'news',
    query: '',
    body: Buffer.from(text),
  });
const message = async () => (await listMessages(ledger, { merchantId: shop.merchantId }))[0];
const title = async () =>
  (await ledger.rows<{ title: string }>('select title from merchants where id = $1', [shop.merchantId]))[0]?.title;
const refused = () => {
  throw new InboundRefusal('no such colour');
};
const delayed = () => {
  throw new InboundDelay('not known yet');
};

test('messages are applied once, in the order in which they came, whoever looks', async () => {
  const texts = Array.from({ length: 30 }, (_, n) => `m${n}`);
  for (const text of texts) await take(text);
  await Promise.all([start().idle(), start().idle(), start().idle()]);
  expect(applied).toEqual(texts);
});

test('one that is refused says why, leaves nothing behind, and keeps no other from its turn', async () => {
  fates.bad = refused;
  await take('good');
  await take('bad');
  await take('fine');
  await start().idle();
  expect(applied).toEqual(['good', 'fine']);
  expect(await listMessages(ledger, { unapplied: true })).toMatchObject([
    { state: 'refused', error: 'no such colour', attempts: 1 },
  ]);
  await take('bad');
  await start().idle();
  expect(await title()).toBe('fine');
});

test('one that cannot be applied yet is tried again after 5, 10, 20 seconds, and given up after three days', async () => {
  fates.early = delayed;
  await take('early');
  const worker = start();
  for (const [attempt, seconds] of [5, 10, 20].entries()) {
    await worker.idle();
    ledger.clock.advance(seconds - 1);
    await worker.idle();
    expect(await message()).toMatchObject({ state: 'waiting', attempts: attempt + 1, error: 'not known yet' });
    ledger.clock.advance(1);
  }
  fates = {};
  await worker.idle();
  expect(await message()).toMatchObject({ state: 'applied', error: '' });
  fates.lost = delayed;
  await take('lost');
  await worker.idle();
  ledger.clock.advance(3 * 86_400);
  await worker.idle();
  expect(await message()).toMatchObject({ state: 'failed', error: 'not known yet' });
  fates = {};
  expect(await retryMessage(ledger, shop.merchantId, (await message())?.id ?? 0)).toBe(true);
  await worker.idle();
  expect(applied).toEqual(['early', 'lost']);
});

test('an error of ours is tried again, and what waits harms no other', async () => {
  fates.broken = () => {
    throw new Error('a fault');
  };
  await take('broken');
  await take('next');
  await start().idle();
  expect(applied).toEqual(['next']);
  expect(await listMessages(ledger, { unapplied: true })).toMatchObject([{ state: 'waiting', error: 'a fault' }]);
});

test('what was applied goes after a month, what waits stays', async () => {
  fates.early = delayed;
  await take('early');
  await take('old');
  await start().idle();
  ledger.clock.advance(31 * 86_400);
  await pruneLedger(ledger);
  expect(await listMessages(ledger, {})).toMatchObject([{ state: 'waiting' }]);
});

test('a platform is asked every so often, by one process at a time', async () => {
  every = 600;
  let times = 0;
  polled = async ({ step }) => {
    times += 1;
    await step({ page: 1 }, async () => {});
  };
  await Promise.all([start().idle(), start().idle()]);
  expect(times).toBe(1);
  ledger.clock.advance(599);
  await start().idle();
  expect(times).toBe(1);
  ledger.clock.advance(1);
  await Promise.all([start().idle(), start().idle()]);
  expect(times).toBe(2);
});

test('one that breaks off goes on from its last step, later each time, and shows why', async () => {
  every = 3_600;
  const seen: unknown[] = [];
  polled = async ({ progress, step }) => {
    seen.push(progress);
    const { page = 0 } = (progress ?? {}) as { page?: number };
    await step({ page: page + 1 }, async () => {});
    await step({ page: page + 2 }, () => Promise.reject(new Error('it hung up')));
  };
  const worker = start();
  await worker.idle();
  for (const seconds of [30, 60, 120]) {
    ledger.clock.advance(seconds - 1);
    await worker.idle();
    ledger.clock.advance(1);
    await worker.idle();
  }
  expect(seen).toEqual([null, { page: 1 }, { page: 2 }, { page: 3 }]);
  const mine = (await listPolls(ledger, shop.merchantId))[0];
  expect(mine).toMatchObject({ failures: 4, error: 'it hung up', finishedAt: null });
});

test('a process that died leaves its poll to another when its claim has ended; it cannot go on itself', async () => {
  every = 600;
  let release = () => {};
  const hung = new Promise<void>((resolve) => {
    release = resolve;
  });
  let late: unknown;
  polled = async ({ step }) => {
    await step({ page: 1 }, async () => {});
    await hung;
    await step({ page: 2 }, async () => {}).catch((error: unknown) => {
      late = error;
      throw error;
    });
  };
  const dead = start();
  const dying = dead.idle();
  await expect.poll(async () => (await ledger.rows('select from inbound_polls where progress is not null')).length).toBe(1);
  ledger.clock.advance(301);
  const seen: unknown[] = [];
  polled = async ({ progress, step }) => {
    seen.push(progress);
    await step({ page: 5 }, async () => {});
  };
  await start().idle();
  expect(seen).toEqual([{ page: 1 }]);
  release();
  await dying;
  expect(String(late)).toContain('another process');
  expect(await ledger.rows('select progress, failures from inbound_polls where merchant_id = $1', [shop.merchantId])).toEqual([
    { progress: { page: 5 }, failures: 0 },
  ]);
});

test('what waits for something unknown has the platform asked, once a minute at most, and is tried after that', async () => {
  every = 3_600;
  let times = 0;
  polled = async () => {
    times += 1;
    if (times === 2) fates = {};
  };
  const worker = start();
  await worker.idle();
  fates.early = delayed;
  await take('early');
  await worker.idle();
  expect(times).toBe(1);
  ledger.clock.advance(60);
  await worker.idle();
  await worker.idle();
  expect(times).toBe(2);
  expect(applied).toEqual(['early']);
});
