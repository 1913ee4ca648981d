import { OwithoError, outStatuses, owithoPlatformClient, owithoThirdPartyClient } from '@polyvend/protocols/owitho';
import { afterEach, describe, expect, test } from 'vitest';
import { manualClock } from '../shared/manual-clock.ts';
import { account, machineOf, startOwitho } from '../testing/owitho.fixture.ts';
import type { PlatformOrder } from './platform-orders.ts';

type Both = Awaited<ReturnType<typeof startOwitho>>;
let running: Both[] = [];
async function start(changes?: Parameters<typeof startOwitho>[0]): Promise<Both> {
  const both = await startOwitho(changes);
  running.push(both);
  return both;
}
afterEach(async () => {
  for (const both of running) await both.stop();
  running = [];
});

const appId = account.appId;
const one = { appId, machineCode: 'M1', lines: [{ slotNum: '01', quantity: 1 }] };
const three = { appId, machineCode: 'M1', lines: [{ slotNum: '01', quantity: 3 }] };

describe('a sale', () => {
  test('is noticed, dispensed and called back; the discount is split', async () => {
    const { platform, third } = await start();
    await third.syncSkus();
    await third.syncMachines();
    expect(platform.skus(appId)).toHaveLength(3);
    expect(platform.machines(appId)[0]?.slotList).toHaveLength(3);

    const order = await platform.sell({ ...three, discount: 100 });
    expect(order).toMatchObject({ toldBy: 'callback', refunded: 0, conflicts: [], outcome: { outStatus: 200 } });
    expect(order.notice.orderDetailList.map(({ quantity, actualPrice }) => [quantity, actualPrice])).toEqual([
      [2, 167],
      [1, 166],
    ]);
    expect(third.drops).toHaveLength(3);
    expect(third.layout('M1').slotList[0]?.currentInventory).toBe(7);
    expect(third.received.map(({ path, code }) => [path, code])).toEqual([
      ['/machine/query', 200],
      ['/order/notice', 200],
    ]);
    expect(await third.waitForCallback(() => true)).toMatchObject({ accepted: true, fate: 'prompt' });
    expect(await third.client.testSign('M1')).toMatchObject({ machineCode: 'M1' });
  });

  test('of which a part fails is refunded for what failed', async () => {
    const { platform, third } = await start();
    third.script([{ units: ['drop', 'jam', 'drop'] }]);
    const order = await platform.sell({ ...three, discount: 100 });
    expect(order.outcome?.outDetailList.map(({ status }) => status)).toEqual([200, 400, 400]); // the jam took the slot with it
    expect([order.outcome?.outStatus, order.refunded, third.drops.length]).toEqual([300, 167 + 166, 1]);
    expect(third.layout('M1').slotList[0]?.slotStatus).toBe(1);
    third.clearFault('M1', '01');
    third.restock('M1', '01');
    expect((await platform.sell(one)).outcome?.outStatus).toBe(outStatuses.dispensed);
  });

  test('at a machine that is offline fails whole', async () => {
    const { platform, third } = await start();
    third.setStatus('M1', 20);
    expect(await platform.sell(three)).toMatchObject({ outcome: { outStatus: 400 }, refunded: 600 });
    await expect(platform.sell({ appId, machineCode: 'M1' })).rejects.toThrow('nothing for sale');
    await expect(platform.sell({ ...one, machineCode: 'M9' })).rejects.toThrow(OwithoError);
  });

  test('of which no callback comes is asked for', async () => {
    const { platform, third } = await start({ platform: { behaviour: { callbackMs: 30 } } });
    third.script([{ callback: 'never' }, { callback: 'twice' }]);
    expect(await platform.sell(one)).toMatchObject({ toldBy: 'query', outcome: { outStatus: 200 } });
    platform.behave({ callbackMs: 45_000 });
    expect(await platform.sell(one)).toMatchObject({ toldBy: 'callback' });
    for (let copy = 0; copy < 2; copy++) expect(await third.waitForCallback(({ fate }) => fate === 'twice')).toBeDefined();
  });

  test('of which the callback contradicts the query is kept both ways', async () => {
    // Time passes there when it is told to: the callback is late for certain.
    const clock = manualClock(new Date());
    const { platform, third } = await start({ platform: { behaviour: { callbackMs: 20 } }, third: { clock } });
    third.script([{ callback: 'late', lateMs: 100 }, { callback: 'contrary' }]);
    const sell = async () => {
      const selling = platform.sell(one);
      await third.waitFor(({ path }) => path === '/order/notice');
      await clock.advance(10);
      return await selling;
    };
    const late = await sell();
    expect(late.toldBy).toBe('query');
    await clock.advance(100);
    await third.waitForCallback(({ fate }) => fate === 'late');
    expect(late.conflicts).toEqual([]);
    platform.behave({ callbackMs: 45_000 });

    const order = await sell();
    expect(order).toMatchObject({ toldBy: 'callback', outcome: { outStatus: 400 }, refunded: 200 });
    expect(third.outcome(order.notice.orderViewId)?.outStatus).toBe(200);
    const truth = third.outcome(order.notice.orderViewId);
    if (truth === undefined || truth.outStatus === 100) return expect.unreachable();
    await third.client.orderCallback({ ...truth, outStatus: truth.outStatus });
    expect(order.conflicts).toEqual([truth]);
    expect(order.outcome?.outStatus).toBe(400);
  });

  test('that is refused for as long as it may be is given up and refunded', async () => {
    let now = Date.now();
    const clock = { now: () => new Date(now) };
    const { platform, third } = await start({ platform: { clock, behaviour: { noticeMs: 300 } } });
    third.script([{ refuse: true }]);
    const selling = platform.sell(one);
    for (let times = 0; times < 2; times += 1) await third.waitFor(({ path }) => path === '/order/notice');
    now += 300;
    expect(await selling).toMatchObject({ toldBy: 'nobody', outcome: undefined, refunded: 200 });
    expect(third.received.filter(({ path }) => path === '/order/notice').length).toBeGreaterThan(1);
    expect(third.drops).toEqual([]);
  });

  test('that is refunded under way drops no more', async () => {
    const clock = manualClock(new Date());
    const { platform, third } = await start({ third: { clock, behaviour: { dispenseMs: [300, 300] } } });
    const selling = platform.sell(three);
    await third.waitFor(({ path }) => path === '/order/notice');
    await platform.refund('XBL00000000000001');
    await clock.advance(1_000);
    const order = await selling;
    expect(third.drops).toEqual([]);
    expect(order).toMatchObject({ refunded: 600, outcome: { outStatus: 400 } });
  });
});

describe('a bad wire', () => {
  const bad = { loseRequest: 0.1, loseAnswer: 0.1, repeat: 0.2, delay: 0.2, delayMs: [1, 20] } as const;

  async function day(seed: number) {
    const { platform, third } = await start({
      platform: { seed, behaviour: { calls: bad, answers: bad, refuseCallback: 0.1, callbackMs: 500 } },
      third: {
        seed,
        machines: [machineOf('M1', 4, 100), machineOf('M2', 4, 100)],
        behaviour: { calls: bad, answers: bad, fail: 0.1, noCallback: 0.1, repeatCallback: 0.1 },
      },
    });
    const sell = async (count: number): Promise<PlatformOrder> => {
      const wish = { appId, machineCode: count % 2 ? 'M1' : 'M2' };
      return platform.sell(wish).catch(() => sell(count)); // the look at the machine was lost
    };
    const sold = await Promise.all(Array.from({ length: 40 }, (_, count) => sell(count)));
    return { platform, third, sold };
  }

  test('loses and repeats, and what the platform books is what fell', async () => {
    const { platform, third, sold } = await day(5);
    const booked = platform.orders.flatMap(({ outcome }) => outcome?.outDetailList ?? []);
    expect(booked.filter(({ status }) => status === 200)).toHaveLength(third.drops.length);
    expect(platform.orders.filter(({ conflicts }) => conflicts.length > 0)).toEqual([]);
    expect(sold.every(({ outcome }) => outcome !== undefined)).toBe(true);
    const notices = third.received.filter(({ path }) => path === '/order/notice');
    expect(notices.length).toBeGreaterThan(sold.length);
    expect(notices.some(({ answered, code }) => !answered && code === 200)).toBe(true);
    expect(notices.some(({ code }) => code === undefined)).toBe(true);
  });
});

describe('tokens', () => {
  test('overlap, end, and are limited in a day', async () => {
    let now = Date.parse('2025-06-01T00:00:00Z');
    const clock = { now: () => new Date(now) };
    const { platform } = await start({ platform: { clock, tokens: { perDay: 4 } }, third: { clock } });
    const client = (accessToken: string) =>
      owithoPlatformClient({
        ...account,
        baseUrl: platform.baseUrl,
        clock,
        tokens: { token: async () => accessToken, renew: async () => accessToken },
      });
    const first = await client('').getAccessToken();
    expect(first.expireTime.getTime() - now).toBe(86_400_000);
    const second = await client('').getAccessToken();
    for (const { accessToken } of [first, second]) await client(accessToken).syncSkus([]);
    now += 5 * 60_000 + 1;
    await client(second.accessToken).syncSkus([]);
    await expect(client(first.accessToken).syncSkus([])).rejects.toMatchObject({ code: 40002 });
    await client('').getAccessToken();
    await client('').getAccessToken();
    await expect(client('').getAccessToken()).rejects.toMatchObject({ code: 40000 });
    now += 86_400_000;
    await client('').getAccessToken();
  });

  test('that end early are renewed, and calls to the third party go on meanwhile', async () => {
    const { platform, third } = await start();
    await third.syncSkus();
    platform.endTokens(appId);
    expect(await platform.sell(one)).toMatchObject({ toldBy: 'callback' }); // the notice is signed with the secret key
    expect(platform.received.map(({ path, code }) => [path, code])).toEqual([
      ['/getAccessToken', 200],
      ['/sku/sync', 200],
      ['/order/callback', 40002],
      ['/getAccessToken', 200],
      ['/order/callback', 200],
    ]);
  });
});

describe('strangers', () => {
  test('are refused in the protocol’s order', async () => {
    const { platform, third } = await start();
    const errorOf = (call: Promise<unknown>) =>
      call.then(
        () => expect.unreachable(),
        (error: OwithoError) => error.code,
      );
    const caller = (changes: { appId?: string; secretKey?: string; clock?: { now(): Date } }) =>
      owithoThirdPartyClient({ ...account, baseUrl: third.baseUrl, tokens: () => [], ...changes });
    expect(await errorOf(caller({ appId: 'x', secretKey: 'x' }).machineQuery('M1'))).toBe(40001);
    const late = { now: () => new Date(Date.now() - 301_000) };
    expect(await errorOf(caller({ clock: late, secretKey: 'x' }).machineQuery('M1'))).toBe(40004);
    expect(await errorOf(caller({ secretKey: 'x' }).machineQuery('M1'))).toBe(40002);
    expect(await errorOf(caller({}).orderQuery('none'))).toBe(40000);
    const body = '{"appId":"x","data":7}';
    const answer = await fetch(`${third.baseUrl}/order/notice`, { method: 'POST', body });
    expect(await answer.json()).toEqual({ code: '40000', msg: expect.stringMatching(/^data must be a text/), data: '' });
    const unknown = owithoPlatformClient({ ...account, appId: 'x', baseUrl: platform.baseUrl });
    expect(await errorOf(unknown.syncSkus([]))).toBe(40001);
    const outcome = {
      orderViewId: 'none',
      outStatus: 200,
      outDetailList: [{ slotNum: '01', skuCode: 'a', status: 200 }],
    } as const;
    expect(await errorOf(third.client.orderCallback(outcome))).toBe(50002);
  });
});
