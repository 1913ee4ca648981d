import { randomBytes } from 'node:crypto';
import { activeOrderClient } from '@polyvend/protocols/active-order';
import { expect, test } from 'vitest';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { emptyDatabase } from '../../packages/server/src/testing/database.ts';
import { openHubProcess } from '../support/hub-process.ts';
import { until } from '../support/index.ts';
import { noMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { clockAhead, settle } from '../support/settle.ts';
import { openSite, productsByMachine } from '../support/site.ts';
import { observeBroker } from './observe-broker.ts';
import { shop } from './shop.ts';

const [machineCount, slotCount, stock] = [5, 2, 5];
const cans = machineCount * slotCount * stock;
const orders = 300;

test(`two hubs on one database and one broker sell ${cans} cans to ${orders} orders, and one of them is killed at it`, async ({
  skip,
}) => {
  skip(noMosquitto !== undefined, noMosquitto);
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const broker = await startMosquitto();
    ends.push(broker.stop);
    const database = await emptyDatabase();
    ends.push(database.drop);
    const settings = {
      DATABASE_URL: database.url,
      MQTT_URL: broker.hubUrl,
      POLYVEND_MQTT_OWN_TOPIC: 'true',
      POLYVEND_SECRET_KEY: randomBytes(32).toString('hex'),
      POLYVEND_DB_CONNECTIONS: '12',
    };
    const [doomed, survivor] = await Promise.all([openHubProcess({ settings }), openHubProcess({ settings })]);
    ends.push(doomed.remove, survivor.remove);
    // At once, on a database without a table.
    await Promise.all([doomed.start(), survivor.start()]);
    const behaviour = { dispenseMs: [40, 120] as const, repeatAnswer: 0.2, garbage: 0.05 };
    const site = await openSite(survivor, { machineCount, slotCount, stock, behaviour, broker });
    ends.push(site.stop);
    const observer = await observeBroker(broker.observerUrl);
    ends.push(observer.close);

    const listed = await survivor.withLedger(productsByMachine);
    const { appId, appSecret, appKey } = site.tenant.integration;
    const shopping = shop({
      clients: [doomed, survivor].map(({ url }) => activeOrderClient({ baseUrl: url, appId, appSecret, appKey })),
      orders,
      shoppers: 20,
      products: listed.flatMap(({ machineNo, productIds }) => productIds.map((productId) => ({ machineNo, productId }))),
      notifyUrl: site.mall.notifyUrl(),
    });
    shopping.catch(() => undefined); // told below
    await until(() => observer.commands.length >= 10, 'ten commands', 60_000);
    const soldBefore = observer.commands.length;
    await doomed.kill();
    const { bought, soldOut, failovers } = await shopping;
    expect(soldBefore).toBeLessThan(cans);
    expect(failovers).toBeGreaterThan(0);

    await survivor.stop();
    const clock = clockAhead();
    const last = await survivor.resume(clock);
    await settle(last, clock, site.machines);

    // Nobody was told yes for a can that was not there, and nobody no while there was one.
    expect(bought).toHaveLength(cans);
    expect(soldOut).toBe(orders - cans);
    const soldOf = Map.groupBy(bought, ({ productId }) => productId);
    expect([...soldOf.values()].map(({ length }) => length)).toEqual(Array(machineCount * slotCount).fill(stock));

    // What went over the broker: a command for each record at most, and none twice.
    const commandsOf = Map.groupBy(observer.commands, ({ recordId }) => Number(recordId));
    const recordIds = new Set(bought.map(({ recordId }) => recordId));
    expect([...commandsOf.values()].filter(({ length }) => length > 1)).toEqual([]);
    expect([...commandsOf.keys()].filter((recordId) => !recordIds.has(recordId))).toEqual([]);

    // What fell: the machines drop a can for every command that they hear, repeated ones too.
    const drops = site.machines.flatMap((machine) => machine.drops);
    const dropsOf = Map.groupBy(drops, ({ orderId, recordId }) => `${orderId}/${recordId}`);
    expect([...dropsOf.values()].filter(({ length }) => length > 1)).toEqual([]);
    expect(drops.length).toBeGreaterThan(cans / 2);

    // What the mall was told: of each an outcome, and of a can that is said to have fallen that it fell.
    const told = Map.groupBy(
      site.mall.callbacks.map(({ body }) => body as { order_id: number; record_id: number; deliver_status: string }),
      ({ order_id, record_id }) => `${order_id}/${record_id}`,
    );
    const names = bought.map(({ orderId, recordId }) => `${orderId}/${recordId}`);
    expect(names.filter((name) => !told.has(name))).toEqual([]);
    const saidToFall = names.filter((name) => told.get(name)?.some(({ deliver_status }) => deliver_status === '1'));
    expect(saidToFall.filter((name) => dropsOf.get(name)?.length !== 1)).toEqual([]);
    // Of each one outcome, however often it was told.
    const outcomes = names.map((name) => new Set(told.get(name)?.map(({ deliver_status }) => deliver_status)).size);
    expect(outcomes).toEqual(Array(cans).fill(1));

    expect(await conservationProblems(last.ledger)).toEqual([]);
    const held = cans - saidToFall.length;
    process.stdout.write(
      `Two hubs: ${bought.length} of ${orders} orders sold, ${soldBefore} sent before the kill, ${failovers} calls made again, ` +
        `${drops.length} cans fell, ${held} held.\n`,
    );
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}, 240_000);
