import { afterAll, beforeAll, expect, test } from 'vitest';
import { foreignShop } from '../../testing/foreign.ts';
import { type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { type AuditFilter, listAudit } from './list-audit.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const write = ({ merchantId }: TestShop, action: string, subject: string) =>
  ledger.rows(`insert into audit_log (merchant_id, at, who, action, subject) values ($1, $2, 'somebody', $3, $4)`, [
    ...[merchantId, ledger.clock.now(), action, subject],
  ]);
const list = async ({ merchantId }: TestShop, filter: Partial<AuditFilter> = {}) =>
  (await listAudit(ledger, merchantId, { limit: 50, ...filter })).map(({ subject, about }) => ({ subject, name: about?.name }));

test('what it was of is found by its id, and where it was made by its number; a number of digits is no id then', async () => {
  const shop = await testShop(ledger);
  const other = await testShop(ledger, { of: shop });
  await ledger.rows('update machines set name = $2 where id = $1', [shop.machineId, 'First']);
  await ledger.rows('update machines set name = $2, machine_no = $3 where id = $1', [other.machineId, 'Second', '30000001']);
  await ledger.rows(
    `insert into goods (merchant_id, id, number, name, created_at, updated_at)
     values ($1, 30000001, '77', 'Tea', $2, $2), ($1, 77, '30000001', 'Coffee', $2, $2)`,
    [shop.merchantId, ledger.clock.now()],
  );
  await write(shop, 'PATCH /v1/machines/{machine}', `machine ${shop.machineId}`);
  await write(shop, 'POST /v1/machines', 'machine 30000001');
  await write(shop, 'POST /v1/goods', 'good 77');
  await write(shop, 'PATCH /v1/goods/{good}', 'good 77');
  expect((await list(shop)).map(({ name }) => name)).toEqual(['Coffee', 'Tea', 'Second 30000001', `First ${shop.machineNo}`]);
  expect((await list(shop, { text: '30000001' })).map(({ name }) => name)).toContain('Second 30000001');
});

test('a machine of another platform is asked for in any letters', async () => {
  const shop = await foreignShop(ledger, await testShop(ledger));
  const [machine] = await ledger.rows<{ id: number }>(
    `update machines set machine_no = 'Lift-A7' where merchant_id = $1 and machine_no = $2 returning id`,
    [shop.merchantId, shop.foreignNo],
  );
  await write(shop, 'PATCH /v1/machines/{machine}', `machine ${machine?.id}`);
  for (const text of ['Lift-A7', 'lift-a7', '机器 LIFT-A7']) {
    expect({ text, found: await list(shop, { text }) }).toMatchObject({ text, found: [{ subject: `machine ${machine?.id}` }] });
  }
});
