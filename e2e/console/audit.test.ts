import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestMachine } from '../support/index.ts';
import { type ConsoleHub, type Person, shot, startConsoleHub } from './kit.ts';

// Who changed what, as whoever runs the machines would ask and be told.

let hub: ConsoleHub;
let machine: TestMachine;
let [owner, operator]: Person[] = [];
beforeAll(async () => {
  hub = await startConsoleHub();
  machine = await hub.machine('spring');
  owner = await hub.person('owner');
  operator = await hub.person('operator');
  await operator.call('PATCH', `/machines/${machine.id}`, { name: 'By the lift' });
  const slot = (await operator.call('GET', `/machines/${machine.id}`)).body.cabinets[0].slots[0].id;
  await operator.call('PUT', `/machines/${machine.id}/slots/${slot}/on-sale`, { on_sale: false });
});
afterAll(() => hub.stop());

type Row = { action: string; about: { name: string } | null };
const asked = async (query: Record<string, string>, person = owner): Promise<Row[]> =>
  (await person?.call('GET', `/audit?${new URLSearchParams(query)}`))?.body.items;

const changed = [
  {
    action: 'PUT /v1/machines/{machine}/slots/{slot}/on-sale',
    about: { kind: 'slot', name: expect.stringMatching(/^By the lift /) },
  },
  { action: 'PATCH /v1/machines/{machine}', about: { kind: 'machine' } },
];

test('a machine by its number or its name, however it is written; of a person, of a day, and of this merchant alone', async () => {
  const { machineNo } = machine;
  for (const q of [machineNo, `machine ${machineNo}`, `机器 ${machineNo}`, 'by the lift', `By the lift ${machineNo}`]) {
    expect({ q, rows: await asked({ q }) }).toMatchObject({ q, rows: changed });
  }
  expect((await asked({ q: machineNo }))[1]?.about?.name).toBe(`By the lift ${machineNo}`);
  expect(await asked({ q: '10009999' })).toEqual([]);
  const id = (person: Person | undefined) => String(person?.id);
  expect(await asked({ q: machineNo, user: id(operator) })).toHaveLength(2);
  expect(await asked({ q: machineNo, user: id(owner) })).toEqual([]);
  const before = new Date(hub.clock.now().getTime() - 3_600_000).toISOString();
  expect(await asked({ q: machineNo, from: before })).toHaveLength(2);
  expect(await asked({ q: machineNo, to: before })).toEqual([]);
  // Of another merchant's entry about it, whatever it says, neither is known what it is called nor that it is called so.
  const other = await hub.tenant();
  const stranger = await hub.person('owner', { tenant: other });
  await hub.ledger.db
    .insertInto('audit_log')
    .values({
      ...{ merchant_id: other.merchant.id, at: hub.clock.now(), who: 'x', action: 'PATCH /v1/machines/{machine}' },
      subject: `machine ${machine.id}`,
    })
    .execute();
  expect(await asked({ q: machineNo }, stranger)).toEqual([]);
  expect(await asked({ q: `machine ${machine.id}` }, stranger)).toMatchObject([{ about: null }]);
});

test('the page says what was done in words, with the way to what it was done to', async () => {
  const page = await hub.page(owner as Person, '/audit');
  const row = page.getByRole('row').filter({ hasText: '修改机器资料' });
  await row.getByRole('link', { name: `机器 By the lift ${machine.machineNo}` }).waitFor();
  await page.getByRole('row').filter({ hasText: '恢复或停止货道售卖' }).getByRole('link').waitFor();
  await shot(page, 'audit-zh');
  await page.getByLabel('机器、订单、商品或员工').fill('10009999');
  await page.getByLabel('机器、订单、商品或员工').press('Enter');
  await page.getByText('没有符合条件的变更。').waitFor();
});
