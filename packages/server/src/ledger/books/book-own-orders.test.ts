import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { testBooks, testDevice } from '../../testing/books.ts';
import { conservationProblems } from '../../testing/conservation.ts';
import {
  answer,
  byTest,
  claim,
  dispense,
  placePaid,
  refusal,
  sendOut,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { projectAll, salesProblems } from '../../testing/sales.ts';
import { putGoods } from '../catalog/put-goods.ts';
import { changeOrder } from '../orders/change-order.ts';
import { recordMachineOrders } from '../orders/record-machine-orders.ts';
import { markSalesDue } from '../sales/mark-sales-due.ts';
import { downloadPage } from './download-page.ts';
import { importDue } from './import-due.ts';
import { listOrders } from './list-orders.ts';
import { listProblems } from './list-problems.ts';
import { listOwnMachines, setOwnMachine } from './own-machines.ts';
import { putDevice } from './put-device.ts';
import { ownSource } from './set-of-books.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());
afterEach(async () => {
  // The ERP of a test is its own.
  await ledger.rows('update sets_of_books set auto_import = false');
  await projectAll(ledger);
  expect([...(await conservationProblems(ledger)), ...(await salesProblems(ledger))]).toEqual([]);
});

/** A shop, whose sales go into a set of books; the good has a barcode unless told. */
async function open({ barcode = '690', autoImport = true, device = true } = {}) {
  const shop = await testShop(ledger, { slots: [{ priceCents: 333 }, { priceCents: 250 }] });
  await putCola(shop, barcode);
  const books = await testBooks(ledger, { of: shop.merchantId, source: ownSource, autoImport, device: false });
  const { merchantId, set } = books;
  const [machine] = await listOwnMachines(ledger, merchantId, set.id);
  if (device) await putDevice(ledger, { ...testDevice, merchantId, setId: set.id, devId: machine?.devId ?? 0 });
  const orders = async () => {
    await projectAll(ledger);
    return (await listOrders(ledger, { merchantId, setId: set.id }, { offset: 0, limit: 100 })).orders;
  };
  const importAll = async () => {
    await projectAll(ledger);
    await importDue(ledger, books.neighbours);
  };
  return { ...books, shop, orders, importAll };
}

const putCola = (shop: TestShop, barcode: string) =>
  putGoods(ledger, shop.merchantId, [{ number: 'cola', name: '可乐', barcode, priceCents: 300, costCents: 101 }], byTest);

function change(shop: TestShop, order: { id: number }, to: 'refunded') {
  return changeOrder(ledger, { merchantId: shop.merchantId, machineId: shop.machineId, orderId: order.id, to, cause: byTest });
}

/** Sold: so many of the first slot dropped, the last of them not. */
async function sell(shop: TestShop, dropped: number, failed = 0) {
  const { order, command } = await sendOut(ledger, shop, dropped + failed);
  for (let index = 0; index < dropped + failed; index += 1) {
    await answer(ledger, shop, command, { index, dispensed: index < dropped });
  }
  return order;
}

test('an order comes once its last unit has ended, with the dispensed units alone, to the fen', async () => {
  const { shop, orders } = await open();
  const { order, command } = await sendOut(ledger, shop, 3);
  await answer(ledger, shop, command, { index: 0 });
  await answer(ledger, shop, command, { index: 1 });
  expect(await orders()).toEqual([]);
  await answer(ledger, shop, command, { index: 2, dispensed: false });
  expect(await orders()).toMatchObject([
    {
      ...{
        transId: String(order.id),
        status: 100,
        devId: 1,
        totalCents: 666,
        orderedAt: ledger.clock.now(),
        receivedBy: 'ledger',
      },
      products: [{ barcode: '690', name: '可乐', quantity: 2, amountCents: 666, costCents: 202 }],
    },
  ]);
});

test('slots of different prices are lines of their own', async () => {
  const { shop, orders } = await open();
  const lines = shop.slots.map(({ productId }) => ({ productId, quantity: 2 }));
  const order = await placePaid(ledger, shop, 1, { lines });
  for (const line of [0, 1]) await dispense(ledger, shop, order, line);
  for (let command = await claim(ledger, shop); command; command = await claim(ledger, shop)) {
    for (const index of [0, 1]) await answer(ledger, shop, command, { index });
  }
  const [booked] = await orders();
  expect(booked?.totalCents).toBe(2 * 333 + 2 * 250);
  expect(booked?.products.map(({ quantity, amountCents }) => [quantity, amountCents])).toEqual([
    [2, 666],
    [2, 500],
  ]);
});

test('nothing comes of what did not drop, or is not paid', async () => {
  const { shop, orders } = await open();
  await sell(shop, 0, 2);
  await placePaid(ledger, shop, 1);
  expect(await orders()).toEqual([]);
});

test('one import order and one bill for an order, however often it is looked at', async () => {
  const { shop, orders, importAll, erp, merchantId } = await open();
  const order = await sell(shop, 2);
  for (let n = 0; n < 3; n += 1) {
    await markSalesDue(ledger.db as Parameters<typeof markSalesDue>[0], merchantId, [order.id]);
    await importAll();
    ledger.clock.advance(1);
  }
  expect(await orders()).toMatchObject([{ importState: 'imported', billCode: erp.bills[0]?.code }]);
  expect(erp.bills.map(({ totalCents, draft }) => [totalCents, draft.transId])).toEqual([[666, String(order.id)]]);
});

test('a refund: after the import for a credit note, before it no bill, within the same instant too', async () => {
  const { shop, orders, importAll, erp } = await open();
  const imported = await sell(shop, 1);
  await importAll();
  const early = await sell(shop, 1);
  await projectAll(ledger);
  for (const order of [imported, early]) await change(shop, order, 'refunded');
  await importAll();
  const found = new Map((await orders()).map((order) => [order.transId, order]));
  expect(found.get(String(imported.id))).toMatchObject({
    ...{ status: 103, importState: 'imported', totalCents: 333, refundedAfterImportAt: ledger.clock.now() },
  });
  expect(found.get(String(early.id))).toMatchObject({ status: 103, importState: 'open', refundedAfterImportAt: null });
  expect(erp.bills).toHaveLength(1);
});

test('a good without barcode waits for a person, who gives it one in the catalogue', async () => {
  const { shop, importAll, orders, erp, merchantId, set } = await open({ barcode: '' });
  await sell(shop, 1);
  await sell(shop, 2);
  await importAll();
  expect(await listProblems(ledger, merchantId, set.id)).toMatchObject([
    { problem: 'import.no-barcode', subject: '可乐', kind: 'person', orders: 2, amountCents: 999 },
  ]);
  // Nobody asks an ERP about that, however long it waits.
  ledger.clock.advance(3_600);
  await importAll();
  expect(await orders()).toMatchObject([{ importState: 'stuck' }, { importState: 'stuck' }]);
  await putCola(shop, '6901');
  await importAll();
  expect(erp.bills.flatMap(({ draft }) => draft.lines.map(({ barcode }) => barcode))).toEqual(['6901', '6901']);
  // What has its bill keeps the barcode that stands in it.
  await putCola(shop, '6902');
  expect((await orders()).map(({ products }) => products[0]?.barcode)).toEqual(['6901', '6901']);
});

test('machines have a number each, kept; one without comes not', async () => {
  const { shop, merchantId, set, orders, importAll } = await open({ device: false });
  const second = await testShop(ledger, { of: shop });
  const third = await testShop(ledger, { of: shop });
  await putDevice(ledger, { ...testDevice, merchantId, setId: set.id, devId: 40 });
  const numbers = async () =>
    (await listOwnMachines(ledger, merchantId, set.id)).map(({ machineNo, devId }) => [machineNo, devId]);
  // Above the configuration that is there: it is of something else.
  expect(await numbers()).toEqual([
    [shop.machineNo, 1],
    [second.machineNo, 41],
    [third.machineNo, 42],
  ]);
  const set41 = { merchantId, setId: set.id, machineNo: third.machineNo, devId: 41 };
  expect(await refusal(setOwnMachine(ledger, set41))).toBe('book-device.exists');
  await setOwnMachine(ledger, { ...set41, devId: null });
  await setOwnMachine(ledger, { ...set41, machineNo: second.machineNo, devId: 40 });
  await putCola(shop, '690');
  for (const one of [shop, second, third]) await sell(one, 1);
  await importAll();
  expect((await orders()).map(({ devId, importState, problem }) => [devId, importState, problem]).sort()).toEqual([
    [1, 'stuck', 'import.no-device'],
    [40, 'imported', null],
  ]);
});

test('what others send changes no order of ours, and has no number of ours taken', async () => {
  const { shop, orders, receive } = await open({ autoImport: false });
  const first = await sell(shop, 1);
  await orders();
  ledger.clock.advance(60);
  await receive({ transId: String(first.id), status: 105 }, { transId: String(first.id + 1), status: 100 });
  const second = await sell(shop, 1);
  expect(second.id).toBe(first.id + 1);
  const found = (await orders()).map(({ transId, status, totalCents }) => [transId, status, totalCents]);
  expect(found.sort()).toEqual([
    [String(first.id), 100, 333],
    [String(second.id), 100, 660],
    [`own-${second.id}`, 100, 333],
  ]);
  await change(shop, second, 'refunded');
  expect((await orders()).find(({ transId }) => transId === `own-${second.id}`)?.status).toBe(103);
});

test('orders of before are downloaded page by page, what is there already is not doubled', async () => {
  const { shop, orders, merchantId, set, neighbours } = await open();
  await ledger.rows(`update sets_of_books set source_kind = 'none' where merchant_id = $1`, [merchantId]);
  const [one, two] = [await sell(shop, 1), await sell(shop, 2)];
  await sell(shop, 0, 1);
  expect(await orders()).toEqual([]);
  await ledger.rows(`update sets_of_books set source_kind = 'ledger' where merchant_id = $1`, [merchantId]);
  const three = await sell(shop, 1);
  await orders();
  const now = ledger.clock.now();
  const download = (filter: object, page = 1) =>
    downloadPage(ledger, neighbours, { set, filter, page, by: 'wang', cause: byTest });
  const ids = async () => (await orders()).map(({ transId }) => Number(transId)).sort((a, b) => a - b);
  await download({ transId: String(two.id) });
  expect(await ids()).toEqual([two.id, three.id]);
  await download({ transId: 'T1' });
  await download({ from: new Date(now.getTime() + 1) });
  await download({ before: now });
  await download({ from: now, devId: 2 });
  await download({ from: now, status: 103 });
  expect(await ids()).toEqual([two.id, three.id]);
  for (const _ of [1, 2]) expect(await download({ from: now })).toBeNull();
  expect(await ids()).toEqual([one.id, two.id, three.id]);
});

test('a page is of so many orders, whether they sold anything or not; what was sold for cash comes too', async () => {
  const { shop, orders, merchantId, set, neighbours } = await open({ autoImport: false });
  await ledger.rows(`update sets_of_books set source_kind = 'none' where merchant_id = $1`, [merchantId]);
  const at = ledger.clock.now();
  const told = Array.from({ length: 201 }, (_, n) => ({
    ...({
      tradeId: `cash-${String(n).padStart(3, '0')}`,
      state: 'paid',
      amountCents: 300,
      paymentReference: '',
      payStyle: 'cash',
    } as const),
    ...{ createdAt: at, paidAt: at },
    lines: [{ productId: shop.slots[0]?.productId ?? 0, priceCents: 300, units: [{ dispensed: n > 5, error: '' }] }],
  }));
  await recordMachineOrders(ledger, { merchantId, id: shop.machineId }, told, byTest);
  await orders();
  const total = async () => (await listOrders(ledger, { merchantId, setId: set.id }, { offset: 0, limit: 1 })).total;
  const page = (n: number) => downloadPage(ledger, neighbours, { set, filter: { from: at }, page: n, by: 'wang', cause: byTest });
  expect([await page(1), await total()]).toEqual([2, 194]);
  expect([await page(2), await total()]).toEqual([null, 195]);
  expect([await page(3), await total()]).toEqual([null, 195]);
});
