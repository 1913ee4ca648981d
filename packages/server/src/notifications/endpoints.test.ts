import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { enableEndpoint } from './enable-endpoint.ts';
import { type Kit, notificationsKit } from './test-kit.ts';
import type { Notifications } from './worker.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await notificationsKit();
});
beforeEach(() => kit.clear());
afterAll(() => kit.close());

const endpoints = (): Promise<unknown[]> => kit.rows('select endpoint, failing_since, failures, disabled_at from endpoints');
const events = (): Promise<unknown[]> => kit.rows(`select kind, data from events where kind like 'endpoint.%' order by id`);
const count = async (state: string): Promise<number> =>
  (await kit.rows('select 1 from notifications where state = $1', [state])).length;

/** Fails every three hours for three days and some. */
async function failForDays(worker: Notifications): Promise<void> {
  kit.sink.answer = () => ({ status: 500 });
  for (let time = 0; time <= 25; time += 1) {
    await kit.tell();
    await worker.idle();
    kit.clock.advance(3 * 3600);
  }
}

it('remembers since when it fails, and forgets at the first success', async () => {
  const since = kit.clock.now();
  await kit.tell();
  kit.sink.answer = () => ({ status: 500 });
  const worker = kit.start();
  await worker.idle();
  kit.clock.advance(1);
  await worker.idle();
  expect(await endpoints()).toEqual([{ endpoint: kit.sink.url, failing_since: since, failures: 2, disabled_at: null }]);
  kit.sink.answer = () => ({ status: 200 });
  kit.clock.advance(5);
  await worker.idle();
  expect(await endpoints()).toEqual([{ endpoint: kit.sink.url, failing_since: null, failures: 0, disabled_at: null }]);
});

it('is switched off after three days, keeps what is waiting, and goes on when it is switched on', async () => {
  const since = kit.clock.now();
  const switchedOff: unknown[] = [];
  const worker = kit.start({ observe: { endpointDisabled: (endpoint) => switchedOff.push(endpoint) } });
  await failForDays(worker);
  const [event] = await events();
  expect(event).toMatchObject({ kind: 'endpoint.disabled', data: { endpoint: kit.sink.url, failures: expect.any(Number) } });
  const { data } = event as { data: { since: string; failures: number } };
  expect(new Date(data.since)).toEqual(since);
  expect(data.failures).toBeGreaterThanOrEqual(20);
  expect(switchedOff).toHaveLength(1);

  const calls = kit.sink.received.length;
  const waiting = await count('waiting');
  await kit.tell();
  kit.clock.advance(10 * 24 * 3600);
  await worker.idle();
  expect(kit.sink.received.length).toBe(calls);
  expect(await count('waiting')).toBe(waiting + 1);

  kit.sink.answer = () => ({ status: 200 });
  const name = { merchantId: kit.merchantId, endpoint: kit.sink.url };
  expect(await enableEndpoint(kit.database, kit.clock, name)).toBe(true);
  expect(await enableEndpoint(kit.database, kit.clock, name)).toBe(false);
  await worker.idle();
  expect(await count('waiting')).toBe(0);
  expect(kit.sink.received.length).toBe(calls + waiting + 1);
  expect(await events()).toMatchObject([
    { kind: 'endpoint.disabled' },
    { kind: 'endpoint.enabled', data: { endpoint: kit.sink.url } },
  ]);
});

it('is not switched off for a few failures, however long ago the first', async () => {
  kit.sink.answer = () => ({ status: 500 });
  const worker = kit.start();
  await kit.tell();
  await worker.idle();
  kit.clock.advance(9 * 24 * 3600);
  await worker.idle();
  expect(await endpoints()).toMatchObject([{ failures: 2, disabled_at: null }]);
});
