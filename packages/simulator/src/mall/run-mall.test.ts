import { expect, test } from 'vitest';
import { startTestPlatform } from '../testing/platform.fixture.ts';
import { createMall } from './create-mall.ts';
import { runMall, type Sale } from './run-mall.ts';

const machineNo = '16327128';

test('a buyer orders, pays, has each record dispensed and waits for the callbacks', async () => {
  const mall = await createMall();
  const platform = startTestPlatform({ stock: 10 });
  const products = [
    { product_id: 1, quantity: 2 },
    { product_id: 2, quantity: 1 },
  ];
  const purchase = await mall.buy({ client: platform.client, machineNo, products, pathSuffix: '/mine' });
  expect(purchase.order.status).toBe('SUCCESS');
  expect(purchase.deliveries).toHaveLength(2);
  expect(purchase.callbacks.map(({ deliver_status }) => deliver_status)).toEqual(['1', '1']);
  expect(mall.callbacks.map(({ path }) => path)).toEqual(['/notify/mine', '/notify/mine']);
  const unpaid = await mall.buy({ client: platform.client, machineNo, products, until: 'ordered', tradeId: 'mine' });
  expect([unpaid.tradeId, unpaid.order.status, unpaid.callbacks]).toEqual(['mine', 'USERPAYING', []]);
  await mall.close();
});

test('a day at the mall: the same seed wants the same', async () => {
  async function day(seed: number) {
    const platform = startTestPlatform({ stock: 60, failing: 2 });
    const sales: Sale[] = [];
    const tally = await runMall({
      client: platform.client,
      machineNos: [machineNo, '16327129'],
      ratePerSecond: 400,
      seconds: 0.25,
      seed,
      unpaidRate: 0.2,
      refundRate: 0.2,
      atOnce: 1_000,
      onSale: (sale) => sales.push(sale),
    });
    expect(sales).toHaveLength(tally.begun);
    expect(Object.values(tally.results).reduce((sum, count) => sum + count, 0)).toBe(tally.begun);
    return { tally, platform };
  }
  const { tally, platform } = await day(3);
  expect(tally.begun).toBeGreaterThan(60);
  expect(tally.results.error).toBe(0);
  expect(tally.results.dispensed).toBeGreaterThan(0);
  expect(tally.results.failed).toBeGreaterThan(0);
  expect(tally.results.unpaid).toBeGreaterThan(0);
  expect(tally.results.refunded).toBeGreaterThan(0);
  expect(platform.statuses().REFUND).toBe(tally.results.refunded + tally.results.failed);
  expect(Object.values(tally.refusals).reduce((sum, count) => sum + count, 0)).toBe(tally.results.refused);
  expect((await day(3)).tally.begun).toBe(tally.begun);
  expect((await day(4)).tally.begun).not.toBe(tally.begun);
});

test('ends when it is told to', async () => {
  const platform = startTestPlatform({ stock: 1_000 });
  const ending = new AbortController();
  const tally = await runMall({
    client: platform.client,
    machineNos: [machineNo],
    ratePerSecond: 50,
    seconds: Infinity,
    signal: ending.signal,
    onSale: () => ending.abort(),
  });
  expect(tally.begun).toBeGreaterThan(0);
});
