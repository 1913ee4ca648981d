import { orderStatusNumbers } from '@polyvend/protocols/active-order';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, dispense, type PaidOrder, place } from '../active-order/steps.ts';
import { checkConservation, type TestMachine, until } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

// "I paid and got nothing": from whatever the buyer has in hand to the money back, or a can, once.

let hub: ConsoleHub;
let machine: TestMachine;
let operator: Person;
beforeAll(async () => {
  hub = await startConsoleHub({ merchant: { pickupCodesEnabled: true } });
  const [cola, tea] = [...hub.goodsIds.values()];
  machine = await hub.machine('spring', { cabinets: [cabinet([cola, cola, tea])] });
  operator = await hub.person('operator');
});
afterAll(async () => {
  await checkConservation(hub.ledger);
  await hub.stop();
});

function cabinet(goods: (number | undefined)[]) {
  const slots = goods.map((goodsId, n) => ({
    ...{ name: `A1${n + 1}`, code: `${11 + n}`, x: n, y: 0, capacity: 10, onHand: 5, priceCents: 300 },
    ...(goodsId !== undefined && { goodsId }),
  }));
  return { name: 'A', addr: 1, drive: 'spring' as const, slots };
}

/** Bought through the API of active-order at a machine whose slot is jammed: so many fell before it stuck. */
async function buyNothing(quantity = 1, fell = 0, slot = 'A11'): Promise<PaidOrder> {
  machine.virtual.clearFault(slot.slice(1));
  await until(async () => (await machine.product(slot)).faultCode === 1, 'the slot to be mended');
  const order = await buy(hub, machine, { [slot]: quantity });
  machine.virtual.script(Array.from({ length: quantity }, (_, n) => ({ outcome: n < fell ? 'drop' : 'jam' }) as const));
  await dispense(hub, machine, order);
  await until(async () => {
    const { units } = (await operator.call('GET', `/orders/${order.id}/trace`)).body;
    return units.every(({ state }: { state: string }) => state === 'dispensed' || state === 'failed');
  }, 'the outcome of its units');
  await hub.settle();
  return order;
}

const trace = async (order: { id: number }, person = operator) => (await person.call('GET', `/orders/${order.id}/trace`)).body;
const give = (order: { id: number }, kind: 'refund' | 'pickup-code', person = operator) =>
  person.call('POST', `/orders/${order.id}/make-good`, { kind });
const codeOf = ({ body }: { body?: { error?: { code?: string } } }) => body?.error?.code;

describe('in a browser', () => {
  test('an order number opens its whole life; the money is given back once, though two click at the same time', async () => {
    const order = await buyNothing();
    const [first, second] = await Promise.all([
      hub.page(operator, '/orders', { language: 'en' }),
      hub.page(await hub.person('finance'), `/orders/${order.id}`, { language: 'en' }),
    ]);
    // Neither hears of what the other does before it has clicked itself.
    for (const page of [first, second]) {
      await page.route('**/v1/stream', (route) => route.abort());
      await page.reload();
    }
    await first.getByLabel('Find an order').fill(` ${order.tradeId} `);
    await first.getByLabel('Find an order').press('Enter');
    await first.getByRole('heading', { name: `Order ${order.id}` }).waitFor();
    await first.getByText('One unit was paid for and did not drop: ¥3.00').waitFor();
    await first.getByText('The machine: did not drop').waitFor();
    await shot(first, 'order-due-en');
    // The bytes behind a step.
    await first.getByRole('listitem').filter({ hasText: 'Placed' }).getByRole('button', { name: 'Message' }).click();
    await first.getByText(order.tradeId).nth(1).waitFor();
    await shot(first, 'order-message-en');

    for (const page of [first, second]) {
      await page.getByRole('button', { name: 'Pay back ¥3.00' }).click();
      await page.getByText('Polyvend moves no money').waitFor();
    }
    await shot(first, 'order-confirm-en');
    const told = Promise.any([first, second].map((page) => page.getByText('The order was made good already').waitFor()));
    await Promise.all(
      [first, second].map((page) => page.getByRole('dialog').getByRole('button', { name: 'Pay back ¥3.00' }).click()),
    );
    // Whoever came second is told, and both see the same.
    await told;
    for (const page of [first, second]) {
      await page.getByText('paid back', { exact: true }).waitFor();
      // The button that was pressed is gone: one reads on from the heading.
      await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
    }
    await shot(first, 'order-refunded-en');
    const after = await trace(order);
    expect(after).toMatchObject({ state: 'refunded', refunded_cents: 300, due: { units: 0 }, made_good: [{ kind: 'refund' }] });
    expect(after.steps.filter(({ title }: { title: string }) => title === 'refund')).toHaveLength(1);
    // What was done stands in the log, once, with who did it.
    const owner = await hub.person('owner');
    const { items } = (await owner.call('GET', `/audit?subject=${encodeURIComponent(`order ${order.id}`)}`)).body;
    expect(items).toMatchObject([
      { action: 'POST /v1/orders/{order}/make-good', after: { made_good: 'refund', amount_cents: 300 } },
    ]);
  });

  test('whoever is asked while another makes it good is told who did, and how', async () => {
    const order = await buyNothing();
    const page = await hub.page(operator, `/orders/${order.id}`);
    await page.getByRole('button', { name: '发 1 个取货码' }).click();
    await page.getByText('取货码有效期间不能退款').waitFor();
    const finance = await hub.person('finance');
    expect((await give(order, 'refund', finance)).status).toBe(200);
    await page.getByRole('dialog').getByText('已在此期间退款 ¥3.00，无需再处理。').waitFor();
    expect(
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /取货码/ })
        .count(),
    ).toBe(0);
    await shot(page, 'order-meanwhile-zh');
    await page.getByRole('dialog').getByRole('button', { name: '关 闭' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
  });

  test('while another order comes, nothing of the one before is shown as its own', async () => {
    const [one, other] = [await buyNothing(), await buyNothing()];
    const page = await hub.page(operator, `/orders/${one.id}`, { language: 'en' });
    await page.getByRole('button', { name: 'Pay back ¥3.00' }).waitFor();
    const held = Promise.withResolvers<void>();
    await page.route(`**/v1/orders/${other.id}/trace`, async (route) => {
      await held.promise;
      await route.continue();
    });
    const asked = page.waitForRequest(`**/v1/orders/${other.id}/trace`);
    // As a link within the page leads there: nothing is loaded anew.
    await page.evaluate(`history.pushState({}, '', '/orders/${other.id}'); dispatchEvent(new PopStateEvent('popstate'))`);
    await asked;
    await expect.poll(() => page.getByRole('button', { name: 'Pay back ¥3.00' }).count()).toBe(0);
    held.resolve();
    await page.getByRole('heading', { name: `Order ${other.id}` }).waitFor();
    await page.getByRole('button', { name: 'Pay back ¥3.00' }).waitFor();
  });

  test('a code is issued on the telephone, typed at the machine, and the can falls out of another slot', async () => {
    const order = await buyNothing(2, 1);
    const page = await hub.page(operator, `/orders/${order.id}`, { phone: true });
    await page.getByText('1 件已付款未出货').waitFor();
    await shot(page, 'order-due-phone-zh');
    await page.getByRole('button', { name: '发 1 个取货码' }).click();
    await page.getByText('取货码有效期间不能退款').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '发 1 个取货码' }).click();
    await page.locator('.order-code').waitFor();
    await shot(page, 'order-code-phone-zh');
    const code = (await page.locator('.order-code strong').textContent())?.trim() ?? '';
    expect(code).toMatch(/^\d{8}$/);
    await page.locator('.order-code').getByRole('button').click();
    await page.locator('.order-code .ant-typography-copy-success').waitFor();
    await page.getByRole('button', { name: '关 闭' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
    // In words that can be read out to a buyer; stock by how it changed.
    await page.getByText('已发 1 个取货码').waitFor();
    await page.getByText(/^全部（\d+）$/).click();
    const life = page.getByRole('list');
    for (const words of ['A11 占用 +2', '扫码支付', '卡货', '接口调用']) await life.getByText(words).first().waitFor();
    expect(await life.innerText()).not.toMatch(/qrcode|answered|delivered|Stuck|code 2|projection|dispatch|http POST|承诺/);
    await shot(page, 'order-life-phone-zh');
    await life.getByRole('listitem').filter({ hasText: 'A11 占用 +2' }).getByRole('button', { name: '记录' }).click();
    await page.getByText('"reserved":2').waitFor();
    await page.getByRole('button', { name: '收回取货码' }).waitFor();
    expect(codeOf(await give(order, 'refund'))).toBe('order.made-good');
    const drops = machine.virtual.drops.length;
    expect(await machine.virtual.type(code)).toBe('dispensed');
    await machine.virtual.waitForDrops(drops + 1);
    expect(machine.virtual.drops.at(-1)).toMatchObject({ code: '12' });
    // It is on the page without a reload.
    await page.getByText('取货码已使用', { exact: true }).waitFor();
    await hub.settle();
    const found = (await operator.call('GET', `/order-search?q=${code}`)).body;
    expect(found.orders.map(({ order: one }: { order: { id: number } }) => one.id)).toContain(order.id);
    expect(codeOf(await give(order, 'refund'))).toBe('order.made-good');
    expect(codeOf(await operator.call('DELETE', `/orders/${order.id}/make-good`))).toBe('pickup-code.used');
  });

  test('what nobody knows of is decided by who has looked', async () => {
    const order = await buy(hub, machine, { A13: 1 });
    machine.virtual.script([{ outcome: 'silent' }]);
    const drops = machine.virtual.drops.length;
    await dispense(hub, machine, order);
    await machine.virtual.waitForDrops(drops + 1);
    hub.clock.advance(130);
    await hub.settle();
    const page = await hub.page(operator, `/orders/${order.id}`, { language: 'en' });
    await page.getByText('nobody knows').first().waitFor();
    await page.getByRole('button', { name: 'Somebody looked: A13' }).click();
    await shot(page, 'order-decide-en');
    await page.getByRole('button', { name: 'It dropped' }).click();
    await page.getByText('Decided.').waitFor();
    expect(await trace(order)).toMatchObject({ units: [{ state: 'dispensed' }], due: { units: 0 } });
    expect(codeOf(await give(order, 'refund'))).toBe('order.nothing-due');
    const again = await operator.call('POST', `/orders/${order.id}/lines/${order.records[0]}/decide`, { dropped: false });
    expect(codeOf(again)).toBe('line.unknown');
  });

  test('the list: by machine, by trouble, and by a machine and a time', async () => {
    const other = await hub.machine('spring');
    const there = await buy(hub, other);
    const page = await hub.page(operator, `/orders?machine=${other.id}`);
    await page.getByRole('row').filter({ hasText: there.tradeId }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    await page.getByRole('button', { name: '清除' }).click();
    await page.getByRole('row').nth(3).waitFor();
    await shot(page, 'orders-zh');
    await page.getByLabel('查找订单').fill(`${other.machineNo} 08:00`);
    await page.getByLabel('查找订单').press('Enter');
    await page.getByText('前后一小时').waitFor();
    await page.getByRole('row').filter({ hasText: there.tradeId }).waitFor();
    await shot(page, 'orders-found-zh');
    await page.getByLabel('查找订单').fill(`今天 机器 ${other.machineNo}`);
    await page.getByLabel('查找订单').press('Enter');
    await page.getByText('最近的订单').waitFor();
    await page.getByRole('row').filter({ hasText: there.tradeId }).waitFor();
    await page.getByRole('link', { name: '查看全部' }).click();
    await expect.poll(() => new URL(page.url()).search).toMatch(/machine=\d+&from=/);
    // The field is made anew with what is asked now.
    await page.getByText('最近的订单').waitFor({ state: 'detached' });
    await page.getByLabel('查找订单').fill('没有这个号');
    await page.getByLabel('查找订单').press('Enter');
    await page.getByText('没有找到“没有这个号”。').waitFor();
    await shot(page, 'orders-not-found-zh');
    const phone = await hub.page(operator, '/orders', { phone: true });
    await phone.getByRole('row').nth(2).waitFor();
    await shot(phone, 'orders-phone-zh');
  });
});

describe('the API', () => {
  test('gives orders page by page, and refuses a place in the list that is none', async () => {
    const { body } = await operator.call('GET', '/orders?limit=2');
    expect(body.items).toHaveLength(2);
    const next = (await operator.call('GET', `/orders?limit=2&cursor=${body.next_cursor}`)).body;
    expect(next.items[0].id).toBeLessThan(body.items[1].id);
    expect((await operator.call('GET', '/orders?cursor=x')).status).toBe(400);
    const channel = (await operator.call('GET', '/order-channels')).body.items[0];
    const through = (await operator.call('GET', `/orders?channel=${channel.id}`)).body.items;
    expect(new Set(through.map((order: { channel: { id: number } }) => order.channel.id))).toEqual(new Set([channel.id]));
    expect(
      (await operator.call('GET', '/orders?trouble=true')).body.items.every(({ state }: { state: string }) => state === 'paid'),
    ).toBe(true);
    expect((await operator.call('GET', `/orders/${body.items[0].id}/steps/event:1.2`)).status).toBe(404);
  });

  test('a viewer reads, but sees no code and gives nothing; others find nothing of it', async () => {
    const order = await buyNothing(1, 0, 'A13');
    const viewer = await hub.person('viewer');
    expect(codeOf(await give(order, 'refund', viewer))).toBe('permission.denied');
    machine.virtual.clearFault('13');
    await until(async () => (await machine.product('A13')).faultCode === 1, 'the slot to be mended');
    expect((await give(order, 'pickup-code')).status).toBe(200);
    const seen = await trace(order, viewer);
    expect(seen.units[0].code).toMatchObject({ code: null, state: 'unused' });
    expect(seen.made_good[0].code).toBeNull();
    expect((await trace(order)).made_good[0].code).toMatch(/^\d{8}$/);
    const tenant = await hub.tenant();
    const stranger = await hub.person('owner', { tenant });
    expect(codeOf(await stranger.call('GET', `/orders/${order.id}/trace`))).toBe('order.unknown');
    expect(codeOf(await give(order, 'refund', stranger))).toBe('order.unknown');
    expect((await stranger.call('GET', `/order-search?q=${order.tradeId}`)).body).toMatchObject({ orders: [], sales: [] });
    const scoped = await hub.person('operator', { scope: { machineIds: [(await hub.machine('spring')).id], lineIds: [] } });
    expect(codeOf(await scoped.call('GET', `/orders/${order.id}/trace`))).toBe('order.unknown');
    expect(codeOf(await give(order, 'refund', scoped))).toBe('order.unknown');
    expect((await scoped.call('GET', '/orders')).body.items).toEqual([]);
    expect((await scoped.call('GET', `/orders?machine=${machine.id}`)).status).toBe(404);
    expect((await operator.call('DELETE', `/orders/${order.id}/make-good`)).body).toEqual({ codes: 1 });
  });

  test('many clicks of both kinds, and the mall’s own refund among them: the money once, or a code', async () => {
    const order = await buyNothing(1, 0, 'A13');
    machine.virtual.clearFault('13');
    await until(async () => (await machine.product('A13')).faultCode === 1, 'the slot to be mended');
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => give(order, 'refund')),
      ...Array.from({ length: 4 }, () => give(order, 'pickup-code')),
      hub.client
        .updateOrder(order.id, { machine_no: machine.machineNo, status: orderStatusNumbers.refunding })
        .catch(() => undefined),
    ]);
    const clicked = answers.slice(0, 8) as { status: number }[];
    expect(clicked.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    await hub.client.updateOrder(order.id, { machine_no: machine.machineNo, status: orderStatusNumbers.refunding });
    const after = await trace(order);
    expect(after).toMatchObject({ state: 'refunded', refunded_cents: 300 });
    expect(after.units[0].code).toBeNull();
  });

  test('what is not paid, or under way, is refused by name', async () => {
    const unpaid = await place(hub, machine, { A13: 1 });
    expect(codeOf(await give(unpaid, 'refund'))).toBe('order.unpaid');
    expect((await trace(unpaid)).due).toEqual({ units: 0, amount_cents: 0, refund: false, pickup_code: false });
    expect(codeOf(await give({ id: 999_999_999 }, 'refund'))).toBe('order.unknown');
    expect((await operator.call('POST', `/orders/${unpaid.id}/make-good`, { kind: 'gift' })).status).toBe(400);
  });
});
