import { statusOf } from '@polyvend/protocols/gobox';
import { formatTime } from '@polyvend/protocols/qianhub';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putDevice } from '../../packages/server/src/ledger/books/put-device.ts';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { openVendingShop } from '../../packages/server/src/ledger/pos/vending/open-vending-shop.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { type TestMachine, type TestTenant, until } from '../support/index.ts';
import { openBooks, type TestBooks } from '../support/open-books.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

const byTest = { by: 'test' };

let hub: ConsoleHub;
let books: TestBooks;
let finance: Person;
let viewer: Person;
let stranger: { tenant: TestTenant; person: Person; books: TestBooks };
let machine: TestMachine;
let shopId: number;

beforeAll(async () => {
  hub = await startConsoleHub();
  books = await openBooks(hub, { merchantId: hub.merchant.id, number: 'A001', device: true });
  finance = await hub.person('finance');
  viewer = await hub.person('viewer');
  const tenant = await hub.tenant({ name: 'Other' });
  const theirs = await openBooks(hub, { merchantId: tenant.merchant.id, number: 'B001' });
  stranger = { tenant, person: await hub.person('finance', { tenant }), books: theirs };
  machine = await hub.machine('spring', { onHand: 9 });
  const merchantId = hub.merchant.id;
  await putSite(hub.ledger, { merchantId, number: 'T1', name: '科技大厦', address: '深圳市南山区' });
  await placeMachine(hub.ledger, { merchantId, machineNo: machine.machineNo, siteNumber: 'T1', cause: byTest });
  shopId = (await openVendingShop(hub.ledger, { merchantId, siteNumber: 'T1', brandId: 1, brandName: 'P' }, byTest)).id;
});
afterAll(async () => {
  await books?.close();
  await stranger?.books.close();
  await hub?.stop();
});

const of = (path: string) => `/books/${books.setId}${path}`;
const orderId = async (transId: string): Promise<number> =>
  (await finance.call('GET', of(`/orders?trans_id=${transId}`))).body.items[0].id;
const day = () => formatTime(hub.clock.now(), 'Asia/Shanghai').slice(0, 10);

describe('the API of books', () => {
  test('an order is imported once, shown with its attempts, and reset when the ERP has its bill no more', async () => {
    await books.send('one');
    const id = await orderId('one');
    const imported = await finance.call('POST', of(`/orders/${id}/retry`));
    expect(imported.status).toBe(200);
    expect(books.c8.billsOf('one')).toHaveLength(1);
    expect((await finance.call('POST', of(`/orders/${id}/retry`))).body.error.code).toBe('book-order.imported');
    const shown = (await finance.call('GET', of(`/orders/${id}`))).body;
    expect(shown).toMatchObject({ import_state: 'imported', bill_code: imported.body.bill_code, imported_by: finance.login });
    expect(shown.attempts).toMatchObject([{ attempt: 1, by: finance.login, outcome: 'imported' }]);
    expect((await finance.call('POST', of(`/orders/${id}/reset`))).body.error.code).toBe('book-order.bill-exists');
    books.c8.deleteBill(imported.body.bill_code);
    expect((await finance.call('POST', of(`/orders/${id}/reset`))).status).toBe(200);
    expect((await finance.call('POST', of(`/orders/${id}/retry`))).status).toBe(200);
    expect(books.c8.billsOf('one')).toHaveLength(1);
    expect((await finance.call('POST', of(`/orders/${id}/withdraw`))).body.error.code).toBe('request.invalid');
    const owner = await hub.person('owner');
    const audit = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`books ${books.setId} order ${id}`)}`)).body
      .items;
    expect(audit.map(({ action }: { action: string }) => action)).toEqual([
      'POST /v1/books/{set}/orders/{order}/retry',
      'POST /v1/books/{set}/orders/{order}/reset',
      'POST /v1/books/{set}/orders/{order}/retry',
    ]);
    expect(audit[1]).toMatchObject({ before: { importState: 'imported' }, after: { importState: 'open' } });
  });

  test('a day is held against the ERP, and what was found is kept', async () => {
    await books.send('gone');
    const { bill_code: code } = (await finance.call('POST', of(`/orders/${await orderId('gone')}/retry`))).body;
    books.c8.deleteBill(code);
    const check = await finance.call('POST', of('/check'), { day: day() });
    expect(check.body).toMatchObject({
      day: day(),
      agreed: 1,
      missing: 1,
      found: { missing: [{ trans_id: 'gone', bill_code: code }] },
    });
    expect((await finance.call('GET', of('/checks'))).body.items).toEqual([check.body]);
    books.c8.hideBills(true);
    expect((await finance.call('POST', of('/check'), { day: day() })).status).toBe(503);
    books.c8.hideBills(false);
    expect((await finance.call('POST', of('/check'), { day: '2025-02-30' })).body.error.field).toBe('day');
  });

  test('a device’s configuration mends what was stuck for it; what is written is audited', async () => {
    await books.send('of-nine', { devId: 9 });
    expect((await finance.call('POST', of(`/orders/${await orderId('of-nine')}/retry`))).body.error.code).toBe(
      'import.no-device',
    );
    expect((await finance.call('GET', of('/problems'))).body.items).toMatchObject([
      { problem: 'import.no-device', subject: '9', kind: 'person', orders: 1, trans_ids: ['of-nine'] },
    ]);
    const draft = { name: 'Nine', dev_id: 9, store_id: 1, bank_id: 1, member_id: 1, employee_id: 1, bill_type: 1 };
    const made = await finance.call('POST', of('/devices'), draft);
    expect(made.body).toMatchObject({ ...draft, created_by: finance.login });
    expect((await finance.call('POST', of('/devices'), draft)).body.error.code).toBe('book-device.exists');
    // It is due, and waits no more for a person.
    expect((await finance.call('GET', of('/problems'))).body.items).toMatchObject([{ next_try: hub.clock.now().toISOString() }]);
    expect((await finance.call('GET', '/books')).body.items).toMatchObject([{ stuck: 0, due: 1 }]);
    const [listed] = (await finance.call('GET', of('/orders?trans_id=of-nine'))).body.items;
    expect(listed).toMatchObject({ dev_id: 9, device_name: 'Nine' });
    const changed = await finance.call('PUT', of(`/devices/${made.body.id}`), { ...draft, name: 'Ninth' });
    expect(changed.body.name).toBe('Ninth');
    expect((await finance.call('DELETE', of(`/devices/${made.body.id}`))).status).toBe(200);
    expect((await finance.call('DELETE', of(`/devices/${made.body.id}`))).status).toBe(404);
    expect((await finance.call('POST', of('/devices'), { ...draft, anything: 1 })).status).toBe(400);
    // Given back since: nothing is to be imported of it.
    hub.clock.advance(60);
    await books.send('of-nine', { devId: 9, status: statusOf.refunded });
    expect((await finance.call('GET', of('/problems'))).body.items).toEqual([]);
  });

  test('who may: a viewer nothing of it, an operator looks, another merchant and somebody of some machines alone have none', async () => {
    const operator = await hub.person('operator');
    const scoped = await hub.person('finance', { scope: { machineIds: [machine.id], lineIds: [] } });
    const id = await orderId('one');
    const reads = [
      '/books',
      of('/problems'),
      of('/orders'),
      of(`/orders/${id}`),
      of('/checks'),
      of('/devices'),
      '/pos/shops',
      '/pos/checks',
    ];
    for (const path of [...reads, `/pos/records?shop=${shopId}&kind=bill`]) {
      expect((await operator.call('GET', path)).status, path).toBe(200);
      expect((await viewer.call('GET', path)).status, path).toBe(403);
      expect((await scoped.call('GET', path)).status, path).toBe(403);
      if (path.startsWith('/books/')) expect((await stranger.person.call('GET', path)).status, path).toBe(404);
    }
    const writes: [string, string, unknown][] = [
      ['PATCH', of(''), { auto_import: true }],
      ['POST', of('/retry'), { problem: 'import.no-device', subject: '9' }],
      ['POST', of(`/orders/${id}/retry`), undefined],
      ['POST', of(`/orders/${id}/reset`), undefined],
      ['POST', of(`/orders/${id}/withdraw`), undefined],
      ['POST', of('/check'), { day: day() }],
      ['POST', of('/devices'), { name: 'x', dev_id: 1, store_id: 1, bank_id: 1, member_id: 1, employee_id: 1, bill_type: 1 }],
      ['DELETE', of('/devices/1'), undefined],
    ];
    for (const [method, path, body] of writes) {
      expect((await operator.call(method, path, body)).status, path).toBe(403);
      expect((await stranger.person.call(method, path, body)).status, path).toBe(404);
    }
    expect((await stranger.person.call('GET', '/books')).body.items).toMatchObject([{ number: 'B001' }]);
    expect((await stranger.person.call('GET', '/pos/shops')).body).toEqual({ items: [], total: 0 });
    expect((await stranger.person.call('GET', `/pos/records?shop=${shopId}&kind=bill`)).body.items).toEqual([]);
    expect((await stranger.person.call('POST', '/pos/checks', { shop: shopId, day: day() })).status).toBe(404);
    expect((await finance.call('GET', '/books')).text).not.toMatch(/key|secret|token/);
  });
});

describe('bills', () => {
  test('a sale and a refill are a bill and a handover; the day is checked', async () => {
    await machine.beat();
    const order = await buy(hub, machine, { A11: 2 });
    await dispense(hub, machine, order);
    const bills = async () => (await finance.call('GET', `/pos/records?shop=${shopId}&kind=bill`)).body.items;
    await until(async () => {
      await hub.settle();
      return (await bills()).length > 0;
    }, 'the bill is there');
    hub.clock.advance(60);
    const slots = (await machine.products()).slice(0, 1).map(({ slotId }) => ({ slotId, quantity: 1 }));
    await refillSlots(hub.ledger, { merchantId: hub.merchant.id, machineId: machine.id, slots, source: 'test', cause: byTest });
    await hub.settle();
    const [bill] = await bills();
    expect(bill).toMatchObject({ key: String(order.id), amount_cents: 600, source: 'ledger' });
    const whole = (await finance.call('GET', `/pos/records/${bill.id}`)).body;
    expect(whole).toMatchObject({ shop_id: shopId, latest: true, document: { bill_id: order.id, paid: 6 } });
    expect((await stranger.person.call('GET', `/pos/records/${bill.id}`)).status).toBe(404);
    const handovers = (await finance.call('GET', `/pos/records?shop=${shopId}&kind=handover`)).body.items;
    expect(handovers).toMatchObject([{ amount_cents: 600 }]);
    const check = await finance.call('POST', '/pos/checks', { shop: shopId, day: day() });
    expect(check.body).toMatchObject({ closed: false, bills_cents: 600, handed_over_cents: 600, differences: [], pending: 0 });
    expect((await finance.call('GET', `/pos/checks?shop=${shopId}`)).body.items).toMatchObject([
      { business_day: day(), differences: [] },
    ]);
  });

  test('in a browser: bills, one of them with its document, handovers, and the check', async () => {
    const page = await hub.page(finance, '/bills', { language: 'en' });
    await page.getByRole('cell', { name: '¥6.00' }).waitFor();
    await shot(page, 'bills-en');
    await page.locator('.ant-table-tbody .ant-btn-link').first().click();
    await page.getByText('"bill_id"').waitFor();
    await shot(page, 'bill-en');
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Handovers' }).click();
    await page.getByRole('cell', { name: '¥6.00' }).waitFor();
    await page.getByRole('tab', { name: 'Daily check' }).click();
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText(`${day()} was checked: 0 differences.`).waitFor();
    const phone = await hub.page(finance, '/bills', { phone: true });
    await phone.getByRole('cell', { name: '¥6.00' }).waitFor();
    await shot(phone, 'bills-phone-zh');
    const none = await hub.page(stranger.person, '/bills', { language: 'en' });
    await none.getByText('No shop is told as a cash register yet.').waitFor();
    await shot(none, 'bills-none-en');
  });
});

describe('the books in a browser', () => {
  test('what is stuck is shown with its remedy; the device is configured, everything tried again, and it is gone', async () => {
    await putDevice(hub.ledger, {
      ...{ merchantId: hub.merchant.id, setId: books.setId, name: 'Eight', devId: 8, storeId: 1, bankId: 1, memberId: 1 },
      ...{ employeeId: 1, billType: 1, by: 'test', cause: byTest },
    });
    for (const n of [1, 2, 3]) await books.send(`Z${n}`, { devId: 12 });
    for (const n of [1, 2, 3]) await finance.call('POST', of(`/orders/${await orderId(`Z${n}`)}/retry`));
    const page = await hub.page(finance, '/books', { language: 'en' });
    await page.getByRole('button', { name: 'Configure device 12' }).waitFor();
    await shot(page, 'books-queue-en');
    const phone = await hub.page(finance, '/books', { phone: true });
    await phone.getByRole('button', { name: '配置设备 12' }).waitFor();
    await shot(phone, 'books-queue-phone-zh');
    await page.getByRole('button', { name: 'Configure device 12' }).click();
    await page.getByLabel('Name').fill('Lobby');
    for (const label of ['Store id', 'Bank account id', 'Member id', 'Employee id', 'Bill type'])
      await page.getByLabel(label).fill('1');
    await shot(page, 'books-device-en');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'Lobby' }).waitFor();
    await page.getByRole('switch', { name: 'Import by itself' }).click();
    await page.getByText('What is due is imported by itself now.').waitFor();
    await hub.settle();
    await page.getByRole('tab', { name: 'Import queue' }).click();
    await page.getByText('Nothing waits: every paid order is imported.').waitFor();
    for (const n of [1, 2, 3]) expect(books.c8.billsOf(`Z${n}`)).toHaveLength(1);
  });

  test('an order with its attempts; the ERP still has its bill, which is said; the check of a day', async () => {
    const page = await hub.page(finance, '/books?view=orders&imported=true', { language: 'en' });
    await page.getByRole('button', { name: 'Z1' }).click();
    await page.getByRole('button', { name: 'Make not imported' }).click();
    await page.getByRole('button', { name: 'OK' }).click();
    await page.getByText(/The ERP still has the bill of this order/).waitFor();
    await shot(page, 'books-order-en');
    const [bill] = books.c8.billsOf('Z1');
    books.c8.deleteBill(bill?.retailCode ?? '');
    await page.getByRole('button', { name: 'Make not imported' }).click();
    await page.getByRole('button', { name: 'OK' }).click();
    await page.getByText('The order is not imported now.').waitFor();
    await page.keyboard.press('Escape');
    const [second] = books.c8.billsOf('Z2');
    books.c8.deleteBill(second?.retailCode ?? '');
    await finance.call('POST', of('/check'), { day: day() });
    const checks = await hub.page(finance, '/books?view=check', { language: 'zh' });
    await checks.getByRole('cell', { name: day() }).waitFor();
    await checks.locator('.ant-table-row-expand-icon').first().click();
    await checks.getByText('Z2', { exact: true }).waitFor();
    await shot(checks, 'books-check-zh');
    const looker = await hub.page(await hub.person('operator'), '/books', { language: 'en' });
    await looker.getByText('Import queue').waitFor();
    expect(await looker.getByRole('switch', { name: 'Import by itself' }).isDisabled()).toBe(true);
  });
});
