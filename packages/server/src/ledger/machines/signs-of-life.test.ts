import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byTest,
  elsewhere,
  eventsOf,
  machineOf,
  type TestLedger,
  type TestShop,
  testLedger,
  testShop,
} from '../../testing/ledger.ts';
import { secondsAfter } from '../clock.ts';
import { recordFacts } from './record-facts.ts';
import { recordFarewell } from './record-farewell.ts';
import { recordSignOfLife, type SignOfLife } from './record-sign-of-life.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.drop());

const online = async (shop: TestShop) => (await machineOf(ledger, shop)).online;

function sign(shop: TestShop, readings: Partial<SignOfLife> = {}): Promise<void> {
  const now = ledger.clock.now();
  const { merchantId, machineId } = shop;
  return recordSignOfLife(ledger, { merchantId, machineId, receivedAt: now, saidAt: now, ...readings });
}

function farewell(shop: TestShop, saidAt = ledger.clock.now()): Promise<boolean> {
  const { merchantId, machineId } = shop;
  return recordFarewell(ledger, { merchantId, machineId, saidAt, reason: 'last will', cause: byTest });
}

function boot(shop: TestShop, saidAt = ledger.clock.now(), facts: Record<string, unknown> = {}): Promise<boolean> {
  const { merchantId, machineId } = shop;
  return recordFacts(ledger, { merchantId, machineId, about: 'environment', saidAt, facts, cause: byTest });
}

async function statusOf(shop: TestShop): Promise<Record<string, unknown>> {
  const rows = await ledger.rows<Record<string, unknown>>('select * from machine_status where machine_id = $1', [shop.machineId]);
  return rows[0] ?? {};
}

describe('a machine', () => {
  test('is online for ten minutes from its last word', async () => {
    const shop = await testShop(ledger);
    ledger.clock.advance(599.999);
    expect(await online(shop)).toBe(true);
    ledger.clock.advance(0.001);
    expect(await online(shop)).toBe(false);
    await sign(shop);
    expect(await online(shop)).toBe(true);
  });

  test('is offline from its farewell on, until its next word', async () => {
    const shop = await testShop(ledger);
    expect(await farewell(shop)).toBe(true);
    expect(await online(shop)).toBe(false);
    ledger.clock.advance(1);
    await sign(shop);
    expect(await online(shop)).toBe(true);
    expect((await eventsOf(ledger, shop, 'machine.offline')).map(({ data }) => data.reason)).toEqual(['last will']);
  });

  test('does not heed the will of a connection from before its last boot', async () => {
    const shop = await testShop(ledger);
    const before = ledger.clock.now();
    ledger.clock.advance(3600);
    await boot(shop);
    await sign(shop);
    expect(await farewell(shop, before)).toBe(false);
    expect(await online(shop)).toBe(true);
    expect(await eventsOf(ledger, shop, 'machine.offline')).toEqual([]);
  });

  // Regression: a will is written when the machine connects, and so is always somewhat older than the boot report that follows.
  test('heeds the will of the connection over which it told that it had booted', async () => {
    const shop = await testShop(ledger);
    ledger.clock.advance(3600);
    const connected = ledger.clock.now();
    ledger.clock.advance(4);
    await boot(shop);
    await sign(shop);
    ledger.clock.advance(300);
    expect(await farewell(shop, connected)).toBe(true);
    expect(await online(shop)).toBe(false);
  });
});

describe('signs of life', () => {
  test('keep what was last said of each thing, whatever came with other words', async () => {
    const shop = await testShop(ledger);
    await sign(shop, { networkType: 'wifi', networkRssi: -50, uptimeMinutes: 1, temperature: 4 });
    await sign(shop, { networkRssi: -60, humidity: 40 });
    expect(await statusOf(shop)).toMatchObject({
      network_type: 'wifi',
      network_rssi: -60,
      uptime_minutes: 1,
      temperature: 4,
      humidity: 40,
    });
  });

  test('that arrive in a swarm are all written, each reading kept, the latest shown', async () => {
    const shops = [await testShop(ledger), await testShop(ledger)] as const;
    const start = ledger.clock.now();
    await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        recordSignOfLife(n % 3 === 0 ? elsewhere(ledger) : ledger, {
          merchantId: shops[n % 2 === 0 ? 0 : 1].merchantId,
          machineId: shops[n % 2 === 0 ? 0 : 1].machineId,
          receivedAt: secondsAfter(start, n),
          saidAt: secondsAfter(start, n),
          temperature: n,
        }),
      ),
    );
    for (const [n, shop] of shops.entries()) {
      expect(await statusOf(shop)).toMatchObject({ temperature: 498 + n, last_seen_at: secondsAfter(start, 498 + n) });
      const rows = await ledger.rows('select value from machine_telemetry where machine_id = $1', [shop.machineId]);
      expect(rows).toHaveLength(250);
    }
  });

  test('said earlier, heard later: the newer reading stays', async () => {
    const shop = await testShop(ledger);
    const said = ledger.clock.now();
    await sign(shop, { temperature: 5 });
    await sign(shop, { temperature: 99, saidAt: secondsAfter(said, -60) });
    expect(await statusOf(shop)).toMatchObject({ temperature: 5 });
  });

  test('heard late never bring back a machine that has said farewell since', async () => {
    const shop = await testShop(ledger);
    const earlier = ledger.clock.now();
    ledger.clock.advance(60);
    await farewell(shop);
    await sign(shop, { receivedAt: earlier });
    expect(await online(shop)).toBe(false);
  });
});

describe('what a machine tells of itself', () => {
  test('is replaced by what it says later, not by what it said earlier', async () => {
    const shop = await testShop(ledger);
    const earlier = ledger.clock.now();
    ledger.clock.advance(60);
    expect(await boot(shop, ledger.clock.now(), { app_version: '2' })).toBe(true);
    expect(await boot(shop, earlier, { app_version: '1' })).toBe(false);
    expect(await statusOf(shop)).toMatchObject({ environment: { app_version: '2' } });
    expect(await eventsOf(ledger, shop, 'machine.booted')).toHaveLength(1);
  });
});
