import { createVirtualMachine } from '@polyvend/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listProducts } from '../../packages/server/src/ledger/machines/list-products.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

// Machines as an operator has them: found, looked at, changed, and added until they sell.

let hub: ConsoleHub;
let operator: Person;
beforeAll(async () => {
  hub = await startConsoleHub();
  operator = await hub.person('operator');
});
afterAll(() => hub?.stop());

const template = { name: 'A', addr: 1, drive: 'spring', rows: 2, columns: 3, capacity: 8 };
let added = 0;

/** A machine that was added through the API, and connects to nothing. */
async function add(person: Person, more: object = {}) {
  added += 1;
  const body = { machine_no: String(70_000_000 + added), name: `新机器 ${added}`, cabinets: [template], ...more };
  return await person.call('POST', '/machines', body);
}

describe('the API of machines', () => {
  test('adds one with rows and columns, at a site, and tells its credentials once', async () => {
    const site = await operator.call('POST', '/sites', { number: 'API-1', name: '大厦' });
    const { status, body } = await add(operator, { site_id: site.body.id, vendor: '澳柯玛' });
    expect(status).toBe(200);
    expect(body.credentials).toMatchObject({
      mqtt: { host: 'localhost', port: Number(new URL(hub.mqttUrl).port), tls: false, username: body.machine_no },
      device_key: hub.merchant.deviceKey,
    });
    const machine = (await operator.call('GET', `/machines/${body.id}`)).body;
    expect(machine).toMatchObject({ vendor: '澳柯玛', online: false, site: { name: '大厦' } });
    expect(
      machine.cabinets[0].slots.map(({ name, x, y }: { name: string; x: number; y: number }) => [name, x, y]).slice(2, 4),
    ).toEqual([
      ['A13', 1, 2],
      ['A21', 2, 0],
    ]);
    expect(JSON.stringify(machine)).not.toContain(body.credentials.mqtt.password);
    // Nor does the log of what was done have them.
    const owner = await hub.person('owner');
    const audit = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`machine ${body.machine_no}`)}`)).text;
    expect(audit).toContain('POST /v1/machines');
    expect(audit).not.toContain(body.credentials.mqtt.password);
  });

  test('adds one slot by slot, and refuses what is called alike', async () => {
    const slot = { name: 'B1', code: '01', x: 1, y: 0, capacity: 5 };
    const cabinet = { name: 'B', addr: 2, drive: 'lock', slots: [slot, { ...slot, name: 'B2', code: '02', y: 1 }] };
    const whole = await add(operator, { cabinets: [template, cabinet] });
    expect(whole.status).toBe(200);
    expect((await operator.call('GET', `/machines/${whole.body.id}`)).body.cabinets).toMatchObject([
      { name: 'A' },
      { name: 'B', kind: 'locker' },
    ]);
    for (const cabinets of [[template, template], [cabinet, { ...cabinet, name: 'C' }], [{ ...cabinet, slots: [slot, slot] }]]) {
      expect((await add(operator, { cabinets })).body.error.code).toBe('request.invalid');
    }
    for (const wrong of [
      { cabinets: [] },
      { cabinets: [{ ...template, rows: 21 }] },
      { machine_no: '1234' },
      { name: '' },
      { boss: true },
    ]) {
      expect((await add(operator, wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
    expect((await add(operator, { machine_no: whole.body.machine_no })).body.error.code).toBe('machine.exists');
    expect((await add(operator, { site_id: 999_999 })).body.error.code).toBe('place.unknown');
    // Of which nothing is left: it was one transaction.
    expect((await operator.call('GET', `/machines?text=${70_000_000 + added}`)).body.total).toBe(0);
  });

  test('lists them page by page, narrowed and sorted', async () => {
    const tenant = await hub.tenant();
    const person = await hub.person('operator', { tenant });
    for (const name of ['丙', '甲', '乙']) await add(person, { name });
    const names = async (query: string) =>
      (await person.call('GET', `/machines?${query}`)).body.items.map(({ name }: { name: string }) => name);
    expect(await names('sort=number&limit=2')).toEqual(['丙', '甲']);
    expect(await names('sort=number&limit=2&offset=2')).toEqual(['乙']);
    expect(await names('sort=number&descending=true')).toEqual(['乙', '甲', '丙']);
    expect(await names('text=甲')).toEqual(['甲']);
    const offline = (await person.call('GET', '/machines?state=offline&site=0&own=true')).body;
    expect(offline).toMatchObject({ total: 3, counts: { all: 3, offline: 3, online: 0, 'sold-out': 0 } });
    for (const wrong of ['limit=201', 'limit=0', 'offset=-1', 'sort=price', 'state=fine', 'colour=red', 'own=maybe']) {
      expect((await person.call('GET', `/machines?${wrong}`)).status, wrong).toBe(400);
    }
  });

  test('changes one, and writes down what it was before', async () => {
    const { body } = await add(operator);
    const path = `/machines/${body.id}`;
    const change = { name: '改名', contact: '王师傅', operational: false, site_id: null };
    expect((await operator.call('PATCH', path, change)).body).toEqual({ done: true });
    expect((await operator.call('GET', path)).body).toMatchObject({
      name: '改名',
      contact: '王师傅',
      operational: false,
      site: null,
    });
    const owner = await hub.person('owner');
    const [entry] = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`machine ${body.id}`)}`)).body.items;
    expect(entry).toMatchObject({ before: { operational: true, contact: '' }, after: { operational: false, contact: '王师傅' } });
    const events = (await operator.call('GET', `${path}/events?limit=1`)).body;
    expect(events.items).toMatchObject([{ kind: 'machine.changed', data: { name: '改名' } }]);
    const older = (await operator.call('GET', `${path}/events?cursor=${events.next_cursor}`)).body;
    expect(older).toMatchObject({ items: [{ kind: 'machine.created' }], next_cursor: null });
    expect((await operator.call('PATCH', path, { machine_no: '12345678' })).status).toBe(400);
  });

  test('issues a new password, and the old one opens nothing', async () => {
    const { body } = await add(operator);
    const fresh = await operator.call('POST', `/machines/${body.id}/broker-password`);
    expect(fresh.body.mqtt.password).not.toBe(body.credentials.mqtt.password);
    const [row] = (
      await hub.hub.database.pool.query("select data from events where machine_id = $1 and kind = 'machine.password-issued'", [
        body.id,
      ])
    ).rows;
    expect(JSON.stringify(row)).not.toContain(fresh.body.mqtt.password);
    const virtual = await virtualOf(body.id, body.machine_no, body.credentials.mqtt.password);
    await expect(virtual.connect()).rejects.toThrow();
    await virtual.stop();
  });

  test('keeps places: lines in areas, sites on lines, with how their machines are', async () => {
    const tenant = await hub.tenant();
    const person = await hub.person('operator', { tenant });
    const line = await person.call('POST', '/lines', { name: '一号线', area: '华北' });
    const site = await person.call('POST', '/sites', { number: 'S1', name: '地铁站', line_id: line.body.id });
    await add(person, { site_id: site.body.id });
    expect((await person.call('POST', '/lines', { name: '一号线' })).body.error.code).toBe('request.invalid');
    expect((await person.call('PATCH', `/sites/${site.body.id}`, { name: '科苑站' })).body).toEqual({ done: true });
    expect((await person.call('PATCH', `/lines/${line.body.id}`, { name: '二号线', area: '华南' })).body).toEqual({ done: true });
    expect((await person.call('GET', '/lines')).body.items).toMatchObject([
      { name: '二号线', area_name: '华南', sites: 1, machines: 1, online: 0, troubled: 1 },
    ]);
    const sites = (await person.call('GET', `/sites?line=${line.body.id}`)).body;
    expect(sites).toMatchObject({
      total: 1,
      items: [{ name: '科苑站', machines: 1, dots: [{ online: false, troubled: true }] }],
    });
    expect((await person.call('GET', '/areas')).body.items).toMatchObject([{ name: '华北' }, { name: '华南' }]);
    // Another merchant's are not there.
    expect((await operator.call('GET', `/sites?line=${line.body.id}`)).body.total).toBe(0);
    expect((await operator.call('PATCH', `/sites/${site.body.id}`, { name: 'x' })).body.error.code).toBe('place.unknown');
    expect((await operator.call('PATCH', `/lines/${line.body.id}`, { name: 'x' })).body.error.code).toBe('place.unknown');
  });
});

describe('who may do what with machines', () => {
  test('a machine of another merchant, or out of scope, is not there', async () => {
    const [mine, other] = [await add(operator), await add(operator)];
    const refiller = await hub.person('refiller', { scope: { machineIds: [mine.body.id], lineIds: [] } });
    const stranger = await hub.person('owner', { tenant: await hub.tenant() });
    const reads = ['', '/handshake', '/events', '/online', '/telemetry?kind=rssi'];
    for (const read of reads) {
      const path = `/machines/${other.body.id}${read}`;
      expect((await operator.call('GET', path)).status, path).toBe(200);
      for (const person of [refiller, stranger])
        expect((await person.call('GET', path)).body.error?.code ?? read, path).toBe('machine.unknown');
    }
    expect((await refiller.call('GET', `/machines/${mine.body.id}`)).status).toBe(200);
    expect((await refiller.call('GET', '/machines')).body).toMatchObject({
      total: 1,
      counts: { all: 1 },
      items: [{ id: mine.body.id }],
    });
    const sums = (await refiller.call('GET', '/lines')).body.items.reduce(
      (sum: number, one: { machines: number }) => sum + one.machines,
      0,
    );
    expect(sums).toBe(1);
    for (const [method, path, body] of [
      ['PATCH', `/machines/${other.body.id}`, { name: 'x' }],
      ['POST', `/machines/${other.body.id}/broker-password`, undefined],
    ] as const) {
      expect((await stranger.call(method, path, body)).body.error.code, path).toBe('machine.unknown');
    }
  });

  test('who only looks, fills or reckons changes nothing; who has certain machines alone adds none', async () => {
    const { body } = await add(operator);
    for (const role of ['viewer', 'refiller', 'finance'] as const) {
      const person = await hub.person(role);
      expect((await add(person)).body.error.code, role).toBe('permission.denied');
      for (const [method, path] of [
        ['PATCH', `/machines/${body.id}`],
        ['POST', `/machines/${body.id}/broker-password`],
        ['POST', '/sites'],
        ['POST', '/lines'],
      ] as const) {
        expect((await person.call(method, path, {})).body.error.code, `${role} ${path}`).toBe('permission.denied');
      }
    }
    const scoped = await hub.person('operator', { scope: { machineIds: [body.id], lineIds: [] } });
    expect((await add(scoped)).body.error.code).toBe('permission.denied');
    expect((await scoped.call('POST', '/sites', { number: 'N', name: 'N' })).body.error.code).toBe('permission.denied');
    expect((await scoped.call('PATCH', `/machines/${body.id}`, { name: '可以' })).status).toBe(200);
  });
});

/** A real machine of the simulator, with what was told of a new one. */
async function virtualOf(id: number, machineNo: string, password: string) {
  const merchantId = hub.merchant.id;
  const { products } = await listProducts(hub.ledger, { merchantId, machineId: id, withEmptySlots: true });
  return createVirtualMachine({
    ...{ machineNo, deviceKey: hub.merchant.deviceKey, mqttUrl: hub.mqttUrl, username: machineNo, password, kind: 'spring' },
    slots: products.map((p) => ({ code: p.slotCode, addr: p.cabinetAddr, productId: p.productId, stock: 3 })),
    behaviour: { dispenseMs: [1, 3] },
    clock: { now: () => hub.ledger.clock.now() },
    machineId: String(id),
  });
}

/** A merchant with machines as they are on a morning: some sell, one is silent, one is jammed, one is out of operation. */
async function morning() {
  const tenant = await hub.tenant({ name: '晨间商户' });
  const person = await hub.person('owner', { tenant });
  const merchantId = tenant.merchant.id;
  const places: number[] = [];
  for (const [line, area] of [
    ['京港地铁 14 号线', '华北'],
    ['沿海线', '华南'],
  ]) {
    const { body } = await person.call('POST', '/lines', { name: line, area });
    for (const n of [1, 2]) {
      const site = { number: `${area}-${n}`, name: `${line} ${n} 号点`, line_id: body.id, address: `${n} 号路` };
      places.push((await person.call('POST', '/sites', site)).body.id);
    }
  }
  const machines = [];
  for (let n = 0; n < 4; n += 1) {
    const machine = await hub.machine(n === 1 ? 'belt' : 'spring', { slots: 14, onHand: n * 3, connect: n < 3 }, tenant);
    machines.push(machine);
    await person.call('PATCH', `/machines/${machine.id}`, {
      name: ['启明国际大厦 1 层', '科技园地铁站 B 口', '滨江小区东门', '万达广场北门'][n],
      site_id: places[n],
    });
  }
  const jammed = await machines[1]?.product('A12');
  await hub.ledger.db
    .updateTable('slots')
    .set({ fault_code: 5 })
    .where('merchant_id', '=', merchantId)
    .where('product_id', '=', jammed?.productId ?? 0)
    .execute();
  await add(person, { name: '仓库备用机' });
  await person.call('PATCH', `/machines/${machines[2]?.id}`, { operational: false });
  hub.clock.advance(2);
  await hub.settle();
  return { tenant, person, machines };
}

test('in a browser: machines are found by state, by words and by where they stand; one is looked at and changed', async () => {
  const { person, machines } = await morning();
  const page = await hub.page(person, '/machines');
  await page.getByRole('heading', { name: '机器' }).waitFor();
  await page.getByRole('link', { name: '科技园地铁站 B 口' }).waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(6);
  await shot(page, 'machines-desk');

  await page.getByRole('button', { name: /货道故障/ }).click();
  await page.getByRole('link', { name: '万达广场北门' }).waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.get('state')).toBe('faulty');
  await page.getByRole('link', { name: '科技园地铁站 B 口' }).waitFor();
  await page.getByRole('button', { name: '清除筛选' }).click();
  // The whole list is back before it is narrowed anew.
  await page.getByRole('link', { name: '启明国际大厦 1 层' }).waitFor();
  await page.getByPlaceholder('编号、名称、地址、点位').fill('万达');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: '启明国际大厦 1 层' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: '万达广场北门' }).waitFor();

  await page.getByText('点位', { exact: true }).first().click();
  await page.getByText('京港地铁 14 号线 1 号点').waitFor();
  await shot(page, 'sites-desk');
  await page.getByRole('button', { name: '修改点位 京港地铁 14 号线 1 号点' }).click();
  await page.getByRole('dialog').getByLabel('名称').fill('启明国际大厦');
  await page.getByRole('dialog').getByRole('button', { name: '保 存' }).click();
  await page.getByRole('link', { name: '启明国际大厦', exact: true }).waitFor();

  const [first] = machines;
  const id = first?.id ?? 0;
  await readings(first?.tenant.merchant.id ?? 0, id);
  await page.goto(`${hub.url}/machines/${id}`);
  await page.getByRole('heading', { name: '启明国际大厦 1 层' }).waitFor();
  await page.getByRole('link', { name: /A12/ }).waitFor();
  await page.getByRole('img', { name: /温度/ }).locator(curve).waitFor();
  await page.getByRole('img', { name: /在线率/ }).waitFor();
  await shot(page, 'machine-desk');
  await page.getByText('信号', { exact: true }).click();
  await page.getByRole('img', { name: /信号/ }).locator(curve).waitFor();

  await page.getByRole('tab', { name: '设置' }).click();
  await page.getByLabel('联系人').fill('王师傅');
  await shot(page, 'machine-settings');
  // What was entered is not left behind without a word; once it is saved, nothing is asked.
  await page.getByRole('menuitem', { name: '今日' }).click();
  await page.getByRole('button', { name: '留在本页' }).click();
  await page.getByRole('tab', { name: '事件' }).click();
  await page.getByRole('tab', { name: '设置' }).click();
  await page.getByRole('button', { name: '保 存' }).click();
  await page.getByText('已保存。').waitFor();
  await page.getByRole('tab', { name: '事件' }).click();
  await page.getByText('联系人: 王师傅').waitFor();
  await shot(page, 'machine-events');
  // What another page changed is seen without a reload.
  await person.call('PATCH', `/machines/${id}`, { name: '启明大厦大堂' });
  await page.getByRole('heading', { name: '启明大厦大堂' }).waitFor();
});

test('on a phone, in English: the list is cards, a machine fits the screen', async () => {
  const { person, machines } = await morning();
  const page = await hub.page(person, '/machines', { phone: true, language: 'en' });
  await page.getByRole('link', { name: '科技园地铁站 B 口' }).waitFor();
  await page.getByRole('table').waitFor({ state: 'detached' });
  await shot(page, 'machines-phone-en');
  await readings(machines[0]?.tenant.merchant.id ?? 0, machines[0]?.id ?? 0);
  await page.getByRole('link', { name: '启明国际大厦 1 层' }).click();
  await page
    .getByRole('img', { name: /Temperature/ })
    .locator(curve)
    .waitFor();
  await shot(page, 'machine-phone-en');
  const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(wide).toBe(0);
  await page.goto(`${hub.url}/machines?view=sites`);
  await page.getByText('沿海线 1 号点').waitFor();
  await shot(page, 'sites-phone-en');
});

/** The line of the means. */
const curve = 'svg path[stroke="#0f766e"]';

/** A day of temperatures and of signal, every quarter of an hour. */
async function readings(merchantId: number, machineId: number): Promise<void> {
  const now = hub.clock.now().getTime();
  const rows = Array.from({ length: 96 }, (_, n) => {
    const of = { merchant_id: merchantId, machine_id: machineId, at: new Date(now - (96 - n) * 900_000) };
    return [
      { ...of, kind: 'temperature', value: 5 + Math.sin(n / 9) * 2 + (n % 3) * 0.2 },
      { ...of, kind: 'rssi', value: -70 + Math.round(Math.cos(n / 13) * 8) },
    ];
  });
  await hub.ledger.db.insertInto('machine_telemetry').values(rows.flat()).execute();
}

test('in a browser: a machine is added, signs in with the password that is shown, and is ticked off until it sells', async () => {
  const owner = await hub.person('owner');
  const page = await hub.page(owner, '/machines/new');
  await page.getByLabel('机器编号').fill('12');
  await page.getByRole('button', { name: '添 加' }).click();
  await page.getByText('8 至 20 位数字', { exact: true }).waitFor();
  await page.getByLabel('机器编号').fill('88880001');
  await page.getByLabel('名称').fill('新大厦大堂');
  await page.getByLabel('模板').click();
  await page.getByTitle('小型机 4 × 5').click();
  await page.getByText('共 20 个货道').waitFor();
  await page.getByRole('button', { name: /增加机柜/ }).click();
  await page.getByText('共 40 个货道').waitFor();
  await page.getByText('B45', { exact: true }).waitFor();
  await page.getByRole('button', { name: '移除机柜 B' }).click();
  await page.evaluate('window.scrollTo(0, 0)');
  await shot(page, 'new-machine-desk');
  // From the foot of a long form one comes to the top of what is shown once, not below the header.
  await page.setViewportSize({ width: 1280, height: 600 });
  await page.evaluate('window.scrollTo(0, 9999)');
  await page.getByRole('button', { name: '添 加' }).click();
  await page.getByText('仅显示这一次').waitFor();
  await expect.poll(() => page.locator(':focus').textContent()).toBe('在机器上填写');
  expect(await page.evaluate('window.scrollY')).toBe(0);
  await page.setViewportSize({ width: 1280, height: 860 });
  const secret = async (name: string) =>
    (await page.locator('.facts > div').filter({ hasText: name }).locator('.secret').innerText()).trim();
  const password = await secret('MQTT 密码');
  expect(await secret('客户端 ID 与用户名')).toBe('88880001');
  await page.getByRole('img', { name: '已连接: 未完成' }).waitFor();
  await shot(page, 'new-machine-credentials');

  const id = Number(new URL(page.url()).searchParams.get('machine'));
  const virtual = await virtualOf(id, '88880001', password);
  await virtual.connect();
  virtual.heartbeat();
  for (const step of ['已连接', '心跳']) await page.getByRole('img', { name: `${step}: 已完成` }).waitFor();
  await page.getByRole('button', { name: '让机器上报货道' }).click();
  await page.getByRole('img', { name: '货道上报: 已完成' }).waitFor();
  await page.getByText('20/20').waitFor();
  await page.getByRole('button', { name: '出货一件' }).click();
  await page.getByRole('img', { name: '测试出货: 已完成' }).waitFor();
  await shot(page, 'new-machine-steps');
  // After a reload the list goes on, and the password is gone.
  await page.reload();
  await page.getByRole('img', { name: '心跳: 已完成' }).waitFor();
  expect(await page.getByText(password).count()).toBe(0);
  await virtual.stop();
});
