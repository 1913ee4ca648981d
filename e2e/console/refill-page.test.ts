import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionCookie } from '../../packages/server/src/console/authenticate.ts';
import { placeMachine } from '../../packages/server/src/ledger/places/place-machine.ts';
import { putLine } from '../../packages/server/src/ledger/places/put-line.ts';
import { putSite } from '../../packages/server/src/ledger/places/put-site.ts';
import { changePlanogram } from '../../packages/server/src/ledger/planogram/change-planogram.ts';
import { getPlanogram } from '../../packages/server/src/ledger/planogram/get-planogram.ts';
import { buy, dispense } from '../active-order/steps.ts';
import { slotDraft } from '../support/add-test-machine.ts';
import { type TestMachine, until } from '../support/index.ts';
import { rows } from '../support/site.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

let hub: ConsoleHub;
let station: TestMachine;
let campus: TestMachine;
let refiller: Person;
beforeAll(async () => {
  hub = await startConsoleHub();
  refiller = await hub.person('refiller');
  const goods = [...hub.goodsIds.values()];
  const cabinet = (name: string, addr: number, slots: number) => ({
    ...{ name, addr, drive: 'spring' as const },
    slots: Array.from({ length: slots }, (_, n) => {
      const draft = slotDraft(name, n, { capacity: 10, onHand: (n * 7) % 11, priceCents: 350, goodsId: goods[n % goods.length] });
      const [x, y] = [Math.floor(n / 5) + 1, n % 5];
      return { ...draft, name: `${name}${x}${y + 1}`, x, y };
    }),
  });
  station = await hub.machine('spring', { cabinets: [cabinet('A', 1, 20), cabinet('B', 2, 5)] });
  campus = await hub.machine('spring', { connect: false });
  const merchantId = hub.merchant.id;
  await putLine(hub.ledger, { merchantId, name: '北线' });
  await putSite(hub.ledger, { merchantId, number: 's1', name: '火车站南广场', line: '北线', address: '站前路 1 号' });
  await putSite(hub.ledger, { merchantId, number: 's2', name: '大学城' });
  for (const [machine, siteNumber] of [
    [station, 's1'],
    [campus, 's2'],
  ] as const) {
    await placeMachine(hub.ledger, { merchantId, machineNo: machine.machineNo, siteNumber, cause: { by: 'test' } });
  }
  await sell(station, 'A22', 2);
});
afterAll(() => hub?.stop());

/** Ordered by the mall, paid, and dropped by the virtual machine. */
async function sell(machine: TestMachine, slotName: string, quantity: number): Promise<void> {
  await machine.beat();
  await dispense(hub, machine, await buy(hub, machine, { [slotName]: quantity }));
  await until(async () => {
    await hub.settle();
    const [sold] = await rows<{ units: number }>(hub.ledger)`
      select count(*)::int as units from trades where machine_id = ${machine.id} and slot_name = ${slotName} and counts`;
    return sold?.units === quantity;
  }, `${quantity} to drop`);
}

const slot = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`^${name} `) });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** Text of the draft's line at the foot. */
const foot = (page: Page, text: string) => page.locator('.visit-sum').getByText(text).waitFor();

async function stock(machine: TestMachine): Promise<Record<string, number>> {
  return Object.fromEntries((await machine.products()).map(({ slotName, onHand }) => [slotName, onHand]));
}

test('the desk: a plan in the order of need, some of it as a pick list that prints', async () => {
  const operator = await hub.person('operator');
  const page = await hub.page(operator, '/refill', { language: 'en' });
  const row = (machine: TestMachine) => page.getByRole('row', { name: machine.machineNo });
  await row(station).waitFor();
  const [first] = await page.getByRole('row').filter({ hasText: '机器' }).allTextContents();
  expect(first).toContain(station.machineNo);
  expect(await row(station).textContent()).toMatch(/火车站南广场北线.*3 empty.*pieces of 12 goods.*now.*never/);
  await shot(page, 'plan-desk-en');

  // The filter stands in the address: the way back leads to it.
  await page.getByText('Empty', { exact: true }).click();
  await expect.poll(() => row(campus).count()).toBe(0);
  await page.getByText('All', { exact: true }).click();
  await row(campus).waitFor();
  await page.getByRole('combobox', { name: 'Line' }).click();
  await page.getByTitle('北线').click();
  await expect.poll(() => row(campus).count()).toBe(0);
  expect(page.url()).toContain('line=');
  await page.reload();
  await row(station).waitFor();
  expect(await row(campus).count()).toBe(0);
  await page.goto(`${hub.url}/refill`);

  await row(station).getByRole('checkbox').check();
  await row(campus).getByRole('checkbox').check();
  await button(page, 'Pick list for 2 machines').click();
  await page.getByRole('heading', { name: 'From the warehouse' }).waitFor();
  await page.getByRole('heading', { name: `机器 ${station.machineNo}` }).waitFor();
  const cola = page.getByRole('row', { name: '可口可乐' }).first();
  expect(await cola.getByRole('cell').allTextContents()).toEqual(['', '1001', '可口可乐', '2', expect.stringMatching(/^\d+ $/)]);
  await shot(page, 'pick-desk-en');
  await page.emulateMedia({ media: 'print' });
  expect(await button(page, 'Print').isVisible()).toBe(false);
  if (process.env.SCREENSHOTS) await page.pdf({ path: `${process.env.SCREENSHOTS}/pick.pdf`, preferCSSPageSize: true });
  await shot(page, 'pick-print-en');
});

test('the phone: from the plan to the machine; slots are filled with two taps, counted and emptied; done settles', async () => {
  const page = await hub.page(refiller, '/refill', { phone: true });
  await page.getByRole('article').first().waitFor();
  await shot(page, 'plan-phone-zh');
  await page.getByRole('link', { name: `去补货 机器 ${station.machineNo}` }).click();
  await slot(page, 'A11').waitFor();
  await page.getByText('售出 2 件 · ¥7.00').waitFor();
  await shot(page, 'visit-phone-zh');

  // Two taps.
  await slot(page, 'A11').tap();
  await shot(page, 'sheet-phone-zh');
  await button(page, '补满（+10）').tap();
  await foot(page, '1 个货道 · 补入 10');

  await slot(page, 'A12').tap();
  await page.getByLabel('盘点', { exact: true }).fill('6');
  await button(page, '取出商品').tap();
  await page.getByRole('combobox', { name: '原因' }).click();
  await page.getByTitle('变质').click();
  await button(page, '取出: 加一').tap();
  await page.getByRole('spinbutton', { name: '补入' }).fill('9');
  // Where the thumb is, and not below the fold.
  const alert = page.getByRole('alert').getByText('最多还能放 6 件。');
  await alert.waitFor();
  const [field, said] = [await page.getByRole('spinbutton', { name: '补入' }).boundingBox(), await alert.boundingBox()];
  expect((said?.y ?? 0) - (field?.y ?? 0)).toBeLessThan(80);
  await shot(page, 'sheet-wrong-phone-zh');
  await button(page, /确\s?定/).tap();
  await page.getByText('A12：补入的放不下').waitFor();
  expect(await button(page, /完\s?成/).isDisabled()).toBe(true);
  await shot(page, 'visit-wrong-phone-zh');
  await slot(page, 'A12').tap();
  await page.getByRole('spinbutton', { name: '补入' }).fill('5');
  await button(page, /确\s?定/).tap();
  await foot(page, '2 个货道 · 补入 15 · 取出 2 · 盘点 1');

  // The other cabinet.
  await page.getByRole('tab', { name: 'B' }).tap();
  await slot(page, 'B12').tap();
  await button(page, /^补满/).tap();

  // A reload loses nothing.
  await foot(page, '3 个货道 · 补入 18 · 取出 2 · 盘点 1');
  await page.reload();
  await page.getByText(/继续 .* 的草稿/).waitFor();
  await foot(page, '3 个货道 · 补入 18 · 取出 2 · 盘点 1');
  await shot(page, 'visit-draft-phone-zh');

  await button(page, /完\s?成/).tap();
  await page.getByText('请核对本次补货').waitFor();
  await shot(page, 'review-phone-zh');
  await button(page, '确认提交').tap();
  await page.getByText('已提交').waitFor();
  await hub.settle();
  await page.getByText('已结算：售出 2 件，¥7.00').waitFor();
  await shot(page, 'done-phone-zh');
  const after = await stock(station);
  expect([after.A11, after.A12, after.B12]).toEqual([10, 9, 10]);

  await button(page, '再补一次').tap();
  await page.getByText('历史补货').tap();
  await page.getByText('A12 盘点 6 −2 变质 +5').waitFor();
  await shot(page, 'history-phone-zh');
});

test('a pick list fits the phone, and what is ticked off stays so', async () => {
  const address = `/refill/pick?machines=${station.id},${campus.id}`;
  const page = await hub.page(refiller, address, { phone: true, language: 'en' });
  const cola = page.getByRole('checkbox', { name: '可口可乐' }).first();
  await cola.check();
  const inA11 = page.getByRole('checkbox', { name: `${campus.machineNo} A11` });
  await inA11.check();
  await shot(page, 'pick-phone-en');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  const scrolling = `[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).length`;
  expect(await page.evaluate(scrolling)).toBe(0);
  expect((await cola.boundingBox())?.width).toBeGreaterThanOrEqual(24);
  await page.reload();
  await cola.waitFor();
  expect([await cola.isChecked(), await inA11.isChecked()]).toEqual([true, true]);
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(2);
  await cola.uncheck();
  // Of this list, and at what is wanted now.
  await page.goto(`${hub.url}/refill/pick?machines=${campus.id}`);
  await inA11.waitFor();
  expect(await inA11.isChecked()).toBe(false);
  await page.goto(`${hub.url}${address}`);
  await inA11.waitFor();
  expect([await cola.isChecked(), await inA11.isChecked()]).toEqual([false, true]);
});

test('a lost network loses nothing and books nothing twice; what is refused can be mended', async () => {
  const page = await hub.page(refiller, `/refill/${campus.id}`, { phone: true, language: 'en' });
  await slot(page, 'A11').waitFor();
  await button(page, 'Fill all to full').tap();
  await foot(page, '4 slots · +20');
  await button(page, 'Done').tap();
  // It arrives, and its answer does not.
  const visits = `**/v1/machines/${campus.id}/visits`;
  await page.route(visits, async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    await route.fetch();
    await route.abort();
  });
  await button(page, 'Record the visit').tap();
  await page.getByText('Not confirmed yet').waitFor();
  await shot(page, 'unconfirmed-phone-en');
  expect((await stock(campus)).A11).toBe(10);
  // Nothing of it can be changed, since it may be recorded.
  expect(await button(page, 'Fill all to full').isDisabled()).toBe(true);
  await slot(page, 'A11').tap();
  expect(await button(page, 'Undo this slot').count()).toBe(0);
  // Opened anew it is sent again by itself. The page that is open does so too, every ten seconds: it is shut first.
  const address = page.url();
  await page.goto('about:blank');
  await page.unroute(visits);
  await page.goto(address);
  await page.getByText('It had been recorded before; nothing was booked twice.').waitFor();
  await shot(page, 'recorded-before-phone-en');
  const [{ visits: recorded } = { visits: 0 }] = await rows<{ visits: number }>(hub.ledger)`
    select count(*)::int as visits from visits where machine_id = ${campus.id}`;
  expect(recorded).toBe(1);

  // Somebody else was quicker: the slot is full, and the visit is refused by its name.
  await button(page, 'Another visit here').tap();
  await slot(page, 'A12').tap();
  await page.getByLabel('Counted', { exact: true }).fill('8');
  await button(page, 'Take goods out').tap();
  await button(page, 'OK').tap();
  await foot(page, '1 slot · −1 out · 1 counted');
  await page.route(visits, async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    const body = route.request().postDataJSON();
    await route.continue({ postData: JSON.stringify({ ...body, lines: [{ ...body.lines[0], counted: 0 }] }) });
  });
  await button(page, 'Done').tap();
  await button(page, 'Record the visit').tap();
  await page.getByText(/taken_out of slot A12: 1, where 0 are there/).waitFor();
  await page.unroute(visits);
  await button(page, 'Done').tap();
  await button(page, 'Record the visit').tap();
  await page.getByText('Nothing was added, so nothing is settled.').waitFor();
  expect((await stock(campus)).A12).toBe(7);
});

/** Somebody else signs in on the same phone. Its network is well again once the page that was open is shut, which would send what it has. */
async function handTo(page: Page, person: Person): Promise<void> {
  const address = page.url();
  await page.goto('about:blank');
  await page.unrouteAll();
  await page.context().addCookies([{ name: sessionCookie, value: person.token, url: hub.url }]);
  await page.goto(address);
}

const visitsAt = ({ id }: TestMachine) =>
  rows<{ visitor: string; slots: { name: string }[] }>(hub.ledger)`
    select visitor, slots from visits where machine_id = ${id} order by id`;

test('what one refiller did is neither shown to nor sent by another on the same phone', async () => {
  const machine = await hub.machine('spring', { connect: false });
  const [li, wang] = [await hub.person('refiller'), await hub.person('refiller')];
  const page = await hub.page(li, `/refill/${machine.id}`, { phone: true, language: 'en' });
  await slot(page, 'A11').tap();
  await button(page, /^Fill to full/).tap();
  await foot(page, '1 slot · +5');
  await handTo(page, wang);
  await foot(page, 'Tap a slot');
  await handTo(page, li);
  await page.getByText(/A draft from .* is continued/).waitFor();
  const visits = `**/v1/machines/${machine.id}/visits`;
  await page.route(visits, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await button(page, 'Done').tap();
  await button(page, 'Record the visit').tap();
  await page.getByText('Not confirmed yet').waitFor();

  await handTo(page, wang);
  await foot(page, 'Tap a slot');
  await slot(page, 'A12').tap();
  await button(page, /^Fill to full/).tap();
  await button(page, 'Done').tap();
  await button(page, 'Record the visit').tap();
  await page.getByText('Recorded', { exact: true }).waitFor();
  await handTo(page, li);
  await page.getByText('Recorded', { exact: true }).waitFor();
  const recorded = (await visitsAt(machine)).map(({ visitor, slots }) => [visitor, slots.map(({ name }) => name)]);
  expect(recorded).toEqual([
    [wang.login, ['A12']],
    [li.login, ['A11']],
  ]);
});

test('fill all fills what has room by now, and leaves what was entered by hand', async () => {
  const machine = await hub.machine('spring', { connect: false });
  const full = await machine.product('A11');
  await hub.ledger.db.updateTable('slots').set({ capacity: 5 }).where('id', '=', full.slotId).execute();
  const page = await hub.page(refiller, `/refill/${machine.id}`, { phone: true, language: 'en' });
  // Full by the books, and one is taken out.
  await slot(page, 'A11').tap();
  await button(page, 'Take goods out').tap();
  await button(page, 'OK').tap();
  await slot(page, 'A12').tap();
  await page.getByRole('spinbutton', { name: 'Add' }).fill('2');
  await button(page, 'OK').tap();
  await button(page, 'Fill all to full').tap();
  await foot(page, '4 slots · +13 · −1 out');
  await button(page, /^A11 .* 5\/5$/).waitFor();
  await button(page, /^A12 .* 7\/10$/).waitFor();
  await expect.poll(() => button(page, 'Fill all to full').isDisabled()).toBe(true);
});

test('two at one machine: who comes second is told, and nothing is recorded that was not done', async () => {
  const machine = await hub.machine('spring', { connect: false });
  const page = await hub.page(refiller, `/refill/${machine.id}`, { phone: true, language: 'en' });
  await slot(page, 'A11').tap();
  await button(page, 'Take goods out').tap();
  await button(page, 'OK').tap();
  await button(page, 'Fill all to full').tap();
  await foot(page, '4 slots · +21 · −1 out');
  const wang = await hub.person('refiller');
  hub.clock.advance(60);
  const { cabinets } = (await wang.call('GET', `/machines/${machine.id}/refill-plan`)).body;
  const lines = cabinets[0].slots.map((one: { id: number; product_id: number }) => ({
    ...{ slot_id: one.id, product_id: one.product_id, added: 'full' },
  }));
  const recordAs = (key: string) =>
    wang.call('POST', `/machines/${machine.id}/visits`, { key, begun_at: hub.clock.now().toISOString(), lines });
  expect((await recordAs('first-of-wang')).status).toBe(200);
  await page.reload();
  await page.getByText(`${wang.login} recorded a visit here at`).waitFor();
  await foot(page, '1 slot · +1 · −1 out');
  await shot(page, 'other-visit-phone-en');
  await button(page, 'Done').tap();
  await page.getByRole('dialog').getByText(`${wang.login} recorded a visit here at`).waitFor();
  expect(await page.getByRole('dialog').getByRole('row').count()).toBe(1);
  await shot(page, 'other-visit-review-phone-en');
  await button(page, 'Record the visit').tap();
  await page.getByText('Recorded', { exact: true }).waitFor();
  await page.getByText('1 slot · +1 · −1 out').waitFor();
  const [, second] = await visitsAt(machine);
  expect(second?.slots.map(({ name }) => name)).toEqual(['A11']);
  // A program may tell of slots to which nothing was done; nobody has to read of them.
  expect((await recordAs('second-of-wang')).status).toBe(200);
  await button(page, 'Another visit here').tap();
  await page.getByText('Visits before').tap();
  await page.getByText('A11 −1 Expired +1').waitFor();
  expect(await page.getByText('A12', { exact: true }).and(page.locator('.ant-tag')).count()).toBe(0);
});

/** Another good for a slot, as the desk gives it while somebody is at the machine. */
async function replan({ id: machineId }: TestMachine, slotName: string, number: string): Promise<void> {
  const merchantId = hub.merchant.id;
  const { version } = await getPlanogram(hub.ledger, { merchantId, machineId });
  const changes = [{ slot: slotName, goodsId: hub.goodsIds.get(number) ?? 0 }];
  await changePlanogram(hub.ledger, { merchantId, machineId, version, changes, cause: { by: 'test' } });
}

test('a slot that gets other goods meanwhile is shown: it is left out, or entered anew', async () => {
  const goods = [...hub.goodsIds.keys()];
  const machine = await hub.machine('spring', { connect: false });
  const page = await hub.page(refiller, `/refill/${machine.id}`, { phone: true, language: 'en' });
  const fill = async (name: string) => {
    await slot(page, name).tap();
    await button(page, /^Fill to full/).tap();
  };
  await fill('A11');
  await fill('A12');
  await foot(page, '2 slots · +10');
  // Seen before it is sent: nothing is done to the new good by what was done to the old one.
  await replan(machine, 'A11', goods[3] ?? '');
  await page.reload();
  await page.getByText(/^A11: other goods, or a newer count/).waitFor();
  expect(await button(page, 'Done').isDisabled()).toBe(true);
  await shot(page, 'changed-phone-en');
  await slot(page, 'A11').tap();
  await page.getByText('What was entered does not count').waitFor();
  await shot(page, 'changed-sheet-phone-en');
  await button(page, /^Fill to full \(\+10\)/).tap();
  await foot(page, '2 slots · +15');

  // Sent, and not heard before it changes again: refused, and said of which slot.
  const visits = `**/v1/machines/${machine.id}/visits`;
  await page.route(visits, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await button(page, 'Done').tap();
  await button(page, 'Record the visit').tap();
  await page.getByText('Not confirmed yet').waitFor();
  hub.clock.advance(60);
  await replan(machine, 'A12', goods[2] ?? '');
  await page.unroute(visits);
  // It may be sent by itself just before it is told to, and then there is nothing to tap.
  const refused = page.getByText(/^A12: other goods, or a newer count/);
  await Promise.race([button(page, 'Try now').tap(), refused.waitFor()]);
  await refused.waitFor();
  expect((await stock(machine)).A11).toBe(0);
  await slot(page, 'A12').tap();
  await page.getByText('Record the rest first').waitFor();
  expect(await button(page, /^Fill to full/).isDisabled()).toBe(true);
  await shot(page, 'too-late-sheet-phone-en');
  await button(page, 'OK').tap();
  await button(page, 'Leave out').tap();
  await foot(page, '1 slot · +10');
  await button(page, 'Done').tap();
  await button(page, 'Record the visit').tap();
  await page.getByText('Settled: nothing was sold').or(page.getByText('The settlement is being reckoned')).waitFor();
  const after = await stock(machine);
  expect([after.A11, after.A12]).toEqual([10, 0]);
});

test('the desk fills too, by the keyboard alone', async () => {
  const page = await hub.page(refiller, `/refill/${station.id}`, { language: 'en' });
  await slot(page, 'A13').focus();
  await page.keyboard.press('Enter');
  await button(page, /^Fill to full/).focus();
  await shot(page, 'sheet-desk-en');
  await page.keyboard.press('Enter');
  await foot(page, '1 slot');
  await shot(page, 'visit-desk-en');
  await button(page, 'Discard the draft').click();
  await button(page, 'OK').click();
  await foot(page, 'Tap a slot');
});

test('a machine wider than the phone scrolls within itself; one that is not there is said to be so', async () => {
  const wide = await hub.machine('spring', { connect: false, slots: 20 });
  await hub.ledger.db
    .updateTable('slots')
    .set({ fault_code: 2 })
    .where('id', '=', (await wide.product('A12')).slotId)
    .execute();
  const page = await hub.page(refiller, `/refill/${wide.id}`, { phone: true, language: 'en' });
  await slot(page, 'A110').scrollIntoViewIfNeeded();
  await shot(page, 'visit-wide-phone-en');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.goto(`${hub.url}/refill/999999`);
  await page.getByText('No such machine. (999999)').waitFor();
  await shot(page, 'no-machine-phone-en');
  await page.goto(`${hub.url}/refill?search=nowhere`);
  await page.getByText('No machine matches.').waitFor();
  await shot(page, 'plan-empty-phone-en');
});

test('who only looks sees the plan, and no way to fill', async () => {
  const page = await hub.page(await hub.person('viewer'), '/refill', { phone: true });
  await page.getByRole('article').first().waitFor();
  expect(await page.getByRole('link', { name: /去补货/ }).count()).toBe(0);
  await page.goto(`${hub.url}/refill/${station.id}`);
  await page.getByText('没有这个页面').waitFor();
});
