import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoMachines } from '../../packages/server/src/cli/demo/demo-machines.ts';
import { recordCount } from '../../packages/server/src/ledger/stock/record-count.ts';
import { type ConsoleHub, shot, startConsoleHub } from './kit.ts';

// Whoever tries the demo has no machine at hand: they add one, and have a virtual one sign in with its credentials.

const demo = demoMachines();
let hub: ConsoleHub;
beforeAll(async () => {
  hub = await startConsoleHub({ demo, time: 'running' });
  const { ledger, mqttUrl } = hub;
  demo.open({
    ...{ ledger, mqttUrl, machine: { behaviour: { dispenseMs: [20, 30] } } },
    orderByPhone: async () => ({ orderId: null, dropped: false, why: 'nobody buys here' }),
  });
});
afterAll(async () => {
  await demo.stop();
  await hub?.stop();
});

test('a newcomer adds a machine, connects a virtual one from the page, and sees it through until it sells', async () => {
  const operator = await hub.person('operator');
  const page = await hub.page(operator, '/machines', { language: 'en' });
  await page.getByText('There is no machine yet.').waitFor();
  await page.getByRole('link', { name: 'Add a machine' }).click();
  await page.getByLabel('Machine number').fill('88880002');
  await page.getByLabel('Name', { exact: true }).fill('My first machine');
  await page.getByLabel('Template').click();
  await page.getByTitle('Small, 4 × 5').click();
  await page.getByRole('button', { name: 'Add it' }).click();

  await page.getByRole('button', { name: 'Connect a virtual machine' }).click();
  const step = (name: string) => page.getByRole('img', { name: `${name}: done` }).waitFor();
  await step('Connected');
  await step('Heartbeat');
  await page.getByRole('button', { name: 'Ask it for its slots' }).click();
  await step('Slots reported');

  const id = Number(new URL(page.url()).searchParams.get('machine'));
  const path = `/machines/${id}/planogram`;
  const { version } = (await operator.call('GET', path)).body;
  const [goodsId] = hub.goodsIds.values();
  const changes = [{ slot: 'A11', goods_id: goodsId, price_cents: 300 }];
  expect((await operator.call('PUT', path, { version, changes })).status).toBe(200);
  const [slot] = await hub.ledger.db
    .selectFrom('slots')
    .select('id')
    .where('machine_id', '=', id)
    .where('name', '=', 'A11')
    .execute();
  await recordCount(hub.ledger, {
    ...{ merchantId: hub.merchant.id, machineId: id, counts: [{ slotId: slot?.id ?? 0, onHand: 5 }], source: 'count' },
    ...{ countedAt: hub.clock.now(), cause: { by: 'test' } },
  });
  await step('On sale');
  await page.getByText('1 slot for sale').waitFor();
  await shot(page, 'newcomer-en');
  await page.getByRole('link', { name: 'To the machine' }).click();
  await page.getByRole('heading', { name: 'My first machine' }).waitFor();
  await page.getByText('Online', { exact: true }).waitFor();
});
