import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../database/transaction.ts';
import { findMachine } from '../../ledger/machines/find-machine.ts';
import { readOnlineHistory } from '../../ledger/machines/read-online-history.ts';
import { type TestLedger, testLedger } from '../../testing/ledger.ts';
import { createDemo } from './create-demo.ts';
import { beforeHistory, createHistory } from './create-history.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger?.drop());

test('the machines of the demo were online while they sold, but for some nights', async () => {
  const now = ledger.clock.now();
  const { merchant, machines } = await inTransaction(ledger.db, async (trx) => {
    const inside = { ...ledger, db: trx };
    const facts = await createDemo(beforeHistory(inside));
    const machineNos = facts.machines.map(({ machineNo }) => machineNo);
    await createHistory(inside, facts.merchant.id, machineNos);
    return facts;
  });
  const from = new Date(now.getTime() - 14 * 86_400_000);
  let turns = 0;
  for (const { machineNo } of machines) {
    const { id } = await findMachine(ledger, merchant.id, machineNo);
    const { onlineSeconds, spans } = await readOnlineHistory(ledger, merchant.id, id, from);
    expect(onlineSeconds / (14 * 86_400)).toBeGreaterThan(0.97);
    expect(spans.at(-1)).toMatchObject({ to: now, online: true });
    turns += spans.length - 1;
  }
  expect(turns).toBeGreaterThan(3);
});
