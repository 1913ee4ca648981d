import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  machineOf,
  place,
  refusal,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { requestTestDispense } from '../dispensing/request-test-dispense.ts';
import { changeMachine } from './change-machine.ts';
import { getHandshake } from './get-handshake.ts';
import { getMachineDetail } from './get-machine-detail.ts';
import { listMachineEvents } from './list-machine-events.ts';
import { noticeSilence } from './notice-silence.ts';
import { readOnlineHistory } from './read-online-history.ts';
import { recordFacts } from './record-facts.ts';
import { recordFarewell } from './record-farewell.ts';
import { recordSignOfLife } from './record-sign-of-life.ts';
import { recordSlotReport } from './record-slot-report.ts';
import { tellChanges } from './tell-changes.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

/** What changed is told a second later. */
async function tell(): Promise<void> {
  ledger.clock.advance(1);
  await tellChanges(ledger);
}

const kinds = async (shop: TestShop, page: { before?: number; limit?: number } = {}) =>
  (await listMachineEvents(ledger, shop.merchantId, shop.machineId, { limit: 50, ...page })).map(({ kind }) => kind);

describe('events of a machine', () => {
  test('come newest first, page by page, without those of its orders', async () => {
    const shop = await testShop(ledger);
    await place(ledger, shop);
    await tell();
    await changeMachine(ledger, shop.merchantId, shop.machineNo, { name: 'x' });
    // Said again, it is no change.
    expect(await changeMachine(ledger, shop.merchantId, shop.machineNo, { name: 'x' })).toBe(true);
    await tell();
    expect(await kinds(shop)).toEqual(['machine.changed', 'machine.status-changed', 'machine.created']);
    const [newest] = await listMachineEvents(ledger, shop.merchantId, shop.machineId, { limit: 1 });
    expect(newest).toMatchObject({ kind: 'machine.changed', data: { name: 'x' }, cause: { by: 'person' } });
    expect(await kinds(shop, { before: newest?.id ?? 0, limit: 1 })).toEqual(['machine.status-changed']);
  });

  test('are read out of their index', async () => {
    const shop = await testShop(ledger);
    const plan = await ledger.database.pool.connect();
    try {
      await plan.query('begin');
      // A table of a few rows is read whole otherwise.
      await plan.query('set local enable_seqscan = off');
      const { rows } =
        await plan.query(`explain select id from events where merchant_id = ${shop.merchantId} and machine_id = ${shop.machineId}
        and machine_id is not null and order_id is null and kind <> 'machine.layout-changed' and kind not like 'trade.%'
        and (kind <> 'machine.status-changed' or data -> 'changes' ?| array['online', 'offline']) order by id desc limit 5`);
      expect(JSON.stringify(rows)).toContain('events_by_machine');
    } finally {
      await plan.query('rollback');
      plan.release();
    }
  });

  test('of another merchant are never seen', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    expect(await refusal(kinds({ ...shop, merchantId: other.merchantId }))).toBe('machine.unknown');
  });
});

describe('when a machine was online', () => {
  test('is told by its events, a machine without any being as it is', async () => {
    const shop = await testShop(ledger);
    const since = ledger.clock.now();
    const history = () => readOnlineHistory(ledger, shop.merchantId, shop.machineId, secondsAfter(since, -1000));
    ledger.clock.advance(10);
    // Not told yet that it came; since it was added it was there.
    expect((await history()).spans).toEqual([{ from: since, to: ledger.clock.now(), online: true }]);
    await tell();
    ledger.clock.advance(89);
    await recordFarewell(ledger, {
      ...{ merchantId: shop.merchantId, machineId: shop.machineId, saidAt: ledger.clock.now(), reason: 'x', cause: byTest },
    });
    const left = ledger.clock.now();
    await tell();
    ledger.clock.advance(49);
    await comeOnline(ledger, shop);
    await tell();
    const back = ledger.clock.now();
    ledger.clock.advance(20);
    const { spans, onlineSeconds } = await history();
    expect(spans.slice(-2)).toEqual([
      { from: left, to: back, online: false },
      { from: back, to: ledger.clock.now(), online: true },
    ]);
    expect(onlineSeconds).toBe(109);
  });

  test('is told of silence too, and refused of a machine of another merchant', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    const from = ledger.clock.now();
    await tell();
    ledger.clock.advance(600);
    await noticeSilence(ledger);
    await tell();
    expect((await readOnlineHistory(ledger, shop.merchantId, shop.machineId, from)).spans.at(-1)?.online).toBe(false);
    expect(await refusal(readOnlineHistory(ledger, other.merchantId, shop.machineId, from))).toBe('machine.unknown');
  });
});

describe('the handshake of a new machine', () => {
  test('is derived from the facts, step by step', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 0 }, { onHand: 2 }] });
    const { merchantId, machineId } = shop;
    const step = async () => await getHandshake(ledger, merchantId, machineId);
    await ledger.rows('update machine_status set last_seen_at = null, silence_due_at = null where machine_id = $1', [machineId]);
    expect(await step()).toMatchObject({
      ...{
        online: false,
        connectedAt: null,
        heartbeatAt: null,
        slotsReported: 0,
        slots: 2,
        testedAt: null,
        testDropped: null,
        live: false,
      },
    });

    await comeOnline(ledger, shop);
    const connectedAt = ledger.clock.now();
    expect(await step()).toMatchObject({ online: true, connectedAt, heartbeatAt: null, live: true, slotsForSale: 1 });

    ledger.clock.advance(5);
    const now = ledger.clock.now();
    await recordFacts(ledger, { merchantId, machineId, about: 'environment', saidAt: now, facts: {}, cause: byTest });
    await recordSignOfLife(ledger, { merchantId, machineId, receivedAt: now, saidAt: now, heartbeat: true });
    const slot = { productId: shop.slots[0]?.productId ?? 0 };
    await recordSlotReport(ledger, {
      merchantId,
      machineId,
      slot,
      onHand: 0,
      source: 'machine-report',
      saidAt: now,
      cause: byTest,
    });
    expect(await step()).toMatchObject({
      bootedAt: now,
      heartbeatAt: now,
      slotsReported: 1,
      slotsReportedAt: now,
      testedAt: null,
    });

    await requestTestDispense(ledger, {
      ...{
        merchantId,
        integrationId: null,
        machine: await machineOf(ledger, shop),
        slotName: 'A2',
        notifyUrl: '',
        cause: byTest,
      },
    });
    const command = await claim(ledger, shop);
    ledger.clock.advance(3);
    await answer(ledger, shop, command ?? { id: 0 });
    expect(await step()).toMatchObject({ testedAt: ledger.clock.now(), testDropped: true });

    await changeMachine(ledger, merchantId, shop.machineNo, { operational: false });
    expect((await step()).live).toBe(false);
  });

  test('is refused of a machine of another merchant', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    expect(await refusal(getHandshake(ledger, other.merchantId, shop.machineId))).toBe('machine.unknown');
    expect(await refusal(getMachineDetail(ledger, other.merchantId, shop.machineId))).toBe('machine.unknown');
  });
});

test('a machine is shown with all that it said of itself', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  const now = ledger.clock.now();
  await recordFacts(ledger, { merchantId, machineId, about: 'configuration', saidAt: now, facts: { volume: 5 }, cause: byTest });
  await recordSignOfLife(ledger, { merchantId, machineId, receivedAt: now, saidAt: now, networkRssi: -61, temperature: 4.5 });
  await changeMachine(ledger, merchantId, shop.machineNo, { contact: 'Ms Li', address: '1 Road' });
  expect(await getMachineDetail(ledger, merchantId, machineId)).toMatchObject({
    ...{ contact: 'Ms Li', address: '1 Road', networkRssi: -61, temperature: 4.5, temperatureAt: now, heldUnits: 0 },
    ...{ configuration: { volume: 5 }, salesToday: { units: 0, amountCents: 0 }, upstreamName: null },
  });
});
