import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listAttempts } from './list-attempts.ts';
import { replayFailedSince, replayNotification } from './replay.ts';
import { type Kit, notificationsKit } from './test-kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await notificationsKit();
});
beforeEach(() => kit.clear());
afterAll(() => kit.close());

const only = async (): Promise<{ id: number; state: string }> => {
  const [row] = await kit.rows<{ id: number; state: string }>('select id, state from notifications');
  return row ?? { id: 0, state: '' };
};

it('sends a delivered one again and keeps its attempts', async () => {
  await kit.tell();
  const worker = kit.start();
  await worker.idle();
  const { id } = await only();
  expect(await replayNotification(kit.database, kit.clock, { merchantId: kit.merchantId, id })).toBe(true);
  expect(await replayNotification(kit.database, kit.clock, { merchantId: kit.merchantId, id })).toBe(false);
  await worker.idle();
  expect(kit.sink.received).toHaveLength(2);
  expect(await listAttempts(kit.database, { merchantId: kit.merchantId, notificationId: id })).toMatchObject([
    { number: 1, outcome: 'delivered' },
    { number: 2, outcome: 'delivered' },
  ]);
});

it("knows nothing of another merchant's", async () => {
  await kit.tell();
  await kit.start().idle();
  const { id } = await only();
  expect(await replayNotification(kit.database, kit.clock, { merchantId: 8, id })).toBe(false);
  expect(await listAttempts(kit.database, { merchantId: 8, notificationId: id })).toEqual([]);
});

it('sends again all that failed since a time', async () => {
  const worker = kit.start();
  await kit.tell({ url: 'ftp://one.example/' });
  await worker.idle();
  kit.clock.advance(60);
  const since = kit.clock.now();
  for (const name of ['two', 'three']) await kit.tell({ url: `ftp://${name}.example/` });
  await kit.tell();
  await worker.idle();
  expect(await replayFailedSince(kit.database, kit.clock, { merchantId: kit.merchantId, since })).toBe(2);
  await worker.idle();
  const attempts = await kit.rows('select attempts, state from notifications order by id');
  expect(attempts).toEqual([
    { attempts: 1, state: 'failed' },
    { attempts: 2, state: 'failed' },
    { attempts: 2, state: 'failed' },
    { attempts: 1, state: 'delivered' },
  ]);
});
