import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  comeOnline,
  elsewhere,
  eventsOf,
  place,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { putListing } from '../listings/put-listing.ts';
import { setOffers } from '../listings/set-offers.ts';
import { refillSlots } from '../refills/refill-slots.ts';
import { recordCount } from '../stock/record-count.ts';
import type { ConditionReport } from './condition.ts';
import { getMachineOverview } from './list-machine-overviews.ts';
import { noticeSilence } from './notice-silence.ts';
import { recordFarewell } from './record-farewell.ts';
import { recordMachineStatus } from './record-machine-status.ts';
import { recordSlotReport } from './record-slot-report.ts';
import { tellChanges } from './tell-changes.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});
afterAll(() => ledger.drop());

/** A shop of whose coming online all is told. */
async function quietShop(slots = [{ onHand: 3 }]): Promise<TestShop> {
  const shop = await testShop(ledger, { slots });
  await told(shop);
  return shop;
}

/** What is told of the machine by a second from now, beyond what was told before. */
async function told(shop: TestShop): Promise<unknown[]> {
  const before = await eventsOf(ledger, shop, 'machine.status-changed');
  ledger.clock.advance(1);
  await tellChanges(ledger);
  return (await eventsOf(ledger, shop, 'machine.status-changed')).slice(before.length).map(({ data }) => data.changes);
}

const say = (shop: TestShop, condition: ConditionReport, saidAt = ledger.clock.now()) =>
  recordMachineStatus(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, saidAt, condition });
const overview = (shop: TestShop) => getMachineOverview(ledger, { merchantId: shop.merchantId, machineId: shop.machineId });
const soldOutAt = async (shop: TestShop) => (await overview(shop)).cabinets[0]?.slots[0]?.soldOutAt;

describe('what a machine says of its condition', () => {
  const condition: ConditionReport = {
    vmcOnline: true,
    selling: true,
    door: 'shut',
    coins5Jiao: 53,
    faultCodes: [0, 0, 0, 0, 0, 0],
    temperatures: [{ cabinet: '', left: 21, lampOn: '0:0', leftCooling: false }],
  };

  test('is kept, and told once however often it is said', async () => {
    const shop = await quietShop();
    expect(await say(shop, condition)).toBe('changed');
    expect(await told(shop)).toEqual([['condition']]);
    expect(await say(shop, condition)).toBe('same');
    expect(await told(shop)).toEqual([]);
    expect((await overview(shop)).condition).toEqual({ ...condition, faults: [] });
  });

  test('replaces what it said before, whole', async () => {
    const shop = await quietShop();
    await say(shop, condition);
    await say(shop, { door: 'open' });
    expect((await overview(shop)).condition).toEqual({ door: 'open', faults: [] });
  });

  test('earlier changes nothing when it comes late', async () => {
    const shop = await quietShop();
    await say(shop, { door: 'open' });
    expect(await say(shop, { door: 'shut' }, secondsAfter(ledger.clock.now(), -1))).toBe('old');
    expect((await overview(shop)).condition.door).toBe('open');
  });

  test('gives a fault the time since when it has been there without a break', async () => {
    const shop = await quietShop();
    const fault = { cabinet: '', fault: 'coin-changer.low-5-jiao' } as const;
    const since = ledger.clock.now();
    await say(shop, { faults: [fault] });
    ledger.clock.advance(60);
    await say(shop, { faults: [{ cabinet: 'B', fault: 'system.clock' }, fault], door: 'open' });
    expect((await overview(shop)).condition.faults).toEqual([
      { cabinet: 'B', fault: 'system.clock', since: ledger.clock.now() },
      { ...fault, since },
    ]);
    await say(shop, {});
    ledger.clock.advance(60);
    await say(shop, { faults: [fault] });
    expect((await overview(shop)).condition.faults).toEqual([{ ...fault, since: ledger.clock.now() }]);
  });

  test('by two at once for the first time is kept whole', async () => {
    const shop = await quietShop();
    const effects = await Promise.all([say(shop, { door: 'open' }), say(shop, { door: 'open' })]);
    expect(effects.sort()).toEqual(['changed', 'same']);
  });
});

describe('changes of a machine', () => {
  test('within a second become one event, told once by however many processes', async () => {
    const shop = await quietShop();
    await say(shop, { door: 'open' });
    await recordSlotReport(ledger, {
      ...{ merchantId: shop.merchantId, machineId: shop.machineId, saidAt: ledger.clock.now(), cause: byTest },
      ...{ slot: { productId: shop.slots[0]?.productId ?? 0 }, faultCode: 2, source: 'machine-report' },
    });
    await tellChanges(ledger);
    expect(await eventsOf(ledger, shop, 'machine.status-changed')).toHaveLength(1);
    ledger.clock.advance(1);
    await Promise.all([1, 2, 3].map(() => tellChanges(ledger)));
    expect((await eventsOf(ledger, shop, 'machine.status-changed')).slice(1).map(({ data }) => data.changes)).toEqual([
      ['condition', 'fault'],
    ]);
    expect(await told(shop)).toEqual([]);
  });

  // Regression: of two at once, who skipped what the other had locked so far, each told a part.
  test('are told by one process at a time, and what another leaves is told later', async () => {
    const shop = await quietShop();
    await say(shop, { door: 'open' });
    ledger.clock.advance(1);
    const open = await ledger.db.startTransaction().execute();
    try {
      await tellChanges({ ...ledger, db: open });
      await say(shop, { door: 'shut' });
      expect(await tellChanges(elsewhere(ledger))).toBe(0);
    } finally {
      await open.commit().execute();
    }
    expect(await eventsOf(ledger, shop, 'machine.status-changed')).toHaveLength(2);
    expect(await told(shop)).toEqual([['condition']]);
  });

  test('of what it holds and how it is listed are an event of their own, of the same moment', async () => {
    const shop = await quietShop();
    const { merchantId, machineId, machineNo, integrationId } = shop;
    const slots = [{ slotId: shop.slots[0]?.id ?? 0, quantity: 1 }];
    await refillSlots(ledger, { merchantId, machineId, slots, source: 'test', cause: byTest });
    await putListing(ledger, { merchantId, integrationId, machineNo, priceCents: 200, cause: byTest });
    expect(await told(shop)).toEqual([]);
    expect(await eventsOf(ledger, shop, 'machine.layout-changed')).toEqual([{ kind: 'machine.layout-changed', data: {} }]);
    await setOffers(ledger, { merchantId, integrationId, offers: 'listed', cause: byTest });
    await say(shop, { door: 'open' });
    expect(await told(shop)).toEqual([['condition']]);
    const moments = await ledger.rows<{ kinds: number }>(
      "select count(*)::int as kinds from events where merchant_id = $1 and kind like 'machine.%-changed' group by at order by at desc limit 1",
      [merchantId],
    );
    expect(moments).toEqual([{ kinds: 2 }]);
  });

  test('are told with the machine, to those who want them', async () => {
    const wanting = await testLedger({ relayed: ['machine.status-changed'] });
    try {
      const shop = await testShop(wanting);
      wanting.clock.advance(1);
      await tellChanges(wanting);
      expect(
        await wanting.rows('select kind, machine_id as "machineId" from events join outbox on event_id = events.id', []),
      ).toEqual([{ kind: 'machine.status-changed', machineId: shop.machineId }]);
    } finally {
      await wanting.drop();
    }
  });
});

describe('a machine', () => {
  test('that is added is told of', async () => {
    const shop = await testShop(ledger);
    const name = (await overview(shop)).name;
    expect(await eventsOf(ledger, shop, 'machine.created')).toEqual([
      { kind: 'machine.created', data: { machineNo: shop.machineNo, name } },
    ]);
  });

  test('comes online, and that is told once however often it is heard', async () => {
    const shop = await testShop(ledger);
    await comeOnline(ledger, shop);
    expect(await told(shop)).toEqual([['online']]);
    await comeOnline(ledger, shop);
    expect(await told(shop)).toEqual([]);
  });

  test('that falls silent is noticed once, and not before its time', async () => {
    const shop = await quietShop();
    ledger.clock.advance(400);
    await comeOnline(ledger, shop);
    ledger.clock.advance(599);
    await noticeSilence(ledger);
    expect(await told(shop)).toEqual([]);
    expect(await noticeSilence(ledger)).toBe(1);
    expect(await noticeSilence(ledger)).toBe(0);
    expect(await told(shop)).toEqual([['offline']]);
    expect((await eventsOf(ledger, shop, 'machine.offline')).map(({ data }) => data)).toEqual([{ reason: 'silence' }]);
    await comeOnline(ledger, shop);
    expect(await told(shop)).toEqual([['online']]);
  });

  test('that says farewell is offline once', async () => {
    const shop = await quietShop();
    const farewell = () =>
      recordFarewell(ledger, {
        ...{ merchantId: shop.merchantId, machineId: shop.machineId, saidAt: ledger.clock.now() },
        ...{ reason: '', cause: byTest },
      });
    await farewell();
    await farewell();
    expect(await told(shop)).toEqual([['offline']]);
    ledger.clock.advance(3600);
    await noticeSilence(ledger);
    expect(await told(shop)).toEqual([]);
  });

  // What must stay cheap: five thousand machines say it every five minutes.
  test('whose heartbeats go on writes no event and touches no index', async () => {
    const shop = await quietShop();
    const due = () => ledger.rows('select silence_due_at from machine_status where machine_id = $1', [shop.machineId]);
    const before = [await due(), await eventsOf(ledger, shop)];
    ledger.clock.advance(300);
    await comeOnline(ledger, shop);
    expect(await told(shop)).toEqual([]);
    expect([await due(), await eventsOf(ledger, shop)]).toEqual(before);
  });
});

describe('a slot', () => {
  test('is sold out from the order that takes the last on, until something is for sale again', async () => {
    const shop = await quietShop([{ onHand: 2 }]);
    await place(ledger, shop);
    expect(await soldOutAt(shop)).toBeNull();
    expect(await told(shop)).toEqual([]);
    const since = ledger.clock.now();
    await place(ledger, shop);
    expect(await soldOutAt(shop)).toEqual(since);
    expect(await told(shop)).toEqual([['stock']]);
    const counts = [{ slotId: shop.slots[0]?.id ?? 0, onHand: 7 }];
    const { merchantId, machineId } = shop;
    await recordCount(ledger, { merchantId, machineId, counts, source: 'count', countedAt: ledger.clock.now(), cause: byTest });
    expect(await soldOutAt(shop)).toBeNull();
    expect(await told(shop)).toEqual([['stock']]);
  });

  test('keeps since when it is sold out, whatever becomes of what is ordered', async () => {
    const shop = await quietShop([{ onHand: 1 }]);
    const since = ledger.clock.now();
    const { command } = await sendOut(ledger, shop);
    ledger.clock.advance(5);
    await answer(ledger, shop, command);
    expect(await soldOutAt(shop)).toEqual(since);
  });

  test('is sold out from the beginning when nothing was put in', async () => {
    const shop = await quietShop([{ onHand: 0 }]);
    expect(await soldOutAt(shop)).not.toBeNull();
  });
});
