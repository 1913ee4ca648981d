import { afterAll, beforeAll, expect, test } from 'vitest';
import { listOwnMachines } from '../../packages/server/src/ledger/books/own-machines.ts';
import { putGoods } from '../../packages/server/src/ledger/catalog/put-goods.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { settled } from '../smart-vending/steps.ts';
import { startTestHub, type TestHub, type TestMachine, testGoods, until } from '../support/index.ts';
import { deviceBody, openBooks, type TestBooks } from '../support/open-books.ts';

let hub: TestHub;
let machine: TestMachine;
let books: TestBooks;

beforeAll(async () => {
  hub = await startTestHub();
  const withBarcodes = testGoods.map((good) => ({ ...good, barcode: `690${good.number}`, costCents: 100 }));
  await putGoods(hub.ledger, hub.merchant.id, withBarcodes, { by: 'test' });
  machine = await hub.machine('spring');
  books = await openBooks(hub, { merchantId: hub.merchant.id, source: 'ledger', autoImport: true, device: false });
  for (const { devId } of await listOwnMachines(hub.ledger, hub.merchant.id, books.setId)) {
    await books.client.createDevice(books.tokens.user, deviceBody(devId ?? 0));
  }
});
afterAll(async () => {
  await books?.close();
  await hub?.stop();
});

test('a sale at a machine becomes one bill; its refund is shown for a credit note', async () => {
  const order = await buy(hub, machine, { A11: 2, A12: 1 });
  await dispense(hub, machine, order, 0);
  await settled(hub);
  expect(books.c8.bills).toEqual([]);
  await dispense(hub, machine, order, 1);
  await until(async () => {
    await settled(hub);
    return books.c8.bills.length > 0;
  }, 'the bill');
  const transId = String(order.id);
  const [bill, ...others] = books.c8.bills;
  expect(others).toEqual([]);
  const lines = [
    { barcode: '6901001', name: '可口可乐', quantity: 2, amountCents: 600, costCents: 200 },
    { barcode: '6901002', name: '雪碧', quantity: 1, amountCents: 300, costCents: 100 },
  ];
  expect(bill).toMatchObject({ transId, storeId: 11, totalCents: 900, lines });
  expect(await books.order(transId)).toMatchObject({
    ...{ status: 100, total_amount: 9, is_imported: true, retail_code: bill?.retailCode, refunded_after_import: false },
  });

  // Downloaded as well, it stays one.
  hub.clock.advance(1);
  expect(await books.client.downloadOrders(books.tokens.user, { trans_id: transId })).toBeNull();
  await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: 2 });
  await hub.settle();
  expect(await books.order(transId)).toMatchObject({ status: 103, is_imported: true, refunded_after_import: true });
  expect((await books.client.orders(books.tokens.user)).total).toBe(1);
  expect(books.c8.asked).toHaveLength(1);
});
