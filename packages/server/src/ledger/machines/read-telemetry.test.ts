import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal, type TestLedger, type TestShop, testLedger, testShop } from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { readTelemetry } from './read-telemetry.ts';
import { recordSignOfLife } from './record-sign-of-life.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

/** Readings of one kind that were made so many seconds before now. */
async function read(shop: TestShop, readings: readonly [secondsAgo: number, value: number][]): Promise<void> {
  const now = ledger.clock.now();
  await ledger.rows(
    `insert into machine_telemetry (merchant_id, machine_id, kind, at, value)
     select $1, $2, 'temperature', $3::timestamptz - make_interval(secs => r.ago), r.value
     from unnest($4::float8[], $5::float8[]) as r(ago, value)`,
    [shop.merchantId, shop.machineId, now, readings.map(([ago]) => ago), readings.map(([, value]) => value)],
  );
}

function ask(shop: Pick<TestShop, 'merchantId' | 'machineId'>, seconds: number) {
  const to = ledger.clock.now();
  const { merchantId, machineId } = shop;
  return readTelemetry(ledger, { merchantId, machineId, kind: 'temperature', from: secondsAfter(to, -seconds), to });
}

test('what is read within a step is one point, with the least, the most and the mean', async () => {
  const shop = await testShop(ledger);
  await read(shop, [
    [3600, 4],
    [3601, 8],
    [60, 5],
  ]);
  const { step, points } = await ask(shop, 2 * 3600);
  expect(step).toBe(60);
  expect(points.map(({ min, mean, max, readings }) => [min, mean, max, readings])).toEqual(
    points.length === 2
      ? [
          [4, 6, 8, 2],
          [5, 5, 5, 1],
        ]
      : [
          [8, 8, 8, 1],
          [4, 4, 4, 1],
          [5, 5, 5, 1],
        ],
  );
  expect(points.every(({ at }) => at.getTime() % 60_000 === 0)).toBe(true);
});

test('a period of any length has 500 points at most, and what is older than it is kept is not asked for', async () => {
  const shop = await testShop(ledger);
  const day = 86_400;
  await read(
    shop,
    Array.from({ length: 20_000 }, (_, n) => [n * 430, n]),
  );
  for (const seconds of [3600, day, 7 * day, 30 * day, 90 * day, 900 * day]) {
    const { step, points, keptSince } = await ask(shop, seconds);
    expect(points.length, `${seconds} s`).toBeLessThanOrEqual(500);
    expect(points.length, `${seconds} s`).toBeGreaterThan(Math.min(seconds / step, (90 * day) / step) / 8);
    expect(keptSince).toEqual(secondsAfter(ledger.clock.now(), -90 * day));
    expect(points[0]?.at.getTime()).toBeGreaterThan(keptSince.getTime() - step * 1000);
  }
});

test('the strength of the signal is kept once in fifteen minutes', async () => {
  const shop = await testShop(ledger);
  const { merchantId, machineId } = shop;
  const beat = (networkRssi: number) => {
    const now = ledger.clock.now();
    return recordSignOfLife(ledger, { merchantId, machineId, receivedAt: now, saidAt: now, heartbeat: true, networkRssi });
  };
  for (const rssi of [-60, -70, -80, -90]) {
    await beat(rssi);
    ledger.clock.advance(451);
  }
  const { points } = await readTelemetry(ledger, {
    ...{ merchantId, machineId, kind: 'rssi', from: secondsAfter(ledger.clock.now(), -7200), to: ledger.clock.now() },
  });
  expect(points.map(({ mean }) => mean)).toEqual([-60, -80]);
});

test('of another merchant nothing is read', async () => {
  const [shop, other] = [await testShop(ledger), await testShop(ledger)];
  await read(shop, [[60, 4]]);
  expect(await refusal(ask({ merchantId: other.merchantId, machineId: shop.machineId }, 3600))).toBe('machine.unknown');
});
