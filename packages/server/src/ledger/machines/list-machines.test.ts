import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foreignShop } from '../../testing/foreign.ts';
import {
  answer,
  byTest,
  comeOnline,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { projectAll } from '../../testing/sales.ts';
import { giveUpSilent } from '../dispensing/give-up-silent.ts';
import { addSite } from '../places/add-site.ts';
import { placeMachine } from '../places/place-machine.ts';
import { putLine } from '../places/put-line.ts';
import { recordCount } from '../stock/record-count.ts';
import { changeMachine } from './change-machine.ts';
import { getMachineDetail } from './get-machine-detail.ts';
import { listMachinesPage, type MachineFilter, type MachineListing, type MachineState, machineStates } from './list-machines.ts';
import { recordMachineStatus } from './record-machine-status.ts';
import { recordSlotReport } from './record-slot-report.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

async function list(shop: TestShop, filter: Partial<MachineFilter> = {}, listing: Partial<MachineListing> = {}) {
  const page = { sort: 'number' as const, descending: false, offset: 0, limit: 50, ...listing };
  const { machines, ...rest } = await listMachinesPage(ledger, { merchantId: shop.merchantId, ...filter }, page);
  return { ...rest, machines, ids: machines.map(({ id }) => id) };
}

const ids = async (shop: TestShop, filter: Partial<MachineFilter> = {}, listing: Partial<MachineListing> = {}) =>
  (await list(shop, filter, listing)).ids;

async function three(): Promise<[TestShop, TestShop, TestShop]> {
  const shop = await testShop(ledger, { slots: [{}, {}] });
  return [shop, await testShop(ledger, { of: shop }), await testShop(ledger, { of: shop })];
}

function countAll(shop: TestShop, onHand: number): Promise<unknown> {
  const counts = shop.slots.slice(0, 1).map(({ id }) => ({ slotId: id, onHand }));
  const { merchantId, machineId } = shop;
  return recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: ledger.clock.now(), cause: byTest });
}

describe('a list of machines', () => {
  test('comes in pages with its total, by name, number or when they were last heard, either way round', async () => {
    const [a, b, c] = await three();
    const all = [a, b, c].map(({ machineId }) => machineId);
    await changeMachine(ledger, a.merchantId, b.machineNo, { name: 'zz last' });
    ledger.clock.advance(5);
    await comeOnline(ledger, a);
    expect(await ids(a, {}, { limit: 2 })).toEqual(all.slice(0, 2));
    expect(await list(a, {}, { limit: 2, offset: 2 })).toMatchObject({ ids: all.slice(2), total: 3 });
    expect(await ids(a, {}, { descending: true })).toEqual(all.toReversed());
    expect((await ids(a, {}, { sort: 'name' })).at(-1)).toBe(b.machineId);
    expect((await ids(a, {}, { sort: 'seen', descending: true }))[0]).toBe(a.machineId);
  });

  test('is searched in number, name, address and site; a wildcard is a letter', async () => {
    const [a, b, c] = await three();
    const { merchantId } = a;
    await changeMachine(ledger, merchantId, a.machineNo, { address: '1 Oak Road', name: '50% off' });
    await addSite(ledger, { merchantId, number: 'S9', name: 'Oaken Tower', cause: byTest });
    await placeMachine(ledger, { merchantId, machineNo: b.machineNo, siteNumber: 'S9', cause: byTest });
    expect(await ids(a, { text: 'oak' })).toEqual([a.machineId, b.machineId]);
    expect(await ids(a, { text: 's9' })).toEqual([b.machineId]);
    expect(await ids(a, { text: c.machineNo.slice(2) })).toEqual([c.machineId]);
    expect(await ids(a, { text: '%' })).toEqual([a.machineId]);
    expect(await ids(a, { text: "'; drop table machines" })).toEqual([]);
  });

  test('is narrowed by area, line, site and by whose machines they are', async () => {
    const [a, b, c] = await three();
    const { merchantId } = a;
    const lineId = await putLine(ledger, { merchantId, name: 'L1', area: 'North' });
    const siteId = await addSite(ledger, { merchantId, number: 'S1', name: 'One', lineId, cause: byTest });
    const [area] = await ledger.rows<{ id: number }>('select id from areas where merchant_id = $1', [merchantId]);
    await placeMachine(ledger, { merchantId, machineNo: a.machineNo, siteId, cause: byTest });
    await foreignShop(ledger, a);
    for (const filter of [{ lineId }, { siteId }, { areaId: area?.id }]) expect(await ids(a, filter)).toEqual([a.machineId]);
    expect(await ids(a, { siteId: null, own: true })).toEqual([b.machineId, c.machineId]);
    const foreign = await list(a, { own: false });
    expect([foreign.total, foreign.ids.includes(a.machineId)]).toEqual([1, false]);
    expect((await list(a, { siteId })).machines[0]).toMatchObject({ siteName: 'One', lineName: 'L1', areaName: 'North' });
  });

  test('shows those alone that are in scope, and none of another merchant', async () => {
    const [a, b] = await three();
    const other = await testShop(ledger);
    expect(await list(a, { machineIds: [b.machineId, other.machineId] })).toMatchObject({
      ids: [b.machineId],
      total: 1,
      counts: { all: 1 },
    });
    expect(await list(a, { machineIds: [] })).toMatchObject({ ids: [], total: 0 });
    expect(await ids(other)).toEqual([other.machineId]);
  });
});

describe('the states of machines', () => {
  test('are counted, and narrow the list', async () => {
    const [a, b, c] = await three();
    const { merchantId } = a;
    const expectStates = async (expected: Partial<Record<MachineState, TestShop[]>>) => {
      for (const state of machineStates) {
        const wanted = (expected[state] ?? []).map(({ machineId }) => machineId);
        expect(await list(a, { state }), state).toMatchObject({ ids: wanted, total: wanted.length });
        expect((await list(a)).counts, state).toMatchObject({ all: 3, [state]: wanted.length });
      }
    };
    await expectStates({ online: [a, b, c] });

    // One drop is under way at a, of which nothing is heard any more; b is sold out and has a fault of its own; c has a jammed slot.
    await sendOut(ledger, a, 1);
    ledger.clock.advance(121);
    await giveUpSilent(ledger);
    await countAll(b, 0);
    const saidAt = ledger.clock.now();
    const condition = { faults: [{ cabinet: '', fault: 'coin-changer.acceptor-jam' as const }] };
    await recordMachineStatus(ledger, { merchantId, machineId: b.machineId, saidAt, condition });
    const slot = { productId: c.slots[0]?.productId ?? 0 };
    await recordSlotReport(ledger, {
      ...{ merchantId, machineId: c.machineId, slot, faultCode: 5, source: 'machine-report', saidAt, cause: byTest },
    });
    await changeMachine(ledger, merchantId, c.machineNo, { operational: false });
    await expectStates({ online: [a, b, c], held: [a], 'sold-out': [b], broken: [b], faulty: [c], 'out-of-operation': [c] });
    expect((await list(a, { state: 'held' })).machines[0]?.trouble).toEqual({
      faulty: 0,
      soldOut: 0,
      short: 0,
      held: 1,
      broken: 0,
    });
    expect((await list(a, { state: 'broken' })).machines[0]?.trouble).toEqual({
      faulty: 0,
      soldOut: 1,
      short: 0,
      held: 0,
      broken: 1,
    });

    // A count of nothing under what is promised: the slot is short.
    await sendOut(ledger, b).catch(() => undefined);
    await ledger.rows(
      'update slots set on_hand = 0, sold_out_at = now() where merchant_id = $1 and machine_id = $2 and reserved > 0',
      [merchantId, a.machineId],
    );
    expect(await ids(a, { state: 'short' })).toEqual([a.machineId]);
    ledger.clock.advance(600);
    expect(await ids(a, { state: 'offline' })).toEqual([a.machineId, b.machineId, c.machineId]);
  });

  test('put what costs most first', async () => {
    const [jammed, silent, empty] = await three();
    const { merchantId } = jammed;
    ledger.clock.advance(599);
    for (const shop of [jammed, empty]) await comeOnline(ledger, shop);
    ledger.clock.advance(2);
    await countAll(empty, 0);
    const slot = { productId: jammed.slots[0]?.productId ?? 0 };
    const saidAt = ledger.clock.now();
    await recordSlotReport(ledger, {
      ...{ merchantId, machineId: jammed.machineId, slot, faultCode: 5, source: 'machine-report', saidAt, cause: byTest },
    });
    const order = await ids(jammed, {}, { sort: 'trouble', descending: true });
    expect(order).toEqual([silent.machineId, jammed.machineId, empty.machineId]);
  });
});

test('each machine has its slots, its stock and what it sold on the present day of the merchant', async () => {
  const [a, b] = await three();
  const { command } = await sendOut(ledger, a, 2);
  for (const index of [0, 1]) await answer(ledger, a, command, { index });
  await projectAll(ledger);
  const row = (await list(a, {}, { sort: 'sales', descending: true })).machines[0];
  expect(row).toMatchObject({ id: a.machineId, slots: 2, onHand: 18, capacity: 20, salesToday: { units: 2, amountCents: 600 } });
  expect((await list(a, { machineIds: [b.machineId] })).machines[0]?.salesToday).toEqual({ units: 0, amountCents: 0 });
  ledger.clock.advance(86_400);
  expect((await list(a)).machines[0]?.salesToday).toEqual({ units: 0, amountCents: 0 });
});

test('what was sold on the present day is right too where the sums are not made, or are those of another zone', async () => {
  const [shop] = await three();
  const { merchantId, machineId } = shop;
  const today = async () => {
    const listed = (await list(shop, { machineIds: [machineId] })).machines[0]?.salesToday;
    expect((await getMachineDetail(ledger, merchantId, machineId)).salesToday).toEqual(listed);
    return listed;
  };
  const zone = (name: string) => ledger.rows('update merchants set time_zone = $2 where id = $1', [merchantId, name]);
  // Five in the morning of the next day in Tokyo.
  const evening = new Date(ledger.clock.now().getTime() + 2 * 86_400_000);
  evening.setUTCHours(20, 0, 0, 0);
  ledger.clock.advance((evening.getTime() - ledger.clock.now().getTime()) / 1_000);
  await zone('Asia/Tokyo');
  await comeOnline(ledger, shop);
  const { command } = await sendOut(ledger, shop, 2);
  for (const index of [0, 1]) await answer(ledger, shop, command, { index });
  await projectAll(ledger);
  const [sold, nothing] = [
    { units: 2, amountCents: 600 },
    { units: 0, amountCents: 0 },
  ];
  expect(await today()).toEqual(sold);
  await zone('Europe/London');
  expect(await today()).toEqual(sold);
  await projectAll(ledger);
  expect(await today()).toEqual(sold);
  // It is the day of the sale in Tokyo still, and the next in London.
  ledger.clock.advance(6 * 3_600);
  expect(await today()).toEqual(nothing);
  await zone('Asia/Tokyo');
  expect(await today()).toEqual(sold);
  // As a merchant is that was there before the sums were.
  await ledger.rows('delete from sales_days where merchant_id = $1', [merchantId]);
  await ledger.rows('update sales_counters set days_zone = null, days_seq = 0 where merchant_id = $1', [merchantId]);
  expect(await today()).toEqual(sold);
  await zone('Europe/London');
  expect(await today()).toEqual(nothing);
});
