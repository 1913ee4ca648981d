import {
  type CallName,
  calls,
  encodeSignedQuery,
  type Fields,
  pickupCodePattern,
  type Statistic,
  signParams,
  toSeconds,
} from '@polyvend/protocols/smart-vending';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { putGoods } from '../../packages/server/src/ledger/catalog/put-goods.ts';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { checkConservation, slotDraft, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { addCustomer, expectAnswer, expectFail, settled, type TestCustomer } from './steps.ts';

// Every call of the platform, asked about a machine that sold, failed, gave back and was refilled: the fields of the vendor's tables, and in
// them what really happened.

let hub: TestHub;
let asker: TestCustomer;
let machine: TestMachine;
/** Of another site, and it sells nothing. */
let idle: TestMachine;
let begin: number;
const cause = { by: 'test' };
const now = () => toSeconds(hub.clock.now());

beforeAll(async () => {
  hub = await startTestHub();
  const merchantId = hub.merchant.id;
  asker = await addCustomer(hub, { settings: {} });
  const [more] = await Promise.all([
    putGoods(
      hub.ledger,
      merchantId,
      [
        {
          number: '2001',
          name: '王老吉',
          fullName: '王老吉 250ml',
          category: '茶饮料',
          priceCents: 150,
          packing: 1,
          manufacturer: '统一',
        },
        { number: '2002', name: '矿泉水', category: '饮料', priceCents: 200 },
        { number: '2003', name: '绿茶', category: '茶饮料', priceCents: 1_005, packing: 0 },
      ],
      cause,
    ),
    putLine(hub.ledger, { merchantId, name: '京港地铁 14 号线', area: '上海', description: '线路描述信息' }),
  ]);
  const line = '京港地铁 14 号线';
  await putSite(hub.ledger, {
    ...{ merchantId, number: 'S-1', name: '启明国际大厦', line, address: '北苑路 1 号' },
    ...{ longitude: 116.39564514160156, latitude: 39.92998504638672 },
  });
  await putSite(hub.ledger, { merchantId, number: 'S-2', name: '二号点', address: '' });
  const slot = (cabinet: string, n: number, number: string, priceCents: number) =>
    slotDraft(cabinet, n, { capacity: 10, onHand: 5, goodsId: more.get(number), priceCents });
  machine = await hub.machine('spring', {
    cabinets: [
      {
        name: 'A',
        addr: 1,
        drive: 'spring',
        slots: [slot('A', 0, '2001', 150), slot('A', 1, '2002', 200), slotDraft('A', 2, empty)],
      },
      { name: 'B', addr: 2, drive: 'lock', slots: [slot('B', 10, '2001', 160), slot('B', 11, '2003', 1_005)] },
    ],
  });
  idle = await hub.machine('spring', { slots: 1, connect: false });
  await placeMachine(hub.ledger, { merchantId, machineNo: machine.machineNo, siteNumber: 'S-1', cause });
  await placeMachine(hub.ledger, { merchantId, machineNo: idle.machineNo, siteNumber: 'S-2', cause });
  begin = now();
  await sellEverything();
});
afterEach(() => checkConservation(hub.ledger));
afterAll(async () => {
  await asker?.close();
  await hub?.stop();
});

const empty = { capacity: 10, onHand: 0 };

/** One of each: over the API, failed, given back, in coins, by card, by telephone, won. A second lies between any two. */
async function sellEverything(): Promise<void> {
  const sold = await buy(hub, machine, { A11: 1 });
  await dispense(hub, machine, sold);
  await machine.virtual.waitForDrops(1);
  await later();
  machine.virtual.script([{ outcome: 'fail' }]);
  const failed = await buy(hub, machine, { A12: 1 });
  await dispense(hub, machine, failed);
  await later();
  const undone = await buy(hub, machine, { A12: 1 });
  await settled(hub);
  await hub.client.updateOrder(undone.id, { machine_no: machine.machineNo, status: 2 });
  await later();
  await machine.virtual.sell('020', { priceCents: 160 });
  await later();
  await machine.virtual.sell('010', { priceCents: 150, payStyle: 'card', paymentId: 'CARD-1' });
  await later();
  await machine.virtual.sell('021', { priceCents: 1_005, payStyle: 'wechat', paymentId: 'WX-1', quantity: 2 });
  await later();
  await machine.virtual.sell('021', { priceCents: 0, payStyle: 'game' });
  await later();
}

async function later(): Promise<void> {
  const told = machine.virtual.sent.filter(({ method }) => method === 'client.sale.put').length;
  await until(async () => {
    const { rows } = await hub.hub.database.pool.query(
      "select count(distinct order_id)::int as n from events where kind = 'order.uploaded' and machine_id = $1",
      [machine.id],
    );
    return rows[0]?.n === told;
  }, 'the sales of the machine');
  await settled(hub);
  hub.clock.advance(1);
}

async function ask(name: CallName, params: Fields = {}) {
  const answer = await asker.call(name, params);
  expectAnswer(name, answer);
  return answer.body;
}

describe('every call', () => {
  const asks: readonly [CallName, () => Fields][] = [
    ['tradeList', () => ({ limit: 10, cursor: 0 })],
    ['statistic', () => ({ assetIds: machine.machineNo, startTime: begin, endTime: now() })],
    ['status', () => ({ assetId: machine.machineNo })],
    ['status', () => ({})],
    ['sales', () => ({ assetId: machine.machineNo })],
    ['lines', () => ({})],
    ['sites', () => ({})],
    ['goods', () => ({})],
    ['refillMessages', () => ({})],
    ['createCode', () => ({})],
  ];
  test.each(asks)('%s answers with the fields of its table, each of its type', async (name, params) => {
    await ask(name, params());
  });

  test('that customers make is among them', () => {
    const customers = (Object.keys(calls) as CallName[]).filter((name) => calls[name].side === 'platform');
    expect(new Set(asks.map(([name]) => name))).toEqual(new Set(customers));
  });
});

describe('the trades', () => {
  test('are units, oldest first, with what became of each', async () => {
    const { list, total } = await ask('tradeList', { limit: 100, assetId: machine.machineNo });
    expect(total).toBe('8');
    const shown = list.map((item: Record<string, unknown>) =>
      ['goodsNumber', 'locationId', 'cid', 'machineType', 'price', 'payStyle', 'payStatus', 'deliverStatus', 'refundStatus'].map(
        (name) => item[name],
      ),
    );
    const main = machine.machineNo;
    expect(shown).toEqual([
      ['2001', 'A11', main, 2, 150, '23', 1, 0, 0],
      ['2002', 'A12', main, 2, 200, '23', 1, 2, 0],
      ['2002', 'A12', main, 2, 200, '23', 1, 2, 2],
      ['2001', 'B21', 'B', 3, 160, '4', 1, 0, 0],
      ['2001', 'A11', main, 2, 150, '5', 1, 0, 0],
      ['2003', 'B22', 'B', 3, 1_005, '2', 1, 0, 0],
      ['2003', 'B22', 'B', 3, 1_005, '2', 1, 0, 0],
      ['2003', 'B22', 'B', 3, 0, '8', 1, 0, 0],
    ]);
  });

  test('carry money in fen, times in seconds, the machine and its place', async () => {
    const { list } = await ask('tradeList', { limit: 100, assetId: machine.machineNo });
    const [sold, , undone, cash, card] = list;
    expect(sold).toMatchObject({
      ...{
        assetId: machine.machineNo,
        deviceId: String(machine.id),
        lineName: '京港地铁 14 号线',
        goodsName: '王老吉',
        typeName: '茶饮料',
      },
      ...{ price: 150, price_1: 150, cost: 150, count: 1, currency: 1, createTime: begin, traCreateTime: begin, payTime: begin },
      ...{ refundFee: 0, refundTime: 0, refundOrderNo: '', refundTradeNo: '' },
    });
    for (const name of ['siteId', 'lineId', 'goodsId', 'type']) expect(sold[name], name).toMatch(/^[1-9]\d*$/);
    for (const name of ['notice_ts', 'recv_ts', 'exec_ts']) expect(sold[name], name).toBe(begin);
    expect(undone).toMatchObject({
      refundStatus: 2,
      refundFee: 200,
      refundTime: begin + 2,
      notice_ts: 0,
      exec_ts: expect.any(Number),
    });
    expect(undone.refundOrderNo).not.toBe('');
    const [told, second] = machine.virtual.sent.filter(({ method }) => method === 'client.sale.put');
    expect([told, second].every(Boolean)).toBe(true);
    expect(cash.tradeNo).toMatch(/^\d+-1$/);
    expect([cash.transaction_id, card.transaction_id]).toEqual(['', 'CARD-1']);
    expect(new Set(list.map(({ orderNo }: { orderNo: string }) => orderNo)).size).toBe(7);
  });

  test('are signed each, with a nonce of its own', async () => {
    const { list } = await ask('tradeList', { limit: 100 });
    for (const item of list) expect(signParams(item, asker.key)).toBe(item.sign);
    expect(new Set(list.map(({ nonce_str }: { nonce_str: string }) => nonce_str)).size).toBe(list.length);
  });

  test.each<[string, () => Fields, number]>([
    ['cash', () => ({ payStyle: '4' }), 1],
    ['a number for a text', () => ({ payStyle: 4 }), 1],
    ['a list with both commas', () => ({ payStyle: '4，5,8' }), 3],
    ['a style that nobody paid with', () => ({ payStyle: '16' }), 0],
    ['a number that there is not', () => ({ payStyle: '77' }), 0],
    ['the first second', () => ({ startTime: begin, endTime: begin }), 1],
    ['from the second on', () => ({ startTime: begin + 1 }), 7],
    ['to the second', () => ({ endTime: begin + 1 }), 2],
    ['a period as texts', () => ({ startTime: String(begin + 3), endTime: String(begin + 4) }), 2],
    ['nothing after it', () => ({ startTime: begin + 1_000 }), 0],
    ['a machine that sold nothing', () => ({ assetId: idle.machineNo }), 0],
  ])('by %s', async (_, params, count) => {
    const { list, total } = await ask('tradeList', { limit: 100, ...params() });
    expect([list.length, total]).toEqual([count, String(count)]);
  });

  test('come in pages that keep their rows while others are added, and all at once to who asks for 100000', async () => {
    const page = async (cursor: number, limit: number) =>
      (await ask('tradeList', { cursor, limit })).list.map(({ exec_ts: _, ...one }: Record<string, unknown>) => one.orderNo);
    const all = await page(0, 100_000);
    expect(all).toHaveLength(8);
    const first = await page(0, 3);
    await machine.virtual.sell('010', { priceCents: 150, payStyle: 'other' });
    await later();
    const pages = [first, await page(3, 3), await page(6, 3), await page(9, 3)];
    const flat = pages.flat();
    expect(flat.slice(0, 8)).toEqual(all);
    expect(flat).toHaveLength(9);
    const envelope = await ask('tradeList', {});
    expect(envelope).toMatchObject({ result: 'SUCCESS', cursor: '0', limit: '30', total: '9' });
    expect((await ask('tradeList', { limit: 100_000, cursor: 8 })).cursor).toBe('8');
    expect((await ask('tradeList', { limit: 5, cursor: 4_000_000_000_000 })).list).toEqual([]);
  });
});

describe('the statistic', () => {
  test('is a row for each machine, in the order asked for, also where nothing was sold', async () => {
    const assetIds = `${idle.machineNo}， ${machine.machineNo},`;
    const rows: Statistic[] = await ask('statistic', { assetIds, startTime: begin, endTime: begin + 7 });
    expect(rows.map(({ assetId }) => assetId)).toEqual([idle.machineNo, machine.machineNo]);
    expect(rows[0]).toMatchObject({ amount: 0, count: 0, startTime: begin, endTime: begin + 7 });
  });

  test('counts what was paid, fell and was kept; its sums are sums, and what has two spellings is said twice', async () => {
    const [row]: Record<string, number>[] = await ask('statistic', {
      assetIds: machine.machineNo,
      startTime: begin,
      endTime: begin + 6,
    });
    const one = row as Record<string, number>;
    expect(one).toMatchObject({
      ...{ amount: 150 + 160 + 150 + 2 * 1_005, count: 6 },
      ...{ onlineCount: 3, onlineAmount: 150 + 2_010, outlineCount: 3, outlineAmount: 310 },
      ...{ wechatCount: 2, wechatAmount: 2_010, cashCount: 1, cashAmount: 160, swingCardCount: 1, swingCardAmount: 150 },
      ...{ gameCount: 1, gameAmount: 0, otherCount: 1, otherAmount: 150, alipayCount: 0, alipayAmount: 0 },
    });
    for (const what of ['Count', 'Amount'] as const) {
      const total = what === 'Count' ? one.count : one.amount;
      expect((one[`online${what}`] ?? 0) + (one[`outline${what}`] ?? 0)).toBe(total);
      const doubled = new Set([`online${what}`, `outline${what}`, `aliapy${what}`, `othere${what}`]);
      const styles = Object.keys(one).filter((name) => name.endsWith(what) && !doubled.has(name));
      expect(
        styles.reduce((sum, name) => sum + (one[name] ?? 0), 0),
        styles.join(),
      ).toBe(total);
    }
    expect([one.aliapyAmount, one.aliapyCount, one.othereCount]).toEqual([one.alipayAmount, one.alipayCount, one.otherCount]);
  });

  test('has both ends in it', async () => {
    const count = async (startTime: number, endTime: number) =>
      (await ask('statistic', { assetIds: machine.machineNo, startTime, endTime }))[0].count;
    expect(await count(begin, begin)).toBe(1);
    expect(await count(begin + 1, begin + 2)).toBe(0);
    expect(await count(begin + 3, begin + 4)).toBe(2);
    expect(await count(0, 9_999_999_999)).toBeGreaterThan(5);
  });

  test('of more machines than a line of text holds', async () => {
    const assetIds = Array.from({ length: 1_999 }, (_, n) => String(80_000_000 + n)).join('，');
    expectFail(await asker.call('statistic', { assetIds, startTime: begin, endTime: begin }), 20001);
  });
});

describe('a machine', () => {
  test('is told with its place, its box, its shelves and its faults; and beside them its cabinets with their stock', async () => {
    machine.virtual.raiseFault('coin-changer.low-5-jiao');
    await until(
      async () => (await ask('status', { assetId: machine.machineNo })).vendingInfo.faultInfo.length === 1,
      'the fault',
    );
    const status = await ask('status', { assetId: machine.machineNo });
    expect(status).toMatchObject({
      ...{
        assetId: machine.machineNo,
        lines: { name: '京港地铁 14 号线', info: '线路描述信息' },
        areaName: '上海',
        siteName: '启明国际大厦',
      },
      routerInfo: {
        ...{ version: '3.0.16', vcs: '2.0', online: 0, region: { lon: '116.39564514160156', lat: '39.92998504638672' } },
        info: { net: '4G', phone: '13800000000', iccid: '89860000000000000000', ip: '10.0.0.2' },
      },
      vendingInfo: { faultInfo: [{ name: '5角缺币', time: String(now()) }] },
      ...{ result: 'SUCCESS', cursor: '0', limit: '30', total: '2' },
    });
    expect(status.vendingInfo.shelvesInfo).toEqual(
      [
        ['A11', '王老吉', '2001'],
        ['A12', '矿泉水', '2002'],
        ['B21', '王老吉', '2001'],
        ['B22', '绿茶', '2003'],
      ].map(([locationId, goodsName, number]) => ({ locationId, goodsName, number, status: '0', soldoutTime: '' })),
    );
    const [a, b] = status.list;
    expect([a.cid, a.machineType, b.cid, b.machineType]).toEqual([machine.machineNo, 2, 'B', 3]);
    expect(b.shelvesInfo).toMatchObject([
      { locationId: 'B21', stock: 4, capacity: 10, price: 160, goodsNumber: '2001' },
      { locationId: 'B22', stock: 2, capacity: 10, price: 1_005, goodsNumber: '2003' },
    ]);
    expect(
      (await ask('status', { assetId: machine.machineNo, cursor: 1, limit: 1 })).list.map(({ cid }: { cid: string }) => cid),
    ).toEqual(['B']);
    machine.virtual.endFault('coin-changer.low-5-jiao');
  });

  test('that is sold out in a shelf says since when', async () => {
    await machine.virtual.sell('021', { priceCents: 1_005, quantity: 2, payStyle: 'alipay' });
    const at = now();
    await later();
    const { vendingInfo } = await ask('status', { assetId: machine.machineNo });
    expect(vendingInfo.shelvesInfo.at(-1)).toMatchObject({ locationId: 'B22', status: '1', soldoutTime: String(at) });
  });

  test('without its number: all of them, in pages; and a GET is as good as a POST', async () => {
    const { list, total } = await ask('status', { limit: 1, cursor: 1 });
    expect([total, list.length, list[0].assetId]).toEqual(['2', 1, idle.machineNo]);
    expect(list[0]).toMatchObject({ siteName: '二号点', lines: { name: '', info: '' }, areaName: '', routerInfo: { online: 1 } });
    const query = encodeSignedQuery({ clientId: asker.clientId, assetId: machine.machineNo, nonce_str: 'n' }, asker.key);
    const got = await (await fetch(`${hub.url}/osapi/router/status?${query}`)).json();
    expect(got).toMatchObject({ result: 'SUCCESS', assetId: machine.machineNo });
  });
});

describe('places and goods', () => {
  test('lines, by exact names', async () => {
    expect(await ask('lines')).toEqual([
      { name: '京港地铁 14 号线', areaName: '上海', description: '线路描述信息', createTime: begin },
    ]);
    expect(await ask('lines', { areaName: '上海', lineName: '京港地铁 14 号线' })).toHaveLength(1);
    expect(await ask('lines', { areaName: '上' })).toEqual([]);
  });

  test('sites: a machine each', async () => {
    const rows = await ask('sites');
    expect(rows).toMatchObject([
      {
        ...{
          deviceName: `机器 ${machine.machineNo}`,
          areaName: '上海',
          lineName: '京港地铁 14 号线',
          siteName: '启明国际大厦',
          address: '北苑路 1 号',
        },
        ...{
          assetId: machine.machineNo,
          online: 0,
          shelfCount: 5,
          cidCount: 2,
          fireware: '3.0.16',
          vcs: '2.0',
          createTime: begin,
        },
      },
      { assetId: idle.machineNo, lineName: '', areaName: '', siteName: '二号点', online: 1, shelfCount: 1, cidCount: 1 },
    ]);
    expect(await ask('sites', { lineName: '京港地铁 14 号线' })).toHaveLength(1);
    expect(await ask('sites', { lineName: '京港' })).toEqual([]);
    expect(await ask('sites', { cursor: 1, limit: 100_000 })).toMatchObject([{ assetId: idle.machineNo }]);
  });

  test('come in the list envelope by a switch', async () => {
    await asker.set({ wrapPlaces: true });
    for (const name of ['lines', 'sites'] as const) {
      const { body } = await asker.call(name, { limit: 7 });
      expect(body).toMatchObject({ result: 'SUCCESS', cursor: '0', limit: '7', total: name === 'lines' ? '1' : '2' });
    }
    expect(await asker.client.lines()).toHaveLength(1);
    await asker.set({ wrapPlaces: false });
  });

  test('goods, with prices in yuan', async () => {
    const { list, total } = await ask('goods', { limit: 100_000 });
    expect(total).toBe(String(list.length));
    const of = (number: string) => list.find((one: { number: string }) => one.number === number);
    expect(of('2001')).toEqual({
      ...{
        number: '2001',
        name: '王老吉',
        fullName: '王老吉 250ml',
        typeName: '茶饮料',
        price: '1.5',
        packingForm: 1,
        manufacturer: '统一',
      },
    });
    expect([of('2002').price, of('2003').price, of('2002').fullName]).toEqual(['2', '10.05', '矿泉水']);
    expect((await ask('goods', { limit: 1, cursor: 1 })).list).toEqual([list[1]]);
  });
});

describe('since the last refill', () => {
  test('sales by goods and by shelf of each cabinet; after a refill they begin anew, and it is among the notices', async () => {
    const { salesInfo, shelvesInfo } = await ask('sales', { assetId: machine.machineNo });
    const sums = (infos: { goodsNumber: string; goodsSales: number }[]) =>
      infos.map(({ goodsNumber, goodsSales }) => [goodsNumber, goodsSales]);
    expect(salesInfo.map(({ cid }: { cid: string }) => cid)).toEqual([machine.machineNo, 'B']);
    // The one that failed and the one given back are not among them.
    expect(sums(salesInfo[0].goodsInfo)).toEqual([['2001', 3]]);
    expect(sums(salesInfo[1].goodsInfo)).toEqual([
      ['2001', 1],
      ['2003', 5],
    ]);
    expect(shelvesInfo[1].shelfInfo).toMatchObject([
      { locationId: 'B21', goodsNumber: '2001', goodsName: '王老吉', goodsSales: 1, goodsId: expect.stringMatching(/^\d+$/) },
      { locationId: 'B22', goodsNumber: '2003', goodsSales: 5 },
    ]);

    const { slotId } = await machine.product('B22');
    const refilledAt = now();
    await refillSlots(hub.ledger, {
      ...{ merchantId: hub.merchant.id, machineId: machine.id, source: 'test', cause },
      slots: [{ slotId, quantity: 3 }],
    });
    await hub.settle();
    const after = await ask('sales', { assetId: machine.machineNo });
    expect(after.salesInfo).toEqual([
      { cid: machine.machineNo, goodsInfo: [] },
      { cid: 'B', goodsInfo: [] },
    ]);
    const { message } = await ask('refillMessages', { assetId: machine.machineNo });
    expect(message).toHaveLength(1);
    const [{ paySales, shelfPaySales, ...head }] = message;
    expect(head).toEqual({
      ...{ assetId: machine.machineNo, siteName: '启明国际大厦', siteNumber: 'S-1', lineName: '京港地铁 14 号线' },
      ...{ lastRefillTime: 0, refillTime: refilledAt },
    });
    expect(
      Object.fromEntries(
        paySales.map((one: { name: string; sales: number; units: number }) => [one.name, [one.sales, one.units]]),
      ),
    ).toEqual({
      ...{ total: [150 + 160 + 150 + 2_010 + 150 + 2_010, 9], cash: [160, 1], cashless: [4_470, 8] },
      ...{ swingCard: [150, 1], wechat: [2_010, 2], game: [0, 1], qrcodepay: [150, 1], other: [150, 1], alipay: [2_010, 2] },
    });
    const shelf = shelfPaySales.find((one: { locationId: string }) => one.locationId === 'B22');
    expect(shelf).toMatchObject({ cid: 'B', goodsNumber: '2003', price: 1_005, stock: 3, refillCount: 3 });
    expect(shelf.paySales.slice(0, 3)).toEqual([
      { name: 'total', sales: 4_020, units: 5 },
      { name: 'cash', sales: 0, units: 0 },
      { name: 'cashless', sales: 4_020, units: 5 },
    ]);
    // A shelf that sold nothing has its three sums all the same.
    const quiet = shelfPaySales.find((one: { locationId: string }) => one.locationId === 'A12');
    expect(quiet.paySales.map(({ name, units }: { name: string; units: number }) => [name, units])).toEqual([
      ['total', 0],
      ['cash', 0],
      ['cashless', 0],
    ]);
    const found = async (params: Fields) => (await ask('refillMessages', params)).message.length;
    expect(await found({ siteNumber: 'S-1' })).toBe(1);
    expect(await found({ siteNumber: 'S-2' })).toBe(0);
    expect(await found({ startTime: refilledAt, endTime: refilledAt })).toBe(1);
    expect(await found({ startTime: refilledAt + 1 })).toBe(0);
  });
});

describe('a pickup code', () => {
  test.each<[string, () => Fields]>([
    ['for nothing more', () => ({})],
    ['for a machine', () => ({ assetId: machine.machineNo })],
    ['for a good', () => ({ productCode: '2001' })],
    ['for both, with times', () => ({ assetId: machine.machineNo, productCode: '2001', startTime: now(), endTime: now() + 60 })],
  ])('%s is made: 7 digits', async (_, params) => {
    expect((await ask('createCode', params())).code).toMatch(pickupCodePattern);
  });

  test.each<[string, () => Fields, number, RegExp]>([
    ['a machine that there is not', () => ({ assetId: '99999999' }), 20001, /no such machine/],
    ['goods that there are not', () => ({ productCode: 'x' }), 20002, /no such goods/],
    ['an end that is past', () => ({ endTime: now() }), 10001, /endTime/],
    ['an end before its start', () => ({ startTime: now() + 9, endTime: now() + 8 }), 10001, /endTime/],
    ['a time that is none', () => ({ startTime: 'soon' }), 10001, /startTime/],
  ])('for %s is refused', async (_, params, code, error) => {
    expectFail(await asker.call('createCode', params()), code, error);
  });
});
