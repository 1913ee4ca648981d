import { randomBytes } from 'node:crypto';
import { activeOrderClient } from '@polyvend/protocols/active-order';
import { createMall, type Mall } from '@polyvend/simulator';
import type { Logger } from 'pino';
import { ConfigError } from '../../config.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Hub } from '../../hub.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { findMachine } from '../../ledger/machines/find-machine.ts';
import { listProducts } from '../../ledger/machines/list-products.ts';
import { createUser } from '../../ledger/staff/put-user.ts';
import { readUsers } from '../../ledger/staff/user.ts';
import type { Counterpart, RunningCounterpart } from './counterparts/counterpart.ts';
import { counterparts } from './counterparts/index.ts';
import { createDemo } from './create-demo.ts';
import { beforeHistory, createHistory } from './create-history.ts';
import { type DemoFile, readDemoFile, writeDemoFile } from './demo-file.ts';
import type { RunningDemoMachines } from './demo-machines.ts';

export interface Demo {
  facts: DemoFile;
  /** A product to try the first sale with. */
  firstProductId: number;
  /** What the other dialects' counterparts are, with commands to try. */
  descriptions: string[];
  stop(): Promise<void>;
}

const uniqueViolation = '23505';

/** The demo merchant, made at the first start; its machines over real MQTT, and a mall that takes the callbacks. */
export async function runDemo(hub: Hub, dataFolder: string, logger: Logger, virtual: RunningDemoMachines): Promise<Demo> {
  if (hub.mqttUrl === undefined)
    throw new ConfigError('The demo needs a process that speaks with machines: POLYVEND_ROLE all or machines.');
  const mqttUrl = hub.mqttUrl;
  const known = await readDemoFile(dataFolder);
  const present = known && (await isPresent(hub, known)) ? known : undefined;
  const mall = await openMall(present);
  const where = { baseUrl: hub.url, mqttUrl, notifyUrl: mall.notifyUrl() };
  const made = present ? { ...present, ...where } : await makeDemo(hub, dataFolder, where);
  const staffed = made.console ? made : { ...made, console: await letOwnerIn(hub.ledger, made.merchant.id) };
  const { facts, descriptions, stop } = await runCounterparts(hub, staffed, logger);
  await writeDemoFile(dataFolder, facts);
  const { merchant, machines } = facts;
  const stopMachines = await startMachines(hub, facts, mall, logger, virtual);
  tellCallbacks(mall, logger);
  const [first] = machines;
  return {
    facts,
    firstProductId: first ? await firstProduct(hub, merchant.id, first.machineNo) : 0,
    descriptions,
    async stop() {
      await stopMachines();
      await stop();
      await mall.close();
    },
  };
}

/** The owner account of the demo: its password is printed, and kept in demo.json. */
async function letOwnerIn(ledger: Ledger, merchantId: number): Promise<{ login: string; password: string }> {
  const password = randomBytes(9).toString('base64url');
  const taken = new Set((await readUsers(ledger.db, merchantId)).map(({ login }) => login));
  const login = taken.has('demo') ? `demo-${merchantId}-${taken.size}` : 'demo';
  await createUser(ledger, merchantId, { login, role: 'owner', password, name: '' });
  return { login, password };
}

/** The other side of every other dialect; an integration that the demo lacks is made. */
async function runCounterparts(hub: Hub, demo: DemoFile, logger: Logger) {
  const integrations: Record<string, unknown> = { ...demo.integrations };
  const running: RunningCounterpart<unknown>[] = [];
  // Each gets back the facts that it gave.
  for (const [name, { create, run }] of Object.entries<Counterpart<unknown>>(counterparts)) {
    const started = await run({ hub, demo, facts: integrations[name] ?? (await create(hub.ledger, demo.merchant.id)), logger });
    integrations[name] = started.facts;
    running.push(started);
  }
  return {
    facts: { ...demo, integrations: integrations as DemoFile['integrations'] },
    descriptions: running.map(({ description }) => description),
    stop: async () => void (await Promise.all(running.map((one) => one.stop()))),
  };
}

type Where = Pick<DemoFile, 'baseUrl' | 'mqttUrl' | 'notifyUrl'>;

/** All of it or nothing: the credentials are on disk before the merchant is, since half of them are never told again. */
async function makeDemo({ ledger }: Hub, dataFolder: string, where: Where): Promise<DemoFile> {
  try {
    return await inTransaction(ledger.db, async (trx) => {
      const inside = { ...ledger, db: trx };
      const facts = { ...where, ...(await createDemo(beforeHistory(inside))) };
      await createHistory(
        inside,
        facts.merchant.id,
        facts.machines.map(({ machineNo }) => machineNo),
      );
      await writeDemoFile(dataFolder, facts);
      return facts;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    throw new ConfigError(
      `The database has the demo's machines, but ${dataFolder} has not their demo.json. Restore the file, or begin with an empty database.`,
    );
  }
}

/** On the port of the last time, where callbacks may still be on their way to. */
async function openMall(before: DemoFile | undefined): Promise<Mall> {
  const port = before ? Number(new URL(before.notifyUrl).port) : 0;
  return await createMall({ port }).catch(() => createMall());
}

async function isPresent(hub: Hub, { merchant, machines }: DemoFile): Promise<boolean> {
  for (const { machineNo } of machines) {
    const machine = await findMachine(hub.ledger, merchant.id, machineNo).catch(() => undefined);
    if (!machine) return false;
  }
  return machines.length > 0;
}

async function productsOf(hub: Hub, merchantId: number, machineNo: string) {
  const machine = await findMachine(hub.ledger, merchantId, machineNo);
  const { products } = await listProducts(hub.ledger, { merchantId, machineId: machine.id, withEmptySlots: true });
  return products;
}

async function firstProduct(hub: Hub, merchantId: number, machineNo: string): Promise<number> {
  const products = await productsOf(hub, merchantId, machineNo);
  return (
    (products.find(({ forSale, onSale, faultCode }) => forSale > 0 && onSale && faultCode === 1) ?? products[0])?.productId ?? 0
  );
}

/** Events after which somebody was at the machine with goods in their hands. */
const handled: ReadonlySet<string> = new Set(['stock.refilled', 'planogram.changed']);

/** The machines, over real MQTT; what is filled in the console lies in them then. Answers how to stop them. */
async function startMachines(
  hub: Hub,
  { merchant, machines, integrations, mqttUrl, baseUrl }: DemoFile,
  mall: Mall,
  logger: Logger,
  virtual: RunningDemoMachines,
): Promise<() => Promise<void>> {
  const client = activeOrderClient({ baseUrl, ...integrations['active-order'] });
  virtual.open({
    ledger: hub.ledger,
    mqttUrl,
    onDrop: (drop) => logger.info(drop, 'a can falls'),
    async orderByPhone(machineNo, productId) {
      const products = [{ product_id: productId, quantity: 1 }];
      try {
        const { orderId, callbacks } = await mall.buy({ client, machineNo, products, timeoutMs: 30_000 });
        const [callback] = callbacks;
        return { orderId, dropped: callback?.deliver_status === '1', why: callback?.error_msg ?? '' };
      } catch (error) {
        return { orderId: null, dropped: false, why: error instanceof Error ? error.message : String(error) };
      }
    },
  });
  for (const { machineNo, mqtt } of machines) {
    const { id: machineId } = await findMachine(hub.ledger, merchant.id, machineNo);
    await virtual.connect({ merchantId: merchant.id, machineId, machineNo, brokerPassword: mqtt.password });
  }
  const stopListening = hub.live.listen(merchant.id, (events) => {
    const at = new Set(events.flatMap(({ kind, machineId }) => (handled.has(kind) && machineId !== null ? [machineId] : [])));
    for (const machineId of at) {
      virtual
        .reload(merchant.id, machineId)
        .catch((error: unknown) => logger.warn({ err: error, machineId }, 'goods not laid in'));
    }
  });
  return async () => {
    stopListening();
    await virtual.stop();
  };
}

function tellCallbacks(mall: Mall, logger: Logger): void {
  const tell = (): void => {
    void mall
      .next(() => true, 2 ** 31 - 1)
      .then(({ body }) => {
        logger.info({ callback: body }, 'the mall is called back');
        tell();
      })
      .catch(() => undefined);
  };
  tell();
}
