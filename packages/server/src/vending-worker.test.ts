import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';
import { answer, elsewhere, sendOut, type TestLedger, testLedger, testShop } from './testing/ledger.ts';
import { projectAll } from './testing/sales.ts';
import { openTestSite, toldOf } from './testing/vending.ts';
import { startVendingWorker } from './vending-worker.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

function start(of = ledger) {
  const metrics = createMetrics();
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  const worker = startVendingWorker({ ledger: of, logger, metrics, timers: false });
  return { worker, lines, deferred: async () => (await metrics.vendingDeferred.get()).values[0]?.value };
}

test('woken in two processes each bill is made once; what cannot be made is logged, counted and tried again', async () => {
  const machine = await testShop(ledger, { slots: [{ onHand: 50, capacity: 50 }] });
  const shop = await openTestSite(ledger, machine);
  const [one, other] = [start(), start(elsewhere(ledger))];
  for (let n = 0; n < 5; n += 1) {
    const { command } = await sendOut(ledger, machine);
    await answer(ledger, machine, command);
    await projectAll(ledger);
    one.worker.wake();
    other.worker.wake();
  }
  await Promise.all([one.worker.idle(), other.worker.idle()]);
  expect(await toldOf(ledger, shop, 'bill')).toHaveLength(5);
  await other.worker.stop();

  await ledger.rows('alter table pos_bookings add constraint poisoned check (false) not valid');
  const { command, order } = await sendOut(ledger, machine);
  await answer(ledger, machine, command);
  await projectAll(ledger);
  await one.worker.idle();
  expect(one.lines).toMatchObject([{ level: 50, orderId: order.id, merchantId: machine.merchantId }]);
  expect(await one.deferred()).toBe(1);
  await ledger.rows('alter table pos_bookings drop constraint poisoned');
  ledger.clock.advance(1);
  await one.worker.idle();
  expect(await toldOf(ledger, shop, 'bill')).toHaveLength(6);
  await one.worker.stop();
});
