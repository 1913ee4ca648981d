import { formatTime, readRecord } from '@polyvend/protocols/qianhub';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sample } from '../../packages/protocols/src/qianhub/samples.fixture.ts';
import { listExceptions } from '../../packages/server/src/ledger/exceptions/list-exceptions.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { cancelChannelOrder } from '../../packages/server/src/ledger/orders/cancel-channel-order.ts';
import { placeChannelOrder } from '../../packages/server/src/ledger/orders/place-channel-order.ts';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { showShop } from '../../packages/server/src/ledger/pos/show-shop.ts';
import { openVendingShop } from '../../packages/server/src/ledger/pos/vending/open-vending-shop.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { type App, addApp, ask, query } from './steps.ts';

const byTest = { by: 'test' };

let hub: TestHub;
let app: App;
let machine: TestMachine;
let shopId: number;
beforeAll(async () => {
  hub = await startTestHub();
  app = await addApp(hub, { everyShop: false });
  machine = await hub.machine('spring', { onHand: 9 });
  const merchantId = hub.merchant.id;
  await putSite(hub.ledger, { merchantId, number: 'T1', name: '大厦', address: '深圳市南山区' });
  await placeMachine(hub.ledger, { merchantId, machineNo: machine.machineNo, siteNumber: 'T1', cause: byTest });
  const shop = await openVendingShop(hub.ledger, { merchantId, siteNumber: 'T1', brandId: 1, brandName: '哇哇叫' }, byTest);
  shopId = shop.id;
  await showShop(hub.ledger, { merchantId, shopId, integrationId: app.id, visible: true }, byTest);
});
afterAll(() => hub?.stop());

/** Every record of the last days, as a third party reads it: strictly by the tables. */
async function records(type: Parameters<typeof query>[3]): Promise<Sample[]> {
  const now = hub.clock.now().getTime();
  const range = {
    begin: formatTime(new Date(now - 5 * 86_400_000), 'Asia/Shanghai'),
    end: formatTime(new Date(now + 86_400_000), 'Asia/Shanghai'),
  };
  const { body, status } = await query(hub, app, shopId, type, range);
  expect([status, body]).toEqual([200, expect.any(Array)]);
  for (const record of body) expect(readRecord(record).doubts).toEqual([]);
  return body;
}

/** Ordered by the mall over HTTP, paid, and dispensed by the virtual machine. */
async function sell(quantity: number): Promise<number> {
  await machine.beat();
  const order = await buy(hub, machine, { A11: quantity });
  await dispense(hub, machine, order);
  const dropped = async () => (await records('cashier.finish')).some(({ json }) => json.bill_id === order.id);
  await until(async () => {
    await hub.settle();
    return await dropped();
  }, 'it has dropped, and its bill is there');
  return order.id;
}

test('a sale is a bill, its refund a reversal, a refill a handover, the close a day end', async () => {
  const shops = (await ask(hub, app, 'qianhub.agent.list-shop')).body.shops;
  expect(shops).toMatchObject([
    { shop_id: shopId, sn: 'T1', shop_name: '大厦', brand_id: 1, shop_address: '深圳市南山区', latest_business_day: null },
  ]);

  const orderId = await sell(2);
  const [bill] = await records('cashier.finish');
  expect(bill).toMatchObject({
    shop_id: shopId,
    staff_id: machine.id,
    json: {
      bill_id: orderId,
      undo_index: 0,
      paid: 6,
      orders: [{ details: [{ quantity: 2, real_amount: 6 }] }],
      payments: [{ value: 6 }],
    },
  });
  const [takeOut] = await records('waimai.order');
  expect(takeOut.json).toMatchObject({ order: orderId, orderState: 'Completed', amount: 6, payState: 'PayOnline' });

  hub.clock.advance(1);
  const slots = (await machine.products()).slice(0, 1).map(({ slotId }) => ({ slotId, quantity: 1 }));
  await refillSlots(hub.ledger, { merchantId: hub.merchant.id, machineId: machine.id, slots, source: 'test', cause: byTest });
  await hub.settle();
  const [handover] = await records('handover.stat');
  const row = (section: string, key: string, of = handover) => of.json[section].find((one: Sample) => one.key === key);
  expect(row('detail', 'cashierSum')).toMatchObject({ count: 1, amount: 6 });
  expect(row('goods', 'expectValue')).toMatchObject({ count: 2, amount: 6 });
  expect(handover).toMatchObject({ staff_id: machine.id, create_on: formatTime(hub.clock.now(), 'Asia/Shanghai') });

  await hub.client.updateOrder(orderId, { machine_no: machine.machineNo, status: 2 });
  await hub.settle();
  expect((await records('cashier.finish')).map(({ json }) => [json.bill_id, json.undo_index, json.paid])).toEqual([
    [orderId, 1, 0],
  ]);
  expect((await records('waimai.order')).map(({ json }) => json.orderState)).toEqual(['Canceled']);

  await sell(1);
  hub.clock.advance(86_400);
  await hub.settle();
  const [dayEnd, ...others] = await records('dayend.stat');
  expect(others).toEqual([]);
  expect(row('detail', 'cashierSum', dayEnd)).toMatchObject({ count: 1, amount: 3 });
  expect((await ask(hub, app, 'qianhub.agent.list-shop')).body.shops[0].latest_business_day).toBe(dayEnd.json.businessDay);
  const all = await records(['cashier.finish', 'handover.stat', 'dayend.stat', 'waimai.order']);
  expect(all.map(({ boh_type }) => boh_type).sort()).toEqual([
    'cashier.finish',
    'cashier.finish',
    'dayend.stat',
    'handover.stat',
    'waimai.order',
    'waimai.order',
  ]);
  const exceptions = await listExceptions(hub.ledger, hub.merchant.id);
  expect(exceptions.filter(({ kind }) => kind === 'books-differ')).toEqual([]);
});

test('an order that another platform took is a take-out order with its name, and cancelled when it is given back', async () => {
  const merchantId = hub.merchant.id;
  const integrationId = await createIntegration(hub.ledger, {
    ...{ merchantId, dialect: 'plain', role: 'channel', wireId: 'outside', name: '外卖平台' },
  });
  await machine.beat();
  const now = hub.clock.now();
  const { goods } = await machine.product('A12');
  const draft = {
    ...{
      merchantId,
      integrationId,
      channelNo: 'W-1',
      machineNo: machine.machineNo,
      amountCents: 250,
      payStyle: 'wechat' as const,
    },
    lines: [{ slotName: 'A12', goodsNumber: goods?.number ?? '', quantity: 1, priceCents: 300 }],
    ...{ paymentReference: '', orderedAt: now, paidAt: now, cause: byTest },
  };
  const { orderId } = await placeChannelOrder(hub.ledger, draft);
  const found = async () => (await records('waimai.order')).find(({ json }) => json.order === orderId)?.json;
  await until(async () => {
    await hub.settle();
    return (await found()) !== undefined;
  }, 'the take-out order is there');
  expect(await found()).toMatchObject({ channel: '外卖平台', channelOrder: 'W-1', orderState: 'Completed', amount: 2.5 });
  const bill = (await records('cashier.finish')).find(({ json }) => json.bill_id === orderId);
  expect(bill?.json).toMatchObject({ paid: 2.5, promotion: -0.5, promotions: [{ value: -0.5, promotion_type_id: 24 }] });
  await cancelChannelOrder(hub.ledger, draft);
  await hub.settle();
  expect((await found()).orderState).toBe('Canceled');
});
