import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineBehaviour } from '@polyvend/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HubProcess, openHubProcess } from '../support/hub-process.ts';
import { until } from '../support/index.ts';
import { clockAhead, settle } from '../support/settle.ts';
import { openSite, type Site } from '../support/site.ts';
import { startBuyersAt } from './buyers.ts';
import { expectNothingLost } from './testimony.ts';

// The plug is pulled again and again, under load, a little later each time or a little earlier. Machines and mall live on, and
// testify afterwards. PLUG_KILLS: how often; `npm run test:plug` pulls it fifty times.
const kills = Number(process.env.PLUG_KILLS ?? 6);

/** Machines have troubles of their own meanwhile. */
const rough: Partial<MachineBehaviour> = {
  dispenseMs: [2, 40],
  repeatAnswer: 0.2,
  garbage: 0.05,
  jam: 0.01,
  selfRepairMs: 500,
  loseAnswer: 0.01,
  offline: 0.02,
  offlineMs: 300,
};

let hub: HubProcess;
let site: Site;

beforeAll(async () => {
  hub = await openHubProcess();
  await hub.start();
  site = await openSite(hub, { stock: 200 + 20 * kills, behaviour: rough });
});

afterAll(async () => {
  await site?.stop();
  await hub?.remove();
});

/** The database that the hub says it has, once it has one. */
const database = () => until(() => hub.databasePid(), 'the database to run', 30_000);

const ways = {
  'the hub alone': async () => {
    const orphan = await database();
    await hub.kill();
    expect(await hub.databasePid()).toBe(orphan);
    await hub.start();
    expect(await hub.databasePid()).not.toBe(orphan);
  },
  'the hub, and again while it starts over the orphan': async () => {
    await hub.kill();
    hub.launch();
    await sleep(Math.random() * 2_500);
    await hub.kill();
    await hub.start();
  },
  'the hub’s process group and the database with all its sessions': async () => {
    await database();
    await hub.killAll();
    await until(async () => (await hub.databasePid()) === undefined, 'the database to be gone');
    await hub.start();
  },
  'the database': async () => {
    const before = await database();
    await hub.killDatabase();
    await until(async () => ![undefined, before].includes(await hub.databasePid()), 'another database', 30_000);
    expect(hub.isRunning()).toBe(true);
  },
  'one session of the database': async () => {
    await database();
    await hub.killSession();
    await until(() => hub.isReady(), 'the hub to be ready again', 30_000);
    expect(hub.isRunning()).toBe(true);
  },
} as const;
const wayNames = Object.keys(ways) as (keyof typeof ways)[];

test(
  `the plug is pulled ${kills} times: no order is lost, no can falls twice, every outcome is told, and the books agree`,
  async () => {
    const buyers = await startBuyersAt(site);
    const tally: Record<string, number> = {};
    for (let kill = 0; kill < kills; kill += 1) {
      const way = wayNames[kill % wayNames.length] ?? 'the hub alone';
      const before = buyers.promised.size;
      await until(() => buyers.promised.size > before + 3, `sales to go on before kill ${kill + 1} (${way})`, 60_000);
      await sleep(Math.random() * 700);
      await ways[way]();
      tally[way] = (tally[way] ?? 0) + 1;
    }
    const { size } = buyers.promised;
    await until(() => buyers.promised.size > size + 3, 'sales to go on after the last', 60_000);
    await buyers.stop();
    await hub.kill();

    const clock = clockAhead();
    const resumed = await hub.resume(clock);
    await settle(resumed, clock, site.machines);
    await expectNothingLost(resumed.ledger, site, buyers);
    // The plug was really pulled in the middle of something.
    expect(buyers.retries).toBeGreaterThan(0);
    const drops = site.machines.reduce((sum, machine) => sum + machine.drops.length, 0);
    const told = Object.entries(tally).map(([way, times]) => `${times} × ${way}`);
    process.stdout.write(
      `Killed: ${told.join('; ')}. ${buyers.promised.size} orders, ${drops} cans, ${buyers.retries} calls made again.\n`,
    );
  },
  120_000 + kills * 30_000,
);
