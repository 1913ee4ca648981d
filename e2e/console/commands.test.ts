import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkConservation, type TestMachine, until } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

// What a machine is told to do beside dispensing, over real MQTT to virtual machines, from the API.

let hub: ConsoleHub;
let operator: Person;
beforeAll(async () => {
  hub = await startConsoleHub();
});
// Anew for each: a session does not outlive the days that pass here.
beforeEach(async () => {
  operator = await hub.person('operator');
});
afterAll(() => hub?.stop());

const told = (machine: TestMachine, body: unknown, who = operator) => who.call('POST', `/machines/${machine.id}/commands`, body);

async function tell(machine: TestMachine, body: unknown): Promise<number> {
  const answer = await told(machine, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.id;
}

interface Listed {
  id: number;
  kind: string;
  state: string;
  reason: string;
  asked_by: string;
  settings: Record<string, unknown>;
  reported: Record<string, unknown>;
}

async function listed(machine: TestMachine): Promise<Listed[]> {
  const answer = await operator.call('GET', `/machines/${machine.id}/commands`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.items;
}

const ended = (machine: TestMachine, id: number) =>
  until(
    async () => (await listed(machine)).find((one) => one.id === id && ['confirmed', 'failed', 'void'].includes(one.state)),
    `the end of command ${id}`,
  );

async function slotIdOf(machine: TestMachine, name = 'A11'): Promise<number> {
  return (await machine.product(name)).slotId;
}

describe('commands', () => {
  test('a restart is confirmed by the boot of the machine', async () => {
    const machine = await hub.machine('spring');
    const id = await tell(machine, { kind: 'restart' });
    await machine.virtual.waitFor('client.machine.reboot');
    expect(await ended(machine, id)).toMatchObject({ kind: 'restart', state: 'confirmed', asked_by: operator.login });
    expect(machine.virtual.counts.connects).toBe(2);
  });

  test('a restart that the machine never answers fails by the clock, and is sent once however often it is asked for', async () => {
    const machine = await hub.machine('spring');
    const hand = await hub.hand(machine);
    const ids = await Promise.all([tell(machine, { kind: 'restart' }), tell(machine, { kind: 'restart' })]);
    expect(ids[0]).toBe(ids[1]);
    await until(() => hand.heard.some(({ method }) => method === 'client.machine.reboot'), 'the restart to come');
    expect(await tell(machine, { kind: 'restart' })).toBe(ids[0]);
    hub.clock.advance(300);
    await hub.settle();
    expect(await listed(machine)).toMatchObject([{ kind: 'restart', state: 'failed', reason: 'silent' }]);
    expect(hand.heard.filter(({ method }) => method === 'client.machine.reboot')).toHaveLength(1);
  });

  test('a machine that comes back a day later does not start again, and takes over what it is to be', async () => {
    const machine = await hub.machine('spring');
    await machine.virtual.disconnect();
    hub.clock.advance(1);
    const restart = await tell(machine, { kind: 'restart' });
    const settings = { volume: 20, idle_timeout: 30, language: 'en-US' };
    const configure = await tell(machine, { kind: 'configure', settings });
    hub.clock.advance(86_400);
    await hub.settle();
    await machine.virtual.connect();
    operator = await hub.person('operator');
    const taken = await ended(machine, configure);
    expect(taken).toMatchObject({
      state: 'confirmed',
      settings,
      reported: { volume: '20', idle_timeout: 30, language: 'en-US' },
    });
    expect(await ended(machine, restart)).toMatchObject({ state: 'void', reason: 'unreachable' });
    expect(machine.virtual.received.map(({ message }) => message.method)).not.toContain('client.machine.reboot');
  });

  test('a refresh is confirmed by the slots that are told anew', async () => {
    const machine = await hub.machine('spring');
    expect(await ended(machine, await tell(machine, { kind: 'refresh' }))).toMatchObject({ state: 'confirmed' });
  });

  test('a shutdown is confirmed by the farewell', async () => {
    const machine = await hub.machine('spring');
    expect(await ended(machine, await tell(machine, { kind: 'shutdown' }))).toMatchObject({ state: 'confirmed' });
    expect(machine.virtual.connected).toBe(false);
  });

  test('settings that are none are refused, with their field', async () => {
    const machine = await hub.machine('spring', { connect: false });
    const wrong = [
      { kind: 'configure' },
      { kind: 'configure', settings: {} },
      { kind: 'configure', settings: { volume: 101 } },
      { kind: 'configure', settings: { language: 'English' } },
      { kind: 'configure', settings: { price_digits: 2, colour: 'red' } },
      { kind: 'restart', settings: { volume: 1 } },
      { kind: 'factory-reset' },
    ];
    for (const body of wrong) expect((await told(machine, body)).status, JSON.stringify(body)).toBe(400);
    expect(await listed(machine)).toEqual([]);
  });

  test('who may: a refiller at machines of theirs, and nobody else’s machine is there', async () => {
    const [mine, other] = [await hub.machine('spring', { connect: false }), await hub.machine('spring', { connect: false })];
    const refiller = await hub.person('refiller', { scope: { machineIds: [mine.id], lineIds: [] } });
    const viewer = await hub.person('viewer');
    expect((await told(mine, { kind: 'refresh' }, refiller)).status).toBe(200);
    expect((await told(mine, { kind: 'shutdown' }, refiller)).status).toBe(403);
    expect((await told(mine, { kind: 'configure', settings: { volume: 1 } }, refiller)).status).toBe(403);
    expect((await told(other, { kind: 'refresh' }, refiller)).status).toBe(404);
    expect((await refiller.call('GET', `/machines/${other.id}/commands`)).status).toBe(404);
    expect((await refiller.call('GET', `/machines/${mine.id}/slots/${await slotIdOf(other)}`)).status).toBe(404);
    expect((await told(mine, { kind: 'refresh' }, viewer)).status).toBe(403);
    expect((await viewer.call('GET', `/machines/${mine.id}/commands`)).status).toBe(200);
    const stranger = await hub.person('owner', { tenant: await hub.tenant() });
    expect((await told(mine, { kind: 'refresh' }, stranger)).status).toBe(404);
  });

  test('what was asked is in the audit log', async () => {
    const machine = await hub.machine('spring', { connect: false });
    const id = await tell(machine, { kind: 'configure', settings: { volume: 5 } });
    const owner = await hub.person('owner');
    const { body } = await owner.call('GET', `/audit?subject=${encodeURIComponent(`machine ${machine.id}`)}`);
    expect(body.items).toMatchObject([
      { who: operator.login, after: { command: id, kind: 'configure', settings: { volume: 5 } } },
    ]);
  });
});

describe('a faulty slot', () => {
  test('is tested, mended and put back on sale, and sells again', async () => {
    // It keeps its answers until it is asked: who clicks twice does so before it has answered.
    const machine = await hub.machine('spring', { behaviour: { loseAnswer: 1 } });
    const slot = await slotIdOf(machine);
    const path = `/machines/${machine.id}/slots/${slot}`;
    const testOnce = async () => {
      const batches = await Promise.all([operator.call('POST', `${path}/test`), operator.call('POST', `${path}/test`)]);
      expect(batches.map(({ status }) => status)).toEqual([200, 200]);
      // Clicked twice is one can.
      expect(batches[0]?.body.batch_id).toBe(batches[1]?.body.batch_id);
      await until(() => machine.virtual.report() > 0, 'something to be told');
      return await until(async () => {
        const { body } = await operator.call('GET', `${path}/test?batch=${batches[0]?.body.batch_id}`);
        return body.finished_at === null ? undefined : body;
      }, 'the answer of the test');
    };
    machine.virtual.jam(1, '010');
    expect(await testOnce()).toMatchObject({ state: 'failed', fault_code: 2, error: 'Goods are Stuck', slot: 'A11' });
    expect((await operator.call('GET', path)).body).toMatchObject({ fault_code: 2, on_sale: true, on_hand: 5 });

    await operator.call('PUT', `${path}/on-sale`, { on_sale: false });
    const { body } = await operator.call('POST', `${path}/clear-fault`);
    expect(await ended(machine, body.command)).toMatchObject({ kind: 'clear-fault', state: 'confirmed' });
    expect(await testOnce()).toMatchObject({ state: 'dispensed', fault_code: 1, error: '' });
    await operator.call('PUT', `${path}/on-sale`, { on_sale: true });
    expect((await operator.call('GET', path)).body).toMatchObject({ fault_code: 1, on_sale: true, on_hand: 4 });
    expect(machine.virtual.drops).toHaveLength(1);

    const history = await operator.call('GET', `${path}/history?limit=3`);
    expect(history.body.items.map((one: { kind: string; reason: string }) => one.reason || one.kind)).toHaveLength(3);
    const rest = await operator.call('GET', `${path}/history?cursor=${history.body.next_cursor}`);
    const kinds = [...history.body.items, ...rest.body.items].map(({ kind }: { kind: string }) => kind);
    expect(kinds.toSorted()).toEqual(['slot.fault', 'slot.fault-cleared', 'slot.listed', 'slot.listed', 'stock', 'stock']);
    machine.virtual.behave({ loseAnswer: 0 });
    const { productId } = await machine.product('A11');
    const bought = await hub.mall.buy({
      client: hub.client,
      machineNo: machine.machineNo,
      products: [{ product_id: productId, quantity: 1 }],
    });
    expect(bought.callbacks).toMatchObject([{ deliver_status: '1' }]);
    await checkConservation(hub.ledger, [machine]);
  });

  test('a test of one slot is not that of another, and an offline machine tests nothing', async () => {
    const machine = await hub.machine('spring');
    const [a, b] = [await slotIdOf(machine, 'A11'), await slotIdOf(machine, 'A12')];
    const { body } = await operator.call('POST', `/machines/${machine.id}/slots/${a}/test`);
    expect((await operator.call('GET', `/machines/${machine.id}/slots/${b}/test?batch=${body.batch_id}`)).status).toBe(404);
    await machine.virtual.idle();
    await machine.virtual.disconnect();
    await until(
      async () => (await operator.call('POST', `/machines/${machine.id}/slots/${b}/test`)).body.error?.code === 'machine.offline',
      'the machine to be known as offline',
    );
  });
});

describe('in the browser', () => {
  test('a machine is restarted and given settings, and its commands are seen to be confirmed', async () => {
    const machine = await hub.machine('spring');
    const page = await hub.page(operator, `/machines/${machine.id}`);
    const commands = page.getByRole('region', { name: '指令记录' });
    await commands.getByText('还没有对这台机器下发过指令。').waitFor();
    await commands.getByRole('button', { name: /重 ?启/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /重 ?启/ })
      .click();
    await commands.getByText('已确认', { exact: true }).waitFor();
    await commands.getByRole('button', { name: '机器设置' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '下 发' }).click();
    await page.getByText('请至少修改一项。').waitFor();
    await page.getByLabel('音量（%）').fill('35');
    await shot(page, 'settings-zh');
    await page.getByRole('dialog').getByRole('button', { name: '下 发' }).click();
    await commands.getByText('音量（%） 35').waitFor();
    await until(async () => (await commands.getByText('已确认', { exact: true }).count()) === 2, 'both to be confirmed');

    await machine.virtual.disconnect();
    hub.clock.advance(1);
    await tell(machine, { kind: 'restart' });
    hub.clock.advance(120);
    await hub.settle();
    await commands.getByText('已作废', { exact: true }).waitFor();
    await shot(page, 'commands-zh');
    await page.goto(`${hub.url}/machines/${machine.id}?tab=events`);
    await page.getByRole('listitem').filter({ hasText: '下达指令 重启' }).getByText('操作人 ').first().waitFor();
    await page.getByRole('listitem').filter({ hasText: '发送指令 重启' }).getByText('系统', { exact: true }).first().waitFor();
    await shot(page, 'events-zh');
    await page.context().close();
  });

  test('a faulty slot is tested, mended and put back on sale, seen live', async () => {
    const machine = await hub.machine('spring', { behaviour: { dispenseMs: [300, 400] } });
    const slot = await slotIdOf(machine);
    machine.virtual.jam(1, '010');
    let listens: Promise<unknown> | undefined;
    const page = await hub.page(operator, `/machines/${machine.id}/slots/${slot}`, {
      before: (opened) => {
        listens = opened.waitForResponse('**/v1/stream');
      },
    });
    const step = (name: string) => page.getByRole('region', { name });
    // Of an answer before it listens it hears nothing.
    await listens;
    await step('测试出货').getByRole('button', { name: '出货一件' }).click();
    await step('测试出货').getByText('未掉货。').waitFor();
    await step('清除故障').getByText('故障：卡货').waitFor();
    await step('恢复售卖').getByText('有故障，暂不售卖').waitFor();
    await page.getByText('清除故障后恢复售卖', { exact: true }).waitFor();
    await shot(page, 'slot-jammed-zh');
    await page.getByRole('link', { name: new RegExp(machine.machineNo) }).click();
    await page.getByRole('link', { name: /A11/ }).getByText('故障：卡货').waitFor();
    await page.getByText('· 0 件').waitFor();
    await page.getByRole('link', { name: /A11/ }).click();
    await step('恢复售卖').getByRole('button', { name: '停止售卖' }).click();
    await step('恢复售卖').getByText('当前停售。').waitFor();
    await shot(page, 'slot-faulty-zh');
    await step('清除故障').getByRole('button', { name: '已修好' }).click();
    await step('清除故障').getByText('没有故障。').waitFor();
    await step('清除故障').getByText('告知机器: 已确认').waitFor();
    await step('测试出货').getByRole('button', { name: '出货一件' }).click();
    await step('测试出货').getByText('已掉货。').waitFor();
    await step('恢复售卖').getByRole('button', { name: '恢复售卖' }).click();
    await step('恢复售卖').getByText('当前在售。').waitFor();
    await page.getByRole('region', { name: '货道记录' }).getByText('测试出货').waitFor();
    const cleared = page.getByRole('region', { name: '货道记录' }).getByRole('row', { name: /故障清除/ });
    await cleared.getByText(`操作人 ${operator.login}`).waitFor();
    await shot(page, 'slot-mended-zh');
    expect(machine.virtual.drops).toHaveLength(1);
    await page.context().close();

    const phone = await hub.page(operator, `/machines/${machine.id}/slots/${slot}`, { language: 'en', phone: true });
    await phone.getByRole('region', { name: 'History of the slot' }).getByText('dispensed as a test').waitFor();
    expect(await phone.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    await shot(phone, 'slot-phone-en');
    await phone.goto(`${hub.url}/machines/${machine.id}`);
    await phone.getByRole('region', { name: 'Commands' }).getByText('Test dispense A11').first().waitFor();
    await shot(phone, 'machine-phone-en');
    await phone.context().close();
  });
});
