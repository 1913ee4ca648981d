import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../database/log.ts';
import { beginNotice } from '../ledger/remote-orders/begin-notice.ts';
import { getForeignOrder } from '../ledger/remote-orders/get-foreign-order.ts';
import { placeForeignOrder } from '../ledger/remote-orders/place-foreign-order.ts';
import { recordNoticeOutcome } from '../ledger/remote-orders/record-notice-outcome.ts';
import { recordRemoteOutcome } from '../ledger/remote-orders/record-remote-outcome.ts';
import { recordRemoteUnknown } from '../ledger/remote-orders/record-remote-unknown.ts';
import { sweepLedger } from '../ledger/sweep.ts';
import { conservationProblems } from '../testing/conservation.ts';
import { type ForeignShop, type ForeignTestOrder, foreignDraft, foreignShop, payForeign } from '../testing/foreign.ts';
import { byTest, type TestLedger, testLedger, testShop } from '../testing/ledger.ts';
import { type GuardedHttp, guardedHttp } from './http/guarded-http.ts';
import type { NotificationDraft, OutboundDialect } from './outbound-dialect.ts';
import { openSink, type Sink } from './test-kit.ts';
import { type Notifications, startNotifications } from './worker.ts';

// An order at another platform from its payment to its end, with a real platform over HTTP and a dialect that speaks with it as one would.

let ledger: TestLedger;
let sink: Sink;
let http: GuardedHttp;
let shop: ForeignShop;
const workers: Notifications[] = [];

beforeAll(async () => {
  ledger = await testLedger({ relayed: ['remote-order.notice-due', 'remote-order.query-due'] });
  sink = await openSink();
  // Longer than any test may take: the clock that stands still makes no second attempt of one that was slow.
  http = guardedHttp({ allow: ['127.0.0.0/8'], timeout: 120_000, connectTimeout: 60_000 });
});
beforeEach(async () => {
  shop = await foreignShop(ledger, await testShop(ledger));
  sink.received = [];
  sink.answer = () => ({ status: 200, body: 'ok' });
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  expect(await conservationProblems(ledger)).toEqual([]);
});
afterAll(async () => {
  await Promise.all([sink.close(), http.close()]);
  await ledger.drop();
});

function dialect(): OutboundDialect {
  return {
    dialect: 'plain',
    wants: ['remote-order.notice-due', 'remote-order.query-due'],
    render: async ({ merchantId, id, orderId, kind, data }): Promise<NotificationDraft[]> => {
      const { integrationId, noticeUntil } = data as { integrationId: number; noticeUntil?: string };
      const asks = kind === 'remote-order.query-due';
      const left = noticeUntil ? (Date.parse(noticeUntil) - ledger.clock.now().getTime()) / 1000 : 60;
      const word = asks ? 'query' : 'notice';
      const ids = { merchantId, integrationId, eventId: id, jobKey: `plain:${id}`, orderId, lineId: null };
      return [{ ...ids, orderKey: `${word}:${orderId}`, method: word, url: `${sink.url}/${word}`, body: '', giveUpAfter: left }];
    },
    async prepare({ merchantId, orderId, method }) {
      if (method === 'notice' && !(await beginNotice(ledger, { merchantId, orderId: orderId ?? 0, cause: byTest }))) {
        throw new Error('not to be told any more');
      }
      return { headers: {}, body: String(orderId) };
    },
    accepted: ({ status }) => status === 200 || `HTTP ${status}`,
    async answered({ merchantId, orderId, integrationId, method }, { body }) {
      const order = { merchantId, integrationId, orderId: orderId ?? 0, cause: byTest };
      if (method === 'notice') await recordNoticeOutcome(ledger, { ...order, outcome: 'accepted' });
      else if (body === 'unknown') await recordRemoteUnknown(ledger, order);
      else {
        const rows = [...body].map((one) => ({ slot: '1', goods: 'cola', dispensed: one === '+' }));
        await recordRemoteOutcome(ledger, { ...order, source: 'query', rows, complete: true });
      }
    },
    async gaveUp({ merchantId, orderId, method }) {
      if (method === 'notice') {
        await recordNoticeOutcome(ledger, { merchantId, orderId: orderId ?? 0, outcome: 'given-up', cause: byTest });
      }
    },
  };
}

function start(how: Partial<OutboundDialect> = {}): Notifications {
  const { database, clock } = ledger;
  const dialects = [{ ...dialect(), ...how }];
  const options = { database, clock, http, dialects, log: silentLog, random: () => 0.5, limits: { sweepEvery: 0 } };
  const worker = startNotifications(options);
  workers.push(worker);
  return worker;
}

async function buy(): Promise<ForeignTestOrder> {
  const order = await placeForeignOrder(ledger, foreignDraft(shop, { lines: [{ slot: '1', quantity: 2 }] }));
  await payForeign(ledger, shop, order);
  return order;
}

const view = (order: ForeignTestOrder) => getForeignOrder(ledger, shop.merchantId, order.id);
const paths = (): string[] => sink.received.map(({ path }) => path);

async function pass(worker: Notifications, seconds: number, step = 10): Promise<void> {
  for (let passed = 0; passed < seconds; passed += step) {
    ledger.clock.advance(step);
    await sweepLedger(ledger);
    await worker.idle();
  }
}

it('told, and after a minute of silence asked: what failed is paid back', async () => {
  sink.answer = ({ path }) => ({ status: 200, body: path === '/query' ? '+-' : 'ok' });
  const order = await buy();
  const worker = start();
  await worker.idle();
  expect((await view(order)).remote?.state).toBe('accepted');
  await pass(worker, 60);
  expect(paths()).toEqual(['/notice', '/query']);
  expect(await view(order)).toMatchObject({ refundedCents: 200, remote: { state: 'done' } });
  await pass(worker, 600, 60);
  expect(paths()).toHaveLength(2);
});

it('a platform that is away for ten minutes is told no more, then asked, and paid back from when it does not know it', async () => {
  sink.answer = () => ({ status: 503 });
  const order = await buy();
  const worker = start();
  await worker.idle();
  expect((await view(order)).remote?.state).toBe('sent');
  await pass(worker, 680);
  const told = paths().filter((path) => path === '/notice').length;
  expect(told).toBeGreaterThan(3);
  expect((await view(order)).remote?.state).toBe('unsure');
  sink.answer = () => ({ status: 200, body: 'unknown' });
  await pass(worker, 600);
  expect(paths().filter((path) => path === '/notice')).toHaveLength(told);
  expect(await view(order)).toMatchObject({ state: 'refunded', refundedCents: 400, remote: { reason: 'unknown-there' } });
});

it('killed after the platform accepted and before that was recorded: told again, one order there', async () => {
  const order = await buy();
  const killed = start({
    answered: async () => {
      throw new Error('killed here');
    },
  });
  await killed.idle();
  await killed.stop();
  expect((await view(order)).remote?.state).toBe('sent');
  ledger.clock.advance(1);
  await start().idle();
  expect(sink.received.map(({ body }) => body)).toEqual([String(order.id), String(order.id)]);
  expect((await view(order)).remote?.state).toBe('accepted');
});

it('what nobody took out of the outbox for too long is not told any more', async () => {
  const order = await buy();
  ledger.clock.advance(ledger.rules.noticeWindow + 1);
  await start().idle();
  await sweepLedger(ledger);
  expect(paths()).toEqual([]);
  expect(await view(order)).toMatchObject({ state: 'refunded', remote: { state: 'cancelled', reason: 'not-sent' } });
});
