import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byTest, eventsOf, refusal, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { getMachineOverview } from '../machines/list-machine-overviews.ts';
import { listLines } from './list-lines.ts';
import { listSites } from './list-sites.ts';
import { placeMachine } from './place-machine.ts';
import { putLine } from './put-line.ts';
import { putSite } from './put-site.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

async function placedShop(): Promise<{ merchantId: number; machineNo: string }> {
  const { merchantId, machineNo } = await testShop(ledger, { slots: [{}, {}, {}] });
  await putLine(ledger, { merchantId, name: 'line 14', area: 'Beijing', description: 'on Mondays' });
  await putLine(ledger, { merchantId, name: 'line 2', area: 'Shanghai' });
  await putSite(ledger, {
    merchantId,
    number: 'S1',
    name: 'Tower',
    line: 'line 14',
    address: '1 Road',
    longitude: 116.4,
    latitude: 39.9,
  });
  await placeMachine(ledger, { merchantId, machineNo, siteNumber: 'S1', cause: byTest });
  return { merchantId, machineNo };
}

describe('lines', () => {
  test('are listed in the order in which they were made, by exact names, in pages with their total', async () => {
    const { merchantId } = await placedShop();
    const names = async (filter = {}, page?: { offset: number; limit: number }) => {
      const { lines, total } = await listLines(ledger, { merchantId, ...filter }, page);
      return [lines.map(({ name }) => name), total];
    };
    expect(await names()).toEqual([['line 14', 'line 2'], 2]);
    expect(await names({}, { offset: 1, limit: 5 })).toEqual([['line 2'], 2]);
    expect(await names({}, { offset: 9, limit: 5 })).toEqual([[], 2]);
    expect(await names({ areaName: 'Beijing' })).toEqual([['line 14'], 1]);
    expect(await names({ lineName: 'line' })).toEqual([[], 0]);
    expect((await listLines(ledger, { merchantId })).lines[0]).toMatchObject({
      areaName: 'Beijing',
      description: 'on Mondays',
      createdAt: ledger.clock.now(),
    });
  });

  test('put again keep what is not said, and their time', async () => {
    const { merchantId } = await placedShop();
    const [before] = (await listLines(ledger, { merchantId })).lines;
    ledger.clock.advance(60);
    const id = await putLine(ledger, { merchantId, name: 'line 14', area: 'Tianjin' });
    const [after] = (await listLines(ledger, { merchantId, lineName: 'line 14' })).lines;
    expect(after).toEqual({ ...before, id, areaName: 'Tianjin' });
  });

  test('of another merchant are never seen', async () => {
    await placedShop();
    const other = await testShop(ledger);
    expect(await listLines(ledger, { merchantId: other.merchantId })).toEqual({ lines: [], total: 0 });
    const site = { merchantId: other.merchantId, number: 'S1', name: 'x', line: 'line 14' };
    expect(await refusal(putSite(ledger, site))).toBe('place.unknown');
  });
});

describe('sites', () => {
  test('have a row for each machine that stands there, with what counts it', async () => {
    const { merchantId, machineNo } = await placedShop();
    const { sites, total } = await listSites(ledger, { merchantId });
    expect(total).toBe(1);
    expect(sites[0]).toMatchObject({
      machineNo,
      siteNumber: 'S1',
      siteName: 'Tower',
      address: '1 Road',
      lineName: 'line 14',
      areaName: 'Beijing',
      online: true,
      cabinetCount: 1,
      slotCount: 3,
      firmware: '',
    });
    const count = async (filter: object) => (await listSites(ledger, { merchantId, ...filter })).total;
    expect(await count({ lineName: 'line 14', areaName: 'Beijing' })).toBe(1);
    expect(await count({ lineName: 'line 2' })).toBe(0);
    expect(await count({ areaName: 'Shanghai' })).toBe(0);
  });

  test('are put by their number', async () => {
    const { merchantId, machineNo } = await placedShop();
    await putSite(ledger, { merchantId, number: 'S1', name: 'Tower B', line: 'line 2' });
    const { site } = await getMachineOverview(ledger, { merchantId, machineNo });
    expect(site).toMatchObject({ name: 'Tower B', lineName: 'line 2', address: '1 Road', longitude: 116.4 });
  });
});

describe('placing a machine', () => {
  test('is told once, and taken back by placing it nowhere', async () => {
    const { merchantId, machineNo } = await placedShop();
    const place = (siteNumber: string | null) => placeMachine(ledger, { merchantId, machineNo, siteNumber, cause: byTest });
    await place('S1');
    const told = () => ledger.rows("select data from events where merchant_id = $1 and kind = 'machine.changed'", [merchantId]);
    expect(await told()).toEqual([{ data: { machineNo, siteNumber: 'S1', siteName: 'Tower' } }]);
    await place(null);
    expect(await told()).toHaveLength(2);
    expect((await getMachineOverview(ledger, { merchantId, machineNo })).site).toBeNull();
  });

  test('is refused at a site, and for a machine, of another merchant', async () => {
    await placedShop();
    const other = await testShop(ledger);
    const { merchantId, machineNo } = other;
    const place = (no: string, siteNumber: string | null) =>
      refusal(placeMachine(ledger, { merchantId, machineNo: no, siteNumber, cause: byTest }));
    expect(await place(machineNo, 'S1')).toBe('place.unknown');
    expect(await place('99999999', null)).toBe('machine.unknown');
    expect(await eventsOf(ledger, other, 'machine.changed')).toEqual([]);
  });
});
