import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openHubProcess } from '../support/hub-process.ts';
import { until } from '../support/index.ts';
import { noMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { clockAhead, settle } from '../support/settle.ts';
import { openSite } from '../support/site.ts';
import { startBuyersAt } from './buyers.ts';
import { expectNothingLost } from './testimony.ts';

const kills = Math.max(2, Math.round(Number(process.env.PLUG_KILLS ?? 6) / 5));

const behaviour = { dispenseMs: [2, 40] as const, repeatAnswer: 0.2, garbage: 0.05 };

test(
  `a broker that is killed ${kills} times, with all that it had taken: orders go on meanwhile, and nothing is lost or doubled`,
  async ({ skip }) => {
    skip(noMosquitto !== undefined, noMosquitto);
    const broker = await startMosquitto();
    const ends: (() => Promise<unknown>)[] = [() => broker.stop()];
    try {
      const hub = await openHubProcess({ settings: { MQTT_URL: broker.hubUrl, POLYVEND_MQTT_OWN_TOPIC: 'true' } });
      ends.push(() => hub.remove());
      await hub.start();
      const site = await openSite(hub, { stock: 400 + 50 * kills, behaviour, broker });
      ends.push(() => site.stop());
      const drops = () => site.machines.reduce((sum, machine) => sum + machine.drops.length, 0);
      // A command that goes under with the broker keeps its machine for as long as it could take: what is bought has to wait.
      const buyers = await startBuyersAt(site, { clients: 3, pauseMs: 2_000 });
      for (let kill = 1; kill <= kills; kill += 1) {
        const before = drops();
        await until(() => drops() > before + 3, `cans to fall before kill ${kill}`, 60_000);
        await sleep(Math.random() * 300);
        await broker.kill();
        const { size } = buyers.promised;
        await until(() => buyers.promised.size > size, 'an order without the broker', 30_000);
        expect((await fetch(`${hub.url}/readyz`)).status).toBe(503);
        expect(hub.isRunning()).toBe(true);
        await broker.start();
        await until(() => hub.isReady(), 'the hub to be back at the broker', 30_000);
      }
      const last = drops();
      await until(() => drops() > last + 3, 'cans to fall after the last', 60_000);
      await buyers.stop();
      await hub.kill();

      const clock = clockAhead();
      const resumed = await hub.resume(clock);
      await settle(resumed, clock, site.machines);
      await expectNothingLost(resumed.ledger, site, buyers);
    } finally {
      for (const end of ends.toReversed()) await end();
    }
  },
  120_000 + kills * 60_000,
);
