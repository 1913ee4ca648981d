import {
  calls,
  problemsOf,
  pushes,
  readMachinePush,
  readRefillPush,
  readSigned,
  readStatusPush,
  readTradeItem,
  readTradePush,
  smartVendingClient,
} from '@polyvend/protocols/smart-vending';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '../../shared/manual-clock.ts';
import { type Customer, createCustomer } from '../create-customer.ts';
import { createUpstreamPlatform, type UpstreamPlatform, type UpstreamPlatformOptions } from './create-upstream-platform.ts';

const credentials = { clientId: '2066000001', key: 'TESTKEY0000000000000000000000001' };
const clock = manualClock();
let customer: Customer;
let platform: UpstreamPlatform;
const platforms: UpstreamPlatform[] = [];
async function open(options: Partial<UpstreamPlatformOptions> = {}) {
  const opened = await createUpstreamPlatform({
    ...credentials,
    clock,
    pushUrls: customer.pushUrls,
    mallUrl: customer.url,
    ...options,
  });
  platforms.push(opened);
  return opened;
}
beforeEach(async () => {
  customer = await createCustomer({ ...credentials, clock });
  platform = await open();
});
afterEach(async () => {
  for (const one of platforms.splice(0)) await one.close();
  await customer.close();
});

const told = () =>
  customer.received.map(({ push, params: { deliverStatus, refundStatus } }) => [push, deliverStatus, refundStatus]);

describe('pushes', () => {
  test('have every field, exactly', async () => {
    platform.happen(40);
    platform.changeStatus(undefined, { faults: ['coinLacks5', 'cabinet2'], online: false });
    platform.sell({ payStyle: 8 });
    platform.refill();
    await platform.deliver();
    expect(new Set(customer.received.map(({ push }) => push))).toEqual(new Set(Object.keys(pushes)));
    for (const { push, params, verified } of customer.received) {
      expect(verified).toBe(true);
      expect(problemsOf(pushes[push].fields, { ...params })).toEqual([]);
      const read = {
        machine: readMachinePush,
        trade: readTradePush,
        prize: readTradePush,
        status: readStatusPush,
        refill: readRefillPush,
      }[push];
      expect(() => read(params)).not.toThrow();
    }
  });

  test('tell how a trade goes, as it was at the time', async () => {
    await platform.deliver();
    const trade = platform.sell({ outcome: 'pending' });
    platform.finish(trade);
    platform.refund(trade);
    await platform.deliver();
    expect(told().slice(3)).toEqual([
      ['trade', '-1', '0'],
      ['trade', '0', '0'],
      ['trade', '0', '2'],
    ]);
  });

  test('that are not taken go again, and those of no URL do not', async () => {
    customer.behave({ kind: 'refuse' }, 'refill');
    platform.refill();
    expect((await platform.deliver()).map(({ received }) => received)).toEqual([true, true, true, false]);
    expect(platform.waiting).toBe(1);
    customer.behave({ kind: 'ok' }, 'refill');
    await platform.deliver();
    const silent = await open({ pushUrls: {} });
    silent.sell();
    expect([platform.waiting, await silent.deliver(), silent.waiting]).toEqual([0, [], 0]);
  });

  test('are lost, repeated and shuffled, the same by the same seed', async () => {
    const run = async (seed: number) => {
      const before = customer.received.length;
      const one = await open({ seed });
      one.happen(30);
      const sent = await one.deliver({ lose: 0.2, repeat: 0.2, reorder: true });
      return sent.length > 0 ? customer.received.slice(before).map(({ params: { nonce_str, sign, ...params } }) => params) : [];
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(new Set(first.map((params) => JSON.stringify(params))).size).toBeLessThan(first.length);
  });

  test('a refill settles what was sold since the last', async () => {
    platform.sell({ payStyle: 4, price: 300 });
    platform.refund(platform.sell({ price: 500 }));
    platform.sell({ outcome: 'failed' });
    platform.sell({ price: 200 });
    platform.refill();
    platform.sell({ price: 100 });
    platform.refill();
    await platform.deliver();
    const refills = customer.received.filter(({ push }) => push === 'refill').map(({ params }) => readRefillPush(params));
    const sums = refills.map(({ paySales }) => paySales.map(({ name, sales, units }) => `${name} ${sales} ${units}`));
    expect(sums).toEqual([
      ['total 500 2', 'cash 300 1', 'cashless 200 1', 'wechat 200 1'],
      ['total 100 1', 'cash 0 0', 'cashless 100 1', 'wechat 100 1'],
    ]);
    expect(refills.map(({ shelfPaySales: [shelf] }) => [shelf?.stock, shelf?.refillCount])).toEqual([
      [10, 3],
      [10, 1],
    ]);
  });
});

describe('polling', () => {
  const hub = (sender = credentials) => smartVendingClient({ baseUrl: platform.url, ...sender });

  test('answers have every field, exactly', async () => {
    platform.happen(20);
    const trades = await hub().tradeList({ limit: 100_000 });
    expect(problemsOf(calls.tradeList.answer, trades)).toEqual([]);
    expect([trades.total, trades.list.length]).toEqual([String(platform.trades.length), platform.trades.length]);
    for (const item of trades.list) {
      const message = readSigned({ body: JSON.stringify(item) });
      expect(message.ok && message.verify(credentials.key)).toBe(true);
      expect(() => readTradeItem(item)).not.toThrow();
    }
    const machines = await hub().machines();
    expect(problemsOf(calls.status.answer, machines)).toEqual([]);
    const status = await hub().status(machines.list[1]?.assetId ?? '');
    expect(problemsOf(calls.status.answer, status)).toEqual([]);
    expect(status.list[0]?.shelvesInfo.map(({ stock }) => stock)).toEqual(
      platform.machines[1]?.shelves.map(({ stock }) => stock),
    );
    expect(problemsOf(calls.lines.answer, await hub().lines())).toEqual([]);
    const sites = await hub().sites({ lineName: '2号线' });
    expect([problemsOf(calls.sites.answer, sites), sites.map(({ assetId }) => assetId)]).toEqual([
      [],
      [platform.machines[1]?.assetId],
    ]);
    const goods = await hub().goods({ cursor: 1, limit: 2 });
    expect([problemsOf(calls.goods.answer, goods), goods.list.map(({ price }) => price)]).toEqual([[], ['4.50', '5.00']]);
  });

  test('trades by machine, period and way of paying', async () => {
    const first = platform.sell({ payStyle: 4 });
    await clock.advance(60_000);
    const second = platform.sell({ assetId: platform.machines[1]?.assetId ?? '', payStyle: 3 });
    const at = Math.floor(second.createdAt.getTime() / 1_000);
    const ids = async (params: object) => (await hub().tradeList(params)).list.map(({ orderNo }) => orderNo);
    expect(await ids({})).toEqual([first.orderNo, second.orderNo]);
    expect(await ids({ assetId: first.machine.assetId })).toEqual([first.orderNo]);
    expect(await ids({ startTime: at, endTime: at })).toEqual([second.orderNo]);
    expect(await ids({ endTime: at - 1 })).toEqual([first.orderNo]);
    expect(await ids({ payStyle: '2,3' })).toEqual([second.orderNo]);
    expect(await ids({ cursor: 1, limit: 1 })).toEqual([second.orderNo]);
  });

  test('bad questions fail, and it fails as told', async () => {
    await expect(hub({ ...credentials, key: 'x' }).goods()).rejects.toMatchObject({ code: '10003' });
    await expect(hub().status('1')).rejects.toMatchObject({ code: '20001' });
    await expect(hub().goods({ limit: -1 })).rejects.toThrow('limit must be at least 0');
    await expect(hub().sales('1')).rejects.toMatchObject({ code: '40400' });
    platform.behave({ kind: 'status', status: 502 });
    await expect(hub().goods()).rejects.toMatchObject({ status: 502 });
  });
});

describe('a pickup code', () => {
  const code = '4383743';
  const goodsNum = () => platform.goods[2]?.number ?? '';
  beforeEach(() => customer.sellCode({ code, goodsNum: goodsNum(), fee: 500 }));

  test('is checked, dispensed and used', async () => {
    const typed = await platform.typeCode(code);
    expect(typed).toMatchObject({ result: 'served', uses: 1, trade: { payStyle: 7, deliver: 'dispensed' } });
    expect(typed.trade?.shelf.goods.number).toBe(goodsNum());
    expect(customer.codeFate(code)).toEqual({ checks: 1, uses: 1, used: true });
    expect(await platform.typeCode(code)).toEqual({ result: 'refused', uses: 0 });
    expect(await platform.typeCode('1')).toMatchObject({ result: 'refused', error: { code: '30001' } });
  });

  test('is used until the mall says so', async () => {
    customer.behave({ kind: 'first', times: 2, fail: { kind: 'reset' } }, 'use');
    expect(await platform.typeCode(code, { useAgain: true })).toMatchObject({ result: 'served', uses: 4 });
    expect(customer.codeFate(code).uses).toBe(4);
  });

  test('stays unused where the mall is out, and nothing falls without a check', async () => {
    customer.behave({ kind: 'status', status: 503 }, 'use');
    expect(await platform.typeCode(code, { attempts: 2 })).toMatchObject({ result: 'unused', uses: 2 });
    customer.behave({ kind: 'reset' }, 'check');
    expect(await platform.typeCode(code)).toEqual({ result: 'unknown', uses: 0 });
    expect(platform.trades).toHaveLength(1);
    customer.behave({ kind: 'ok' });
    customer.sellCode({ code: '7', goodsNum: 'none of these', fee: 0 });
    customer.behave({ kind: 'ok' }, 'check');
    expect(await platform.typeCode('7')).toEqual({ result: 'sold-out', uses: 0 });
  });
});

test('a shelf that runs empty is told, and a machine that has nothing sells nothing', async () => {
  const small = await open({ shelves: 1, capacity: 1, machines: 1 });
  small.sell();
  expect(() => small.sell()).toThrow('Nothing to sell');
  await small.deliver();
  expect(told()).toEqual([
    ['machine', undefined, undefined],
    ['trade', '-1', '0'],
    ['trade', '0', '0'],
    ['status', undefined, undefined],
  ]);
  expect(readStatusPush(customer.received[3]?.params ?? {}).shelvesState).toMatchObject([{ shelvesId: '1', soldOut: true }]);
});
