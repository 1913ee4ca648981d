import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLedger, testLedger, testShop } from '../testing/ledger.ts';
import { recordSignOfLife } from './machines/record-sign-of-life.ts';
import { tellMachine } from './machines/tell-machine.ts';
import { markMessagesSent } from './machines/waiting-messages.ts';
import { pruneLedger } from './prune.ts';
import { createUser } from './staff/put-user.ts';
import { signIn } from './staff/sign-in.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

test('readings go after 90 days, sent words after 30, waiting ones and events never', async () => {
  const { merchantId, machineId } = await testShop(ledger);
  const now = ledger.clock.now();
  await recordSignOfLife(ledger, { merchantId, machineId, receivedAt: now, saidAt: now, temperature: 4 });
  for (const id of [1, 2]) {
    await ledger.db
      .transaction()
      .execute((trx) => tellMachine(ledger, trx, { merchantId, machineId, method: 'pickup-code.deleted', fields: { id } }));
  }
  const [first] = await ledger.rows<{ id: number }>('select id from machine_messages order by id');
  await markMessagesSent(ledger, merchantId, [first?.id ?? 0]);
  const count = async (table: string) => (await ledger.rows<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n;
  const events = await count('events');

  ledger.clock.advance(31 * 86_400);
  expect(await pruneLedger(ledger)).toBe(1);
  expect([await count('machine_messages'), await count('machine_telemetry')]).toEqual([1, 1]);
  ledger.clock.advance(60 * 86_400);
  expect(await pruneLedger(ledger)).toBe(1);
  expect([await count('machine_messages'), await count('machine_telemetry')]).toEqual([1, 0]);
  expect(await count('events')).toBe(events);
});

test('sessions go thirty days after their end, failed sign-ins after one, and what was audited never', async () => {
  const { merchantId } = await testShop(ledger);
  const password = 'correct horse battery';
  const from = { address: '192.0.2.7', agent: '' };
  const { id } = await createUser(ledger, merchantId, { login: 'prune', role: 'owner', password });
  await signIn(ledger, { login: 'prune', password, ...from });
  await expect(signIn(ledger, { login: 'prune', password: 'wrong', ...from })).rejects.toMatchObject({ code: 'sign-in.refused' });
  const count = async (query: string) => (await ledger.rows<{ n: number }>(`select count(*) as n from ${query}`))[0]?.n;
  ledger.clock.advance(86_400 + 1);
  await pruneLedger(ledger);
  expect([await count('sign_in_failures'), await count(`sessions where user_id = ${id}`)]).toEqual([0, 1]);
  ledger.clock.advance(61 * 86_400);
  await pruneLedger(ledger);
  expect(await count(`sessions where user_id = ${id}`)).toBe(0);
});
