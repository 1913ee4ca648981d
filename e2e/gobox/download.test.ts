import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestHub, type TestHub } from '../support/index.ts';
import { openBooks, orderMessage, type TestBooks } from '../support/open-books.ts';

let hub: TestHub;
let books: TestBooks;
const opened: TestBooks[] = [];

beforeAll(async () => {
  hub = await startTestHub();
});
beforeEach(async () => {
  books = await openBooks(hub, { merchantId: hub.merchant.id });
  opened.push(books);
});
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close()));
  await hub?.stop();
});

const range = { start_date: '2025-06-01', end_date: '2025-06-07' };
const download = (page?: number) => books.client.downloadOrders(books.tokens.user, { ...range, ...(page && { page }) });
const total = async () => (await books.client.orders(books.tokens.user)).total;

function fill(count: number): void {
  const at = hub.clock.now();
  books.gobox.put(
    ...Array.from({ length: count }, (_, n) => orderMessage(`G${n}`, new Date(at.getTime() + n * 1_000), { devId: 7 + (n % 2) })),
  );
}

test('one page for each call, until there is none', async () => {
  fill(250);
  expect([await download(), await download(2), await download(3)]).toEqual([2, 3, null]);
  expect(await total()).toBe(250);
  expect(await books.order('G7')).toMatchObject({ dev_id: 8, total_amount: 12.5, created_user: 'user', status: 100 });
});

test('downloads that break off, and that are made again, lose and double nothing', async () => {
  fill(150);
  await download();
  books.gobox.behave({ kind: 'cut' }, 1);
  await expect(download(2)).rejects.toThrow(/^暂时无法从售货系统下载订单/);
  books.gobox.behave({ kind: 'bad-order' }, 1);
  await expect(download(2)).rejects.toThrow(/orders\[50\]: /);
  books.gobox.behave({ kind: 'status', status: 500 }, 1);
  await expect(download(2)).rejects.toThrow(/HTTP 500/);
  expect(await total()).toBe(100);
  for (const page of [1, 2, 1, 2]) await download(page);
  expect(await total()).toBe(150);
});

test('what changed at the source is changed here, and an import stays', async () => {
  fill(1);
  await download();
  await books.import('G0');
  const later = new Date(hub.clock.now().getTime() + 60_000);
  books.gobox.put(orderMessage('G0', hub.clock.now(), { status: 103, updateTime: later }));
  await download();
  expect(await books.order('G0')).toMatchObject({ status: 103, is_imported: true, refunded_after_import: true });
});

test('filters go to the source', async () => {
  fill(10);
  const of = (filter: object) => books.client.downloadOrders(books.tokens.user, { ...range, ...filter });
  await of({ dev_id: 8 });
  expect(await total()).toBe(5);
  await books.client.downloadOrders(books.tokens.user, { trans_id: 'G0' });
  expect(await total()).toBe(6);
  await of({ status: 103 });
  expect(await total()).toBe(6);
});

test('one token serves until shortly before its end, and another is got when the source has forgotten it', async () => {
  await download();
  await download();
  expect(books.gobox.tokensGiven).toBe(1);
  hub.clock.advance(7_200 - 299);
  await download();
  expect(books.gobox.tokensGiven).toBe(2);
  books.gobox.forgetTokens();
  await download();
  expect(books.gobox.tokensGiven).toBe(3);
});

test('a wrong app key is told as such, and its token is forgotten when the key is changed', async () => {
  await download();
  const change = (app_key: string) =>
    books.client.changeSetOfBooks(books.tokens.administrator, books.setId, { app_key, user_name: 'vending' });
  expect(await change('wrong')).toMatchObject({ access_token: null });
  await expect(download()).rejects.toThrow('售货系统不接受app_key或user_name，请更正账套设置');
  await change(books.gobox.appKey);
  expect(await download()).toBeNull();
});
