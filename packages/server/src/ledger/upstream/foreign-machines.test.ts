import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  byTest,
  eventsOf,
  orderDraft,
  refusal,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { addMachine } from '../machines/add-machine.ts';
import { changeMachine } from '../machines/change-machine.ts';
import { findMachine, listMachines } from '../machines/find-machine.ts';
import { findMachineByNo } from '../machines/find-machine-by-no.ts';
import { issueBrokerPassword } from '../machines/issue-broker-password.ts';
import { getMachineOverview, listMachineOverviews } from '../machines/list-machine-overviews.ts';
import { noticeSilence } from '../machines/notice-silence.ts';
import { tellChanges } from '../machines/tell-changes.ts';
import { placeOrder } from '../orders/place-order.ts';
import { placeMachine } from '../places/place-machine.ts';
import { type ForeignMachine, putForeignMachine } from './put-foreign-machine.ts';
import { type ForeignStatus, recordForeignStatus } from './record-foreign-status.ts';

let ledger: TestLedger;
let shop: TestShop;
beforeAll(async () => {
  ledger = await testLedger();
});
afterEach(async () => {
  expect(await conservationProblems(ledger)).toEqual([]);
});
afterAll(() => ledger.drop());

const told = (draft: Partial<ForeignMachine> = {}): ForeignMachine => ({
  ...{ merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId, machineNo: 'F-1', name: 'far', cause: byTest },
  site: { number: '7', name: 'Tower', line: 'line 14', area: 'Beijing', longitude: 116.4, latitude: 39.9 },
  cabinets: [
    { name: 'F-1', kind: 'drinks', slots: [slot('1', 'tea', 20), slot('2', 'water', 4)] },
    { name: 'c2', kind: 'locker', slots: [slot('1', 'tea', 1)] },
  ],
  ...draft,
});
const slot = (code: string, good: string, onHand?: number) => ({
  ...{ code, goods: { number: good, name: `The ${good}` }, priceCents: 500, capacity: 20, alertThreshold: 3, onHand },
});
const put = (draft?: Partial<ForeignMachine>) => putForeignMachine(ledger, told(draft));
const overview = (machineNo = 'F-1') => getMachineOverview(ledger, { merchantId: shop.merchantId, machineNo });
const status = (said: Partial<ForeignStatus>) =>
  recordForeignStatus(ledger, {
    ...{ merchantId: shop.merchantId, upstreamIntegrationId: shop.integrationId, machineNo: 'F-1', saidAt: ledger.clock.now() },
    ...said,
  });
/** Everything that is kept of it. */
const books = () =>
  ledger.rows(
    `select (select jsonb_agg(to_jsonb(s) order by s.id) from slots s where s.merchant_id = $1) as slots,
      (select jsonb_agg(to_jsonb(b) order by b.id) from cabinets b where b.merchant_id = $1) as cabinets,
      (select jsonb_agg(to_jsonb(m) order by m.id) from machines m where m.merchant_id = $1) as machines,
      (select count(*) from stock_journal where merchant_id = $1) as journal,
      (select count(*) from machine_changes where merchant_id = $1) as changes,
      (select count(*) from events where merchant_id = $1) as events`,
    [shop.merchantId],
  );

async function freshShop(): Promise<void> {
  shop = await testShop(ledger);
}

describe("another platform's machine", () => {
  test('is known with its place, cabinets, slots, goods and stock', async () => {
    await freshShop();
    await put();
    const machine = await overview();
    expect(machine).toMatchObject({
      upstreamIntegrationId: shop.integrationId,
      online: false,
      site: { number: '7', name: 'Tower', lineName: 'line 14', areaName: 'Beijing', longitude: 116.4 },
    });
    expect(
      machine.cabinets.map(({ name, kind, slots }) => [
        name,
        kind,
        slots.map((one) => [one.code, one.goods?.number, one.goods?.name, one.priceCents, one.alertThreshold, one.onHand]),
      ]),
    ).toEqual([
      [
        'F-1',
        'drinks',
        [
          ['1', 'tea', 'The tea', 500, 3, 20],
          ['2', 'water', 'The water', 500, 3, 4],
        ],
      ],
      ['c2', 'locker', [['1', 'tea', 'The tea', 500, 3, 1]]],
    ]);
    expect((await eventsOf(ledger, shop, 'machine.created')).at(-1)?.data).toEqual({ machineNo: 'F-1', name: 'far' });
  });

  test('told again as it is known changes nothing', async () => {
    await freshShop();
    await put();
    const before = await books();
    await put();
    expect(await books()).toEqual(before);
  });

  test('told otherwise is changed: name, goods, stock, and slots that are no more', async () => {
    await freshShop();
    await put();
    const { cabinets: before } = await overview();
    await put({ name: 'near', site: undefined, cabinets: [{ name: 'F-1', slots: [slot('1', 'cocoa', 5), slot('3', 'tea')] }] });
    const { name, site, cabinets } = await overview();
    expect([name, site?.number]).toEqual(['near', '7']);
    expect(cabinets.map((one) => one.slots.map(({ code, goods, onHand }) => [code, goods?.number, onHand]))).toEqual([
      [
        ['1', 'cocoa', 5],
        ['3', 'tea', 0],
      ],
    ]);
    expect(cabinets[0]?.slots[0]?.id).toBe(before[0]?.slots[0]?.id);
    expect(await eventsOf(ledger, shop, 'machine.changed')).toHaveLength(1);
    await put({ cabinets: told().cabinets });
    expect((await overview()).cabinets).toHaveLength(2);
  });

  test('twice at once is one machine', async () => {
    await freshShop();
    const ids = await Promise.all([put(), put(), put()]);
    expect(new Set(ids).size).toBe(1);
  });

  test('leaves goods of our own as they are', async () => {
    await freshShop();
    await put({ cabinets: [{ name: 'F-1', slots: [slot('1', 'cola', 1), slot('1', 'cola', 2)] }] });
    expect((await overview()).cabinets[0]?.slots.map(({ goods, onHand }) => [goods?.name, onHand])).toEqual([['Cola', 2]]);
  });

  test('may have the number of one of ours, and of yet another platform', async () => {
    await freshShop();
    await put({ machineNo: shop.machineNo });
    expect((await overview(shop.machineNo)).id).toBe(shop.machineId);
    const { machines, total } = await listMachineOverviews(ledger, { merchantId: shop.merchantId, machineNo: shop.machineNo });
    expect([machines.length, total]).toEqual([2, 2]);
  });

  test('a number of ours must still be 8 to 20 digits, and nobody else has it', async () => {
    await freshShop();
    const add = (machineNo: string) => addMachine(ledger, { merchantId: shop.merchantId, machineNo, name: '', cabinets: [] });
    await expect(add('F-1')).rejects.toThrow('machines_machine_no_check');
    expect(await refusal(add(shop.machineNo))).toBe('machine.exists');
  });

  test('does not exist where machines sign in, are ordered from, or are changed', async () => {
    await freshShop();
    await put({ machineNo: '88888888' });
    const { merchantId } = shop;
    expect(await findMachineByNo(ledger, '88888888')).toBeUndefined();
    expect(await refusal(findMachine(ledger, merchantId, '88888888'))).toBe('machine.unknown');
    expect((await listMachines(ledger, merchantId)).map(({ machineNo }) => machineNo)).toEqual([shop.machineNo]);
    const [product] = await ledger.rows<{ id: number }>(
      "select product_id as id from slots where merchant_id = $1 and name = 'F-1:1'",
      [merchantId],
    );
    const lines = [{ productId: product?.id ?? 0, quantity: 1 }];
    expect(await refusal(placeOrder(ledger, orderDraft(shop, 1, { machineNo: '88888888', lines })))).toBe('machine.unknown');
    expect(await refusal(issueBrokerPassword(ledger, merchantId, '88888888'))).toBe('machine.unknown');
    expect(await changeMachine(ledger, merchantId, '88888888', { name: 'x' })).toBe(false);
    expect(await refusal(placeMachine(ledger, { merchantId, machineNo: '88888888', siteNumber: null, cause: byTest }))).toBe(
      'machine.unknown',
    );
  });
});

describe("what another platform says of its machine's state", () => {
  test('stands until it says otherwise, however long it is silent', async () => {
    await freshShop();
    await put();
    await status({ online: true, condition: { door: 'open', coins1Yuan: 3 } });
    ledger.clock.advance(7 * 86_400);
    await noticeSilence(ledger);
    expect(await overview()).toMatchObject({ online: true, condition: { door: 'open', coins1Yuan: 3 } });
    await status({ online: false });
    expect(await overview()).toMatchObject({ online: false, condition: { door: 'open' } });
  });

  test('empties a slot that is sold out, since when it says, and is told once', async () => {
    await freshShop();
    await put();
    ledger.clock.advance(1);
    await tellChanges(ledger);
    const soldOutAt = new Date('2026-01-01T00:00:00Z');
    const slots = [
      { cabinet: 'F-1', code: '1', soldOut: true, soldOutAt },
      { cabinet: 'c2', code: '1', soldOut: false },
      { cabinet: 'c9', code: '1', soldOut: true },
    ];
    await status({ online: true, slots });
    await status({ online: true, slots });
    ledger.clock.advance(1);
    await tellChanges(ledger);
    const machine = await overview();
    expect(machine.cabinets.map((one) => one.slots.map((each) => [each.onHand, each.soldOutAt]))).toEqual([
      [
        [0, soldOutAt],
        [4, null],
      ],
      [[1, null]],
    ]);
    const changes = await ledger.rows<{ data: object }>(
      "select data from events where machine_id = $1 and kind = 'machine.status-changed' order by id",
      [machine.id],
    );
    expect(changes.at(-1)?.data).toEqual({ changes: ['online', 'stock'] });
    await status({ slots: [{ cabinet: 'F-1', code: '1', soldOut: false }] });
    expect((await overview()).cabinets[0]?.slots[0]?.soldOutAt).toBeNull();
  });

  test('earlier changes nothing when it comes late, and of an unknown machine is refused', async () => {
    await freshShop();
    await put();
    const earlier = ledger.clock.now();
    ledger.clock.advance(1);
    await status({ online: true });
    expect(await status({ online: false, saidAt: earlier })).toBe(false);
    expect((await overview()).online).toBe(true);
    expect(await refusal(status({ machineNo: 'F-2', online: true }))).toBe('machine.unknown');
    expect(await refusal(status({ machineNo: shop.machineNo, online: true }))).toBe('machine.unknown');
  });
});
