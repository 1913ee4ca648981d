import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../../testing/channel.ts';
import {
  answer,
  byTest,
  claim,
  comeOnline,
  dispense,
  elsewhere,
  eventsOf,
  place,
  placePaid,
  refusal,
  sendOut,
  type TestLedger,
  type TestOrder,
  type TestShop,
  testLedger,
  testShop,
} from '../../../testing/ledger.ts';
import { projectAll } from '../../../testing/sales.ts';
import { bookProblems, openTestSite, tellAll, toldOf } from '../../../testing/vending.ts';
import { giveUpSilent } from '../../dispensing/give-up-silent.ts';
import { listExceptions } from '../../exceptions/list-exceptions.ts';
import { changeIntegration } from '../../integrations/change-integration.ts';
import { cancelChannelOrder } from '../../orders/cancel-channel-order.ts';
import { changeOrder } from '../../orders/change-order.ts';
import { placeChannelOrder } from '../../orders/place-channel-order.ts';
import { recordMachineOrders } from '../../orders/record-machine-orders.ts';
import { placeMachine } from '../../places/place-machine.ts';
import { putSite } from '../../places/put-site.ts';
import { refillSlots } from '../../refills/refill-slots.ts';
import type { PayStyle } from '../../sales/pay-style.ts';
import type { PosRecordDraft } from '../pos-record.ts';
import { putPosRecords } from '../put-pos-records.ts';
import type { Shop } from '../shop.ts';
import { checkDay } from './check-day.ts';
import { keepChecks } from './keep-checks.ts';
import { openVendingShop } from './open-vending-shop.ts';
import { shutVendingShop } from './shut-vending-shop.ts';
import { tellVending } from './tell-vending.ts';

let ledger: TestLedger;
let opened: { merchantId: number; shop: Shop }[] = [];
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  await tellAll(ledger);
  for (const { merchantId, shop } of opened) expect(await bookProblems(ledger, merchantId, shop)).toEqual([]);
  opened = [];
});

async function open(options: Parameters<typeof testShop>[1] = {}, draft: Parameters<typeof openTestSite>[2] = {}) {
  const machine = await testShop(ledger, { slots: [{ onHand: 50, capacity: 50 }, { priceCents: 350 }], ...options });
  const shop = await openTestSite(ledger, machine, draft);
  opened.push({ merchantId: machine.merchantId, shop });
  return { machine, shop };
}

/** Sold, dropped, and told. */
async function sell(machine: TestShop, quantity = 1, payStyle: PayStyle = 'wechat'): Promise<TestOrder> {
  await comeOnline(ledger, machine);
  const order = await place(ledger, machine, quantity);
  const { merchantId, machineId } = machine;
  await changeOrder(ledger, { merchantId, machineId, orderId: order.id, to: 'paid', payStyle, cause: byTest });
  await dispense(ledger, machine, order);
  const command = await claim(ledger, machine);
  for (let index = 0; index < quantity; index += 1) await answer(ledger, machine, command ?? { id: 0 }, { index });
  await tellAll(ledger);
  return order;
}

async function refund(machine: TestShop, { id: orderId }: { id: number }): Promise<void> {
  const { merchantId, machineId } = machine;
  await changeOrder(ledger, { merchantId, machineId, orderId, to: 'refunded', cause: byTest });
  await tellAll(ledger);
}

async function refill(machine: TestShop): Promise<void> {
  const slots = machine.slots.map(({ id }) => ({ slotId: id, quantity: 1 }));
  await refillSlots(ledger, {
    merchantId: machine.merchantId,
    machineId: machine.machineId,
    slots,
    source: 'test',
    cause: byTest,
  });
  await tellAll(ledger);
}

async function checkAll(): Promise<void> {
  for (let checked = 1; checked > 0; ) checked = await keepChecks(ledger);
}

const bills = (shop: Shop) => toldOf(ledger, shop, 'bill');
const day = 86_400;

describe('a bill', () => {
  test('is made when all units are settled, with a detail per line and a payment per payment', async () => {
    const { machine, shop } = await open();
    const order = await place(ledger, machine, 0, {
      lines: [
        { productId: machine.slots[0]?.productId ?? 0, quantity: 2 },
        { productId: machine.slots[1]?.productId ?? 0, quantity: 1 },
      ],
    });
    const { merchantId, machineId } = machine;
    await changeOrder(ledger, { merchantId, machineId, orderId: order.id, to: 'paid', payStyle: 'alipay', cause: byTest });
    await dispense(ledger, machine, order);
    await dispense(ledger, machine, order, 1);
    const first = await claim(ledger, machine);
    await answer(ledger, machine, first ?? { id: 0 }, { index: 0 });
    await answer(ledger, machine, first ?? { id: 0 }, { index: 1 });
    await tellAll(ledger);
    expect(await bills(shop)).toEqual([]);
    ledger.clock.advance(30);
    await answer(ledger, machine, (await claim(ledger, machine)) ?? { id: 0 });
    await tellAll(ledger);
    const [bill, ...others] = await bills(shop);
    expect(others).toEqual([]);
    expect(bill).toMatchObject({ key: String(order.id), version: 0, latest: true, source: 'ledger', at: ledger.clock.now() });
    expect(bill?.document).toMatchObject({
      ...{ brand_id: 7, brand_name: '小店', shop_id: shop.id, shop_name: '大厦', bill_id: order.id, undo_index: 0 },
      ...{ amount: 9.5, real_amount: 9.5, goods_amount: 9.5, order_amount: 9.5, paid: 9.5, promotion: 0, surcharge: 0 },
      ...{ cashier_staff_id: machineId, create_on: '2025-06-01 08:00:00', cashier_on: '2025-06-01 08:00:30' },
      orders: [
        {
          details: [
            { goods: { goods_name: 'Cola', goods_sn: 'cola' }, quantity: 2, void_quantity: 0, current_price: 3, real_amount: 6 },
            { quantity: 1, void_quantity: 0, current_price: 3.5, real_amount: 3.5 },
          ],
        },
      ],
      payments: [{ payment_type_id: 4, payment_type_sn: '2404', payment_type_name: '支付宝', value: 9.5, change: 0, unreal: 0 }],
    });
  });

  test('is of what dropped; an order of which nothing dropped has none, a held unit is waited for', async () => {
    const { machine, shop } = await open();
    const { command } = await sendOut(ledger, machine, 2);
    await answer(ledger, machine, command, { index: 0 });
    ledger.clock.advance(200);
    await giveUpSilent(ledger);
    await tellAll(ledger);
    expect(await bills(shop)).toEqual([]);
    const { machineId, merchantId } = machine;
    const pending = await checkDay(ledger, { merchantId, shopId: shop.id, businessDay: '2025-06-01' });
    expect(pending).toMatchObject({ differences: [], pending: [{ why: 'a unit of it is under way' }] });
    await answer(ledger, machine, command, { index: 1, dispensed: false });
    const { command: lost, order: nothing } = await sendOut(ledger, machine, 1);
    await answer(ledger, machine, lost, { dispensed: false });
    await tellAll(ledger);
    await refund(machine, nothing);
    const told = await bills(shop);
    expect(told).toHaveLength(1);
    expect(told[0]?.document).toMatchObject({ paid: 3, goods_amount: 3, payments: [{ value: 3 }], cashier_staff_id: machineId });
  });

  test('of which everything is given back comes again with a higher number, and both are kept', async () => {
    const { machine, shop } = await open();
    const order = await sell(machine, 2);
    ledger.clock.advance(60);
    await refund(machine, order);
    const [first, second, ...others] = await bills(shop);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ version: 0, latest: false, document: { undo_index: 0, paid: 6 } });
    expect(second).toMatchObject({
      ...{ key: first?.key, version: 1, latest: true, at: ledger.clock.now() },
      document: {
        ...{ undo_index: 1, paid: 0, real_amount: 0, goods_amount: 0 },
        orders: [{ details: [{ quantity: 2, void_quantity: 2, real_amount: 0, tags: ['return'] }] }],
        payments: [{ value: 6 }, { value: -6 }],
      },
    });
  });

  test('of which a part is given back says which', async () => {
    const { machine, shop } = await open();
    const channel = await testChannel(ledger, machine);
    const lines = [{ slotName: 'A1', goodsNumber: 'cola', quantity: 3, priceCents: 300 }];
    const draft = channelDraft(ledger, machine, channel, { lines });
    await placeChannelOrder(ledger, draft);
    const command = (await claim(ledger, machine)) ?? { id: 0 };
    for (const index of [0, 1]) await answer(ledger, machine, command, { index });
    await answer(ledger, machine, command, { index: 2, dispensed: false });
    await tellAll(ledger);
    // Of 7.00 three are for what did not drop.
    await cancelChannelOrder(ledger, { ...draft, refundCents: 700 });
    await tellAll(ledger);
    expect(
      (await bills(shop)).map(({ version, document }) => [version, document.paid, document.goods_amount, document.promotion]),
    ).toEqual([
      [0, 6, 6, 0],
      [1, 2, 3, -1],
    ]);
    expect(
      (await toldOf(ledger, shop, 'take-out')).map(({ latest, document }) => [latest, document.orderState, document.amount]),
    ).toEqual([
      [false, 'Completed', 6],
      [true, 'Completed', 2],
    ]);
  });

  test('of another sum than its goods has the rest as a promotion, to the cent', async () => {
    const { machine, shop } = await open();
    const channel = await testChannel(ledger, machine);
    const lines = [{ slotName: 'A1', goodsNumber: 'cola', quantity: 3, priceCents: 333 }];
    await placeChannelOrder(ledger, channelDraft(ledger, machine, channel, { lines, amountCents: 800 }));
    const command = (await claim(ledger, machine)) ?? { id: 0 };
    for (const index of [0, 1]) await answer(ledger, machine, command, { index });
    await answer(ledger, machine, command, { index: 2, dispensed: false });
    await tellAll(ledger);
    const [bill] = await bills(shop);
    expect(bill?.document).toMatchObject({
      ...{ goods_amount: 6.66, paid: 5.33, real_amount: 5.33, promotion: -1.33 },
      promotions: [{ promotion_type_id: 24, value: -1.33 }],
      payments: [{ payment_type_id: 5, value: 5.33 }],
    });
  });

  test('is made of what the machine sold by itself, for cash; and is no take-out order', async () => {
    const { machine, shop } = await open();
    const at = ledger.clock.now();
    ledger.clock.advance(100);
    const order = {
      ...{ tradeId: 'm-1', payStyle: 'cash' as const, state: 'paid' as const, amountCents: 300, paymentReference: '' },
      ...{ createdAt: at, paidAt: at },
      lines: [{ productId: machine.slots[0]?.productId ?? 0, priceCents: 300, units: [{ dispensed: true, error: '' }] }],
    };
    await recordMachineOrders(ledger, { merchantId: machine.merchantId, id: machine.machineId }, [order], byTest);
    await tellAll(ledger);
    const [bill] = await bills(shop);
    expect(bill).toMatchObject({
      at,
      document: { sn: 'm-1', payments: [{ payment_type_id: 1, payment_type_sn: '2401', value: 3 }] },
    });
    expect(await toldOf(ledger, shop, 'take-out')).toEqual([]);
  });

  test('has the codes that the shop set for itself', async () => {
    const paymentCodes = { qrcode: { id: 14, sn: '2400123456789012', name: '云闪付' } };
    const { machine, shop } = await open({}, { paymentCodes });
    await sell(machine, 1, 'qrcode');
    await sell(machine, 1, 'jdpay');
    const payments = (await bills(shop)).map(({ document }) => document.payments[0]);
    expect(payments).toMatchObject([
      { payment_type_id: 14, payment_type_sn: '2400123456789012', payment_type_name: '云闪付' },
      { payment_type_id: 14, payment_type_sn: '2400000000000016' },
    ]);
  });

  test('is one, however often and by how many it is told', async () => {
    const { machine, shop } = await open();
    const order = await sell(machine);
    await ledger.rows('insert into pos_due (merchant_id, order_id) select $1, $2 from generate_series(1, 9)', [
      machine.merchantId,
      order.id,
    ]);
    const again = await Promise.all([tellVending(ledger), tellVending(elsewhere(ledger)), tellVending(elsewhere(ledger))]);
    expect(again.reduce((sum, { done }) => sum + done, 0)).toBe(9);
    expect(await bills(shop)).toHaveLength(1);
    expect(await ledger.rows('select id from pos_bookings where order_id = $1', [order.id])).toHaveLength(1);
  });

  test('that cannot be made waits and harms no other', async () => {
    const { machine, shop } = await open();
    await ledger.rows(`alter table pos_bookings add constraint poisoned check (undo_index > 0 or order_id % 2 = 0) not valid`);
    const orders = [await placePaid(ledger, machine), await placePaid(ledger, machine)];
    for (const order of orders) {
      await dispense(ledger, machine, order);
      await answer(ledger, machine, (await claim(ledger, machine)) ?? { id: 0 });
    }
    await projectAll(ledger);
    const { deferred } = await tellVending(ledger);
    expect(deferred).toMatchObject([{ merchantId: machine.merchantId, orderId: orders.find(({ id }) => id % 2 === 1)?.id }]);
    expect(await bills(shop)).toHaveLength(1);
    // The day closes all the same, and the check says what is missing.
    ledger.clock.advance(day);
    await ledger.rows(`update pos_due set retry_at = 'infinity'`);
    await tellAll(ledger);
    await checkAll();
    const missing = async () =>
      (await listExceptions(ledger, machine.merchantId))
        .filter(({ kind }) => kind === 'books-differ')
        .map(({ detail }) => detail);
    expect(await missing()).toEqual([expect.stringContaining('it could not be booked')]);
    await ledger.rows('alter table pos_bookings drop constraint poisoned');
    await ledger.rows(`update pos_due set retry_at = null`);
    await tellAll(ledger);
    // Its day is closed: it stands in the next.
    expect((await bills(shop))[1]?.at).toEqual(ledger.clock.now());
    ledger.clock.advance(60);
    await checkAll();
    expect(await missing()).toEqual([]);
  });
});

describe('a shop', () => {
  test('is a site, from when it is opened until it is shut', async () => {
    const machine = await testShop(ledger, { slots: [{ onHand: 50, capacity: 50 }] });
    const { merchantId, machineNo } = machine;
    await putSite(ledger, { merchantId, number: 'S1', name: '大厦' });
    await placeMachine(ledger, { merchantId, machineNo, siteNumber: 'S1', cause: byTest });
    const early = await sell(machine);
    ledger.clock.advance(1);
    const shop = await openVendingShop(ledger, { merchantId, siteNumber: 'S1', sn: '30001', dayClosesAt: '05:00' }, byTest);
    expect(shop).toMatchObject({ sn: '30001', name: '大厦', address: null, dayClosesAt: '05:00', timeZone: 'Asia/Shanghai' });
    expect((await openVendingShop(ledger, { merchantId, siteNumber: 'S1', brandId: 3 }, byTest)).id).toBe(shop.id);
    await refund(machine, early);
    await sell(machine);
    expect(await bills(shop)).toHaveLength(1);
    await shutVendingShop(ledger, merchantId, '30001', byTest);
    await sell(machine);
    expect(await bills(shop)).toHaveLength(1);
    // Its last day is closed all the same, and it is the last.
    ledger.clock.advance(3 * day);
    await tellAll(ledger);
    expect(await toldOf(ledger, shop, 'day-end')).toHaveLength(1);
    expect((await eventsOf(ledger, machine, 'shop.changed')).map(({ data }) => data.changed)).toEqual([
      expect.arrayContaining(['site_id']),
      ['opened'],
      ['brand_id'],
      ['shut'],
    ]);
  });

  test('is refused for what is no site, or with what is none', async () => {
    const machine = await testShop(ledger);
    const { merchantId } = machine;
    await putSite(ledger, { merchantId, number: 'S1', name: '大厦' });
    const tried = (draft: object) => refusal(openVendingShop(ledger, { merchantId, siteNumber: 'S1', ...draft }, byTest));
    expect(await tried({ siteNumber: 'S9' })).toBe('place.unknown');
    for (const draft of [
      { timeZone: 'Moon/Sea' },
      { dayClosesAt: '25:00' },
      { paymentCodes: { cash: { id: 1.5, sn: '1', name: '' } } },
    ])
      expect(await tried(draft)).toBe('request.invalid');
    await openVendingShop(ledger, { merchantId, siteNumber: 'S1', sn: 'X' }, byTest);
    await putSite(ledger, { merchantId, number: 'S2', name: '二' });
    expect(await tried({ siteNumber: 'S2', sn: 'X' })).toBe('request.invalid');
    expect(await tried({ sn: 'Y' })).toBe('request.invalid');
  });

  test('takes no records of registers: numbers of theirs could be those of its orders', async () => {
    const { machine, shop } = await open();
    const told = { merchantId: machine.merchantId, shopId: shop.id, source: 'register', integrationId: null } as const;
    const record: PosRecordDraft = {
      ...{ kind: 'bill', key: '1', version: 0, at: ledger.clock.now(), staffId: 1, staffName: '', createdOn: null },
      ...{ businessDay: null, amountCents: 100, document: '{}', doubts: [] },
    };
    expect(await refusal(putPosRecords(ledger, { ...told, records: [record] }, byTest))).toBe('request.invalid');
  });
});

describe('a handover', () => {
  test('is of what was booked at the machine since the last, reversals too', async () => {
    const { machine, shop } = await open();
    const other = await testShop(ledger, { of: machine, slots: [{ onHand: 9 }] });
    const [site] = await ledger.rows<{ number: string }>(
      'select number from sites s join pos_shops p on p.site_id = s.id where p.id = $1',
      [shop.id],
    );
    await placeMachine(ledger, {
      merchantId: machine.merchantId,
      machineNo: other.machineNo,
      siteNumber: site?.number ?? '',
      cause: byTest,
    });
    await sell(machine, 2, 'cash');
    const order = await sell(machine, 1, 'wechat');
    await sell(other, 1, 'cash');
    ledger.clock.advance(10);
    await refill(machine);
    await sell(machine, 1, 'alipay');
    await refund(machine, order);
    ledger.clock.advance(10);
    await refill(machine);
    await refill(machine);
    const told = await toldOf(ledger, shop, 'handover');
    const rows = (n: number, section: string) =>
      Object.fromEntries(
        told[n]?.document[section].map((row: { key: string; count: number; amount: number }) => [
          row.key,
          [row.count, row.amount],
        ]),
      );
    expect(told.map(({ staff_id }) => staff_id)).toEqual([machine.machineId, machine.machineId, machine.machineId]);
    expect(rows(0, 'detail')).toMatchObject({ cash: [1, 6], tenpay: [1, 3], alipay: [0, 0], cashierSum: [2, 9] });
    expect(rows(0, 'goods')).toEqual({ 未分类: [3, 9], expectValue: [3, 9] });
    expect(rows(0, 'waimai')).toEqual({ [`w${machine.merchantId}`]: [2, 9] });
    expect(told[0]?.document.summary.find(({ key }: { key: string }) => key === 'bill').value).toBe('2');
    expect(rows(1, 'detail')).toMatchObject({ cash: [0, 0], tenpay: [-1, -3], alipay: [1, 3], cashierSum: [0, 0] });
    expect(rows(2, 'detail')).toMatchObject({ cashierSum: [0, 0] });
    // Of one machine no two handovers are of one second.
    expect(new Set(told.map(({ at }) => at.getTime())).size).toBe(3);
  });
});

describe('a day end', () => {
  test('is made once for each day, in order, also after days of silence', async () => {
    const { machine, shop } = await open();
    const [{ open_day: first } = { open_day: '' }] = await ledger.rows<{ open_day: string }>(
      'select open_day from pos_shops where id = $1',
      [shop.id],
    );
    const order = await sell(machine, 2, 'cash');
    ledger.clock.advance(2 * day);
    await Promise.all([tellVending(ledger), tellVending(elsewhere(ledger))]);
    await tellAll(ledger);
    await refund(machine, order);
    await sell(machine, 1, 'cash');
    ledger.clock.advance(day);
    await tellAll(ledger);
    const told = await toldOf(ledger, shop, 'day-end');
    const days = [0, 1, 2].map((n) => new Date(Date.parse(`${first}T00:00:00Z`) + n * day * 1000).toISOString().slice(0, 10));
    expect(told.map(({ key }) => key)).toEqual(days);
    expect(told.every(({ latest, version }) => latest && version === 0)).toBe(true);
    const sum = (n: number) => told[n]?.document.detail.find(({ key }: { key: string }) => key === 'cashierSum');
    // A change later stands in the day in which it happened.
    expect([0, 1, 2].map((n) => [sum(n).count, sum(n).amount])).toEqual([
      [1, 6],
      [0, 0],
      [0, -3],
    ]);
    expect(told[0]?.document.businessDay).toBe(first);
    const [{ latest_business_day } = { latest_business_day: '' }] = await ledger.rows<{ latest_business_day: string }>(
      'select latest_business_day from pos_shops where id = $1',
      [shop.id],
    );
    expect(latest_business_day).toBe(days[2]);
  });

  test('what becomes known after the close stands in the day that is open', async () => {
    const { machine, shop } = await open();
    const { command } = await sendOut(ledger, machine);
    ledger.clock.advance(1);
    await answer(ledger, machine, command);
    await projectAll(ledger);
    // It settled yesterday, and could not be booked until today.
    await ledger.rows(`update pos_due set failures = 1, retry_at = 'infinity'`);
    ledger.clock.advance(day);
    await tellAll(ledger);
    expect(await toldOf(ledger, shop, 'day-end')).toHaveLength(1);
    await ledger.rows('update pos_due set retry_at = null');
    await tellAll(ledger);
    const [bill] = await bills(shop);
    expect(bill?.at).toEqual(ledger.clock.now());
    ledger.clock.advance(day);
    await tellAll(ledger);
    const sums = (await toldOf(ledger, shop, 'day-end')).map(({ document }) => document.goods.at(-1).amount);
    expect(sums).toEqual([0, 3]);
  });

  test.each([
    // Clocks go forward at 2:00, and back at 2:00.
    ['2025-03-08T12:00:00Z', '02:30', ['2025-03-09T07:30:00Z', '2025-03-10T06:30:00Z']],
    ['2025-11-01T12:00:00Z', '01:30', ['2025-11-02T06:30:00Z', '2025-11-03T06:30:00Z']],
    ['2025-06-01T12:00:00Z', '00:00', ['2025-06-02T04:00:00Z', '2025-06-03T04:00:00Z']],
  ])('closes by the clocks of the shop: from %s at %s', async (from, dayClosesAt, closes) => {
    const own = await testLedger();
    try {
      own.clock.advance((Date.parse(from) - own.clock.now().getTime()) / 1000);
      const machine = await testShop(own);
      const shop = await openTestSite(own, machine, { timeZone: 'America/New_York', dayClosesAt });
      for (let hour = 0; hour < 52; hour += 1) {
        own.clock.advance(3_600);
        await tellAll(own);
      }
      expect((await toldOf(own, shop, 'day-end')).map(({ at }) => at.toISOString())).toEqual(
        closes.map((at) => new Date(at).toISOString()),
      );
    } finally {
      await own.drop();
    }
  });
});

describe('a take-out order', () => {
  test('is what a channel sold, by its name; given back it is cancelled', async () => {
    const { machine, shop } = await open();
    const { merchantId, integrationId } = machine;
    const order = await sell(machine, 2);
    const { command, order: lost } = await sendOut(ledger, machine);
    await answer(ledger, machine, command, { dispensed: false });
    await tellAll(ledger);
    await refund(machine, order);
    await refund(machine, lost);
    await changeIntegration(ledger, merchantId, integrationId, { settings: {} });
    const told = await toldOf(ledger, shop, 'take-out');
    expect(
      told.map(({ key, version, latest, document }) => [key, version, latest, document.orderState, document.amount]),
    ).toEqual([
      [String(order.id), 0, false, 'Completed', 6],
      [String(order.id), 1, true, 'Canceled', 6],
      [String(lost.id), 1, true, 'Canceled', 3],
    ]);
    expect(told[0]?.document).toMatchObject({
      channel: `w${merchantId}`,
      details: [{ partnerGoodsSN: 'cola', quantity: 2, price: 3 }],
      extra: { goodsAmount: 6, partnerReceive: 6, onlinePaid: 6, pickType: 'TakeSelf' },
    });
  });
});

describe('the check', () => {
  test('lists what does not agree, with its cause, and stands among the exceptions until it does', async () => {
    const { machine, shop } = await open();
    const { merchantId } = machine;
    await sell(machine);
    ledger.clock.advance(5);
    await refill(machine);
    ledger.clock.advance(day);
    await tellAll(ledger);
    await checkAll();
    const books = async () => (await listExceptions(ledger, merchantId)).filter(({ kind }) => kind === 'books-differ');
    expect(await books()).toEqual([]);
    const before = await ledger.rows<{ id: number; document: unknown }>(
      'select id, document from pos_records where shop_id = $1',
      [shop.id],
    );
    await ledger.rows(
      `update pos_records set document = replace(document::text, '"amount":3', '"amount":4')::json where shop_id = $1 and kind in ('handover', 'day-end')`,
      [shop.id],
    );
    const [{ day: businessDay } = { day: '' }] = await ledger.rows<{ day: string }>(
      'select business_day as day from pos_bookings where shop_id = $1',
      [shop.id],
    );
    const check = await checkDay(ledger, { merchantId, shopId: shop.id, businessDay });
    expect(check).toMatchObject({ closed: true, billsCents: 300, handedOverCents: 300, dayEndCents: 400 });
    expect(check.differences.map(({ between, told, due }) => [between, told, due])).toEqual([
      ['day-end', 400, 300],
      ['day-end', 400, 300],
      ['handover', 400, 300],
      ['handover', 400, 300],
    ]);
    ledger.clock.advance(3_600);
    await checkAll();
    expect(await books()).toMatchObject([
      { detail: expect.stringContaining('its payments are not those of the bills, and 3 more') },
    ]);
    for (const { id, document } of before)
      await ledger.rows('update pos_records set document = $2 where id = $1', [id, JSON.stringify(document)]);
    ledger.clock.advance(60);
    await checkAll();
    expect(await books()).toEqual([]);
  });

  test('finds a bill that is missing', async () => {
    const { machine, shop } = await open();
    const { merchantId } = machine;
    const { command, order } = await sendOut(ledger, machine);
    await answer(ledger, machine, command);
    await projectAll(ledger);
    await ledger.rows('delete from pos_due');
    const [{ day: businessDay } = { day: '' }] = await ledger.rows<{ day: string }>(
      'select open_day as day from pos_shops where id = $1',
      [shop.id],
    );
    const check = await checkDay(ledger, { merchantId, shopId: shop.id, businessDay });
    expect(check.differences).toEqual([
      { between: 'trades', subject: `order ${order.id}`, told: null, due: 300, cause: 'it was sold, and there is no bill' },
    ]);
    await ledger.rows('insert into pos_due (merchant_id, order_id) values ($1, $2)', [merchantId, order.id]);
  });
});
