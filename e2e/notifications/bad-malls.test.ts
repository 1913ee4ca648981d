import { createMall, type Mall, type MallBehaviour } from '@polyvend/simulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listAttempts } from '../../packages/server/src/notifications/list-attempts.ts';
import { listNotifications } from '../../packages/server/src/notifications/list-notifications.ts';
import { replayNotification } from '../../packages/server/src/notifications/replay.ts';
import { startTestHub, type TestHub, type TestMachine, type TestTenant, until } from '../support/index.ts';

// A mall that does not take its callbacks, beside one that does, at the same machines. Malls are told apart by where they listen:
// the bad one is a mall of its own, on another port, and so another endpoint.

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ time: 'running' });
});
afterAll(() => hub?.stop());

interface Sold {
  orderId: number;
  recordIds: number[];
}

/** An order of `lines` records, paid, dispensed and settled by the ledger; its callbacks are another matter. */
async function sell(machine: TestMachine, tenant: TestTenant, notifyUrl: string, lines = 2): Promise<Sold> {
  const { client } = tenant;
  const { machineNo } = machine;
  const products = (await machine.products()).slice(0, lines).map(({ productId }) => ({ product_id: productId, quantity: 1 }));
  trades += 1;
  const order = { machine_no: machineNo, products, trade_id: `trade-${trades}`, notify_url: notifyUrl };
  const { order_id: orderId } = await client.placeOrder(order);
  await client.updateOrder(orderId, { machine_no: machineNo, status: 1 });
  const { records } = await client.order(orderId, machineNo);
  for (const { id } of records) {
    await client.dispense({ machine_no: machineNo, order_id: String(orderId), record_id: String(id) });
    await until(async () => {
      const settled = await hub.hub.database.pool.query(
        `select from events where kind = 'dispense.settled' and order_id = $1 and (data ->> 'lineId')::bigint = $2`,
        [orderId, id],
      );
      return settled.rowCount;
    }, `record ${id} to be settled`);
  }
  return { orderId, recordIds: records.map(({ id }) => id) };
}
let trades = 0;

/** Moves on until nothing of the tenant waits any more. */
async function deliverAll({ merchant }: TestTenant): Promise<void> {
  await until(
    async () => {
      hub.clock.advance(60);
      // Waits for attempts that hang, ten seconds each.
      await hub.settle();
      return (await unfinished(merchant.id)) === 0;
    },
    'every callback to be delivered',
    60_000,
  );
}

async function statesOf(merchantId: number): Promise<string[]> {
  return (await listNotifications(hub.hub.database, { merchantId })).map(({ state }) => state);
}

async function unfinished(merchantId: number): Promise<number> {
  return (await statesOf(merchantId)).filter((state) => state !== 'delivered').length;
}

async function delivered(merchantId: number): Promise<number> {
  return (await statesOf(merchantId)).filter((state) => state === 'delivered').length;
}

async function setUp(behaviour: MallBehaviour) {
  const bad = await createMall({ behaviour, clock: hub.clock });
  const tenant = await hub.tenant();
  const machine = await hub.machine('spring', { slots: 3, onHand: 20, capacity: 20 }, tenant);
  return { bad, tenant, machine };
}

const recordsHeard = (mall: Mall, { orderId }: Sold) =>
  mall.callbacks.flatMap(({ body }) => {
    const { order_id, record_id } = body as { order_id: number; record_id: number };
    return order_id === orderId ? [record_id] : [];
  });

/** Without the repeats that follow each other. */
const inOrder = (list: readonly number[]) => list.filter((one, n) => one !== list[n - 1]);

const troubles: readonly (readonly [string, MallBehaviour])[] = [
  ['answers 500', { kind: 'status', status: 500 }],
  ['answers 503 and asks for patience', { kind: 'status', status: 503, retryAfter: 2 }],
  ['hangs', { kind: 'hang' }],
  ['breaks the connection', { kind: 'reset' }],
  ['redirects', { kind: 'redirect' }],
];

describe.each(troubles)('a mall that %s', (_, behaviour) => {
  test('delays no other, loses nothing, and gets all in order when it has recovered', async () => {
    const { bad, tenant, machine } = await setUp(behaviour);
    try {
      const toBad = [];
      const toGood = [];
      for (let n = 0; n < 3; n += 1) {
        toBad.push(await sell(machine, tenant, bad.notifyUrl()));
        toGood.push(await sell(machine, tenant, hub.mall.notifyUrl()));
      }
      for (const sold of toGood) {
        await until(() => recordsHeard(hub.mall, sold).length === sold.recordIds.length, 'the good mall to have all');
        expect(recordsHeard(hub.mall, sold)).toEqual(sold.recordIds);
      }
      // The good one has everything while the bad one has taken nothing yet, and only the first record of each order was tried.
      await until(async () => (await unfinished(tenant.merchant.id)) === 6, 'the good ones to be written down as delivered');
      for (const sold of toBad) {
        await until(() => recordsHeard(bad, sold).length > 0, 'the bad mall to be tried');
        expect(new Set(recordsHeard(bad, sold))).toEqual(new Set(sold.recordIds.slice(0, 1)));
      }
      // Nothing of it was sent elsewhere.
      expect(bad.callbacks.filter(({ path }) => path !== '/notify')).toEqual([]);

      bad.behave({ kind: 'ok' });
      await deliverAll(tenant);
      for (const sold of toBad) {
        expect(inOrder(recordsHeard(bad, sold))).toEqual(sold.recordIds);
        const order = await tenant.client.order(sold.orderId, machine.machineNo);
        expect(order.records.map(({ notify_sent }) => notify_sent)).toEqual(['1', '1']);
      }
    } finally {
      await bad.close();
    }
  });
});

test('a slow mall is waited for and asked once', async () => {
  const { bad, tenant, machine } = await setUp({ kind: 'slow', ms: 300 });
  try {
    const sold = await sell(machine, tenant, bad.notifyUrl());
    // The time is not moved on: the claim of an attempt under way would run out by it, and the attempt be made again, rightly.
    await until(async () => (await delivered(tenant.merchant.id)) === sold.recordIds.length, 'both to be delivered');
    expect(recordsHeard(bad, sold)).toEqual(sold.recordIds);
  } finally {
    await bad.close();
  }
});

test('many orders for a mall that hangs do not keep the others waiting', async () => {
  const { bad, tenant, machine } = await setUp({ kind: 'hang' });
  try {
    for (let n = 0; n < 12; n += 1) await sell(machine, tenant, bad.notifyUrl(), 1);
    const good = await sell(machine, tenant, hub.mall.notifyUrl(), 2);
    await until(() => recordsHeard(hub.mall, good).length === 2, 'the good mall to have all');
    await until(async () => (await unfinished(tenant.merchant.id)) === 12, 'the good ones to be written down as delivered');
  } finally {
    await bad.close();
  }
});

test('what was delivered, or given up after three days, can be sent again by hand; every attempt stands written', async () => {
  const { bad, tenant, machine } = await setUp({ kind: 'status', status: 500 });
  const { database, ledger } = hub.hub;
  const merchantId = tenant.merchant.id;
  try {
    const sold = await sell(machine, tenant, bad.notifyUrl(), 1);
    await until(() => recordsHeard(bad, sold).length > 0, 'the first attempt');
    const [told] = await until(() => listNotifications(database, { merchantId }), 'the notification');
    const id = told?.id ?? 0;
    const stateOf = async () => (await listNotifications(database, { merchantId, id }))[0]?.state;
    await until(async () => {
      hub.clock.advance(3 * 3600 * 2);
      await hub.settle();
      return (await stateOf()) === 'failed';
    }, 'it to be given up');

    bad.behave({ kind: 'ok' });
    const before = recordsHeard(bad, sold).length;
    expect(await replayNotification(database, ledger.clock, { merchantId, id })).toBe(true);
    await hub.settle();
    expect(await stateOf()).toBe('delivered');
    expect(recordsHeard(bad, sold)).toHaveLength(before + 1);

    expect(await replayNotification(database, ledger.clock, { merchantId, id })).toBe(true);
    await hub.settle();
    const bodies = bad.callbacks.map(({ body }) => JSON.stringify(body));
    expect(new Set(bodies).size).toBe(1);
    expect(bodies).toHaveLength(before + 2);
    const attempts = await listAttempts(database, { merchantId, notificationId: id });
    expect(attempts.map(({ status }) => status)).toEqual([...Array(before).fill(500), 200, 200]);
  } finally {
    await bad.close();
  }
});
