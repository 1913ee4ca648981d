import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RecentEvent } from '../ledger/events/read-recent-events.ts';
import type { Db } from '../ledger/ledger.ts';
import { place, type TestLedger, type TestShop, testLedger, testShop } from '../testing/ledger.ts';
import { type LiveEvents, liveEvents } from './live-events.ts';

let ledger: TestLedger;
let live: LiveEvents;
beforeAll(async () => {
  ledger = await testLedger();
});
afterEach(() => live.stop());
afterAll(() => ledger.drop());

function listen({ merchantId }: TestShop) {
  const heard: RecentEvent[] = [];
  const stop = live.listen(merchantId, (events) => heard.push(...events));
  return { heard, stop };
}

const complaints: unknown[] = [];
const logger = { warn: (complaint: unknown) => complaints.push(complaint) };
const isHeard = { timeout: 30_000, interval: 200 };
const full = { slots: [{ onHand: 900, capacity: 1000 }] };

test('who begin to listen at once all hear, also when some of them leave at once', async () => {
  live = liveEvents(ledger, logger);
  const [shop, other] = [await testShop(ledger, full), await testShop(ledger, full)];
  const [first, second, gone] = [listen(shop), listen(shop), listen(shop)];
  const elsewhere = listen(other);
  gone.stop();
  await expect.poll(() => place(ledger, shop).then(() => second.heard.length), isHeard).toBeGreaterThan(0);
  first.stop();
  const orderId = (await place(ledger, shop)).id;
  await expect.poll(() => second.heard, isHeard).toContainEqual(expect.objectContaining({ kind: 'order.placed', orderId }));
  expect(first.heard).not.toContainEqual(expect.objectContaining({ orderId }));
  expect(gone.heard).toEqual([]);
  const own = (await place(ledger, other)).id;
  await expect.poll(() => elsewhere.heard, isHeard).toContainEqual(expect.objectContaining({ orderId: own }));
  expect(elsewhere.heard.filter(({ orderId }) => orderId !== own && orderId !== null)).toEqual([]);
  expect(new Set(second.heard.map(({ id }) => id)).size).toBe(second.heard.length);
});

test('what happened just before is told to who comes, and to nobody twice', async () => {
  live = liveEvents(ledger, logger);
  const shop = await testShop(ledger, full);
  const old = (await place(ledger, shop)).id;
  ledger.clock.advance(16);
  const recent = (await place(ledger, shop)).id;
  const ofOrders = ({ heard }: { heard: RecentEvent[] }) =>
    heard.flatMap(({ kind, orderId }) => (kind === 'order.placed' ? [orderId] : []));
  const first = listen(shop);
  await expect.poll(() => ofOrders(first), isHeard).toEqual([recent]);
  const then = (await place(ledger, shop)).id;
  await expect.poll(() => ofOrders(first), isHeard).toEqual([recent, then]);
  const later = listen(shop);
  await expect.poll(() => ofOrders(later), isHeard).toEqual([recent, then]);
  const last = (await place(ledger, shop)).id;
  await expect.poll(() => ofOrders(later), isHeard).toEqual([recent, then, last]);
  expect(ofOrders(first)).toEqual([recent, then, last]);
  expect(ofOrders(first)).not.toContain(old);
});

test('a database that fails when somebody begins to listen is asked again', async () => {
  let failures = 2;
  const failing = {
    getExecutor() {
      if (failures-- > 0) throw new Error('the database is away');
      return ledger.db.getExecutor();
    },
  } as Db;
  live = liveEvents({ ...ledger, db: failing }, logger);
  const shop = await testShop(ledger, full);
  const { heard } = listen(shop);
  await expect.poll(() => place(ledger, shop).then(() => heard.length), isHeard).toBeGreaterThan(0);
  expect(complaints).toHaveLength(2);
});
