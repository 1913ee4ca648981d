import type { UpstreamPlatform } from '@polyvend/simulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listMessages, listPolls } from '../../packages/server/src/inbound/index.ts';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { salesProblems } from '../../packages/server/src/testing/sales.ts';
import { startTestHub, type TestHub } from '../support/index.ts';
import {
  becomeCustomer,
  booksOf,
  expectSameBooks,
  ledgerBooks,
  messageStates,
  openUpstream,
  push,
  pushUrlsOf,
  signed,
} from './site.ts';

let hub: TestHub;
let upstream: UpstreamPlatform;
let merchantId: number;

beforeEach(async () => {
  hub = await startTestHub();
  merchantId = hub.merchant.id;
  upstream = await openUpstream(hub.clock, { seed: 7, pushUrls: pushUrlsOf(hub.url) });
});
afterEach(async () => {
  expect(await conservationProblems(hub.ledger)).toEqual([]);
  const rows = async <T>(query: string, values: unknown[] = []) => (await hub.hub.database.pool.query(query, values)).rows as T[];
  expect(await salesProblems({ rows })).toEqual([]);
  await hub?.stop();
  await upstream?.close();
});

const customer = (asked = true) => becomeCustomer(hub.ledger, merchantId, asked ? { baseUrl: upstream.url } : {});
const nextPoll = async () => {
  hub.clock.advance(601);
  await hub.settle();
};

describe('pushes alone', () => {
  test('make machines, trades and statistics of the platform stand in the ledger', async () => {
    await customer(false);
    upstream.happen(60);
    const results = await upstream.deliver();
    expect(results.every(({ received }) => received)).toBe(true);
    await hub.settle();
    expect(await messageStates(hub.ledger)).toEqual({ applied: results.length });
    const [ours, theirs] = [await ledgerBooks(hub.ledger, merchantId), booksOf(upstream)];
    expect(ours.trades).toEqual(theirs.trades);
    expect(ours.statistic).toEqual(theirs.statistic);
  });

  test('in any order and however often: each is taken once', async () => {
    await customer(false);
    for (let round = 0; round < 4; round++) {
      upstream.happen(30);
      hub.clock.advance(1);
    }
    await upstream.deliver({ repeat: 0.5, reorder: true });
    await hub.settle();
    const [ours, theirs] = [await ledgerBooks(hub.ledger, merchantId), booksOf(upstream)];
    expect(ours.trades).toEqual(theirs.trades);
    expect(ours.statistic).toEqual(theirs.statistic);
    expect((await messageStates(hub.ledger)).applied).toBeGreaterThan(100);
  });

  test('one that cannot be right is refused with its reason, and keeps no other from its turn', async () => {
    await customer(false);
    upstream.sell();
    const { status, text } = await push(hub.url, 'trade', signed({ assetId: '1', orderNo: 'x', deliverStatus: '77' }));
    expect([status, text]).toEqual([200, '{"result":"SUCCESS"}']);
    await upstream.deliver();
    await hub.settle();
    expect((await ledgerBooks(hub.ledger, merchantId)).trades).toEqual(booksOf(upstream).trades);
    expect(await listMessages(hub.ledger, { unapplied: true })).toMatchObject([
      { kind: 'trade', state: 'refused', attempts: 1, error: 'deliverStatus must be one of the states of this message' },
    ]);
  });

  test('forged ones are refused, and not kept', async () => {
    await customer(false);
    const body = signed({ assetId: '1', name: 'forged' }, 'another key');
    for (const forged of [body, '{}', 'nothing', signed({ assetId: '1' }).replace('"1"', '"2"')]) {
      const { status, text } = await push(hub.url, 'machine', forged);
      expect([400, 403]).toContain(status);
      expect(JSON.parse(text)).toMatchObject({ result: 'FAIL' });
    }
    expect(await messageStates(hub.ledger)).toEqual({});
  });
});

describe('with polling', () => {
  test('what was lost, repeated and shuffled ends as the platform’s own books', async () => {
    await customer();
    for (let round = 0; round < 5; round++) {
      upstream.happen(40);
      await upstream.deliver({ lose: 0.4, repeat: 0.3, reorder: true });
      await hub.settle();
      hub.clock.advance(120);
    }
    await nextPoll();
    await nextPoll();
    await expectSameBooks(hub.ledger, merchantId, upstream);
    expect(Object.keys(await messageStates(hub.ledger))).toEqual(['applied']);
  });

  test('without a single push', async () => {
    await customer();
    upstream.happen(80);
    await upstream.deliver({ lose: 1 });
    await hub.settle();
    await expectSameBooks(hub.ledger, merchantId, upstream);
    upstream.happen(80);
    await upstream.deliver({ lose: 1 });
    await nextPoll();
    await expectSameBooks(hub.ledger, merchantId, upstream);
  });

  test('asked first, pushed later: nothing is there twice', async () => {
    await customer();
    upstream.happen(50);
    await hub.settle();
    const before = await ledgerBooks(hub.ledger, merchantId);
    await upstream.deliver({ repeat: 0.5, reorder: true });
    await hub.settle();
    const after = await ledgerBooks(hub.ledger, merchantId);
    expect(after.trades).toEqual(before.trades);
    await nextPoll();
    await expectSameBooks(hub.ledger, merchantId, upstream);
  });

  test('a platform that fails is asked again later, and later, and the reason is shown', async () => {
    await customer();
    upstream.happen(20);
    upstream.behave({ kind: 'status', status: 503 });
    await hub.settle();
    hub.clock.advance(31);
    await hub.settle();
    const [poll] = await listPolls(hub.ledger, merchantId);
    expect(poll).toMatchObject({ failures: 2, finishedAt: null });
    expect(poll?.error).toMatch(/503/);
    expect(poll?.dueAt).toEqual(new Date(hub.clock.now().getTime() + 60_000));
    upstream.behave({ kind: 'ok' });
    hub.clock.advance(61);
    await hub.settle();
    await expectSameBooks(hub.ledger, merchantId, upstream);
  });
});

test('a private address is not asked unless that is allowed', async () => {
  const guarded = await startTestHub({ environment: { POLYVEND_ALLOW_PRIVATE: '' } });
  try {
    await becomeCustomer(guarded.ledger, guarded.merchant.id, { baseUrl: upstream.url });
    await guarded.settle();
    const [poll] = await listPolls(guarded.ledger);
    expect(poll).toMatchObject({ failures: 1, error: 'refused address', finishedAt: null });
  } finally {
    await guarded.stop();
  }
});
