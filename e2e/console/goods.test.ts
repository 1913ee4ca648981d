import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';
import { colouredPicture } from './picture.ts';

// The catalogue: found, added, changed, with pictures, by who may.

let hub: ConsoleHub;
let operator: Person;
beforeAll(async () => {
  hub = await startConsoleHub();
  operator = await hub.person('operator');
});
afterAll(() => hub?.stop());

let made = 0;
async function add(person: Person, more: object = {}) {
  made += 1;
  return await person.call('POST', '/goods', { number: `n-${made}`, name: `Good ${made}`, price_cents: 100, ...more });
}

describe('the API of goods', () => {
  test('adds one, finds it by a part of its name, and changes only what is told', async () => {
    const { status, body } = await add(operator, {
      name: 'Zebra biscuits',
      barcode: '6901234567892',
      category: 'Biscuits',
      packing: 3,
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      own: true,
      full_name: 'Zebra biscuits',
      original_price_cents: 100,
      machines: 0,
      picture_url: '',
    });
    const found = await operator.call('GET', '/goods?q=zebra&own=true');
    expect(found.body).toMatchObject({ total: 1, items: [{ id: body.id }] });
    expect((await operator.call('GET', '/goods?category=Biscuits')).body.total).toBe(1);
    const changed = await operator.call('PUT', `/goods/${body.id}`, { price_cents: 150, category: '' });
    expect(changed.body).toMatchObject({
      name: 'Zebra biscuits',
      barcode: '6901234567892',
      price_cents: 150,
      category: '',
      packing: 3,
    });
    const { items } = (await operator.call('GET', '/categories')).body;
    expect(items.find(({ title }: { title: string }) => title === 'Biscuits')).toMatchObject({ goods: 0 });
    const owner = await hub.person('owner');
    const audit = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`good ${body.id}`)}`)).body.items[0];
    expect(audit).toMatchObject({
      before: { price_cents: 100, category: 'Biscuits' },
      after: { price_cents: 150, category: '' },
    });
  });

  test('lists page by page, and says how many there are', async () => {
    for (let n = 0; n < 3; n += 1) await add(operator, { name: `Paged ${n}` });
    const page = async (offset: number) => (await operator.call('GET', `/goods?q=paged&limit=2&offset=${offset}`)).body;
    expect((await page(0)).items.map(({ name }: { name: string }) => name)).toEqual(['Paged 0', 'Paged 1']);
    expect(await page(2)).toMatchObject({ total: 3, items: [{ name: 'Paged 2' }] });
    expect(await page(9)).toEqual({ total: 3, items: [] });
    expect((await operator.call('GET', '/goods?limit=1000')).status).toBe(400);
  });

  test('names the field that is wrong, and refuses a number that is taken', async () => {
    const wrong = async (more: object) => {
      const { status, body } = await add(operator, more);
      return [status, body.error.field];
    };
    expect(await wrong({ number: 'with space' })).toEqual([400, 'number']);
    expect(await wrong({ name: ' ' })).toEqual([400, 'name']);
    expect(await wrong({ price_cents: 1.5 })).toEqual([400, 'price_cents']);
    expect(await wrong({ barcode: '12 34' })).toEqual([400, 'barcode']);
    expect(await wrong({ packing: 7 })).toEqual([400, 'packing']);
    expect(await wrong({ foreign_picture_url: 'javascript:alert(1)' })).toEqual([400, 'foreign_picture_url']);
    expect(await wrong({ id: 5 })).toEqual([400, 'id']);
    await add(operator, { number: 'taken' });
    const { status, body } = await add(operator, { number: 'taken', name: 'Other' });
    expect([status, body.error.code]).toEqual([400, 'request.invalid']);
    expect(body.error.message).toContain('number');
  });

  test('takes a picture by what its bytes are, and serves it to anybody', async () => {
    const { id } = (await add(operator)).body;
    const put = await operator.call('PUT', `/goods/${id}/picture`, colouredPicture(0x224466));
    expect(put.status).toBe(200);
    const { pathname } = new URL(put.body.picture_url, hub.url);
    const served = await fetch(hub.url + pathname);
    expect([served.status, served.headers.get('content-type')]).toEqual([200, 'image/png']);
    const script = await operator.call('PUT', `/goods/${id}/picture`, Buffer.from('<svg onload="alert(1)">'));
    expect([script.status, script.body.error.code]).toEqual([400, 'request.invalid']);
    expect((await operator.call('PUT', `/goods/${id}/picture`, Buffer.alloc(3 * 1024 * 1024))).status).toBe(413);
    expect((await operator.call('GET', `/goods/${id}`)).body.picture_url).toBe(put.body.picture_url);
  });

  test('another merchant’s are not there, and who may not change them does not', async () => {
    const { id } = (await add(operator)).body;
    const stranger = await hub.person('owner', { tenant: await hub.tenant() });
    expect((await stranger.call('GET', `/goods/${id}`)).status).toBe(404);
    expect((await stranger.call('PUT', `/goods/${id}`, { name: 'Mine' })).status).toBe(404);
    expect((await stranger.call('PUT', `/goods/${id}/picture`, colouredPicture(1))).status).toBe(404);
    expect((await stranger.call('GET', '/goods?q=Good')).body.total).toBe(0);
    for (const role of ['viewer', 'refiller', 'finance'] as const) {
      const person = await hub.person(role);
      expect((await add(person)).status).toBe(403);
      expect((await person.call('PUT', `/goods/${id}`, { name: 'x' })).status).toBe(403);
    }
    expect((await operator.call('GET', `/goods/${id}`)).body.name).not.toBe('Mine');
  });
});

test('a picture of another host is not fetched: its good is shown by its name', async () => {
  const elsewhere = 'https://pictures.example/cola.png';
  await add(operator, { name: 'Pictured elsewhere', foreign_picture_url: elsewhere });
  const asked: string[] = [];
  const page = await hub.page(operator, '/goods?q=elsewhere', {
    before: (opened) => opened.on('request', (request) => asked.push(request.url())),
  });
  const row = page.getByRole('row', { name: 'Pictured elsewhere' });
  await row.locator('span.goods-picture').waitFor();
  expect(asked.filter((url) => !url.startsWith(hub.url))).toEqual([]);
  const policy = (await fetch(hub.url)).headers.get('content-security-policy');
  expect(policy).toContain("img-src 'self' data: blob:;");
});

test('in a browser: a good is added with its picture, found, and changed', async () => {
  const page = await hub.page(operator, '/goods');
  await page.getByRole('button', { name: '可口可乐' }).waitFor();
  await page.getByRole('button', { name: '新增商品' }).click();
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await page.getByText('必填').first().waitFor();
  await page.getByLabel('名称', { exact: true }).fill('三得利乌龙茶');
  await page.getByLabel('编号', { exact: true }).fill('1001');
  await page.getByLabel('售价').fill('5.5');
  await page.getByLabel('分类', { exact: true }).last().fill('茶饮');
  await page
    .getByLabel('图片', { exact: true })
    .setInputFiles({ name: 'tea.png', mimeType: 'image/png', buffer: colouredPicture(0x8a5a2b) });
  await shot(page, 'goods-new-zh');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  // There is one of this number: said at the field.
  await page.getByText(/请求有误/).waitFor();
  await page.getByLabel('编号', { exact: true }).fill('oolong-1');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await page.getByText('已保存').waitFor();
  await page.getByLabel('名称、编号或条码').fill('乌龙');
  await page.getByText('共 1 个商品').waitFor();
  await page.getByRole('button', { name: '三得利乌龙茶' }).click();
  await page.getByLabel('售价').fill('6');
  await page.getByRole('button', { name: '更多字段' }).click();
  await page.getByLabel('规格').fill('500 ml');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await page.getByText('¥6.00').waitFor();
  const { items } = (await operator.call('GET', '/goods?q=oolong-1')).body;
  expect(items).toMatchObject([{ price_cents: 600, spec: '500 ml', category: '茶饮' }]);
  expect(items[0].picture_url).not.toBe('');
  await page.getByLabel('名称、编号或条码').fill('');
  await page.getByRole('button', { name: '可口可乐' }).waitFor();
  await shot(page, 'goods-zh');
  await page.getByLabel('名称、编号或条码').fill('没有这样的');
  await page.getByText('没有符合条件的商品。').waitFor();
  await shot(page, 'goods-none-zh');

  const viewer = await hub.person('viewer');
  const phone = await hub.page(viewer, '/goods', { phone: true, language: 'en' });
  await phone.getByRole('button', { name: '可口可乐' }).waitFor();
  expect(await phone.getByRole('button', { name: 'Add a good' }).count()).toBe(0);
  await shot(phone, 'goods-phone-en');
  await phone.getByRole('button', { name: '可口可乐' }).tap();
  await phone.getByText(/^In \d machine/).waitFor();
  await shot(phone, 'goods-phone-one-en');
  expect(await phone.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
});
