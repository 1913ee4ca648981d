import { afterAll, beforeAll, expect, test } from 'vitest';
import { testChannel } from '../../testing/channel.ts';
import { foreignShop } from '../../testing/foreign.ts';
import { foreignTrade } from '../../testing/foreign-trade.ts';
import { answer, byTest, place, sendOut, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { projectAll } from '../../testing/sales.ts';
import { placeMachine } from '../places/place-machine.ts';
import { putLine } from '../places/put-line.ts';
import { putSite } from '../places/put-site.ts';
import { refillSlots } from '../refills/refill-slots.ts';
import { browseSettlements } from './browse-settlements.ts';
import { browseTrades, type TradeQuery } from './browse-trades.ts';
import { findNames, type NamedKind } from './find-names.ts';
import { type PayStyle, payStyles } from './pay-style.ts';
import { periodOf } from './period.ts';
import { putForeignTrades } from './put-foreign-trades.ts';

let ledger: TestLedger;
let shops: [TestShop, TestShop];
beforeAll(async () => {
  ledger = await testLedger();
  const first = await testShop(ledger, { slots: [{ onHand: 100, capacity: 100 }] });
  shops = [first, await testShop(ledger, { of: first, slots: [{ onHand: 100, capacity: 100 }] })];
});
afterAll(() => ledger.drop());

const merchantId = () => shops[0].merchantId;

async function everyPage(query: Omit<TradeQuery, 'merchantId' | 'limit'>): Promise<number[]> {
  const ids: number[] = [];
  for (let after = query.after; ; ) {
    const page = await browseTrades(ledger, { ...query, merchantId: merchantId(), after, limit: 7 });
    ids.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (!last || page.length < 7) return ids;
    after = { createdAt: last.createdAt, id: last.id };
  }
}

test('trades, the latest first: pages put together are all that fit, also those of one moment', async () => {
  const upstream = { merchantId: merchantId(), upstreamIntegrationId: shops[0].integrationId };
  const trades = Array.from({ length: 60 }, (_, n) =>
    foreignTrade({
      upstreamTradeId: `b${n}`,
      machineId: shops[n % 2]?.machineId ?? 0,
      // Four of each moment.
      createdAt: new Date(ledger.clock.now().getTime() + Math.floor(((n * 7) % 60) / 4) * 1_000),
      payStyle: payStyles[n % 3] ?? 'other',
      ...(n % 5 === 0 && { refundState: 'refunded' as const }),
      ...(n % 7 === 0 && { deliverState: 'failed' as const }),
    }),
  );
  await putForeignTrades(ledger, upstream, trades, byTest);
  const rows = await ledger.rows<{ id: number; machine_id: number; pay_style: PayStyle; created_at: Date; refund_state: string }>(
    'select * from trades where merchant_id = $1 order by created_at desc, id desc',
    [merchantId()],
  );
  const idsOf = (keep: (row: (typeof rows)[number]) => boolean) => rows.filter(keep).map(({ id }) => id);
  expect(await everyPage({ filter: {} })).toEqual(idsOf(() => true));
  const [{ machineId }] = shops;
  expect(await everyPage({ filter: { machineIds: [machineId] } })).toEqual(idsOf((row) => row.machine_id === machineId));
  expect(await everyPage({ filter: { scope: [machineId], payStyles: ['wechat'] } })).toEqual(
    idsOf((row) => row.machine_id === machineId && row.pay_style === 'wechat'),
  );
  expect(await everyPage({ filter: { refundStates: ['refunded'] } })).toEqual(idsOf((row) => row.refund_state === 'refunded'));
  const [from, until] = [rows[40]?.created_at as Date, rows[10]?.created_at as Date];
  expect(await everyPage({ filter: {}, from, until })).toEqual(idsOf((row) => row.created_at >= from && row.created_at < until));
  const stranger = await testShop(ledger);
  expect(await browseTrades(ledger, { merchantId: stranger.merchantId, filter: { machineIds: [machineId] }, limit: 10 })).toEqual(
    [],
  );
});

test('settlements, the latest first, with what they settled by pay style', async () => {
  const [shop, other] = shops;
  for (const one of [shop, shop, other]) {
    const { command } = await sendOut(ledger, one);
    await answer(ledger, one, command);
    ledger.clock.advance(60);
    const slots = [{ slotId: one.slots[0]?.id ?? 0, quantity: 1 }];
    await refillSlots(ledger, { merchantId: merchantId(), machineId: one.machineId, slots, source: 'test', cause: byTest });
    await projectAll(ledger);
    ledger.clock.advance(60);
  }
  const all = await browseSettlements(ledger, { merchantId: merchantId(), limit: 10 });
  expect(all.map(({ machineId }) => machineId)).toEqual([other.machineId, shop.machineId, shop.machineId]);
  expect(all[1]).toMatchObject({ units: 1, amountCents: 300, sales: [{ payStyle: 'qrcode', units: 1, amountCents: 300 }] });
  const [first] = all;
  const rest = await browseSettlements(ledger, { merchantId: merchantId(), after: first, limit: 10 });
  expect(rest).toEqual(all.slice(1));
  expect(await browseSettlements(ledger, { merchantId: merchantId(), scope: [other.machineId], limit: 10 })).toEqual([first]);
  expect(await browseSettlements(ledger, { merchantId: merchantId(), until: all[1]?.refilledAt, limit: 10 })).toEqual(
    all.slice(2),
  );
  const stranger = await testShop(ledger);
  expect(await browseSettlements(ledger, { merchantId: stranger.merchantId, machineIds: [shop.machineId], limit: 10 })).toEqual(
    [],
  );
});

test('names are found by any part, and by id; another merchant’s are not', async () => {
  const [shop, other] = shops;
  const find = (text: string, more = {}) => findNames(ledger, merchantId(), 'machine', { find: text, limit: 10, ...more });
  expect((await find(shop.machineNo.slice(2))).map(({ id }) => id)).toContain(shop.machineId);
  expect((await find('no such', { ids: [other.machineId] })).map(({ id }) => id)).toEqual([other.machineId]);
  expect((await find('', { scope: [other.machineId] })).map(({ id }) => id)).toEqual([other.machineId]);
  const stranger = await testShop(ledger);
  expect(await find('', { ids: [stranger.machineId], scope: [stranger.machineId] })).toEqual([]);
});

test('who has some machines alone finds the places and the channels of these, and no others', async () => {
  const shop = await testShop(ledger);
  const other = await testShop(ledger, { of: shop });
  const mall = await testChannel(ledger, shop);
  for (const [{ machineNo }, n] of [
    [shop, 1],
    [other, 2],
  ] as const) {
    await putLine(ledger, { merchantId: shop.merchantId, name: `line ${n}` });
    await putSite(ledger, { merchantId: shop.merchantId, number: `S${n}`, name: `site ${n}`, line: `line ${n}` });
    await placeMachine(ledger, { merchantId: shop.merchantId, machineNo, siteNumber: `S${n}`, cause: byTest });
  }
  await place(ledger, shop);
  await place(ledger, other, 1, { integrationId: mall });
  const found = async (kind: NamedKind, scope?: number[]) =>
    (await findNames(ledger, shop.merchantId, kind, { find: '', scope, limit: 10 })).map(({ id, name }) =>
      kind === 'channel' ? id : name,
    );
  const mine = [shop.machineId];
  expect([await found('site'), await found('site', mine), await found('site', [])]).toEqual([
    ['site 1', 'site 2'],
    ['site 1'],
    [],
  ]);
  expect([await found('line'), await found('line', mine)]).toEqual([['line 1', 'line 2'], ['line 1']]);
  expect(new Set(await found('channel'))).toEqual(new Set([shop.integrationId, mall]));
  expect(await found('channel', mine)).toEqual([shop.integrationId]);
  expect(await found('goods', mine)).toEqual(['Cola']);
  // By its id neither, and what another platform's machine sold was sold through that platform.
  expect(await findNames(ledger, shop.merchantId, 'channel', { find: 'none', ids: [mall], scope: mine, limit: 10 })).toEqual([]);
  const foreign = await foreignShop(ledger, shop);
  const [machine] = await ledger.rows<{ id: number }>('select id from machines where machine_no = $1', [foreign.foreignNo]);
  expect(await found('channel', [machine?.id ?? 0])).toEqual([foreign.upstreamIntegrationId]);
});

test('a period is whole days of the merchant', async () => {
  expect(await periodOf(ledger, merchantId(), { from: '2025-03-01', to: '2025-03-02' })).toEqual({
    from: new Date('2025-02-28T16:00:00Z'),
    until: new Date('2025-03-02T16:00:00Z'),
  });
  expect(await periodOf(ledger, merchantId(), {})).toEqual({ from: undefined, until: undefined });
});
