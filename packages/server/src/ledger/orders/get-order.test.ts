import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../../database/transaction.ts';
import { insertNotifications } from '../../notifications/insert-notifications.ts';
import { sendOut, type TestLedger, testLedger, testShop } from '../../testing/ledger.ts';
import { createIntegration } from '../integrations/create-integration.ts';
import { getOrder } from './get-order.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

// Regression: what other integrations are told of the order counted as callbacks to its mall.
test('callbacks are counted that went to who placed the order', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  const { order } = await sendOut(ledger, shop);
  const another = await createIntegration(ledger, { merchantId, dialect: 'plain', role: 'platform', wireId: 'another' });
  const line = (await getOrder(ledger, merchantId, machineId, order.id)).lines[0]?.id ?? 0;
  const told = (integrationId: number, jobKey: string) => ({
    ...{ merchantId, integrationId, eventId: 1, jobKey, orderKey: jobKey, orderId: order.id, lineId: line },
    ...{ method: 'told', url: 'http://mall.test/', body: '{}' },
  });
  await inTransaction(ledger.db, (trx) =>
    insertNotifications(trx, ledger.clock.now(), [told(shop.integrationId, 'mall'), told(another, 'another')]),
  );
  await ledger.rows("update notifications set state = 'delivered', attempts = case integration_id when $1 then 2 else 5 end", [
    shop.integrationId,
  ]);
  const { notified, lines } = await getOrder(ledger, merchantId, machineId, order.id);
  expect([notified, lines[0]?.notified]).toEqual([2, true]);
  await ledger.rows('delete from notifications where integration_id = $1', [shop.integrationId]);
  expect((await getOrder(ledger, merchantId, machineId, order.id)).lines[0]?.notified).toBe(false);
});
