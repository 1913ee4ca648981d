import { afterAll, beforeAll, expect, test } from 'vitest';
import { testChannel } from '../../testing/channel.ts';
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
import { makeGood } from '../making-good/make-good.ts';
import { changeOrder } from './change-order.ts';
import { listChannels } from './list-channels.ts';
import { listOrders, type OrderFilter } from './list-orders.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

async function ids({ merchantId }: TestShop, filter: Partial<OrderFilter> = {}): Promise<number[]> {
  return (await listOrders(ledger, { merchantId, machineIds: null, limit: 50, ...filter })).map(({ id }) => id);
}

test('pages are newest first, each order on one of them, though many came at one time', async () => {
  const shop = await testShop(ledger, { slots: [{ onHand: 30 }] });
  const placed: number[] = [];
  for (let n = 0; n < 11; n += 1) {
    placed.unshift((await place(ledger, shop)).id);
    if (n % 4 === 0) ledger.clock.advance(60);
  }
  const pages: number[][] = [];
  for (let after: number | undefined; ; ) {
    const page = await ids(shop, { limit: 4, after });
    if (page.length === 0) break;
    pages.push(page);
    after = page.at(-1);
  }
  expect(pages.map(({ length }) => length)).toEqual([4, 4, 3]);
  expect(pages.flat()).toEqual(placed);
  expect(await ids(await testShop(ledger))).toEqual([]);
  expect(await ids(shop, { after: 999_999_999 })).toEqual([]);
});

test('by machine, those of some machines, by state, channel and time', async () => {
  const shop = await testShop(ledger);
  const other = await testShop(ledger, { of: shop });
  const channel = await testChannel(ledger, shop);
  const first = await placePaid(ledger, shop);
  ledger.clock.advance(3600);
  const noon = ledger.clock.now();
  const second = await place(ledger, other);
  const third = await place(ledger, shop, 1, { integrationId: channel });
  const { merchantId, machineId } = shop;
  await changeOrder(ledger, { merchantId, machineId, orderId: third.id, to: 'closed', cause: byTest });
  const channels = async (machineIds?: number[]) =>
    (await listChannels(ledger, shop.merchantId, machineIds)).map(({ id }) => id).toSorted((a, b) => a - b);
  expect(await channels()).toEqual([shop.integrationId, channel]);
  expect([await channels([other.machineId]), await channels([])]).toEqual([[shop.integrationId], []]);
  expect(await ids(shop)).toEqual([third.id, second.id, first.id]);
  expect(await ids(shop, { machineIds: [machineId] })).toEqual([third.id, first.id]);
  expect(await ids(shop, { machineIds: [other.machineId, machineId], limit: 2 })).toEqual([third.id, second.id]);
  expect(await ids(shop, { machineIds: [] })).toEqual([]);
  expect(await ids(shop, { state: 'paid' })).toEqual([first.id]);
  expect(await ids(shop, { state: 'closed', machineIds: [other.machineId] })).toEqual([]);
  expect(await ids(shop, { state: 'closed' })).toEqual([third.id]);
  expect(await ids(shop, { integrationId: channel })).toEqual([third.id]);
  expect(await ids(shop, { from: noon })).toEqual([third.id, second.id]);
  expect(await ids(shop, { to: noon })).toEqual([first.id]);
});

test('those in trouble: paid for, not dropped, and not made good', async () => {
  const shop = await testShop(ledger);
  const { order, command } = await sendOut(ledger, shop);
  await answer(ledger, shop, command, { dispensed: false });
  const good = await sendOut(ledger, shop);
  await answer(ledger, shop, good.command);
  const { merchantId, machineId } = shop;
  const trouble = { trouble: true } as const;
  expect(await ids(shop, trouble)).toEqual([order.id]);
  expect(await ids(shop, { ...trouble, machineIds: [machineId] })).toEqual([order.id]);
  expect(await ids(shop, { ...trouble, machineIds: [machineId + 1] })).toEqual([]);
  const [listed] = await listOrders(ledger, { merchantId, machineIds: null, limit: 1, ...trouble });
  expect(listed).toMatchObject({
    state: 'paid',
    goods: 'Cola',
    channel: { id: shop.integrationId },
    units: { asked: 1, failed: 1 },
  });
  await makeGood(ledger, { merchantId, orderId: order.id, kind: 'refund', by: 'Ann', cause: byTest });
  expect(await ids(shop, trouble)).toEqual([]);
});
