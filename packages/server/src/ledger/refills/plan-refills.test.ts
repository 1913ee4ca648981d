import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  answer,
  byTest,
  claim,
  dispense,
  place,
  placePaid,
  refusal,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { projectAll } from '../../testing/sales.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { placeMachine } from '../places/place-machine.ts';
import { putLine } from '../places/put-line.ts';
import { putSite } from '../places/put-site.ts';
import { listVisits } from './list-visits.ts';
import { pickGoods } from './pick-goods.ts';
import { planRefills, readMachineNeeds } from './plan-refills.ts';
import { recordVisit } from './record-visit.ts';

const day = 86_400;

let ledger: TestLedger;
let shop: TestShop;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

/** Sells so many out of the nth slot, now. */
async function sell(of: TestShop, slot: number, quantity: number): Promise<void> {
  const lines = [{ productId: of.slots[slot]?.productId ?? 0, quantity }];
  const order = await placePaid(ledger, of, quantity, { lines });
  await dispense(ledger, of, order);
  const command = await claim(ledger, of);
  for (let index = 0; index < quantity; index += 1) await answer(ledger, of, command ?? { id: 0 }, { index });
}

async function online(of: TestShop): Promise<void> {
  await ledger.rows('update machine_status set last_seen_at = $1, silence_due_at = null where machine_id = $2', [
    ledger.clock.now(),
    of.machineId,
  ]);
}

async function later(seconds: number, ...shops: TestShop[]): Promise<void> {
  ledger.clock.advance(seconds);
  for (const one of shops) await online(one);
}

const needsOf = (of: TestShop, options = {}) => {
  return readMachineNeeds(ledger, { merchantId: of.merchantId, machineId: of.machineId, ...options });
};

describe('what a slot lacks', () => {
  beforeEach(async () => {
    shop = await testShop(ledger, {
      slots: [
        { onHand: 20, capacity: 20 },
        { onHand: 2, capacity: 10, priceCents: 500 },
        { onHand: 6, capacity: 10 },
        { onHand: 2, capacity: 10 },
      ],
    });
    await later(10 * day, shop);
    await sell(shop, 0, 10);
    await sell(shop, 1, 2);
    await later(10 * day, shop);
    await sell(shop, 0, 6);
    await projectAll(ledger);
  });

  test('is reckoned from what it sold while it had something to sell', async () => {
    const { cabinets } = await needsOf(shop);
    const slots = cabinets.flatMap((cabinet) => cabinet.slots);
    expect(slots.map(({ soldPerDay }) => soldPerDay)).toEqual([16 / 20, 2 / 10, 0, 0]);
    expect(slots.map(({ daysLeft }) => daysLeft)).toEqual([5, 0, null, null]);
    expect(slots.map(({ need }) => need)).toEqual(['low', 'sold-out', 'some', 'low']);
    expect(slots.map(({ wanted }) => wanted)).toEqual([16, 10, 4, 8]);
    expect(slots.map(({ x, y, span, name }) => [x, y, span, name])).toEqual([0, 1, 2, 3].map((n) => [1, n, 1, `A${n + 1}`]));
  });

  test('costs what would be sold until somebody comes again', async () => {
    expect((await needsOf(shop, { horizonDays: 5 })).lostCents).toBe(500);
    const longer = await needsOf(shop, { horizonDays: 10 });
    expect(longer.cabinets[0]?.slots.map(({ lostCents }) => lostCents)).toEqual([4 * 300, 2 * 500, 0, 0]);
    expect(longer.cabinets[0]?.slots.map(({ need }) => need)).toEqual(['soon', 'sold-out', 'some', 'low']);
    expect(longer).toMatchObject({ lostCents: 2200, soonSlots: 1, soldOutSlots: 1, daysLeft: 0 });
  });

  test('may be enough for some days only, and what is promised counts on top', async () => {
    await place(ledger, shop, 3, { lines: [{ productId: shop.slots[0]?.productId ?? 0, quantity: 3 }] });
    const { cabinets } = await needsOf(shop, { enoughForDays: 10 });
    expect(cabinets[0]?.slots.map(({ wanted }) => wanted)).toEqual([8 + 3 - 4, 2, 0, 0]);
    expect(cabinets[0]?.slots[0]).toMatchObject({ onHand: 4, reserved: 3, forSale: 1 });
  });

  test('is nothing where it is not sold; a faulty slot is marked, and loses nothing for being empty', async () => {
    await ledger.rows('update slots set on_sale = false where id = $1', [shop.slots[0]?.id]);
    await ledger.rows('update slots set fault_code = 2 where id = $1', [shop.slots[1]?.id]);
    const needs = await needsOf(shop, { horizonDays: 10 });
    expect(needs.cabinets[0]?.slots.map(({ need, wanted, isFaulty, lostCents }) => [need, wanted, isFaulty, lostCents])).toEqual([
      ['idle', 0, false, 0],
      ['sold-out', 10, true, 0],
      ['some', 4, false, 0],
      ['low', 8, false, 0],
    ]);
    expect(needs).toMatchObject({ faultySlots: 1, wanted: 22, lostCents: 0 });
  });

  test('is nothing where nothing more fits, however fast it sells', async () => {
    await ledger.rows('update slots set on_hand = 1, capacity = 1, alert_threshold = 1 where id = $1', [shop.slots[0]?.id]);
    const needs = await needsOf(shop, { horizonDays: 10 });
    expect(needs.cabinets[0]?.slots[0]).toMatchObject({ need: 'full', wanted: 0 });
    expect(needs).toMatchObject({ soonSlots: 0, lowSlots: 1 });
  });

  test('of lanes that were merged is that of the one that sells', async () => {
    await ledger.rows(`update slots set goods_id = null, merged_into_id = $1 where id = $2`, [
      shop.slots[0]?.id,
      shop.slots[1]?.id,
    ]);
    const { cabinets } = await needsOf(shop);
    expect(cabinets[0]?.slots.map(({ name, span }) => [name, span])).toEqual([
      ['A1', 2],
      ['A3', 1],
      ['A4', 1],
    ]);
  });

  test('is not told of a machine of another merchant', async () => {
    const stranger = await testShop(ledger);
    expect(await refusal(needsOf({ ...shop, machineId: stranger.machineId }))).toBe('machine.unknown');
  });
});

describe('the plan', () => {
  let second: TestShop;
  let third: TestShop;
  beforeAll(async () => {
    shop = await testShop(ledger, { slots: [{ onHand: 10 }, { onHand: 0, capacity: 10 }] });
    second = await testShop(ledger, {
      of: shop,
      slots: [
        { onHand: 3, capacity: 10, priceCents: 900 },
        { onHand: 9, capacity: 10 },
      ],
    });
    third = await testShop(ledger, { of: shop, slots: [{ onHand: 10, capacity: 10 }] });
    await later(2 * day, shop, second, third);
    await sell(shop, 0, 4);
    await sell(second, 0, 3);
    await projectAll(ledger);
    const { merchantId } = shop;
    await putLine(ledger, { merchantId, name: 'North', area: 'City' });
    await putSite(ledger, { merchantId, number: 's1', name: 'Station', line: 'North' });
    await placeMachine(ledger, { merchantId, machineNo: third.machineNo, siteNumber: 's1', cause: byTest });
  });

  const planOf = (filter = {}, page = {}) => planRefills(ledger, { merchantId: shop.merchantId, ...filter }, page);

  test('begins where most is lost, and says what to bring', async () => {
    const { machines, total } = await planOf();
    expect(total).toBe(3);
    expect(machines.map(({ id }) => id)).toEqual([second.machineId, shop.machineId, third.machineId]);
    expect(machines.map(({ lostCents, soldOutSlots, wanted }) => [lostCents, soldOutSlots, wanted])).toEqual([
      [Math.round(1.5 * 3 * 900), 1, 11],
      [0, 1, 14],
      [0, 0, 0],
    ]);
  });

  test('is filtered by what is urgent, by machines and by words, and paged', async () => {
    expect((await planOf({ urgency: 'sold-out' })).machines).toHaveLength(2);
    expect(
      (await planOf({ machineIds: [third.machineId, shop.machineId], urgency: 'low' })).machines.map(({ id }) => id),
    ).toEqual([shop.machineId]);
    expect((await planOf({ machineIds: [] })).total).toBe(0);
    expect((await planOf({ search: third.machineNo })).machines.map(({ id }) => id)).toEqual([third.machineId]);
    expect((await planOf({ search: '%' })).total).toBe(0);
    const [placed] = (await planOf({ search: 'stat' })).machines;
    expect(placed).toMatchObject({ id: third.machineId, siteName: 'Station', lineName: 'North' });
    const places = await ledger.rows<{ site: number; line: number; area: number }>(
      `select p.id as site, l.id as line, l.area_id as area from sites p join lines l on l.id = p.line_id where p.merchant_id = $1`,
      [shop.merchantId],
    );
    const { site: siteId, line: lineId, area: areaId } = places[0] ?? { site: 0, line: 0, area: 0 };
    for (const filter of [{ siteId }, { lineId }, { areaId }]) {
      expect((await planOf(filter)).machines.map(({ id }) => id)).toEqual([third.machineId]);
    }
    expect((await planOf({ siteId: siteId + 1 })).total).toBe(0);
    const pages = [await planOf({}, { limit: 1 }), await planOf({}, { limit: 1, offset: 2 })];
    expect(pages.map(({ machines, total }) => [machines[0]?.id, total])).toEqual([
      [second.machineId, 3],
      [third.machineId, 3],
    ]);
    expect(await refusal(planOf({}, { limit: 30 }))).toBe('request.invalid');
  });

  test('is of our own machines alone, and of one merchant', async () => {
    const stranger = await testShop(ledger);
    expect((await planOf({ machineIds: [stranger.machineId] })).total).toBe(0);
  });

  test('makes a pick list: by goods over the machines, and by slot at each', async () => {
    const goods = await putGoods(ledger, shop.merchantId, [{ number: 'apple', name: 'Apple', priceCents: 200 }], byTest);
    await ledger.rows('update slots set goods_id = $1 where id = $2', [goods.get('apple'), second.slots[1]?.id]);
    const machineIds = [shop.machineId, third.machineId, second.machineId];
    const list = await pickGoods(ledger, { merchantId: shop.merchantId, machineIds });
    expect(list.goods.map(({ number, wanted, machines }) => [number, wanted, machines])).toEqual([
      ['apple', 1, 1],
      ['cola', 24, 2],
    ]);
    expect(list.wanted).toBe(25);
    expect(list.machines.map(({ id, slots }) => [id, slots.map(({ name, wanted }) => `${name} ${wanted}`)])).toEqual([
      [shop.machineId, ['A1 4', 'A2 10']],
      [third.machineId, []],
      [second.machineId, ['A1 10', 'A2 1']],
    ]);
    const stranger = await testShop(ledger);
    expect((await pickGoods(ledger, { merchantId: stranger.merchantId, machineIds })).machines).toEqual([]);
  });
});

test('visits are listed with what they settled, the newest first', async () => {
  const { merchantId, machineId, slots } = await testShop(ledger, { slots: [{ onHand: 8 }] }).then((made) => (shop = made));
  await sell(shop, 0, 2);
  ledger.clock.advance(60);
  const line = { slotId: slots[0]?.id ?? 0, productId: slots[0]?.productId ?? 0 };
  const draft = { merchantId, machineId, begunAt: ledger.clock.now(), visitor: 'wang', cause: byTest };
  await recordVisit(ledger, { ...draft, key: 'first-visit', lines: [{ ...line, added: 1 }] });
  await recordVisit(ledger, { ...draft, key: 'second-visit', lines: [{ ...line, counted: 7 }] });
  const settled = async () =>
    (await listVisits(ledger, { merchantId, machineId })).map(({ key, settlement }) => [key, settlement]);
  expect(await settled()).toEqual([
    ['second-visit', null],
    ['first-visit', null],
  ]);
  await projectAll(ledger);
  expect(await settled()).toEqual([
    ['second-visit', null],
    ['first-visit', { previousAt: null, units: 2, amountCents: 600 }],
  ]);
  const [newest] = await listVisits(ledger, { merchantId, machineId, limit: 1 });
  expect((await listVisits(ledger, { merchantId, machineId, before: newest?.id })).map(({ key }) => key)).toEqual([
    'first-visit',
  ]);
  const stranger = await testShop(ledger);
  expect(await listVisits(ledger, { merchantId: stranger.merchantId, machineId })).toEqual([]);
});
