import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Sample,
  sampleBill,
  sampleDayEnd,
  sampleHandover,
  sampleTakeOut,
} from '../../packages/protocols/src/qianhub/samples.fixture.ts';
import { mirror } from '../../packages/server/src/dialects/qianhub/calls/mirror.ts';
import { mirrorOf } from '../../packages/server/src/dialects/qianhub/index.ts';
import { listExceptions } from '../../packages/server/src/ledger/exceptions/list-exceptions.ts';
import { createIntegration } from '../../packages/server/src/ledger/integrations/create-integration.ts';
import { guardedHttp } from '../../packages/server/src/notifications/index.ts';
import { startTestHub, type TestHub } from '../support/index.ts';
import { type Mishap, type RoughProxy, startRoughProxy } from '../support/rough-proxy.ts';
import { type App, addApp, addProgram, addShop, ask, type Program, query } from './steps.ts';

// One hub mirrors another, over a connection that drops and repeats.

let there: TestHub;
let here: TestHub;
let proxy: RoughProxy;
let program: Program;
let theirs: App;
let ours: App;
let mishap: () => Mishap = () => 'pass';
const http = guardedHttp({ allow: 'any' });

beforeAll(async () => {
  [there, here] = await Promise.all([startTestHub(), startTestHub()]);
  program = await addProgram(there);
  await addShop(program, '20001', { brand_id: 1, brand_name: '哇哇叫' });
  await addShop(program, '20002');
  proxy = await startRoughProxy(there.url, () => mishap());
  theirs = await addApp(there);
  ours = await addApp(here);
  const { appId, privateKey } = theirs;
  await createIntegration(here.ledger, { merchantId: here.merchant.id, ...mirrorOf({ url: proxy.url, appId, privateKey }) });
});
afterAll(async () => {
  await http.close();
  await proxy?.close();
  await Promise.all([there?.stop(), here?.stop()]);
});

let bills = 0;

function bill(sn: string, cashier_on: string, more: object = {}): Sample {
  bills += 1;
  const { shop_10: _, ...sample } = sampleBill();
  return { ...sample, sn, json: { ...sample.json, bill_id: 5_539_576_000_000 + bills, cashier_on, ...more } };
}

async function tell(...records: Sample[]): Promise<void> {
  const { body } = await program.call('POST', '/v1/pos/records', records);
  expect(body.results.filter(({ outcome }: Sample) => outcome === 'refused')).toEqual([]);
}

/** One look, a minute after the last. */
async function look(): Promise<void> {
  for (const hub of [there, here]) hub.clock.advance(61);
  await here.hub.settle();
}

const types = ['cashier.finish', 'handover.stat', 'dayend.stat', 'waimai.order'] as const;

/** All that a gateway tells, by shop; the number of a shop is each hub's own. */
async function everything(hub: TestHub, app: App): Promise<Record<string, Sample>> {
  const { shops } = (await ask(hub, app, 'qianhub.agent.list-shop')).body;
  const told: Record<string, Sample> = {};
  for (const { shop_id, ...shop } of shops) {
    const range = { begin: '2025-05-05 00:00:00', end: '2025-06-05 00:00:00' };
    const { text } = await query(hub, app, shop_id, [...types], range);
    told[shop.sn] = { shop, records: JSON.parse(text.replaceAll(`"shop_id":${shop_id},`, '"shop_id":0,')) };
  }
  return told;
}

const versions = async (hub: TestHub): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from pos_records`.execute(hub.ledger.db);
  return rows[0]?.n ?? 0;
};

const state = async () =>
  (
    await sql<{ last_error: string; failing_since: Date | null }>`select last_error, failing_since from pos_mirrors`.execute(
      here.ledger.db,
    )
  ).rows[0];

test('shops and records of all kinds come over, once, with their versions', async () => {
  const days = Array.from({ length: 20 }, (_, n) => `2025-05-${String(n + 10).padStart(2, '0')}`);
  for (const sn of ['20001', '20002']) {
    await tell(
      ...days.flatMap((day) => [bill(sn, `${day} 12:00:00`), bill(sn, `${day} 23:59:59`)]),
      ...days.map((day) => ({ ...sampleHandover(), sn, create_on: `${day} 22:00:00` })),
      ...days.map((day) => {
        const dayEnd = sampleDayEnd();
        return { ...dayEnd, sn, create_on: `${day} 23:00:00`, json: { ...dayEnd.json, businessDay: day } };
      }),
      { ...sampleTakeOut(), sn, json: { ...sampleTakeOut().json, createon: '2025-05-20 12:00:00' } },
    );
  }
  await look();
  expect(await state()).toEqual({ last_error: '', failing_since: null });
  const mirrored = await everything(here, ours);
  expect(mirrored).toEqual(await everything(there, theirs));
  expect(mirrored['20001'].records).toHaveLength(81);
  expect(await versions(here)).toBe(162);
  await look();
  expect(await versions(here)).toBe(162);
});

test('what comes later, late, and again after a reversal comes over too', async () => {
  const again = bill('20001', '2025-06-01 08:00:30');
  await tell(again, bill('20001', '2025-06-01 07:30:00'));
  await look();
  const reversed = structuredClone(again);
  Object.assign(reversed.json, { undo_index: 1, cashier_on: '2025-06-01 08:01:30' });
  await tell(reversed);
  await look();
  expect(await everything(here, ours)).toEqual(await everything(there, theirs));
  expect(await versions(here)).toBe(165);
  // Later than the overlap, and changed without a new time: seen when it is looked back.
  const cancelled = sampleTakeOut();
  Object.assign(cancelled.json, { order: 9, createon: '2025-05-31 10:00:00' });
  await tell({ ...cancelled, sn: '20002' });
  await look();
  expect(await versions(here)).toBe(165);
  for (const hub of [there, here]) hub.clock.advance(6 * 3_600);
  await look();
  expect(await versions(here)).toBe(166);
});

test('over a connection that drops, cuts and repeats nothing is lost and nothing doubled', async () => {
  const kinds: Mishap[] = ['lose', 'cut', 'repeat', 'shorten', 'lose-answer', 'pass', 'cut', 'pass', 'pass'];
  let turn = 0;
  mishap = () => kinds[turn++ % kinds.length] ?? 'pass';
  const before = await versions(there);
  await tell(
    ...Array.from({ length: 200 }, (_, n) => bill(n % 2 ? '20001' : '20002', '2025-06-01 14:00:00', { sn: `rough ${n}` })),
  );
  let failed = 0;
  for (let round = 0; round < 60 && (await versions(here)) < before + 200; round += 1) {
    await look();
    if ((await state())?.last_error !== '') failed += 1;
  }
  expect(failed).toBeGreaterThan(0);
  expect(new Set(proxy.calls)).toEqual(new Set(kinds));
  mishap = () => 'pass';
  await look();
  expect((await state())?.last_error).toBe('');
  expect(await everything(here, ours)).toEqual(await everything(there, theirs));
  expect(await versions(here)).toBe(await versions(there));
});

describe('a look', () => {
  const context = () => ({ ledger: here.ledger, http, logger: pino({ level: 'silent' }) });

  test('that is ended anywhere goes on from where it was', async () => {
    const before = await versions(there);
    await tell(...Array.from({ length: 100 }, (_, n) => bill('20002', '2025-06-01 14:30:00', { sn: `ended ${n}` })));
    for (const hub of [there, here]) hub.clock.advance(3_600);
    for (let patience = 0; patience < 400 && (await versions(here)) < before + 100; patience += 20) {
      const ending = new AbortController();
      const working = mirror({ ...context(), signal: ending.signal });
      await sleep(patience);
      ending.abort(new Error('killed'));
      await working;
    }
    await look();
    expect(await everything(here, ours)).toEqual(await everything(there, theirs));
    expect(await versions(here)).toBe(before + 100);
  });

  test('is made by one process at a time', async () => {
    for (const hub of [there, here]) hub.clock.advance(61);
    const before = proxy.calls.length;
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 5 }, () => mirror({ ...context(), ledger: { ...here.ledger }, signal })));
    // The shops, and one day of each of the two.
    expect(proxy.calls.length - before).toBe(3);
  });

  test('is not made again before its time', async () => {
    const before = proxy.calls.length;
    await here.hub.settle();
    expect(proxy.calls.length).toBe(before);
  });
});

test('a gateway that refuses, or is none, is told of, and keeps no other from its turn', async () => {
  const { appId } = theirs;
  const { privateKey } = await addApp(there);
  const merchantId = here.merchant.id;
  await createIntegration(here.ledger, { merchantId, ...mirrorOf({ url: proxy.url, appId, privateKey }) });
  await createIntegration(here.ledger, { merchantId, ...mirrorOf({ url: 'ftp://nowhere', appId, privateKey }) });
  await createIntegration(here.ledger, { merchantId, ...mirrorOf({ url: proxy.url, appId, privateKey: 'none' }) });
  await tell(bill('20001', '2025-06-01 15:40:00'));
  await look();
  const { rows } = await sql<{ last_error: string }>`select last_error from pos_mirrors order by integration_id`.execute(
    here.ledger.db,
  );
  expect(rows.map(({ last_error }) => last_error)).toEqual([
    '',
    'shops: 签名错误',
    expect.stringMatching(/^shops: /),
    'shops: privateKey is no RSA key of 1024 to 4096 bits',
  ]);
  for (const hub of [there, here]) hub.clock.advance(900);
  const exceptions = (await listExceptions(here.ledger, merchantId)).filter(({ kind }) => kind === 'mirror-failing');
  expect(exceptions.map(({ detail }) => detail).sort()).toEqual(
    rows.slice(1).map(({ last_error }) => expect.stringContaining(last_error)),
  );
  expect(await versions(here)).toBe(await versions(there));
});
