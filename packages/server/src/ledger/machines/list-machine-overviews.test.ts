import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { place, refusal, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { getMachineOverview, listMachineOverviews } from './list-machine-overviews.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

describe('overviews of machines', () => {
  test('come oldest first, in pages with their total', async () => {
    const shop = await testShop(ledger);
    const shops = [shop, await testShop(ledger, { of: shop }), await testShop(ledger, { of: shop })];
    const page = async (offset: number, limit: number) => {
      const { machines, total } = await listMachineOverviews(ledger, { merchantId: shop.merchantId }, { offset, limit });
      return [machines.map(({ id }) => id), total];
    };
    const ids = shops.map(({ machineId }) => machineId);
    expect(await page(0, 2)).toEqual([ids.slice(0, 2), 3]);
    expect(await page(2, 100_000)).toEqual([ids.slice(2), 3]);
    expect(await page(9, 2)).toEqual([[], 3]);
  });

  test('have the slots of each cabinet with goods, stock and what is for sale', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 3, capacity: 8 }, { onHand: 0 }], drive: 'lock' });
    await place(ledger, shop, 2);
    const { cabinets, site, upstreamIntegrationId } = await getMachineOverview(ledger, shop);
    expect([site, upstreamIntegrationId, cabinets.length]).toEqual([null, null, 1]);
    expect(cabinets[0]).toMatchObject({ name: 'A', kind: 'locker' });
    expect(cabinets[0]?.slots).toMatchObject([
      { name: 'A1', code: '01', goods: { number: 'cola', name: 'Cola' }, priceCents: 300, capacity: 8, onHand: 3, forSale: 1 },
      { name: 'A2', onHand: 0, forSale: 0, soldOutAt: ledger.clock.now() },
    ]);
  });

  test('of another merchant are never seen', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    const { merchantId } = shop;
    expect(await refusal(getMachineOverview(ledger, { merchantId, machineNo: other.machineNo }))).toBe('machine.unknown');
    expect(await refusal(getMachineOverview(ledger, { merchantId, machineId: other.machineId }))).toBe('machine.unknown');
  });
});
