import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { replayNotification } from './replay.ts';
import { type Kit, notificationsKit } from './test-kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await notificationsKit();
});
beforeEach(() => kit.clear());
afterAll(() => kit.close());

const notifications = () =>
  kit.rows<{ id: number; state: string; attempts: number; last_error: string }>('select * from notifications order by id');

it('hands the answer to the dialect before it is recorded, and asks again when it could not be taken', async () => {
  await kit.tell();
  kit.sink.answer = () => ({ status: 200, body: '{"worth":3}' });
  const taken: string[] = [];
  const states: string[] = [];
  const answered = async (
    { attempt }: { attempt: number },
    { status, body }: { status: number; body: string },
  ): Promise<void> => {
    states.push(...(await notifications()).map(({ state }) => state));
    if (attempt === 1) throw new Error('the ledger is away');
    taken.push(`${status} ${body}`);
  };
  const worker = kit.start({ dialects: [{ ...kit.dialect, answered }] });
  await worker.idle();
  expect(await notifications()).toMatchObject([{ state: 'waiting', last_error: 'answer not taken: the ledger is away' }]);
  kit.clock.advance(1);
  await worker.idle();
  expect(taken).toEqual(['200 {"worth":3}']);
  expect(states).toEqual(['sending', 'sending']);
  expect(await notifications()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
});

it('asks the dialect nothing about an answer that does not count', async () => {
  // Put off for longer than it makes sense; and no call is given less time than a slow machine takes.
  await kit.tell({ giveUpAfter: 60 });
  kit.sink.answer = () => ({ status: 500, body: 'no', headers: { 'retry-after': '120' } });
  const calls: string[] = [];
  const dialect = {
    ...kit.dialect,
    answered: async () => void calls.push('answered'),
    gaveUp: async (_: unknown, error: string) => void calls.push(`gave up: ${error}`),
  };
  await kit.start({ dialects: [dialect] }).idle();
  expect(calls).toEqual(['gave up: HTTP 500']);
});

it('what makes sense only now is tried until its seconds are over, and given up when the next try would be too late', async () => {
  await kit.tell({ giveUpAfter: 10 });
  kit.sink.answer = () => ({ status: 503 });
  const given: number[] = [];
  const gaveUp = async ({ attempt }: { attempt: number }): Promise<void> => void given.push(attempt);
  const worker = kit.start({ dialects: [{ ...kit.dialect, gaveUp }] });
  for (let seconds = 0; seconds < 10; seconds += 1) {
    await worker.idle();
    kit.clock.advance(1);
  }
  expect(kit.sink.received).toHaveLength(3);
  expect(given).toEqual([3]);
  const [row] = await notifications();
  expect(row).toMatchObject({ state: 'failed', attempts: 3 });
  await replayNotification(kit.database, kit.clock, { merchantId: kit.merchantId, id: row?.id ?? 0 });
  await worker.idle();
  expect(kit.sink.received).toHaveLength(3);
  expect(await notifications()).toMatchObject([{ state: 'failed', last_error: 'too late' }]);
});

it('what waited for its endpoint for too long is not sent any more', async () => {
  await kit.tell({ giveUpAfter: 10 });
  const full = kit.start({ limits: { inFlight: 0 } });
  await full.idle();
  kit.clock.advance(10);
  const given: string[] = [];
  const gaveUp = async (_: unknown, error: string): Promise<void> => void given.push(error);
  await kit.start({ dialects: [{ ...kit.dialect, gaveUp }] }).idle();
  expect([given, kit.sink.received]).toEqual([['too late'], []]);
});

it('an attempt goes on no longer than it makes sense', async () => {
  await kit.tell({ giveUpAfter: 0.1 });
  kit.sink.answer = () => 'hang';
  // The kit's client would wait for longer than the test may take.
  await kit.start().idle();
  expect(await notifications()).toMatchObject([{ state: 'failed' }]);
});

it('what must be told is told for longer than three days when its draft says so', async () => {
  await kit.tell({ giveUpAfter: 30 * 86_400 });
  kit.sink.answer = () => ({ status: 500 });
  const worker = kit.start();
  await worker.idle();
  kit.clock.advance(4 * 86_400);
  await worker.idle();
  expect(await notifications()).toMatchObject([{ state: 'waiting', attempts: 2 }]);
});

it('who could not be told that it was given up is told later', async () => {
  await kit.tell({ giveUpAfter: 1 });
  kit.sink.answer = () => ({ status: 500 });
  let failures = 1;
  const given: string[] = [];
  const gaveUp = async (_: unknown, error: string): Promise<void> => {
    if (failures-- > 0) throw new Error('the ledger is away');
    given.push(error);
  };
  const worker = kit.start({ dialects: [{ ...kit.dialect, gaveUp }] });
  await worker.idle();
  expect(await notifications()).toMatchObject([{ state: 'waiting', last_error: 'not given up: the ledger is away' }]);
  kit.clock.advance(1);
  await worker.idle();
  expect(given).toEqual(['too late']);
  expect(await notifications()).toMatchObject([{ state: 'failed' }]);
});

it('a revoked integration is told of too', async () => {
  await kit.tell();
  await kit.rows(`update integrations set status = 'revoked'`);
  const given: string[] = [];
  const gaveUp = async (_: unknown, error: string): Promise<void> => void given.push(error);
  await kit.start({ dialects: [{ ...kit.dialect, gaveUp }] }).idle();
  await kit.rows(`update integrations set status = 'active'`);
  expect(given).toEqual(['integration revoked']);
});

it('an attempt may put into the query what must not be stored, at the same endpoint alone', async () => {
  await kit.tell({ url: `${kit.sink.url}/check`, body: '' });
  await kit.tell({ url: `${kit.sink.url}/check`, body: 'elsewhere' });
  const prepare = async ({ url, body }: { url: string; body: string }) => ({
    headers: {},
    body: '{"code":"4383743"}',
    url: body === 'elsewhere' ? 'http://127.0.0.1:1/check?code=4383743' : `${url}?code=4383743`,
  });
  await kit.start({ dialects: [{ ...kit.dialect, prepare }] }).idle();
  expect(kit.sink.received).toMatchObject([{ path: '/check?code=4383743', body: '{"code":"4383743"}' }]);
  expect(await notifications()).toMatchObject([
    { state: 'delivered' },
    { state: 'waiting', last_error: 'not prepared: another endpoint' },
  ]);
  expect(JSON.stringify(await kit.rows('select * from notifications'))).not.toContain('4383743');
});
