import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refillSlots } from '../../packages/server/src/ledger/refills/refill-slots.ts';
import { buy, dispense, type PaidOrder, place } from '../active-order/steps.ts';
import { type TestMachine, until } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

// What an operator opens in the morning: what is wrong, by what it costs, with the way to mend it beside; gone when it is mended.

let hub: ConsoleHub;
let machine: TestMachine;
let operator: Person;
beforeAll(async () => {
  hub = await startConsoleHub();
  machine = await hub.machine('spring');
  operator = await hub.person('operator');
});
afterAll(() => hub?.stop());

async function sell(at: TestMachine, outcome: 'drop' | 'jam', slot = 'A11'): Promise<PaidOrder> {
  const order = await buy(hub, at, { [slot]: 1 });
  at.virtual.script([{ outcome }]);
  await dispense(hub, at, order);
  await until(async () => {
    const { body } = await operator.call('GET', `/orders/${order.id}/trace`);
    return body.units.every(({ state }: { state: string }) => state === 'dispensed' || state === 'failed');
  }, 'the outcome of its units');
  await hub.settle();
  return order;
}

const problems = async (person = operator, query = '') => (await person.call('GET', `/problems${query}`)).body;

test('from calm to what is wrong, to its cause, mended, and calm again, without a reload', async () => {
  const page = await hub.page(operator, '/');
  await page.getByText('一切正常。').waitFor();
  await shot(page, 'home-calm-zh');

  for (const slot of ['A12', 'A12', 'A12', 'A12', 'A13', 'A13', 'A13', 'A13']) await sell(machine, 'drop', slot);
  const order = await sell(machine, 'jam');
  // It comes by itself: the dearer first.
  const rows = page.locator('.problem');
  await rows.nth(1).waitFor();
  const [first, second] = [await rows.nth(0).textContent(), await rows.nth(1).textContent()];
  expect(first).toContain('1 个货道卡货或故障：A11');
  // 24.00 a day out of four slots.
  expect(first).toContain('每天 ¥6.00');
  expect(second).toContain('1 个订单已付款未出货：1 件失败');
  await shot(page, 'home-problems-zh');

  // Its cause, and the action beside it.
  await page.getByRole('link', { name: /卡货或故障/ }).click();
  await page.waitForURL(`**/machines/${machine.id}`);
  await page.goBack();
  await page.getByRole('link', { name: /^测试货道/ }).click();
  await page.waitForURL(`**/machines/${machine.id}/slots/*`);
  await page.goBack();
  await page.getByRole('link', { name: /^补偿/ }).click();
  await page.waitForURL(`**/orders/${order.id}`);
  await page.getByRole('button', { name: '退款 ¥3.00' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '退款 ¥3.00' }).click();
  await page.getByText('已记为退款。').waitFor();
  await page.getByRole('link', { name: '今日' }).click();
  await page.getByText('已付款未出货').waitFor({ state: 'detached' });
  await page.getByText('卡货或故障').waitFor();
  // A person frees the slot, and the machine says so.
  machine.virtual.clearFault((await machine.product('A11')).slotCode);
  await page.getByText('一切正常。').waitFor();
});

test('what empties, and what falls silent, is there with what it costs, in both languages and on the phone', async () => {
  const { merchant } = hub;
  const empty = await hub.machine('spring', { onHand: 1 });
  const silent = await hub.machine('belt');
  await sell(silent, 'drop');
  await sell(empty, 'drop');
  await silent.virtual.disconnect();
  hub.clock.advance(700);
  await machine.beat();
  await empty.beat();
  await hub.settle();
  const found = await problems();
  expect(found.problems.map(({ kind, machine: at }: { kind: string; machine: { no: string } }) => [kind, at.no])).toEqual([
    ['machine-offline', silent.machineNo],
    ['sold-out', empty.machineNo],
  ]);
  expect(found.problems).toMatchObject([
    { cost_cents: 300, cost_per: 'day', action: 'look-at-machine' },
    { cost_cents: 75, cost_per: 'day', action: 'refill', facts: { slots: [{ name: 'A11' }] } },
  ]);
  expect(found).toMatchObject({ total: 2, by_kind: { 'machine-offline': 1, 'sold-out': 1 }, day_cents: 375, once_cents: 0 });

  const desk = await hub.page(operator, '/', { language: 'en' });
  await desk
    .getByRole('link', { name: `Refill ${empty.machineNo}` })
    .or(desk.getByRole('link', { name: /^Refill 机器/ }))
    .waitFor();
  await desk.getByText('Sold out: A11').waitFor();
  await shot(desk, 'home-en');
  // Of one kind alone.
  await desk.getByText('Machine offline 1').click();
  await desk.getByText('Sold out: A11').waitFor({ state: 'detached' });
  const phone = await hub.page(operator, '/', { phone: true });
  await phone.getByText('1 个货道售罄').waitFor();
  await shot(phone, 'home-phone-zh');
  expect(await phone.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

  const [slot] = await empty.products();
  const filled = [{ slotId: slot?.slotId ?? 0, quantity: 'full' as const }];
  const refill = { merchantId: merchant.id, machineId: empty.id, slots: filled, source: 'test', cause: { by: 'test' } };
  await refillSlots(hub.ledger, refill);
  await phone.getByText('1 个货道售罄').waitFor({ state: 'detached' });
});

describe('who sees what', () => {
  test('a refiller sees the machines that are theirs, and nothing of orders; nobody sees another merchant’s', async () => {
    const theirs = await hub.machine('spring');
    await sell(theirs, 'jam');
    const refiller = await hub.person('refiller', { scope: { machineIds: [theirs.id], lineIds: [] } });
    const seen = await problems(refiller);
    expect(seen.problems).toMatchObject([{ kind: 'slot-fault', machine: { id: theirs.id } }]);
    const stranger = await hub.person('owner', { tenant: await hub.tenant() });
    expect(await problems(stranger)).toMatchObject({ total: 0, problems: [] });
    expect((await problems(operator, '?kind=slot-fault&limit=1')).problems).toHaveLength(1);
    expect((await operator.call('GET', '/problems?kind=nonsense')).status).toBe(400);
    const page = await hub.page(refiller, '/', { phone: true });
    await page.getByRole('link', { name: /^测试货道/ }).waitFor();
    expect(await page.getByText('付款未出货').count()).toBe(0);
  });

  test('who sees no orders is not told that all is well with them, and the browser asks for nothing that they may not have', async () => {
    const tenant = await hub.tenant();
    const calm = await hub.machine('spring', {}, tenant);
    const complaints: string[] = [];
    const keep = (message: { type(): string; text(): string }) => message.type() === 'error' && complaints.push(message.text());
    const [refiller, seller] = [await hub.person('refiller', { tenant }), await hub.person('operator', { tenant })];
    const page = await hub.page(refiller, '/');
    await page.getByText('所有机器在线，货道正常。').waitFor();
    expect(await page.getByText('已付款').count()).toBe(0);
    page.on('console', keep);
    await page.reload();
    await page.getByText('所有机器在线，货道正常。').waitFor();
    await page.waitForLoadState('networkidle');
    expect(complaints).toEqual([]);

    const other = await hub.page(seller, '/');
    await other.getByText('已付款的顾客都拿到了商品。').waitFor();
    // What is left to do before the first sale, and no more than that.
    await other.getByRole('img', { name: '已完成' }).nth(4).waitFor();
    await other.getByText('完成第一笔销售').waitFor();
    const order = await place(hub, calm, { A11: 1 }, tenant);
    const at = { machine_no: calm.machineNo };
    await tenant.client.updateOrder(order.id, { ...at, status: 1 });
    const [record] = (await tenant.client.order(order.id, calm.machineNo)).records;
    await tenant.client.dispense({ ...at, order_id: String(order.id), record_id: String(record?.id) });
    await hub.settle();
    await other.getByRole('heading', { name: '开始使用' }).waitFor({ state: 'detached' });
  });

  test('a contradiction is off the list when somebody has seen it, once for all', async () => {
    const contradicting = await hub.machine('spring', { connect: false });
    const hand = await hub.hand(contradicting);
    await hand.sync();
    const order = await buy(hub, contradicting);
    await dispense(hub, contradicting, order);
    const command = await hand.command(1);
    await hand.answer(command);
    await hand.answer(command, 0, { dropped: false, error: 'Goods are Stuck' });
    const conflict = await until(
      async () =>
        (await problems(operator, '?kind=conflict')).problems.find(({ order_id: id }: { order_id: number }) => id === order.id),
      'the conflict',
    );
    const viewer = await hub.person('viewer');
    const acknowledge = (person: Person) => person.call('POST', `/problems/${encodeURIComponent(conflict.key)}/acknowledge`);
    expect((await acknowledge(viewer)).status).toBe(403);
    const stranger = await hub.person('owner', { tenant: await hub.tenant() });
    expect((await acknowledge(stranger)).body).toEqual({ seen: 0 });
    const page = await hub.page(operator, '/', { language: 'en' });
    await page.getByRole('button', { name: /^Seen/ }).click();
    await page.getByText('The machine contradicts what was known of a unit').waitFor({ state: 'detached' });
    expect((await problems(operator, '?kind=conflict')).total).toBe(0);
    expect((await acknowledge(operator)).body).toEqual({ seen: 0 });
    expect((await operator.call('POST', `/problems/sold-out:${machine.id}/acknowledge`)).status).toBe(400);
  });
});
