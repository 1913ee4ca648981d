import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byTest, eventsOf, refusal, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { getMachineOverview } from '../machines/list-machine-overviews.ts';
import { addLine } from './add-line.ts';
import { addSite } from './add-site.ts';
import { changeLine } from './change-line.ts';
import { changeSite } from './change-site.ts';
import { listAreas } from './list-areas.ts';
import { listLines } from './list-lines.ts';
import { listSites } from './list-sites.ts';
import { listSitesWithMachines } from './list-sites-with-machines.ts';
import { placeMachine } from './place-machine.ts';
import { putLine } from './put-line.ts';
import { putSite } from './put-site.ts';
import { summarizeLines } from './summarize-lines.ts';

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

describe('adding and renaming', () => {
  test('lines and sites are told, and a name or number that is taken is refused', async () => {
    const { merchantId } = await placedShop();
    const change = { merchantId, cause: byTest };
    const lineId = await addLine(ledger, { merchantId, name: 'line 3', area: 'Beijing', cause: byTest });
    expect(await refusal(addLine(ledger, { merchantId, name: 'line 3' }))).toBe('request.invalid');
    expect(await refusal(changeLine(ledger, { ...change, lineId, change: { name: 'line 14' } }))).toBe('request.invalid');
    await changeLine(ledger, { ...change, lineId, change: { name: 'line 3b', area: null } });
    const siteId = await addSite(ledger, { ...change, number: 'S2', name: 'Mall', lineId });
    expect(await refusal(addSite(ledger, { ...change, number: 'S2', name: 'Mall' }))).toBe('request.invalid');
    expect(await refusal(changeSite(ledger, { ...change, siteId, change: { number: 'S1' } }))).toBe('request.invalid');
    await changeSite(ledger, { ...change, siteId, change: { name: 'New Mall', number: 'S2', lineId: null } });
    expect((await listSitesWithMachines(ledger, { merchantId, text: 'mall' }, { offset: 0, limit: 9 })).sites).toMatchObject([
      { id: siteId, name: 'New Mall', lineId: null, machines: 0, dots: [] },
    ]);
    const told = await ledger.rows<{ kind: string; data: { name: string } }>(
      "select kind, data from events where merchant_id = $1 and (data ->> 'lineId' = $2 or data ->> 'siteId' = $3) order by id",
      [merchantId, lineId, siteId],
    );
    expect(told.map(({ kind, data }) => [kind, data.name])).toEqual([
      ['line.changed', 'line 3'],
      ['line.changed', 'line 3b'],
      ['site.changed', 'Mall'],
      ['site.changed', 'New Mall'],
    ]);
    expect((await listAreas(ledger, merchantId)).map(({ name }) => name)).toEqual(['Beijing', 'Shanghai']);
  });

  test('of another merchant is refused', async () => {
    const { merchantId } = await placedShop();
    const other = await testShop(ledger);
    const [line] = (await listLines(ledger, { merchantId })).lines;
    const [site] = (await listSites(ledger, { merchantId })).sites;
    const lineId = line?.id ?? 0;
    const change = { merchantId: other.merchantId, cause: byTest };
    expect(await refusal(changeLine(ledger, { ...change, lineId, change: { name: 'x' } }))).toBe('place.unknown');
    expect(await refusal(changeSite(ledger, { ...change, siteId: site?.siteId ?? 0, change: { name: 'x' } }))).toBe(
      'place.unknown',
    );
    expect(await refusal(addSite(ledger, { ...change, number: 'S1', name: 'x', lineId }))).toBe('place.unknown');
    expect(await refusal(placeMachine(ledger, { ...change, machineNo: other.machineNo, siteId: site?.siteId ?? 0 }))).toBe(
      'place.unknown',
    );
  });
});

describe('how the machines of a place are', () => {
  test('is summed by line and by site, with those in scope alone', async () => {
    const { merchantId, machineNo } = await placedShop();
    const [known] = (await listSites(ledger, { merchantId })).sites;
    const sums = async (machineIds?: number[]) =>
      (await summarizeLines(ledger, merchantId, machineIds)).map((l) => [
        l.areaName,
        l.name,
        l.sites,
        l.machines,
        l.online,
        l.troubled,
      ]);
    expect(await sums()).toEqual([
      ['Beijing', 'line 14', 1, 1, 1, 0],
      ['Shanghai', 'line 2', 0, 0, 0, 0],
    ]);
    expect(await sums([])).toEqual([]);
    await ledger.rows('update slots set fault_code = 5 where merchant_id = $1 and name = $2', [merchantId, 'A1']);
    await ledger.rows('update machine_conditions set condition = \'{"faults":[{}]}\' where merchant_id = $1', [merchantId]);
    expect((await sums())[0]).toEqual(['Beijing', 'line 14', 1, 1, 1, 1]);
    const board = async (machineIds?: number[]) =>
      await listSitesWithMachines(
        ledger,
        { merchantId, machineIds, lineId: known === undefined ? 0 : undefined },
        { offset: 0, limit: 5 },
      );
    expect(await board()).toMatchObject({
      total: 1,
      sites: [{ number: 'S1', machines: 1, online: 1, troubled: 1, dots: [{ machineNo, online: true, troubled: true }] }],
    });
    expect(await board([])).toEqual({ sites: [], total: 0 });
    await placeMachine(ledger, { merchantId, machineNo, siteNumber: null, cause: byTest });
    expect((await sums()).at(-1)).toEqual(['', '', 0, 1, 1, 1]);
  });

  test('who may see some machines alone sees the lines, the areas and how many sites at which these stand', async () => {
    const { merchantId, machineNo } = await placedShop();
    const [here] = (await listLines(ledger, { merchantId, lineName: 'line 14' })).lines;
    await addSite(ledger, { merchantId, number: 'S9', name: 'Elsewhere', lineId: here?.id, cause: byTest });
    const [machine] = await ledger.rows<{ id: number }>('select id from machines where machine_no = $1', [machineNo]);
    const mine = [machine?.id ?? 0];
    const sites = async (machineIds?: number[]) =>
      (await summarizeLines(ledger, merchantId, machineIds)).map(({ name, sites: count }) => [name, count]);
    expect(await sites()).toEqual([
      ['line 14', 2],
      ['line 2', 0],
    ]);
    expect([await sites(mine), await sites([])]).toEqual([[['line 14', 1]], []]);
    const areas = async (machineIds?: number[]) => (await listAreas(ledger, merchantId, machineIds)).map(({ name }) => name);
    expect([await areas(), await areas(mine), await areas([])]).toEqual([['Beijing', 'Shanghai'], ['Beijing'], []]);
  });
});
