import { afterEach, beforeEach, expect, test } from 'vitest';
import { manualClock } from '../shared/manual-clock.ts';
import { deviceKey, dispenseOf, startTestHub, type TestHub } from '../testing/broker.fixture.ts';
import { createFleet } from './create-fleet.ts';
import { floodMessages } from './flood-messages.ts';

let hub: TestHub;
beforeEach(async () => {
  hub = await startTestHub();
});
afterEach(() => hub.stop());

const park = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    machineNo: String(20_000_000 + index),
    deviceKey,
    slots: [{ code: '020', addr: 1, productId: index + 1, stock: 10 }],
  }));

test('two hundred machines connect, beat evenly and obey', async () => {
  const clock = manualClock(new Date());
  const fleet = createFleet({ machines: park(200), mqttUrl: hub.mqttUrl, seed: 1, clock, terse: true });
  await fleet.start();
  expect(fleet.stats()).toMatchObject({ machines: 200, connected: 200, heartbeats: 200 });
  await clock.advance(150_000);
  expect(fleet.stats().heartbeats).toBe(300);
  for (const { machineNo } of fleet.machines) {
    await hub.tell(machineNo, 'device.delivery.put', dispenseOf({ quantity: 2 }), { at: clock.now() });
  }
  await Promise.all(fleet.machines.map((machine) => machine.waitFor('device.delivery.put')));
  await clock.advance(10_000);
  expect(fleet.stats()).toMatchObject({ commands: 200, drops: 400, jams: 0, answers: 400 });
  await fleet.stop();
  expect(fleet.stats().connected).toBe(0);
});

test('a fleet that cannot connect says so', async () => {
  const fleet = createFleet({ machines: park(5), mqttUrl: 'mqtt://127.0.0.1:1', connectTimeoutMs: 100 });
  await expect(fleet.start()).rejects.toThrow('found no broker');
  await fleet.stop();
});

test('a flood keeps to its rate and counts what was acknowledged', async () => {
  const result = await floodMessages({ mqttUrl: hub.mqttUrl, machines: park(10), ratePerSecond: 400, seconds: 1 });
  expect(result.connections).toBe(10);
  // How near it comes to its rate is the computer's matter.
  expect(result.sent).toBeGreaterThan(10);
  expect(result.sent).toBeLessThanOrEqual(401);
  expect(result.acked).toBe(result.sent);
  expect(result.ackMs.p99).toBeGreaterThanOrEqual(result.ackMs.p50);
  expect(hub.heard.length).toBe(result.sent);
  expect(new Set(hub.heard.map(({ method }) => method))).toEqual(new Set(['client.heartbeat', 'client.temperature.put']));
});
