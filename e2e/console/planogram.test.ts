import type { Page } from 'playwright-core';
import type { Static } from 'typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { planogramRoutes } from '../../packages/server/src/console/routes/planogram.ts';
import { putGoods } from '../../packages/server/src/ledger/catalog/put-goods.ts';
import { putPicture } from '../../packages/server/src/ledger/catalog/put-picture.ts';
import { placeOrder } from '../../packages/server/src/ledger/orders/place-order.ts';
import { recordCount } from '../../packages/server/src/ledger/stock/record-count.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import type { TestMachine } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';
import { colouredPicture } from './picture.ts';

// What lies where, at which price: looked at, changed by hand, previewed, applied, and copied to other machines.

let hub: ConsoleHub;
let operator: Person;
let goods: Map<string, number>;

const catalogue = [
  { number: 'g-cola', name: '可口可乐', spec: '330 ml', category: '饮料', priceCents: 350, colour: 0xc8102e },
  { number: 'g-tea', name: '茉莉花茶', spec: '500 ml', category: '饮料', priceCents: 450, colour: 0x5a8f29 },
  { number: 'g-water', name: '农夫山泉天然水', spec: '550 ml', category: '饮料', priceCents: 200, colour: 0x1f7ac4 },
  { number: 'g-chips', name: '乐事薯片原味', spec: '75 g', category: '零食', priceCents: 750, colour: 0xf2c230 },
  { number: 'g-bar', name: 'Chocolate bar with almonds', spec: '50 g', category: '零食', priceCents: 600, colour: 0x5b3a29 },
] as const;
const cause = { by: 'test' };

beforeAll(async () => {
  hub = await startConsoleHub();
  operator = await hub.person('operator');
  goods = await putGoods(
    hub.ledger,
    hub.merchant.id,
    catalogue.map(({ colour: _, ...draft }) => draft),
    cause,
  );
  for (const { number, colour } of catalogue) {
    const bytes = colouredPicture(colour);
    await putPicture(hub.ledger, { merchantId: hub.merchant.id, goodsNumber: number, bytes, cause });
  }
});
afterAll(() => hub?.stop());

const idOf = (number: string) => goods.get(number) ?? 0;

/** Rows of six lanes, A11 to A36, each with one of the goods; the virtual machine stands beside. */
async function addMachine(rows = 3): Promise<TestMachine> {
  const slots = Array.from({ length: rows * 6 }, (_, n) => {
    const { number, priceCents } = catalogue[Math.floor(n / 2) % 4] as (typeof catalogue)[number];
    const [row, lane] = [1 + Math.floor(n / 6), n % 6];
    const name = `A${row}${lane + 1}`;
    const place = { name, code: String(n + 1).padStart(2, '0'), x: row, y: lane };
    return { ...place, goodsId: idOf(number), priceCents, capacity: 8, onHand: (n * 3) % 9, alertThreshold: 2 };
  });
  return await hub.machine('spring', { cabinets: [{ name: 'A', addr: 1, drive: 'spring', slots }] });
}

type Planogram = Static<(typeof planogramRoutes)['GET /machines/{machine}/planogram']['shape']['answer']>;

const planogramOf = async (machine: TestMachine): Promise<Planogram> =>
  (await operator.call('GET', `/machines/${machine.id}/planogram`)).body;

function slotOf({ cabinets }: Planogram, name: string) {
  const found = cabinets.flatMap(({ slots }) => slots).find((slot) => slot.name === name);
  if (!found) throw new Error(`There is no slot ${name}.`);
  return found;
}

const change = async (machine: TestMachine, ...changes: object[]) => {
  const { version } = await planogramOf(machine);
  return await operator.call('PUT', `/machines/${machine.id}/planogram`, { version, changes });
};

describe('the API of planograms', () => {
  test('previews what it then does, and writes down what was before and after', async () => {
    const machine = await addMachine();
    const changes = [
      { slot: 'A12', goods_id: idOf('g-bar') },
      { slot: 'A21', price_cents: 999 },
    ];
    const preview = await operator.call('POST', `/machines/${machine.id}/planogram/preview`, { changes });
    expect(preview.body).toMatchObject({
      problems: [],
      taken_out: 3,
      slots: [
        { slot: 'A12', is_new_product: true, taken_out: 3, after: { price_cents: 600 } },
        { slot: 'A21', is_new_product: false, after: { price_cents: 999 } },
      ],
    });
    expect(slotOf(await planogramOf(machine), 'A12').goods?.number).toBe('g-cola');
    const { version } = preview.body;
    const done = await operator.call('PUT', `/machines/${machine.id}/planogram`, { version, changes });
    expect(done.body).toMatchObject({ slots: ['A12', 'A21'], taken_out: 3 });
    expect(slotOf(await planogramOf(machine), 'A12')).toMatchObject({ goods: { number: 'g-bar' }, on_hand: 0, for_sale: 0 });
    const owner = await hub.person('owner');
    const { items } = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`machine ${machine.id}`)}`)).body;
    expect(items[0]).toMatchObject({
      before: { A12: { goods: 'g-cola' }, A21: { price_cents: 750 } },
      after: { A12: { goods: 'g-bar' }, A21: { price_cents: 999 } },
    });
    // Told to the machine, which then tells its slots by the numbers that it knows: the new product is not touched by that.
    await hub.settle();
    expect(slotOf(await planogramOf(machine), 'A12').on_hand).toBe(0);
    expect(await conservationProblems(hub.ledger)).toEqual([]);
  });

  test('refuses what was looked at too long ago, what is wrong with its field, and who may not', async () => {
    const machine = await addMachine(1);
    const { version } = await planogramOf(machine);
    expect((await change(machine, { slot: 'A11', price_cents: 1 })).status).toBe(200);
    const late = await operator.call('PUT', `/machines/${machine.id}/planogram`, {
      version,
      changes: [{ slot: 'A11', price_cents: 2 }],
    });
    expect([late.status, late.body.error.code]).toEqual([409, 'planogram.stale']);
    const wrong = await change(machine, { slot: 'A11', price_cents: -1 });
    expect([wrong.status, wrong.body.error.field]).toEqual([400, 'changes.0.price_cents']);
    expect((await change(machine, { slot: 'A11', colour: 'red' })).body.error.field).toBe('changes.0.colour');
    expect((await change(machine)).body.error.field).toBe('changes');
    expect((await change(machine, { slot: 'Z9', capacity: 1 })).body.error).toMatchObject({ code: 'slot.unknown' });
    expect((await change(machine, { slot: 'A16', span: 2 })).body.error.code).toBe('request.invalid');
    expect((await change(machine, { slot: 'A15', span: 2 })).body.error.code).toBe('slot.not-empty');
    for (const role of ['viewer', 'refiller', 'finance'] as const) {
      const person = await hub.person(role);
      const body = { changes: [{ slot: 'A11', price_cents: 1 }] };
      expect((await person.call('POST', `/machines/${machine.id}/planogram/preview`, body)).status).toBe(403);
      expect((await person.call('PUT', `/machines/${machine.id}/planogram`, { ...body, version })).status).toBe(403);
    }
  });

  test('what is another merchant’s, or not in somebody’s scope, is not there', async () => {
    const [machine, other] = [await addMachine(1), await addMachine(1)];
    const tenant = await hub.tenant();
    const stranger = await hub.person('owner', { tenant });
    const { version } = await planogramOf(machine);
    const body = { version, changes: [{ slot: 'A11', price_cents: 1 }] };
    expect((await stranger.call('GET', `/machines/${machine.id}/planogram`)).status).toBe(404);
    expect((await stranger.call('PUT', `/machines/${machine.id}/planogram`, body)).status).toBe(404);
    const scoped = await hub.person('refiller', { scope: { machineIds: [other.id], lineIds: [] } });
    expect((await scoped.call('GET', `/machines/${other.id}/planogram`)).status).toBe(200);
    expect((await scoped.call('GET', `/machines/${machine.id}/planogram`)).status).toBe(404);
    const foreignGood = (await putGoods(hub.ledger, tenant.merchant.id, [{ number: 'x', name: 'X', priceCents: 1 }], cause)).get(
      'x',
    );
    expect((await change(machine, { slot: 'A11', goods_id: foreignGood })).body.error.code).toBe('goods.unknown');
    const copy = { from: machine.id, parts: ['goods'], from_version: version, version: 'x' };
    expect((await stranger.call('POST', `/machines/${other.id}/planogram/copy`, copy)).status).toBe(404);
    expect(
      (await stranger.call('POST', `/machines/${other.id}/planogram/copy/preview`, { from: machine.id, parts: ['goods'] }))
        .status,
    ).toBe(404);
  });

  test('a slot with units promised to a buyer keeps its good', async () => {
    const machine = await addMachine(1);
    const { productId } = await machine.product('A12');
    await placeOrder(hub.ledger, {
      ...{ merchantId: hub.merchant.id, integrationId: hub.integration.id, machineNo: machine.machineNo },
      ...{ tradeId: 'promised-1', notifyUrl: '', lines: [{ productId, quantity: 1 }], cause },
    });
    const refused = await change(machine, { slot: 'A12', goods_id: null });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'slot.promised']);
    const preview = await operator.call('POST', `/machines/${machine.id}/planogram/preview`, {
      changes: [{ slot: 'A12', goods_id: null }],
    });
    expect(preview.body.problems).toMatchObject([{ slot: 'A12', code: 'slot.promised' }]);
  });
});

const slot = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`(货道|Slot) ${name}[：:]`) });

async function dragTo(page: Page, from: ReturnType<Page['getByRole']>, to: ReturnType<Page['getByRole']>): Promise<void> {
  await from.scrollIntoViewIfNeeded();
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  if (!a || !b) throw new Error('It is not to be seen.');
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 8 });
  await page.mouse.up();
}

describe('in a browser', () => {
  test('goods are dragged, swapped and priced, lanes merged; previewed, applied, and copied to another machine', async () => {
    const [machine, other] = [await addMachine(), await addMachine()];
    await change(other, { slot: 'A36', goods_id: idOf('g-bar') });
    const page = await hub.page(operator, `/machines/${machine.id}/planogram`);
    await slot(page, 'A11').waitFor();
    await shot(page, 'planogram-zh');

    await dragTo(page, page.getByRole('button', { name: /Chocolate bar/ }), slot(page, 'A11'));
    await page.getByText('1 个货道待修改').waitFor();
    await dragTo(page, slot(page, 'A13'), slot(page, 'A21'));
    await page.getByText('3 个货道待修改').waitFor();
    // By keyboard: the good is chosen, then Enter on the slot puts it there.
    await page.getByRole('button', { name: /^茉莉花茶/ }).press('Enter');
    await slot(page, 'A35').press('Enter');
    await page.getByRole('button', { name: '停止放入' }).click();
    await slot(page, 'A35').press('ArrowRight');
    expect(await page.locator(':focus').getAttribute('data-slot')).toBe('A36');
    // Two at once.
    await slot(page, 'A23').click();
    await slot(page, 'A24').click({ modifiers: ['ControlOrMeta'] });
    await page.getByLabel('售价').fill('2.50');
    await page.getByLabel('售价').press('Enter');
    await slot(page, 'A31').click();
    await page.getByRole('button', { name: '与右侧货道合并' }).click();
    await page.getByLabel('容量').fill('14');
    await page.getByLabel('容量').press('Tab');
    // A31, and the lane that it swallows, are two of them: in the preview as here.
    await page.getByText('8 个货道待修改').waitFor();
    await shot(page, 'planogram-pending-zh');

    await page.getByRole('button', { name: /预\s*览/ }).click();
    await page.getByText('8 个货道，').waitFor();
    await page.getByText('1 个货道宽 → 2 个货道宽').waitFor();
    const swallowed = page.getByRole('dialog').getByRole('row', { name: /^A32/ });
    await swallowed.getByText('并入 A31').waitFor();
    expect(await swallowed.getByText('新商品号').count()).toBe(0);
    await page.getByRole('row', { name: /^A11/ }).getByText('新商品号').hover();
    await page.getByText('机器和销售渠道用商品号识别货道所售商品').waitFor();
    await shot(page, 'planogram-preview-zh');
    expect(slotOf(await planogramOf(machine), 'A11').goods?.number).toBe('g-cola');
    await page.getByRole('button', { name: /应\s*用/ }).click();
    await page.getByText('已应用').waitFor();
    const after = await planogramOf(machine);
    expect(slotOf(after, 'A11')).toMatchObject({ goods: { number: 'g-bar' }, price_cents: 600 });
    expect(slotOf(after, 'A13').goods?.number).toBe('g-chips');
    expect(slotOf(after, 'A21').goods?.number).toBe('g-tea');
    expect(slotOf(after, 'A35').goods?.number).toBe('g-tea');
    expect([slotOf(after, 'A23').price_cents, slotOf(after, 'A24').price_cents]).toEqual([250, 250]);
    expect(slotOf(after, 'A31')).toMatchObject({ span: 2, capacity: 14 });
    expect(slotOf(after, 'A32')).toMatchObject({ merged_into: 'A31', goods: null });
    await page.getByText('8 个货道待修改').waitFor({ state: 'detached' });
    await shot(page, 'planogram-merged-zh');

    await page.getByRole('button', { name: '复制到其他机器' }).click();
    await page.getByLabel('编号、名称或点位').fill(other.machineNo);
    await page.getByRole('checkbox', { name: new RegExp(other.machineNo) }).check();
    await shot(page, 'planogram-copy-zh');
    await page.getByRole('button', { name: /预\s*览/ }).click();
    await page.getByRole('button', { name: '复制到 1 台机器' }).waitFor();
    await shot(page, 'planogram-copy-preview-zh');
    await page.getByRole('button', { name: '复制到 1 台机器' }).click();
    await page.getByText('完成', { exact: true }).waitFor();
    const copied = await planogramOf(other);
    for (const name of ['A11', 'A13', 'A21', 'A24', 'A31', 'A32', 'A35', 'A36']) {
      const { goods: lies, price_cents, capacity, span, merged_into } = slotOf(after, name);
      expect(slotOf(copied, name)).toMatchObject({ goods: lies, price_cents, capacity, span, merged_into });
    }
    expect(await conservationProblems(hub.ledger)).toEqual([]);
  });

  test('what somebody else changed meanwhile is seen before it is done', async () => {
    const machine = await addMachine(1);
    const page = await hub.page(operator, `/machines/${machine.id}/planogram`, { language: 'en' });
    await slot(page, 'A11').click();
    await page.getByLabel('Price', { exact: true }).fill('9.99');
    await page.getByLabel('Price', { exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Slots: 1').waitFor();
    expect((await change(machine, { slot: 'A12', price_cents: 123 })).status).toBe(200);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('The machine has changed meanwhile').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Applied.').waitFor();
    const after = await planogramOf(machine);
    expect([slotOf(after, 'A11').price_cents, slotOf(after, 'A12').price_cents]).toEqual([999, 123]);
  });

  test('two lanes merged are two slots changed, before the preview and in it', async () => {
    const machine = await addMachine(1);
    const page = await hub.page(operator, `/machines/${machine.id}/planogram`);
    await slot(page, 'A11').click();
    await page.getByRole('button', { name: '与右侧货道合并' }).click();
    await page.getByText('2 个货道待修改').waitFor();
    await page.getByRole('button', { name: /预\s*览/ }).click();
    await page.getByText('2 个货道，3 件出账').waitFor();
    await shot(page, 'planogram-merge-preview-zh');
  });

  test('a draft is not lost without a word by going elsewhere in the console', async () => {
    const machine = await addMachine(1);
    const page = await hub.page(operator, `/machines/${machine.id}`);
    await page.getByRole('link', { name: '货道布局' }).click();
    await slot(page, 'A11').click();
    await page.getByLabel('售价').fill('9.99');
    await page.getByText('1 个货道待修改').waitFor();
    const menu = page.getByRole('menuitem', { name: '商品' });
    const asked = page.locator('.ant-modal-confirm-title');
    await menu.click();
    await asked.waitFor();
    await shot(page, 'planogram-leave-zh');
    await page.getByRole('button', { name: '留在本页' }).click();
    await asked.waitFor({ state: 'hidden' });
    await page.getByText('1 个货道待修改').waitFor();
    expect(page.url()).toContain('/planogram');
    await page.goBack();
    await asked.waitFor();
    await page.getByRole('button', { name: '留在本页' }).click();
    await asked.waitFor({ state: 'hidden' });
    // Nor by signing out: who stays is still signed in.
    await page.getByRole('banner').getByRole('button').last().click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.getByRole('button', { name: '留在本页' }).click();
    await asked.waitFor({ state: 'hidden' });
    await page.getByText('1 个货道待修改').waitFor();
    expect((await operator.call('GET', '/session')).status).toBe(200);
    await menu.click();
    await page.getByRole('button', { name: '放弃修改并离开' }).click();
    await page.waitForURL('**/goods');
    // Nothing is pending, nothing is asked.
    await page.getByRole('menuitem', { name: '今日' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/goods'));
  });

  test('who signs out and gives up the draft is out, and led to the door', async () => {
    const machine = await addMachine(1);
    const person = await hub.person('operator');
    const page = await hub.page(person, `/machines/${machine.id}/planogram`);
    await slot(page, 'A11').click();
    await page.getByLabel('售价').fill('9.99');
    await page.getByText('1 个货道待修改').waitFor();
    await page.getByRole('banner').getByRole('button').last().click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.getByRole('button', { name: '放弃修改并离开' }).click();
    await page.waitForURL('**/sign-in');
    expect((await person.call('GET', '/session')).status).toBe(401);
  });

  test('a draft is of one machine: another machine’s planogram begins without it', async () => {
    const [machine, other] = [await addMachine(1), await addMachine(1)];
    const page = await hub.page(operator, `/machines/${other.id}/planogram`);
    await page.getByRole('link', { name: '查看机器' }).click();
    await page.waitForURL(`**/machines/${other.id}`);
    await page.getByRole('menuitem').getByRole('link', { name: '机器', exact: true }).click();
    await page.getByRole('link', { name: `机器 ${machine.machineNo}` }).click();
    await page.getByRole('link', { name: '货道布局' }).click();
    await slot(page, 'A11').click();
    await page.getByLabel('售价').fill('9.99');
    await page.getByText('1 个货道待修改').waitFor();
    await page.evaluate('history.go(-4)');
    await page.getByRole('button', { name: '放弃修改并离开' }).click();
    await page.waitForURL(`**/machines/${other.id}/planogram`);
    // The address is there before the page is.
    await page.getByRole('heading', { name: other.machineNo }).waitFor();
    await slot(page, 'A11').click();
    expect(await page.getByLabel('售价').inputValue()).not.toBe('9.99');
    expect(await page.getByText('1 个货道待修改').count()).toBe(0);
  });

  test('what the machine says stands beside what the books have; a viewer looks and changes nothing', async () => {
    const machine = await addMachine(2);
    const at = () => hub.clock.now();
    const slots = (await planogramOf(machine)).cabinets.flatMap((cabinet) => cabinet.slots);
    const merchantId = hub.merchant.id;
    const said = (name: string, onHand: number, source: 'machine-report' | 'count') => {
      const counts = [{ slotId: slots.find((one) => one.name === name)?.id ?? 0, onHand }];
      return recordCount(hub.ledger, { merchantId, machineId: machine.id, counts, source, countedAt: at(), cause });
    };
    for (const [n, { name }] of slots.entries()) await said(name, n % 8, 'machine-report');
    hub.clock.advance(60);
    await said('A13', 7, 'count');
    const hand = await hub.hand(machine);
    const { productId } = await machine.product('A22');
    await hand.say(hand.wire.channelStatus({ product_id: productId, floor_status: 2, lock_status: -1 }));
    const viewer = await hub.person('viewer');
    const page = await hub.page(viewer, `/machines/${machine.id}/planogram`, { language: 'en' });
    await page.getByText('You may look at this, and not change it.').waitFor();
    expect(await page.getByRole('button', { name: 'Copy to other machines' }).count()).toBe(0);
    await page.getByRole('tab', { name: 'As the machine reports' }).click();
    await page.getByText('2 slots need a look').waitFor();
    await page.getByText('Fault: jammed').last().waitFor();
    await shot(page, 'planogram-reported-en');
  });

  test('slots of which the machine has said nothing are not said to agree', async () => {
    const machine = await addMachine(1);
    const [first] = (await planogramOf(machine)).cabinets.flatMap((cabinet) => cabinet.slots);
    await recordCount(hub.ledger, {
      ...{ merchantId: hub.merchant.id, machineId: machine.id, source: 'machine-report', countedAt: hub.clock.now(), cause },
      counts: [{ slotId: first?.id ?? 0, onHand: first?.on_hand ?? 0 }],
    });
    const page = await hub.page(operator, `/machines/${machine.id}/planogram`);
    await page.getByRole('tab', { name: '机器上报' }).click();
    await page.getByText('1 个一致，5 个未上报').waitFor();
    expect(await page.locator('.ant-alert-success').count()).toBe(0);
  });

  test('on a phone a good is chosen, and then the slot', async () => {
    const machine = await addMachine();
    const page = await hub.page(operator, `/machines/${machine.id}/planogram`, { phone: true });
    await slot(page, 'A12').tap();
    await page.getByLabel('售价').waitFor();
    await shot(page, 'planogram-phone-slot-zh');
    await page.getByRole('button', { name: '取消选择' }).last().tap();
    await page.getByLabel('售价').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^茉莉花茶/ }).tap();
    await page.getByText('已选「茉莉花茶」').last().waitFor();
    await slot(page, 'A12').tap();
    await page.getByRole('button', { name: '停止放入' }).last().tap();
    await page.getByText('1 个货道待修改').waitFor();
    await shot(page, 'planogram-phone-zh');
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(390);
  });
});
