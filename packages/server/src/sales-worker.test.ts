import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { merchantsToKeep } from './ledger/sales/keep-sales-days.ts';
import { createMetrics } from './metrics.ts';
import { startSalesWorker } from './sales-worker.ts';
import { answer, elsewhere, placePaid, sendOut, type TestLedger, testLedger, testShop } from './testing/ledger.ts';
import { salesProblems } from './testing/sales.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

function start(of = ledger) {
  const metrics = createMetrics();
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  const worker = startSalesWorker({ ledger: of, logger, metrics, timers: false });
  const count = async (name: 'trades' | 'salesDeferred') => (await metrics[name].get()).values[0]?.value;
  return { worker, lines, count };
}

test('woken in two processes, each trade is made once', async () => {
  const shop = await testShop(ledger, { slots: [{ onHand: 50, capacity: 50 }] });
  const [one, other] = [start(), start(elsewhere(ledger))];
  for (let n = 0; n < 10; n += 1) {
    await placePaid(ledger, shop, 2);
    one.worker.wake();
    other.worker.wake();
  }
  await Promise.all([one.worker.idle(), other.worker.idle()]);
  expect(((await one.count('trades')) ?? 0) + ((await other.count('trades')) ?? 0)).toBe(20);
  expect(await salesProblems(ledger)).toEqual([]);
  await Promise.all([one.worker.stop(), other.worker.stop()]);
});

test('what cannot be projected is logged, counted, and harms no other', async () => {
  const shop = await testShop(ledger);
  const poisoned = await placePaid(ledger, shop, 1, { tradeId: 'poison' });
  const sound = await placePaid(ledger, shop);
  await ledger.rows(`alter table trades add constraint poisoned check (order_no <> 'poison')`);
  const { worker, lines, count } = start();
  await worker.idle();
  expect(await ledger.rows('select order_id from trades where merchant_id = $1', [shop.merchantId])).toEqual([
    { order_id: sound.id },
  ]);
  expect(lines).toMatchObject([{ level: 50, orderId: poisoned.id, merchantId: shop.merchantId }]);
  expect(await count('salesDeferred')).toBe(1);
  await ledger.rows('alter table trades drop constraint poisoned');
  ledger.clock.advance(1);
  await worker.stop();
  worker.wake();
  expect(await ledger.rows('select order_id from trades where merchant_id = $1', [shop.merchantId])).toHaveLength(1);
  const next = start();
  await next.worker.idle();
  expect(await salesProblems(ledger)).toEqual([]);
  await next.worker.stop();
});

test('sums by day that are not whole are made, and one merchant whose cannot be harms no other', async () => {
  const shops = [await testShop(ledger), await testShop(ledger)] as const;
  const ids = shops.map(({ merchantId }) => merchantId);
  const first = start();
  for (const shop of shops) {
    const { command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command);
  }
  await first.worker.idle();
  await first.worker.stop();
  await ledger.rows('delete from sales_days');
  await ledger.rows('update sales_counters set days_zone = null, days_seq = 0');
  await ledger.rows(`alter table sales_days add constraint poisoned check (merchant_id <> ${ids[0]})`);
  const { worker, lines } = start();
  await worker.idle();
  expect(await merchantsToKeep(ledger)).toEqual([ids[0]]);
  expect(lines).toMatchObject([{ level: 50, merchantId: ids[0] }]);
  await ledger.rows('alter table sales_days drop constraint poisoned');
  await worker.idle();
  expect(await merchantsToKeep(ledger)).toEqual([]);
  expect(await ledger.rows('select distinct merchant_id from sales_days where merchant_id = any($1) order by 1', [ids])).toEqual(
    ids.map((merchant_id) => ({ merchant_id })),
  );
  expect(await salesProblems(ledger)).toEqual([]);
  await worker.stop();
});
