import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestLedger, type TestShop, testLedger, testShop } from '../testing/ledger.ts';
import { countByIntegration } from './count-by-integration.ts';
import { getNotification, listNotificationPage, type NotificationPage, type NotificationRow } from './list-notification-page.ts';

let ledger: TestLedger;
let shop: TestShop;
let other: TestShop;
const rows = 3_000;

beforeAll(async () => {
  ledger = await testLedger();
  shop = await testShop(ledger);
  other = await testShop(ledger);
  for (const one of [shop, other]) {
    // Three of each second, every tenth given up, every hundredth waiting.
    await ledger.rows(
      `insert into notifications (merchant_id, integration_id, event_id, job_key, order_key, order_id, method, url, endpoint, body, state,
         created_at, next_attempt_at, finished_at)
       select $1, $2, n, 'job' || n, 'order' || n, n % 500 + 1, 'told', 'http://x/', 'http://x', '{}',
         case when n % 100 = 0 then 'waiting' when n % 10 = 0 then 'failed' else 'delivered' end,
         $3::timestamptz - make_interval(secs => (n / 3)), $3, case when n % 100 = 0 then null else $3::timestamptz end
       from generate_series(1, ${rows}) n`,
      [one.merchantId, one.integrationId, ledger.clock.now()],
    );
  }
  await ledger.rows('analyze notifications');
});
afterAll(() => ledger.drop());

async function all(filter: Partial<NotificationPage>): Promise<NotificationRow[]> {
  const found: NotificationRow[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await listNotificationPage(ledger, { merchantId: shop.merchantId, ...filter, after: last, limit: 70 });
    found.push(...page);
    if (page.length < 70) return found;
  }
}

test('pages hold each once, the latest first, though several bear the same time', async () => {
  const found = await all({});
  expect(found).toHaveLength(rows);
  expect(new Set(found.map(({ id }) => id)).size).toBe(rows);
  const times = found.map(({ createdAt }) => createdAt.getTime());
  expect(times).toEqual(times.toSorted((a, b) => b - a));
});

test('filters: what failed, an integration, an order, a period from inclusive to exclusive', async () => {
  expect(await all({ state: 'failed' })).toHaveLength(270);
  expect(await all({ state: 'waiting', integrationId: shop.integrationId })).toHaveLength(30);
  expect(await all({ integrationId: other.integrationId })).toEqual([]);
  expect(await all({ orderId: 7 })).toHaveLength(6);
  const at = (seconds: number) => new Date(ledger.clock.now().getTime() - seconds * 1000);
  expect(await all({ from: at(20), to: at(10) })).toHaveLength(30);
  expect((await all({ from: at(20), to: at(10) })).every(({ createdAt }) => createdAt >= at(20) && createdAt < at(10))).toBe(
    true,
  );
});

test('one of another merchant is not there', async () => {
  const [first] = await all({});
  expect((await getNotification(ledger, shop.merchantId, first?.id ?? 0))?.body).toBe('{}');
  expect(await getNotification(ledger, other.merchantId, first?.id ?? 0)).toBeUndefined();
});

test('what is open is counted by its integration', async () => {
  expect(await countByIntegration(ledger, shop.merchantId)).toEqual([
    { integrationId: shop.integrationId, waiting: 30, failed: 270 },
  ]);
  ledger.clock.advance(7 * 86_400 + 1);
  expect(await countByIntegration(ledger, shop.merchantId)).toEqual([
    { integrationId: shop.integrationId, waiting: 30, failed: 0 },
  ]);
});
