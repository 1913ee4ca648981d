import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMall, type Mall } from '@polyvend/simulator';
import pino from 'pino';
import { readConfig } from '../../packages/server/src/config.ts';
import { type Hub, type HubOptions, startHub } from '../../packages/server/src/hub.ts';
import { changeIntegration, type IntegrationChange } from '../../packages/server/src/ledger/integrations/change-integration.ts';
import type { Ledger, LedgerRules } from '../../packages/server/src/ledger/ledger.ts';
import { findMachine } from '../../packages/server/src/ledger/machines/find-machine.ts';
import type { MerchantDraft } from '../../packages/server/src/ledger/merchants/create-merchant.ts';
import type { Resolve } from '../../packages/server/src/notifications/index.ts';
import { type TestClock, testClock } from '../../packages/server/src/testing/clock.ts';
import { testDatabase } from '../../packages/server/src/testing/database.ts';
import { addTestMachine, type TestMachine, type TestMachineKind, type TestMachineOptions } from './add-test-machine.ts';
import { createTenant, type TestTenant } from './create-tenant.ts';
import { type HandMachine, takeOver } from './hand-machine.ts';
import { type Mosquitto, noMosquitto, startMosquitto } from './mosquitto.ts';
import { until } from './until.ts';

export type TestBroker = 'embedded' | 'mosquitto';

/** What machines connect to in tests that do not ask for one: `E2E_BROKER=mosquitto` runs them against that. */
export const testBroker: TestBroker = process.env.E2E_BROKER === 'mosquitto' ? 'mosquitto' : 'embedded';

export interface TestHubOptions {
  /** The hub's own, or a Mosquitto with the shipped rules, where machines have their own topic alone. */
  broker?: TestBroker;
  /** Environment variables beyond the kit's: see config.ts of the server. */
  environment?: Record<string, string>;
  rules?: Partial<LedgerRules>;
  /** Of the first merchant. */
  merchant?: Partial<MerchantDraft>;
  /** `standing` (the default) moves when told; `running` is the real time and what it was advanced by. */
  time?: 'standing' | 'running';
  /** The hub sweeps by its own timers; off unless told, tests call settle(). */
  sweeping?: boolean;
  /** Resolves the names of what the hub calls, instead of the system. */
  resolve?: Resolve;
  /** Milliseconds that an ERP has for a call. */
  neighbourTimeout?: number;
  /** Virtual machines that the console may show and touch. */
  demo?: HubOptions['demo'];
}

/** A whole hub in this process, with a merchant, its integration and a mall. The parts are real; the clock is the test's. */
export interface TestHub extends TestTenant {
  hub: Hub;
  clock: TestClock;
  ledger: Ledger;
  url: string;
  mqttUrl: string;
  mall: Mall;
  /** A machine with its virtual counterpart, connected unless told otherwise; of the first merchant unless another is named. */
  machine(kind?: TestMachineKind, options?: TestMachineOptions, tenant?: TestTenant): Promise<TestMachine>;
  /** A machine moved by hand, in place of the virtual one. */
  hand(machine: TestMachine): Promise<HandMachine>;
  /** In force when it resolves: what the hub remembered of it is forgotten. */
  changeIntegration(merchantId: number, id: number, change: IntegrationChange): Promise<void>;
  /** Another merchant, with an integration of its own. */
  tenant(draft?: Partial<MerchantDraft>): Promise<TestTenant>;
  /** What is due by the clock is done, what is to be sent is sent. */
  settle(): Promise<void>;
  /** Ends everything and removes database and data folder. */
  stop(): Promise<void>;
}

export async function startTestHub(options: TestHubOptions = {}): Promise<TestHub> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    return await start(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: TestHubOptions, stops: (() => Promise<unknown>)[], stop: () => Promise<void>): Promise<TestHub> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'polyvend-e2e-'));
  stops.push(() => rm(dataFolder, { recursive: true, force: true }));
  const database = await testDatabase();
  stops.push(() => database.drop());
  const broker = (options.broker ?? testBroker) === 'mosquitto' ? await startBroker() : undefined;
  if (broker) stops.push(broker.stop);
  const clock = options.time === 'running' ? runningClock() : testClock();
  const config = readConfig({
    PORT: '0',
    MQTT_PORT: '0',
    HOST: '127.0.0.1',
    MQTT_HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    POLYVEND_DATA: dataFolder,
    POLYVEND_ALLOW_PRIVATE: 'any',
    POLYVEND_RATE_LIMIT: '0',
    ...(broker && { MQTT_URL: broker.hubUrl, POLYVEND_MQTT_OWN_TOPIC: 'true' }),
    ...options.environment,
  });
  const complaints: string[] = [];
  const hub = await startHub({
    config,
    logger: pino({ level: 'warn' }, { write: (line: string) => void complaints.push(line) }),
    clock,
    ...(options.rules && { rules: options.rules }),
    sweeping: options.sweeping ?? false,
    checkAnswers: true,
    ...(options.resolve && { resolve: options.resolve }),
    ...(options.demo && { demo: options.demo }),
    ...(options.neighbourTimeout !== undefined && { neighbourTimeout: options.neighbourTimeout }),
  });
  stops.push(() => hub.stop());
  const { ledger, url, mqttUrl = '' } = hub;
  const mall = await createMall({ clock });
  stops.push(() => mall.close());
  const first = await createTenant(ledger, url, options.merchant);
  return {
    ...first,
    hub,
    clock,
    ledger,
    url,
    mqttUrl,
    mall,
    async machine(kind = 'spring', what = {}, tenant = first) {
      const machine = await addTestMachine({ ledger, mqttUrl, tenant, ...(broker && { admit: broker.admit }) }, kind, what);
      stops.push(() => machine.virtual.stop());
      return machine;
    },
    async hand(machine) {
      if (machine.virtual.connected) {
        await machine.virtual.disconnect();
        // A broker of one's own acknowledges the farewell before the hub has heard it: heard late, it would be of the hand.
        await until(
          async () => !(await findMachine(ledger, machine.tenant.merchant.id, machine.machineNo)).online,
          `the farewell of machine ${machine.machineNo}`,
        );
        // What follows its farewell must not bear the same instant, as it would while the clock stands.
        clock.advance(1);
      }
      const hand = await takeOver(ledger, mqttUrl, machine, {
        complaints,
        ...(broker && { taken: () => messagesTaken(url) }),
      });
      stops.push(() => hand.close());
      return hand;
    },
    async changeIntegration(merchantId, id, change) {
      await changeIntegration(ledger, merchantId, id, change);
      hub.directory.forget();
    },
    tenant: (draft) => createTenant(ledger, url, draft),
    settle: () => hub.settle(),
    stop,
  };
}

async function startBroker(): Promise<Mosquitto> {
  if (noMosquitto !== undefined) throw new Error(noMosquitto);
  return await startMosquitto();
}

/** Messages of machines that the hub is done with, well or ill. */
async function messagesTaken(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = text.matchAll(/^polyvend_machine_messages(?:_dropped)?_total\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

function runningClock(): TestClock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    advance(seconds) {
      ahead += seconds * 1000;
    },
  };
}
