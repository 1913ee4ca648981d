import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ClaimedNotification, claimNotifications } from './claim-notifications.ts';
import { standardLimits } from './limits.ts';
import { type Kit, notificationsKit } from './test-kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await notificationsKit();
});
beforeEach(() => kit.clear());
afterAll(() => kit.close());

const claim = (most = 64, limits = {}): Promise<ClaimedNotification[]> =>
  claimNotifications(kit.database, kit.clock.now(), most, { ...standardLimits, ...limits });

/** Rows without the trouble of events; `keys` names the order key of each. */
async function waiting(
  keys: string[],
  { endpoint = 'https://a.example', due = kit.clock.now(), state = 'waiting' } = {},
): Promise<void> {
  await kit.rows(
    `insert into notifications (merchant_id, integration_id, event_id, job_key, order_key, method, url, endpoint, body, state,
       created_at, next_attempt_at)
     select $1, $2, 0, gen_random_uuid(), k, 'm', $3 || '/', $3, k || n, $4, $5, $5
     from unnest($6::text[]) with ordinality as u(k, n)`,
    [kit.merchantId, kit.integrationId, endpoint, state, due, keys],
  );
}
const bodiesOf = (claimed: ClaimedNotification[]): string[] => claimed.map(({ body }) => body);

it('takes the heads alone, and writes their attempts before they are made', async () => {
  await waiting(['a', 'a', 'b']);
  const claimed = await claim();
  expect(bodiesOf(claimed)).toEqual(['a1', 'b3']);
  expect(claimed[0]).toMatchObject({ dialect: 'plain', attempt: 1, endpoint: 'https://a.example', integrationActive: true });
  expect(await kit.rows('select number, started_at, finished_at from notification_attempts')).toEqual([
    { number: 1, started_at: kit.clock.now(), finished_at: null },
    { number: 1, started_at: kit.clock.now(), finished_at: null },
  ]);
  expect(await claim()).toEqual([]);
});

it('takes nothing before it is due, nor what is behind it', async () => {
  await waiting(['a'], { due: new Date(kit.clock.now().getTime() + 1) });
  await waiting(['a']);
  expect(await claim()).toEqual([]);
});

it.each(['delivered', 'failed'])('lets the next follow one that is %s', async (state) => {
  await waiting(['a'], { state });
  await waiting(['a']);
  expect(await claim()).toHaveLength(1);
});

it('keeps each endpoint within its share', async () => {
  await waiting(Array.from({ length: 20 }, (_, n) => `a${n}`));
  await waiting(['b1', 'b2'], { endpoint: 'https://b.example' });
  const claimed = await claim();
  expect(claimed.filter(({ endpoint }) => endpoint === 'https://a.example')).toHaveLength(8);
  expect(claimed.filter(({ endpoint }) => endpoint === 'https://b.example')).toHaveLength(2);
  expect(await claim()).toEqual([]);
});

it('lets endpoints take turns when there is not room for all', async () => {
  for (const name of ['a', 'b', 'c'])
    await waiting(
      ['1', '2', '3', '4'].map((n) => name + n),
      { endpoint: `https://${name}.example` },
    );
  const endpoints = (await claim(6)).map(({ endpoint }) => endpoint).sort();
  expect(endpoints).toEqual(['a', 'a', 'b', 'b', 'c', 'c'].map((name) => `https://${name}.example`));
});

it('gives failing endpoints little, one by one and together, and disabled ones nothing', async () => {
  for (const name of ['a', 'b', 'c', 'd'])
    await waiting(
      ['1', '2', '3', '4'].map((n) => name + n),
      { endpoint: `https://${name}.example` },
    );
  await kit.rows(
    `insert into endpoints (merchant_id, endpoint, failing_since, disabled_at)
     values ($1, 'https://a.example', now(), null), ($1, 'https://b.example', now(), null), ($1, 'https://c.example', now(), now())`,
    [kit.merchantId],
  );
  const names = (claimed: ClaimedNotification[]): string =>
    claimed
      .map(({ body }) => body[0])
      .sort()
      .join('');
  expect(names(await claim(64, { failing: 3 }))).toMatch(/^(aab|abb)dddd$/);
  expect(await claim(64, { failing: 3 })).toEqual([]);
  expect(names(await claim(64, { failing: 9 }))).toMatch(/^[ab]$/);
});

it('gives each to one of many that ask at once', async () => {
  await waiting(Array.from({ length: 60 }, (_, n) => `k${n % 30}`));
  const all = (await Promise.all(Array.from({ length: 8 }, () => claim(10, { perEndpoint: 100 })))).flat();
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.map(({ orderKey }) => orderKey)).size).toBe(all.length);
});
