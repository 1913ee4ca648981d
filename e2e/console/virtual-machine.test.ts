import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoMachines } from '../../packages/server/src/cli/demo/demo-machines.ts';
import { recordCount } from '../../packages/server/src/ledger/stock/record-count.ts';
import { checkConservation, type TestMachine, until } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

// The virtual machines of a demo in the page: seen, touched, and driven by real MQTT.

const demo = demoMachines();
let hub: ConsoleHub;
let operator: Person;
beforeAll(async () => {
  hub = await startConsoleHub({ demo, time: 'running' });
  const { client, mall, ledger, mqttUrl } = hub;
  demo.open({
    ledger,
    mqttUrl,
    machine: { behaviour: { dispenseMs: [100, 150] } },
    async orderByPhone(machineNo, productId) {
      const bought = await mall.buy({ client, machineNo, products: [{ product_id: productId, quantity: 1 }], timeoutMs: 60_000 });
      const [callback] = bought.callbacks;
      return { orderId: bought.orderId, dropped: callback?.deliver_status === '1', why: callback?.error_msg ?? '' };
    },
  });
  operator = await hub.person('operator');
});
afterAll(async () => {
  await demo.stop();
  await hub?.stop();
});

/** A machine that the ledger has, with a virtual one of the demo for it unless told otherwise. */
async function machineOf({ start = true } = {}): Promise<TestMachine> {
  const machine = await hub.machine('spring', { connect: false, slots: 24 });
  const { id: machineId, machineNo, brokerPassword, tenant } = machine;
  if (start) await demo.connect({ merchantId: tenant.merchant.id, machineId, machineNo, brokerPassword });
  return machine;
}

const stockAt = (machine: TestMachine, code: string) =>
  demo.find(machine.machineNo)?.slots.find((slot) => slot.code === code)?.stock;

/** What the ledger believes is what lies in the machine: every can that fell was told. */
async function checkBooks(machine: TestMachine): Promise<void> {
  await until(async () => {
    const products = await machine.products();
    return products.every(({ slotCode, onHand }) => stockAt(machine, slotCode) === onHand);
  }, 'the books to agree with the machine');
  await checkConservation(hub.ledger, []);
}

test('a newcomer types a code and sees the can fall, buys by phone and for cash, and jams a lane', async () => {
  const machine = await machineOf();
  const page = await hub.page(operator, `/machines/${machine.id}/virtual`);
  const display = page.getByLabel('显示屏');
  const tray = page.getByRole('region', { name: '取货口' });
  const lane = page.getByRole('button', { name: /^A11, / });
  await lane.waitFor();

  await page.getByRole('button', { name: '领一个取货码试试' }).click();
  await until(async () => (await page.getByLabel('取货码').inputValue()).length === 7, 'the code');
  await page.getByRole('button', { name: '确定' }).click();
  await display.getByText('请从取货口取走商品。').waitFor();
  await tray.getByRole('status').getByText('掉到取货口').waitFor();
  const log = page.getByRole('region', { name: 'MQTT 消息' });
  await log.getByText('有人输入取货码').waitFor();
  await log.getByText('device.delivery.response').first().waitFor();
  await shot(page, 'virtual-code-zh');

  await lane.click();
  await page.getByRole('button', { name: '手机下单' }).click();
  await display.getByText('请从取货口取走商品。').waitFor();
  await page.getByRole('button', { name: '取 走' }).click();
  const before = stockAt(machine, '010') ?? 0;
  await page.getByRole('button', { name: '现金购买' }).click();
  await log.getByText('机器自行售出').waitFor();
  expect(stockAt(machine, '010')).toBe(before - 1);
  await page.getByText(`机内 ${before - 1} 件 · 账面 ${before - 1} 件`).waitFor();

  await page.getByRole('button', { name: '制造卡货' }).click();
  await page.getByRole('button', { name: /^A11, .*卡住/ }).waitFor();
  await page.getByRole('button', { name: '手机下单' }).click();
  await display.getByText('未掉货：卡货').waitFor();
  await log.locator('summary', { hasText: '出货结果' }).first().click();
  await log.getByText('载荷（base64）').first().waitFor();
  await shot(page, 'virtual-jam-zh');
  await page.getByRole('button', { name: '动手疏通' }).click();
  await page.getByRole('button', { name: '制造卡货' }).waitFor();
  await checkBooks(machine);

  await page.getByRole('button', { name: '拔掉电源' }).click();
  await page.getByRole('button', { name: '插上电源' }).waitFor();
  await page.getByRole('button', { name: '插上电源' }).click();
  await log.getByText('开机上报').first().waitFor();
  await page.context().close();
});

test('by keyboard, in English, on a phone, without movement', async () => {
  const machine = await machineOf();
  const page = await hub.page(operator, `/machines/${machine.id}/virtual`, { language: 'en', phone: true });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { body } = await operator.call('POST', `/demo/machines/${machine.id}/code`);
  await page.getByLabel('Pickup code').fill(body.code);
  await page.keyboard.press('Enter');
  await page.getByLabel('Display').getByText('Please take it out of the tray.').waitFor();
  await page.getByRole('status').getByText('fell into the tray.').waitFor();
  await page.getByLabel('Pickup code').fill('12345678');
  await page.keyboard.press('Enter');
  await page.getByLabel('Display').getByText('There is no such code.').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  await shot(page, 'virtual-phone-en');
  await checkBooks(machine);
  await page.context().close();
});

test('a machine that was added later is started with its password, and with no other', async () => {
  const machine = await machineOf({ start: false });
  const page = await hub.page(operator, `/machines/${machine.id}/virtual`, { language: 'en' });
  await page.getByLabel('MQTT password of the machine').fill('not the right one');
  await page.getByRole('button', { name: 'Start it' }).click();
  await page.locator('.ant-message-error').waitFor();
  await shot(page, 'virtual-start-en');
  await page.getByLabel('MQTT password of the machine').fill(machine.brokerPassword);
  await page.getByRole('button', { name: 'Start it' }).click();
  await page.getByRole('button', { name: /^A11, / }).waitFor();
  await until(async () => (await operator.call('GET', `/machines/${machine.id}`)).body.online, 'the machine to be online');
  await page.context().close();
});

test('what is filled in the console lies in the machine', async () => {
  const machine = await machineOf();
  const { merchantId, id } = { merchantId: machine.tenant.merchant.id, id: machine.id };
  const slots = (await machine.products()).map(({ slotId }) => ({ slotId, onHand: 9 }));
  const countedAt = hub.ledger.clock.now();
  await recordCount(hub.ledger, { merchantId, machineId: id, counts: slots, source: 'count', countedAt, cause: { by: 'test' } });
  await demo.reload(merchantId, id);
  expect(stockAt(machine, '010')).toBe(9);
});

describe('who may', () => {
  test('see and touch it: those who may command the machine, and nobody of another merchant', async () => {
    const machine = await machineOf();
    const path = `/demo/machines/${machine.id}`;
    const viewer = await hub.person('viewer');
    const stranger = await hub.person('owner', { tenant: await hub.tenant() });
    const elsewhere = await hub.person('refiller', { scope: { machineIds: [], lineIds: [] } });
    for (const [person, status] of [
      [viewer, 403],
      [stranger, 404],
      [elsewhere, 404],
    ] as const) {
      expect((await person.call('GET', path)).status).toBe(status);
      expect((await person.call('GET', `${path}/feed`)).status).toBe(status);
      expect((await person.call('POST', `${path}/type`, { digits: '1234567' })).status).toBe(status);
      expect((await person.call('POST', `${path}/power`, { on: false })).status).toBe(status);
    }
    expect(demo.find(machine.machineNo)?.connected).toBe(true);
    for (const digits of ['123', 'abcd', '1'.repeat(21), '']) {
      expect((await operator.call('POST', `${path}/type`, { digits })).status).toBe(400);
    }
    expect((await operator.call('POST', `${path}/jam`, { slot: 999_999_999 })).status).toBe(404);
  });

  test('nobody where there is no demo: these addresses are not there', async () => {
    const plain = await startConsoleHub();
    try {
      const owner = await plain.person('owner');
      const machine = await plain.machine('spring', { connect: false });
      for (const path of ['', '/feed']) expect((await owner.call('GET', `/demo/machines/${machine.id}${path}`)).status).toBe(404);
      expect((await owner.call('POST', `/demo/machines/${machine.id}/power`, { on: false })).status).toBe(404);
    } finally {
      await plain.stop();
    }
  });
});
