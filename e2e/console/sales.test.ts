import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import type { PayStyle } from '../../packages/server/src/ledger/sales/pay-style.ts';
import { type ForeignTrade, putForeignTrades } from '../../packages/server/src/ledger/sales/put-foreign-trades.ts';
import { foreignTrade } from '../../packages/server/src/testing/foreign-trade.ts';
import type { TestMachine, TestTenant } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

const byTest = { by: 'test' };

let hub: ConsoleHub;
let finance: Person;
let machines: [TestMachine, TestMachine];
let stranger: { tenant: TestTenant; person: Person; machine: TestMachine };

let told = 0;

/** Sales as another platform tells of them: with any time, style and fate. */
async function sell(tenant: TestTenant, trades: (Partial<ForeignTrade> & Pick<ForeignTrade, 'machineId' | 'createdAt'>)[]) {
  const made = trades.map((trade) => {
    told += 1;
    return foreignTrade({ upstreamTradeId: `e${told}`, ...trade });
  });
  const of = { merchantId: tenant.merchant.id, upstreamIntegrationId: tenant.integration.id };
  await putForeignTrades(hub.ledger, of, made, byTest);
}

const styles: PayStyle[] = ['wechat', 'alipay', 'cash', 'qrcode'];
const hour = 3_600_000;

/** Eight days of two machines, more by day than by night; one in eleven given back. */
async function sellForAWeek(): Promise<void> {
  const now = hub.clock.now().getTime();
  const goods = [...hub.goodsIds].slice(0, 6);
  const names = ['可口可乐', '雪碧', '农夫山泉', '红牛', '乐事薯片', '奥利奥'];
  const trades = Array.from({ length: 420 }, (_, n) => {
    const [number, goodsId] = goods[(n * 7) % goods.length] ?? ['', null];
    const ago = ((n * 37) % (8 * 24)) * hour + (n % 50) * 60_000;
    return {
      machineId: machines[n % 3 === 0 ? 1 : 0].id,
      createdAt: new Date(now - ago),
      goodsId,
      goodsNumber: String(number),
      goodsName: names[(n * 7) % 6] ?? '',
      categoryTitle: '饮料',
      priceCents: 300 + (n % 5) * 50,
      payStyle: styles[n % 4] ?? 'other',
      ...(n % 11 === 0 && { refundState: 'refunded' as const, refundCents: 300 + (n % 5) * 50 }),
      ...(n % 29 === 0 && { deliverState: 'failed' as const }),
    };
  });
  await sell(hub, trades);
}

beforeAll(async () => {
  hub = await startConsoleHub();
  machines = [await hub.machine('spring'), await hub.machine('belt')];
  const merchantId = hub.merchant.id;
  await putLine(hub.ledger, { merchantId, name: '南山线', area: '深圳' });
  await putSite(hub.ledger, { merchantId, number: 'T1', name: '科技大厦', line: '南山线' });
  await placeMachine(hub.ledger, { merchantId, machineNo: machines[0].machineNo, siteNumber: 'T1', cause: byTest });
  hub.clock.advance(12 * 3_600);
  await sellForAWeek();
  const slots = (await machines[0].products()).slice(0, 2).map(({ slotId }) => ({ slotId, quantity: 2 }));
  hub.clock.advance(60);
  await refillSlots(hub.ledger, {
    merchantId: hub.merchant.id,
    machineId: machines[0].id,
    slots,
    source: 'test',
    cause: byTest,
  });
  await hub.settle();
  finance = await hub.person('finance');
  const tenant = await hub.tenant({ name: 'Other' });
  stranger = { tenant, person: await hub.person('finance', { tenant }), machine: await hub.machine('spring', {}, tenant) };
  await sell(tenant, [{ machineId: stranger.machine.id, createdAt: hub.clock.now(), priceCents: 99_900 }]);
});
afterAll(() => hub?.stop());

const period = 'from=2025-05-20&to=2025-06-30';

describe('the API', () => {
  test('sums by anything, its pages and its total; another merchant’s are his own', async () => {
    for (const by of [
      'day',
      'hour',
      'hour-of-day',
      'month',
      'machine',
      'site',
      'line',
      'area',
      'goods',
      'category',
      'pay-style',
      'channel',
    ]) {
      const whole = (await finance.call('GET', `/sales?${period}&by=${by}&limit=500`)).body;
      const sum = (field: string) => whole.items.reduce((all: number, row: Record<string, number>) => all + (row[field] ?? 0), 0);
      for (const field of ['units', 'gross_cents', 'refunded_units', 'refund_cents', 'net_cents']) {
        expect(sum(field), `${by} ${field}`).toBe(whole.total[field]);
      }
      expect(whole.total.gross_cents - whole.total.refund_cents).toBe(whole.total.net_cents);
      expect(whole.total.net_cents).toBeGreaterThan(100_000);
      const page = (await finance.call('GET', `/sales?${period}&by=${by}&offset=1&limit=1`)).body;
      expect(page.total).toEqual(whole.total);
      expect(page.items).toEqual(whole.items.slice(1, 2));
    }
    const theirs = (await stranger.person.call('GET', `/sales?${period}&by=machine&machine=${machines[0].id}`)).body;
    expect(theirs).toMatchObject({ items: [], count: 0, total: { net_cents: 0, mean_cents: null } });
    expect((await stranger.person.call('GET', `/sales?${period}&by=machine`)).body.total.net_cents).toBe(99_900);
  });

  test('a filter, several values of one, and what does not fit is refused by its name', async () => {
    const of = async (query: string) => (await finance.call('GET', `/sales?${period}&by=pay-style&${query}`)).body;
    expect((await of('pay_style=cash&pay_style=wechat')).items.map(({ key }: { key: string }) => key).sort()).toEqual([
      'cash',
      'wechat',
    ]);
    const [one, other, both] = [
      await of(`machine=${machines[0].id}`),
      await of(`machine=${machines[1].id}`),
      await of(`machine=${machines[0].id}&machine=${machines[1].id}`),
    ];
    expect(both.total.net_cents).toBe(one.total.net_cents + other.total.net_cents);
    for (const [query, field] of [
      ['by=day&from=2025-06-02&to=2025-06-01', 'to'],
      ['by=day&from=2025-02-31&to=2025-06-01', 'from'],
      ['by=weather&from=2025-06-01&to=2025-06-01', 'by'],
      ['by=day&from=2025-06-01&to=2025-06-01&limit=501', 'limit'],
      ['by=day&from=2025-06-01&to=2025-06-01&machine=x', 'machine'],
      ['by=day&from=2025-06-01&to=2025-06-01&anything=1', 'anything'],
    ]) {
      const { status, body } = await finance.call('GET', `/sales?${query}`);
      expect([status, body.error.field], query).toEqual([400, field]);
    }
  });

  test('who may: finance and whoever reads sales; a refiller not, and a scope sees its machines alone', async () => {
    const scope = { machineIds: [machines[1].id], lineIds: [] };
    const [refiller, viewer, scoped] = [
      await hub.person('refiller'),
      await hub.person('viewer'),
      await hub.person('finance', { scope }),
    ];
    for (const path of [
      `/sales?${period}&by=day`,
      `/sales/export?${period}&by=day&format=csv`,
      '/sales/today',
      '/trades',
      '/trades/export?format=csv',
      '/settlements',
    ]) {
      expect((await refiller.call('GET', path)).status, path).toBe(403);
      expect((await viewer.call('GET', path)).status, path).toBe(200);
    }
    const mine = (await scoped.call('GET', `/sales?${period}&by=machine`)).body;
    expect(mine.items.map(({ code }: { code: string }) => code)).toEqual([machines[1].machineNo]);
    expect((await scoped.call('GET', `/sales?${period}&by=machine&machine=${machines[0].id}`)).body.items).toEqual([]);
    const trades = (await scoped.call('GET', '/trades?limit=200')).body.items;
    expect(new Set(trades.map(({ machine_id }: { machine_id: number }) => machine_id))).toEqual(new Set([machines[1].id]));
    expect((await scoped.call('GET', '/sales/today')).body.movers.machine).toHaveLength(1);
    expect((await scoped.call('GET', '/sales/names?kind=machine')).body.items).toHaveLength(1);
    // That machine stands nowhere, and no order of it came through anything: of the other's nothing is told.
    for (const path of ['/sales/names?kind=site', '/sales/names?kind=line', '/areas']) {
      expect((await viewer.call('GET', path)).body.items, path).toHaveLength(1);
      expect((await scoped.call('GET', path)).body.items, path).toEqual([]);
    }
    expect((await viewer.call('GET', '/lines')).body.items.map(({ name }: { name: string }) => name)).toEqual(['南山线', '']);
    expect((await scoped.call('GET', '/lines')).body.items).toMatchObject([{ id: null, sites: 0, machines: 1 }]);
    expect((await scoped.call('GET', '/order-channels')).body.items).toEqual([]);
  });

  test('today by the hour, and what sells; a sale is in it as soon as it is known', async () => {
    const today = (await finance.call('GET', '/sales/today')).body;
    expect(today.day).toBe('2025-06-01');
    expect(today.hours).toHaveLength(24);
    const sum = today.hours.reduce((all: number, one: { today: { amount_cents: number } }) => all + one.today.amount_cents, 0);
    expect(sum).toBe(today.today.amount_cents);
    expect(today.last_week.amount_cents).toBeGreaterThan(today.last_week_so_far.amount_cents);
    expect(today.movers.machine).toHaveLength(2);
    await sell(hub, [{ machineId: machines[0].id, createdAt: hub.clock.now(), priceCents: 777 }]);
    expect((await finance.call('GET', '/sales/today')).body.today.amount_cents).toBe(today.today.amount_cents + 777);
  });

  test('trades by pages, the latest first: each once, whatever is filtered', async () => {
    const pages = async (query: string) => {
      const ids: number[] = [];
      for (let cursor = ''; ; ) {
        const { body } = await finance.call('GET', `/trades?${query}&limit=60${cursor && `&cursor=${cursor}`}`);
        ids.push(...body.items.map(({ id }: { id: number }) => id));
        if (body.next_cursor === null) return ids;
        cursor = body.next_cursor;
      }
    };
    const all = await pages('');
    expect(all).toHaveLength(421);
    expect(new Set(all).size).toBe(421);
    expect((await pages('refund=refunded')).length + (await pages('refund=none')).length).toBe(421);
    expect((await finance.call('GET', '/trades?cursor=nonsense')).status).toBe(400);
  });

  test('settlements, one of them slot by slot; another merchant’s is not there', async () => {
    const { items } = (await finance.call('GET', '/settlements')).body;
    expect(items[0]).toMatchObject({ machine_no: machines[0].machineNo, site_name: '科技大厦', refilled: 4 });
    expect(items[0].amount_cents).toBeGreaterThan(50_000);
    const one = (await finance.call('GET', `/settlements/${items[0].refill_id}`)).body;
    expect(one.slots.map(({ refilled }: { refilled: number }) => refilled)).toEqual([2, 2, 0, 0]);
    const sum = one.sales.reduce((all: number, { amount_cents }: { amount_cents: number }) => all + amount_cents, 0);
    expect(sum).toBe(items[0].amount_cents);
    expect((await stranger.person.call('GET', `/settlements/${items[0].refill_id}`)).status).toBe(404);
    expect((await stranger.person.call('GET', '/settlements')).body.items).toEqual([]);
    const scoped = await hub.person('viewer', { scope: { machineIds: [machines[1].id], lineIds: [] } });
    const [theirs, none] = [
      await scoped.call('GET', `/settlements/${items[0].refill_id}`),
      await scoped.call('GET', '/settlements/9999999'),
    ];
    expect([theirs.status, theirs.text.replace(String(items[0].refill_id), '9999999')]).toEqual([404, none.text]);
    expect(none.body.error.code).toBe('delivery.unknown');
  });
});

describe('files', () => {
  test('CSV and XLSX have the rows that are shown, in their order, and the total, with numbers as numbers', async () => {
    const query = `${period}&by=goods&sort=units&pay_style=cash&pay_style=alipay`;
    const shown = (await finance.call('GET', `/sales?${query}&limit=500`)).body;
    const yuan = (cents: number) => cents / 100;
    const rows = shown.items.map((row: Record<string, number>) => [
      ...[row.name, row.code, row.units, yuan(row.gross_cents ?? 0), yuan(row.refund_cents ?? 0), yuan(row.net_cents ?? 0)],
      yuan(row.mean_cents ?? 0),
    ]);
    const { total } = shown;
    const last = [total.units, yuan(total.gross_cents), yuan(total.refund_cents), yuan(total.net_cents), yuan(total.mean_cents)];
    const wanted = [['商品', '商品编号', '销量', '销售额', '退款（已出货）', '净额', '均价'], ...rows, ['合计', '', ...last]];
    expect(rows.length).toBeGreaterThan(3);

    const csv = await finance.call('GET', `/sales/export?${query}&format=csv&language=zh`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const file = csv.headers.get('content-disposition')?.split("UTF-8''")[1] ?? '';
    expect(decodeURIComponent(file)).toMatch(/^销售 [\d-]+ [\d-]+ 商品\.csv$/);
    const read = readCsv(await bytesOf(`/sales/export?${query}&format=csv&language=zh`));
    expect(read.map((row) => row.map((cell, n) => (n > 1 && /^[\d.]+$/.test(cell) ? Number(cell) : cell)))).toEqual(wanted);
    expect(readXlsx(await bytesOf(`/sales/export?${query}&format=xlsx&language=zh`))).toEqual(wanted);
    const english = readCsv(await bytesOf(`/sales/export?${query}&format=csv&language=en`));
    expect(english[0]).toEqual(['Goods', 'Goods no.', 'Units', 'Gross', 'Refunds (of what dropped)', 'Net', 'Mean price']);
  });

  test('days and times are what a spreadsheet reckons with, and whatever else stands among them is not', async () => {
    const asked = `/sales/export?${period}&by=day&language=zh`;
    const csv = readCsv(await bytesOf(`${asked}&format=csv`)).map(([day]) => day);
    const xlsx = readXlsx(await bytesOf(`${asked}&format=xlsx`)).map(([day]) => day);
    expect([xlsx[0], xlsx.at(-1)]).toEqual(['日期', '合计']);
    expect(xlsx.slice(1, -1).map((days) => dayOf(days))).toEqual(csv.slice(1, -1));
    const [, csvTrade] = readCsv(await bytesOf('/trades/export?format=csv'));
    const [, trade] = readXlsx(await bytesOf('/trades/export?format=xlsx'));
    expect(dayOf(trade?.[0], 19)).toBe(csvTrade?.[0]);
  });

  test('what somebody called =HYPERLINK(…) is a text in both', async () => {
    const formula = '=HYPERLINK("http://evil.example","可乐")';
    await sell(hub, [
      { machineId: machines[1].id, createdAt: hub.clock.now(), goodsName: formula, goodsNumber: '@1', priceCents: 1 },
    ]);
    const query = `${period}&by=goods&machine=${machines[1].id}`;
    const csv = readCsv(await bytesOf(`/sales/export?${query}&format=csv`));
    expect(csv.map(([name]) => name)).toContain(`'${formula}`);
    const xlsx = await bytesOf(`/sales/export?${query}&format=xlsx`);
    expect(readXlsx(xlsx).map(([name]) => name)).toContain(formula);
    expect(partsOf(xlsx).get('xl/worksheets/sheet1.xml')).not.toContain('<f>');
  });

  test('trades and settlements too, every page of them', async () => {
    const trades = readCsv(await bytesOf('/trades/export?format=csv&language=en&refund=refunded'));
    const { items } = (await finance.call('GET', '/trades?refund=refunded&limit=200')).body;
    expect(trades).toHaveLength(items.length + 1);
    expect(trades[1]?.at(-1)).toBe(items[0].order_no);
    const settlements = readXlsx(await bytesOf('/settlements/export?format=xlsx&language=en'));
    const list = (await finance.call('GET', '/settlements')).body.items;
    expect(settlements.slice(1).map(([refill, , , , , , , units, amount]) => [refill, units, amount])).toEqual(
      list.map((one: Record<string, number>) => [one.refill_id, one.units, (one.amount_cents ?? 0) / 100]),
    );
  });

  test('a list longer than what is read at once has each of its rows once, in both', async () => {
    const { tenant, person, machine } = stranger;
    const from = hub.clock.now().getTime();
    const prices = Array.from({ length: 2_300 }, (_, n) => n + 1);
    // Many of one second each: a page ends in the midst of them.
    const sold = prices.map((priceCents) => ({
      ...{ machineId: machine.id, priceCents, createdAt: new Date(from - Math.floor(priceCents / 700) * 1_000) },
    }));
    for (let n = 0; n < sold.length; n += 500) await sell(tenant, sold.slice(n, n + 500));
    const cells = (rows: (string | number)[][]) => rows.slice(1).map((row) => Math.round(Number(row[8]) * 100));
    const csv = cells(readCsv(await bytesOf('/trades/export?format=csv', person)));
    expect(csv.filter((cents) => cents !== 99_900).toSorted((a, b) => a - b)).toEqual(prices);
    expect(cells(readXlsx(await bytesOf('/trades/export?format=xlsx', person)))).toEqual(csv);
  });
});

describe('in a browser', () => {
  test('what refunds are is said where they stand; today is the merchant’s, whatever the browser’s clock says', async () => {
    const page = await hub.page(finance, '/account', { language: 'en' });
    const dayIn = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());
    const merchants = dayIn('Asia/Shanghai');
    // One of the two has another day at any hour.
    const elsewhere = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].find((zone) => dayIn(zone) !== merchants) ?? '';
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setTimezoneOverride', { timezoneId: elsewhere });
    await page.goto(`${hub.url}/sales?${period}`);
    await page.getByRole('columnheader', { name: 'Refunds (of what dropped)' }).hover();
    await page.getByText('its refunds stand among the trades').waitFor();
    await page.goto(`${hub.url}/settlements`);
    await page.getByLabel('Period').first().click();
    const today = page.locator('.ant-picker-cell-today').first();
    await today.waitFor();
    expect(await today.getAttribute('title')).toBe(merchants);
  });

  test('sales by anything: period, sums, order, filters, and the file that has what is shown', async () => {
    const page = await hub.page(finance, `/sales?${period}`, { language: 'en' });
    await page.getByRole('heading', { name: 'Sales', exact: true }).waitFor();
    const total = page.locator('.sales-total');
    const net = (await finance.call('GET', `/sales?${period}&by=day`)).body.total.net_cents;
    await total.getByText(money(net), { exact: true }).waitFor();
    await page.locator('.sales-chart svg').waitFor();
    await shot(page, 'sales-days-en');

    await page.getByRole('combobox', { name: 'By' }).click();
    await page.locator('.ant-select-item-option').getByText('Machine', { exact: true }).click();
    await page.getByRole('cell', { name: machines[0].machineNo, exact: true }).waitFor();
    // The total is the same whatever it is made of.
    await total.getByText(money(net), { exact: true }).waitFor();
    await page.getByRole('columnheader', { name: 'Units' }).click();
    await page.waitForURL(/sort=units/);
    await page.getByRole('combobox', { name: 'Pay style' }).click();
    await page.keyboard.type('Cash');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.waitForURL(/pay_style=cash/);
    const cash = (await finance.call('GET', `/sales?${period}&by=machine&pay_style=cash`)).body.total;
    await total.getByText(money(cash.net_cents), { exact: true }).waitFor();
    await shot(page, 'sales-machines-en');

    const shown = await page
      .locator('.ant-table-tbody tr.ant-table-row')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: 'Export' })
        .click()
        .then(() => page.getByRole('menuitem', { name: 'CSV' }).click()),
    ]);
    expect(download.suggestedFilename()).toBe('sales 2025-05-20 2025-06-30 machine.csv');
    const read = readCsv(await readFile(await download.path()));
    expect(read.slice(1, -1).map(([name, code, ...numbers]) => [name, code, ...numbers.map(Number)])).toEqual(
      shown.map(([name, code, ...numbers]) => [
        name,
        code,
        ...numbers.map((text) => Number((text ?? '').replace(/[^\d.]/g, ''))),
      ]),
    );
    // A link shows what one sees.
    const again = await hub.page(finance, new URL(page.url()).pathname + new URL(page.url()).search, { language: 'zh' });
    await again.locator('.sales-total').getByText(money(cash.net_cents), { exact: true }).waitFor();
    await shot(again, 'sales-machines-zh');
  });

  test('on a phone: the trades, the settlements, and one of them', async () => {
    const page = await hub.page(finance, `/sales?${period}&by=goods`, { phone: true });
    await page.locator('.sales-total').waitFor();
    await shot(page, 'sales-goods-phone-zh');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.getByText('交易明细').click();
    await page.getByRole('button', { name: /更\s*早/ }).click();
    await page.getByRole('button', { name: /最\s*新/ }).waitFor();
    await shot(page, 'trades-phone-zh');
    await page.goto(`${hub.url}/settlements`);
    const [first] = (await finance.call('GET', '/settlements')).body.items;
    await page.getByText(money(first.amount_cents), { exact: true }).waitFor();
    await shot(page, 'settlements-phone-zh');
    await page.locator('.ant-table-tbody .ant-btn-link').first().click();
    await page.getByRole('dialog').getByRole('columnheader', { name: '当时库存' }).waitFor();
    await shot(page, 'settlement-phone-zh');
    const desk = await hub.page(finance, '/settlements', { language: 'en' });
    await desk.getByText(money(first.amount_cents), { exact: true }).waitFor();
    await shot(desk, 'settlements-en');
    await desk.goto(`${hub.url}/sales?${period}&view=trades`);
    await desk.getByRole('button', { name: 'Older' }).waitFor();
    await shot(desk, 'trades-en');
  });

  test('nothing was sold: that is said; the home page’s sales follow a sale by themselves', async () => {
    const empty = await hub.page(stranger.person, '/sales?from=2024-01-01&to=2024-01-02', { language: 'en' });
    await empty.getByText('Nothing was sold in this period.').waitFor();
    let listens: Promise<unknown> | undefined;
    const page = await hub.page(finance, '/', {
      language: 'zh',
      before: (opened) => {
        listens = opened.waitForResponse('**/v1/stream');
      },
    });
    const figure = page.locator('.today-sales-figure');
    const { today } = (await finance.call('GET', '/sales/today')).body;
    await figure.getByText(money(today.amount_cents)).waitFor();
    await shot(page, 'today-zh');
    // Of a sale before it listens it hears nothing.
    await listens;
    await sell(hub, [{ machineId: machines[0].id, createdAt: hub.clock.now(), priceCents: 123_456 }]);
    await figure.getByText(money(today.amount_cents + 123_456)).waitFor();
    const phone = await hub.page(finance, '/', { language: 'en', phone: true });
    await phone.locator('.today-sales-figure').waitFor();
    await shot(phone, 'today-phone-en');
  });
});

const money = (cents: number) =>
  `¥${(cents / 100).toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

async function bytesOf(path: string, { token } = finance): Promise<Buffer> {
  const response = await fetch(`${hub.url}/v1${path}`, { headers: { cookie: `polyvend_session=${token}` } });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

function readCsv(bytes: Buffer): string[][] {
  const text = bytes.toString('utf8');
  expect(text[0]).toBe('\ufeff');
  const rows = text
    .slice(1)
    .split('\r\n')
    .filter((line) => line !== '');
  return rows.map((row) =>
    [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
    ),
  );
}

/** What a spreadsheet's day is on its face. */
const dayOf = (days: string | number | undefined, length = 10) =>
  new Date(Math.round((Number(days) - 25_569) * 86_400) * 1_000).toISOString().replace('T', ' ').slice(0, length);

/** The files of a ZIP, by its directory at the end. */
function partsOf(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const parts = new Map<string, string>();
  for (let at = zip.readUInt32LE(end + 16), n = zip.readUInt16LE(end + 10); n > 0; n -= 1) {
    const [method, size, nameLength] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(from, from + size);
    parts.set(
      zip.toString('utf8', at + 46, at + 46 + nameLength),
      (method === 8 ? inflateRawSync(content) : content).toString('utf8'),
    );
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return parts;
}

const plain = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');

function readXlsx(bytes: Buffer): (string | number)[][] {
  const parts = partsOf(bytes);
  const shared = [
    ...(parts.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>.*?<t[^>]*>(.*?)<\/t>.*?<\/si>|<si><t[^>]*\/><\/si>/gs),
  ].map(([, text = '']) => plain(text));
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  return [...sheet.matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row = '']) => {
    const cells: (string | number)[] = [];
    for (const [, attributes = '', content = ''] of row.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const value = /<v>(.*?)<\/v>/s.exec(content)?.[1];
      const inline = /<t[^>]*>(.*?)<\/t>/s.exec(content)?.[1];
      const column = (/r="([A-Z])/.exec(attributes)?.[1] ?? 'A').charCodeAt(0) - 65;
      if (value !== undefined) cells[column] = attributes.includes('t="s"') ? (shared[Number(value)] ?? '') : Number(value);
      else if (inline !== undefined) cells[column] = plain(inline);
    }
    // What is empty has no cell.
    return Array.from(cells, (cell) => cell ?? '');
  });
}
