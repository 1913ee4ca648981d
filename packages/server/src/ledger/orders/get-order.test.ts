import { afterAll, beforeAll, expect, test } from 'vitest';
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
  for (const [integrationId, attempts] of [
    [shop.integrationId, 2],
    [another, 5],
  ]) {
    await ledger.rows(
      `insert into notifications (merchant_id, integration_id, event_id, job_key, order_key, order_id, line_id, method, url, endpoint, body,
         state, attempts, created_at, next_attempt_at)
       values ($1, $2::bigint, 1, $2::bigint::text, '', $3, $4, 'told', '', '', '', 'delivered', $5, now(), now())`,
      [merchantId, integrationId, order.id, line, attempts],
    );
  }
  const { notified, lines } = await getOrder(ledger, merchantId, machineId, order.id);
  expect([notified, lines[0]?.notified]).toEqual([2, true]);
  await ledger.rows('delete from notifications where integration_id = $1', [shop.integrationId]);
  expect((await getOrder(ledger, merchantId, machineId, order.id)).lines[0]?.notified).toBe(false);
});
