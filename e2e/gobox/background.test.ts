import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeSetOfBooks } from '../../packages/server/src/ledger/books/change-set-of-books.ts';
import { listProblems } from '../../packages/server/src/ledger/books/list-problems.ts';
import { rerunImports } from '../../packages/server/src/ledger/books/rerun-imports.ts';
import { startTestHub, type TestHub } from '../support/index.ts';
import { deviceBody, openBooks, type TestBooks, type TestBooksOptions } from '../support/open-books.ts';

let hub: TestHub;
const opened: TestBooks[] = [];

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(async () => {
  await Promise.all(opened.map((books) => books.close()));
  await hub?.stop();
});

async function open(options: Partial<TestBooksOptions> = {}): Promise<TestBooks> {
  const books = await openBooks(hub, { merchantId: hub.merchant.id, autoImport: true, ...options });
  opened.push(books);
  return books;
}

const product = (barcode: string) => [{ barcode, name: barcode, num: 1, amountCents: 100, costCents: 50 }];
const imported = async (books: TestBooks, ...transIds: string[]) =>
  Promise.all(transIds.map(async (transId) => (await books.order(transId)).is_imported));
const problems = async (books: TestBooks) =>
  (await listProblems(hub.ledger, books.merchantId, books.setId)).map(
    ({ problem, subject, orders }) => `${problem} ${subject} ${orders}`,
  );

test('what is due is imported by itself, in the sets that are so configured', async () => {
  const [auto, manual] = [await open(), await open({ autoImport: false })];
  for (const books of [auto, manual]) await books.send('T1');
  await auto.send('T2', { status: 101 });
  await hub.settle();
  expect(await imported(auto, 'T1', 'T2')).toEqual([true, false]);
  expect((await auto.order('T1')).imported_user).toBe('system');
  expect(await imported(manual, 'T1')).toEqual([false]);
  // Paid later: due then.
  hub.clock.advance(1);
  await auto.send('T2', { status: 100 });
  await changeSetOfBooks(hub.ledger, manual.merchantId, manual.setId, { autoImport: true }, 'test', { by: 'test' });
  await hub.settle();
  expect(await imported(auto, 'T2')).toEqual([true]);
  expect(await imported(manual, 'T1')).toEqual([true]);
});

test('a barcode that the ERP does not know: once it does, everything that waits for it goes', async () => {
  const books = await open({ c8: { barcodes: ['known'] } });
  await books.send('T1', { products: product('known') });
  for (const transId of ['T2', 'T3', 'T4']) await books.send(transId, { products: product('new') });
  await books.send('T5', { products: product('other') });
  await hub.settle();
  expect(await imported(books, 'T1', 'T2', 'T5')).toEqual([true, false, false]);
  expect(await problems(books)).toEqual(['import.barcode-unknown new 3', 'import.barcode-unknown other 1']);
  expect((await books.order('T2')).import_error).toBe('ERP中没有该条码的商品，请先在ERP中添加商品或更正条码（new）');
  const asked = books.c8.asked.length;
  hub.clock.advance(600);
  await hub.settle();
  expect(books.c8.asked).toHaveLength(asked);

  books.c8.addBarcode('new');
  hub.clock.advance(301);
  await hub.settle();
  expect(await imported(books, 'T2', 'T3', 'T4', 'T5')).toEqual([true, true, true, false]);
  // At the time of the probe one order of each group was tried, and the other two of the mended one after it.
  expect(books.c8.asked.length - asked).toBe(4);
});

test('a person who has mended it imports one, and the others follow at once', async () => {
  const books = await open({ c8: { barcodes: [] } });
  for (const transId of ['T1', 'T2', 'T3']) await books.send(transId, { products: product('new') });
  await hub.settle();
  books.c8.addBarcode('new');
  expect(await books.import('T2')).toBeUndefined();
  await hub.settle();
  expect(await imported(books, 'T1', 'T3')).toEqual([true, true]);
});

test('a person who mends it in the order at its source', async () => {
  const books = await open({ c8: { barcodes: ['right'] } });
  await books.send('T1', { products: product('wrong') });
  await hub.settle();
  hub.clock.advance(1);
  await books.send('T1', { products: product('right') });
  await hub.settle();
  expect(await imported(books, 'T1')).toEqual([true]);
});

test('a device without configuration: its orders are kept, and go as soon as it has one', async () => {
  const books = await open({ device: false });
  for (const transId of ['T1', 'T2']) await books.send(transId);
  await books.send('T3', { devId: 8 });
  await hub.settle();
  expect(await problems(books)).toEqual(['import.no-device 7 2', 'import.no-device 8 1']);
  expect(books.c8.asked).toEqual([]);
  await books.client.createDevice(books.tokens.user, deviceBody());
  await hub.settle();
  expect(await imported(books, 'T1', 'T2', 'T3')).toEqual([true, true, false]);
});

test('a device configuration that the ERP refuses: corrected, its orders go, and no other device waits for it', async () => {
  const books = await open();
  await books.client.createDevice(books.tokens.user, { ...deviceBody(8), store_id: 21 });
  books.c8.refuseField('storeId', 11);
  await books.send('T1');
  await books.send('T2', { devId: 8 });
  await hub.settle();
  expect(await problems(books)).toEqual(['import.device-refused store_id (dev_id 7) 1']);
  const [first] = (await books.client.devices(books.tokens.user)).root;
  await books.client.changeDevice(books.tokens.user, first?.id ?? 0, { ...deviceBody(), store_id: 22 });
  await hub.settle();
  expect(await imported(books, 'T1', 'T2')).toEqual([true, true]);
});

test('a closed period, opened again: all of it is tried when a person says so', async () => {
  const books = await open();
  books.c8.closePeriod('2025-06');
  for (const transId of ['T1', 'T2']) await books.send(transId);
  await hub.settle();
  expect(await problems(books)).toEqual(['import.period-closed 2025-06 2']);
  books.c8.openPeriod('2025-06');
  const { merchantId, setId } = books;
  expect(await rerunImports(hub.ledger, { merchantId, setId, problem: 'import.period-closed', subject: '2025-06' })).toBe(2);
  await hub.settle();
  expect(await imported(books, 'T1', 'T2')).toEqual([true, true]);
  expect(await problems(books)).toEqual([]);
});

test('an ERP that cannot be reached is left alone for a while, and tried at growing intervals', async () => {
  const books = await open();
  for (let n = 0; n < 50; n += 1) await books.send(`T${n}`);
  books.c8.behave({ kind: 'broken' });
  books.c8.hideBills(true);
  await hub.settle();
  const first = books.c8.asked.length;
  expect(first).toBeLessThan(20);
  await hub.settle();
  expect(books.c8.asked).toHaveLength(first);
  books.c8.behave({ kind: 'ok' });
  books.c8.hideBills(false);
  for (let n = 0; n < 10; n += 1) {
    hub.clock.advance(120);
    await hub.settle();
  }
  expect(await imported(books, ...Array.from({ length: 50 }, (_, n) => `T${n}`))).toEqual(Array(50).fill(true));
  expect(books.c8.bills).toHaveLength(50);
});

test('an ERP that does not accept our key: a person is needed, and the right key sets all going', async () => {
  const books = await open();
  const change = (erpKey: string) =>
    changeSetOfBooks(hub.ledger, books.merchantId, books.setId, { erpKey }, 'test', { by: 'test' });
  await change('wrong');
  await books.send('T1');
  await hub.settle();
  expect(await problems(books)).toEqual(['erp.credentials  1']);
  await change(books.c8.serviceKey);
  await hub.settle();
  expect(await imported(books, 'T1')).toEqual([true]);
});

test('the error queue tells what is tried again from what needs a person', async () => {
  const books = await open({ c8: { barcodes: ['known'] } });
  await books.send('T1', { products: product('new') });
  await books.send('T2', { products: product('known') });
  await hub.settle();
  books.c8.behave({ kind: 'reset' }, 1);
  await books.send('T3', { products: product('known') });
  await hub.settle();
  const groups = await listProblems(hub.ledger, books.merchantId, books.setId);
  expect(groups).toMatchObject([
    { problem: 'import.barcode-unknown', kind: 'person', orders: 1, amountCents: 100, transIds: ['T1'] },
    { problem: 'import.unsettled', kind: 'retry', orders: 1, transIds: ['T3'], nextTry: expect.any(Date) },
  ]);
});
