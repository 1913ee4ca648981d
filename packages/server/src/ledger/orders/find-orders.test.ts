import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelDraft, testChannel } from '../../testing/channel.ts';
import { foreignShop } from '../../testing/foreign.ts';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import {
  answer,
  byTest,
  place,
  placePaid,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { projectAll } from '../../testing/sales.ts';
import { makeGood } from '../making-good/make-good.ts';
import { typePickupCode } from '../pickup-codes/type-pickup-code.ts';
import { putForeignTrades } from '../sales/put-foreign-trades.ts';
import { changeOrder } from './change-order.ts';
import { type FoundOrders, findOrders, type OrderSearch } from './find-orders.ts';
import { placeChannelOrder } from './place-channel-order.ts';
import { recordMachineOrders } from './record-machine-orders.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

function find({ merchantId }: TestShop, text: string | number, search: Partial<OrderSearch> = {}): Promise<FoundOrders> {
  return findOrders(ledger, { merchantId, machineIds: null, text: String(text), timeZone: 'Asia/Shanghai', ...search });
}

async function found(shop: TestShop, text: string | number, search: Partial<OrderSearch> = {}) {
  return (await find(shop, text, search)).orders.map(({ matched, order }) => ({ matched, id: order.id }));
}

describe('an order is found by', () => {
  test('our number and the seller’s, whatever spaces came along; nothing of other merchants, or of machines that are not theirs', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    const { id } = await place(ledger, shop, 2, { tradeId: 'T-77' });
    expect(await found(shop, ` ${id}\n`)).toEqual([{ matched: 'order-id', id }]);
    expect((await find(shop, 'T-77')).orders).toMatchObject([
      { matched: 'trade-id', order: { id, goods: 'Cola ×2', machine: { no: shop.machineNo }, units: { asked: 2, dropped: 0 } } },
    ]);
    expect(await found(other, 'T-77')).toEqual([]);
    expect(await found(shop, 'T-77', { machineIds: [other.machineId] })).toEqual([]);
    expect(await found(shop, 'nothing of this name')).toEqual([]);
    expect(await found(shop, "'; drop table orders; --")).toEqual([]);
    expect(await found(shop, 'T-\u0000\ud800')).toEqual([]);
  });

  test('a number that is two orders’ is both: whose own number it is first', async () => {
    const shop = await testShop(ledger);
    const first = await place(ledger, shop);
    const second = await place(ledger, shop, 1, { tradeId: String(first.id) });
    expect(await found(shop, first.id)).toEqual([
      { matched: 'trade-id', id: second.id },
      { matched: 'order-id', id: first.id },
    ]);
  });

  test('the machine’s own number, that of the payment, another platform’s, and that of a trade', async () => {
    const shop = await testShop(ledger);
    const { merchantId, machineId, slots } = shop;
    const now = ledger.clock.now();
    const units = [{ dispensed: true, error: '' }];
    const line = { productId: slots[0]?.productId ?? 0, priceCents: 300, units };
    const sale = {
      tradeId: 'M-9',
      machineTradeNo: '9001',
      payStyle: 'cash',
      state: 'paid',
      amountCents: 300,
      paymentReference: 'cash-9',
    } as const;
    await recordMachineOrders(
      ledger,
      { merchantId, id: machineId },
      [{ ...sale, createdAt: now, paidAt: now, lines: [line] }],
      byTest,
    );
    const [byMachine] = await found(shop, '9001');
    expect(await found(shop, 'M-9')).toEqual([{ matched: 'trade-id', id: byMachine?.id }]);
    expect(byMachine).toMatchObject({ matched: 'machine-trade-no' });
    expect(await found(shop, 'cash-9')).toEqual([{ matched: 'payment-reference', id: byMachine?.id }]);
    const { id } = await place(ledger, shop);
    await changeOrder(ledger, { merchantId, machineId, orderId: id, to: 'paid', paymentReference: 'wx-1', cause: byTest });
    expect(await found(shop, 'wx-1')).toEqual([{ matched: 'payment-reference', id }]);
    const channel = await testChannel(ledger, shop);
    const elsewhere = await placeChannelOrder(ledger, channelDraft(ledger, shop, channel, { channelNo: 'C-4711' }));
    expect(await found(shop, 'C-4711')).toEqual([{ matched: 'trade-id', id: elsewhere.orderId }]);
    await projectAll(ledger);
    const [trade] = await ledger.rows<{ id: number }>('select id from trades where order_id = $1', [byMachine?.id]);
    expect(await found(shop, trade?.id ?? 0)).toContainEqual({ matched: 'trade', id: byMachine?.id });
  });

  test('a sale that another platform told of, for which there is no order here', async () => {
    const shop = await foreignShop(ledger, await testShop(ledger));
    const [machine] = await ledger.rows<{ id: number }>('select id from machines where machine_no = $1', [shop.foreignNo]);
    const trade = foreignTrade({
      upstreamTradeId: 'U-1',
      machineId: machine?.id ?? 0,
      createdAt: ledger.clock.now(),
      machineTradeNo: 'N-5',
    });
    const { merchantId, upstreamIntegrationId } = shop;
    await putForeignTrades(ledger, { merchantId, upstreamIntegrationId }, [trade], byTest);
    for (const number of ['U-1', 'order-U-1', 'N-5']) {
      const { orders, sales } = await find(shop, number);
      expect({ number, orders, sales }).toMatchObject({
        orders: [],
        sales: [{ orderNo: 'order-U-1', goods: 'Tea', amountCents: 400 }],
      });
    }
    expect((await find(shop, 'U-1', { machineIds: [shop.machineId] })).sales).toEqual([]);
  });

  test('a pickup code: what it fetched, and what it was issued for', async () => {
    const shop = await testShop(ledger, { slots: [{ onHand: 5 }, { onHand: 5 }] });
    const { order, command } = await sendOut(ledger, shop);
    await answer(ledger, shop, command, { dispensed: false, faultCode: 2 });
    const { merchantId, machineId } = shop;
    const { units } = await makeGood(ledger, { merchantId, orderId: order.id, kind: 'pickup-code', by: 'Ann', cause: byTest });
    const code = units[0]?.code ?? '';
    expect(await found(shop, code)).toEqual([{ matched: 'pickup-code', id: order.id }]);
    const typed = await typePickupCode(ledger, {
      ...{ merchantId, machineId, serial: 's', code, typedAt: ledger.clock.now(), cause: byTest },
    });
    expect(await found(shop, code)).toMatchObject([{ id: order.id }, { id: typed.state === 'accepted' ? typed.orderId : 0 }]);
  });

  test('a machine and a time, nearest first', async () => {
    const shop = await testShop(ledger);
    // 08:02 in Shanghai, on the first of June.
    const near = await placePaid(ledger, shop);
    ledger.clock.advance(600);
    const later = await placePaid(ledger, shop);
    const at = (minutes: number) => {
      const local = new Date(ledger.clock.now().getTime() + 8 * 3_600_000 + minutes * 60_000);
      return { day: local.toISOString().slice(0, 10), clock: local.toISOString().slice(11, 16) };
    };
    const { day, clock } = at(-10);
    const both = [
      { matched: 'machine-and-time', id: near.id },
      { matched: 'machine-and-time', id: later.id },
    ];
    expect(await found(shop, `${shop.machineNo} ${day} ${clock}`)).toEqual(both);
    expect(await found(shop, `${shop.machineNo}  ${clock}`)).toEqual(both);
    expect((await found(shop, `${shop.machineNo} ${day.replaceAll('-', '/')} ${at(0).clock}:30`))[0]).toMatchObject({
      id: later.id,
    });
    // A time that is to come is of yesterday.
    expect((await find(shop, `${shop.machineNo} ${at(30).clock}`)).around?.at?.getTime()).toBeLessThan(
      ledger.clock.now().getTime(),
    );
    expect(await found(shop, `${shop.machineNo} ${day} 25:00`)).toEqual([]);
    expect(await found(shop, `${shop.machineNo} 2025-02-30 10:00`)).toEqual([]);
    expect(await found(await testShop(ledger), `${shop.machineNo} ${clock}`)).toEqual([]);
  });

  test('its number, however it was pasted; as it is written goes before what may have been meant', async () => {
    const shop = await testShop(ledger);
    const hex = `0e18${shop.merchantId}c3a4f0`;
    const { id } = await place(ledger, shop, 1, { tradeId: hex });
    const upper = await place(ledger, shop, 1, { tradeId: hex.toUpperCase() });
    expect(await found(shop, hex.toUpperCase())).toEqual([
      { matched: 'trade-id', id: upper.id },
      { matched: 'trade-id', id },
    ]);
    const spaced = `${hex.slice(0, 4)} ${hex.slice(4)}`;
    for (const text of [`订单号：${hex}`, spaced, `Order no. ${hex}.`, `我的订单 ${hex} 没出货`]) {
      expect({ text, first: (await found(shop, text))[0] }).toEqual({ text, first: { matched: 'trade-id', id } });
    }
    for (const text of [`#${id}`, `订单 ${String(id).replace(/\d/g, (digit) => '０１２３４５６７８９'[Number(digit)] ?? '')}`]) {
      expect({ text, found: await found(shop, text) }).toMatchObject({ found: [{ matched: 'order-id', id }] });
    }
  });

  test('the beginning of its number, from six letters on and where there is no other', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    const { id } = await place(ledger, shop, 1, { tradeId: 'beef42cafe' });
    await place(ledger, other, 1, { tradeId: 'beef42cafe' });
    expect(await found(shop, 'BEEF42c')).toEqual([{ matched: 'beginning', id }]);
    expect(await found(shop, 'beef4')).toEqual([]);
    expect(await found(shop, 'beef42cafe0')).toEqual([]);
    expect(await found(shop, 'beef42', { machineIds: [other.machineId] })).toEqual([]);
    const short = await place(ledger, shop, 1, { tradeId: 'beef42' });
    expect(await found(shop, 'beef42')).toEqual([{ matched: 'trade-id', id: short.id }]);
  });

  test('a machine alone by its latest, a site or a name with spaces, a day, and a time wherever it was', async () => {
    const shop = await testShop(ledger);
    const there = await testShop(ledger, { of: shop });
    const first = await placePaid(ledger, shop);
    ledger.clock.advance(60);
    const second = await placePaid(ledger, shop);
    const elsewhere = await placePaid(ledger, there);
    const { merchantId, machineNo, machineId } = shop;
    await ledger.rows('update machines set name = $2 where id = $1', [machineId, 'By the lift']);
    await ledger.rows(
      `with site as (insert into sites (merchant_id, number, name, created_at) values ($1, 's', '人民医院', now()) returning id)
       update machines m set site_id = site.id from site where m.merchant_id = $1`,
      [merchantId],
    );
    const local = new Date(ledger.clock.now().getTime() + 8 * 3_600_000).toISOString();
    const [day, clock] = [local.slice(0, 10), local.slice(11, 16)];
    const [year, month, date] = day.split('-');
    const ids = async (text: string, search: Partial<OrderSearch> = {}) => (await found(shop, text, search)).map(({ id }) => id);
    for (const text of [machineNo, 'by the LIFT', `${machineNo} ${day}`, `今天 By the lift`]) {
      expect({ text, ids: await ids(text) }).toEqual({ text, ids: [second.id, first.id] });
    }
    for (const text of [`${clock} ${machineNo}`, `By the lift ${clock}`, `${machineNo} ${clock.replace(':', '点')}`]) {
      expect({ text, ids: await ids(text) }).toEqual({ text, ids: [second.id, first.id] });
    }
    const all = [elsewhere.id, second.id, first.id];
    const chinese = `${year}年${Number(month)}月${Number(date)}日 ${clock}`;
    for (const text of ['人民医院', `人民医院 ${clock}`, `${month}-${date} ${clock}`, chinese, `今天 ${clock}`, day]) {
      expect({ text, ids: (await ids(text)).sort((a, b) => b - a) }).toEqual({ text, ids: all });
      expect(await ids(text, { machineIds: [there.machineId] })).toEqual([elsewhere.id]);
    }
    expect(await ids(`昨天 ${clock}`)).toEqual([]);
    // Nothing of a machine that is not theirs, not even that there is one.
    expect(await find(shop, machineNo, { machineIds: [there.machineId] })).toEqual({ orders: [], sales: [], around: null });
    expect((await find(shop, machineNo)).around).toMatchObject({ place: `By the lift ${machineNo}`, machineId, at: null });
    expect(await find(await testShop(ledger), machineNo)).toMatchObject({ orders: [], around: null });
  });

  test('a place of which the name looks like a day; of a machine and a time no order has the machine’s number', async () => {
    const [shop, other] = [await testShop(ledger), await testShop(ledger)];
    const { machineNo } = shop;
    const { id } = await placePaid(ledger, shop, 1, { tradeId: machineNo });
    const local = new Date(ledger.clock.now().getTime() + 8 * 3_600_000).toISOString();
    await ledger.rows('update machines set name = $2 where id = $1', [shop.machineId, '7-11便利店']);
    for (const text of ['7-11便利店', `7-11便利店 ${local.slice(11, 16)}`, '今天 7-11便利店']) {
      expect({ text, found: await found(shop, text) }).toEqual({ text, found: [{ matched: 'machine-and-time', id }] });
    }
    expect(await found(shop, `${machineNo} 2025-01-01`)).toEqual([]);
    expect(await found(shop, `${machineNo} ${local.slice(0, 10)}`)).toEqual([{ matched: 'machine-and-time', id }]);
    expect(await found(shop, machineNo)).toEqual([{ matched: 'trade-id', id }]);
    expect((await find(other, '7-11便利店')).around).toBeNull();
  });
});
