import { type OrderOutcome, outStatuses } from '@polyvend/protocols/owitho';
import { createLossyProxy, type LossyProxy, type OwithoOrder } from '@polyvend/simulator';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { conservationProblems } from '../../packages/server/src/testing/conservation.ts';
import { codeOf, place } from '../active-order/steps.ts';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { type Channel, insist, openChannel } from './steps.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterEach(async () => {
  await checkConservation(hub.ledger);
  expect(await conservationProblems(hub.ledger)).toEqual([]);
});
afterAll(() => hub?.stop());

/** The clock goes on by a second at a time, and what is due is done, until the work is. */
async function whileTimePasses<T>(work: Promise<T>, machines: readonly TestMachine[]): Promise<T> {
  let over = false;
  const watched = work.finally(() => {
    over = true;
  });
  await until(
    async () => {
      hub.clock.advance(1);
      for (const { virtual } of machines) if (virtual.connected) virtual.heartbeat();
      await hub.settle();
      return over;
    },
    'the orders to end',
    100_000,
  );
  return await watched;
}

const fell = (outcome: OrderOutcome | undefined) =>
  outcome?.outDetailList.filter(({ status }) => status === outStatuses.dispensed).length ?? 0;
const failed = (outcome: OrderOutcome | undefined) =>
  outcome?.outDetailList.filter(({ status }) => status === outStatuses.failed).length ?? 0;

/** Of an order there is one truth: what the platform was told, what the buyer paid, what the ledger says. */
async function agree(channel: Channel, orders: readonly OwithoOrder[]): Promise<number> {
  const { rows } = await hub.hub.database.pool.query<{ no: string; dropped: number; failed: number }>(
    `select no, dropped, wanted - dropped as failed from (
       select o.trade_id as no,
         (select count(*)::int from dispenses d where d.order_id = o.id and d.state = 'dispensed') as dropped,
         (select sum(c.quantity)::int from channel_lines c where c.order_id = o.id) as wanted
       from orders o where o.channel_id = $1) o`,
    [channel.id],
  );
  for (const { notice, outcome, refunded, conflicts, toldBy } of orders) {
    const { orderViewId, actualAmount } = notice;
    const ours = rows.find(({ no }) => no === orderViewId);
    if (toldBy === 'nobody') expect(ours, orderViewId).toBeUndefined();
    else
      expect({ dropped: fell(outcome), failed: failed(outcome) }, orderViewId).toEqual({
        dropped: ours?.dropped,
        failed: ours?.failed,
      });
    expect(conflicts).toEqual([]);
    const paid = actualAmount - refunded;
    expect(fell(outcome) === 0 ? 0 : Math.round(paid / fell(outcome)), orderViewId).toBe(fell(outcome) === 0 ? paid : 300);
  }
  return rows.reduce((sum, { dropped }) => sum + dropped, 0);
}

test('a platform, a mall and the machine itself sell from one stock: never more than there is', async () => {
  const machine = await hub.machine('spring', { slots: 2, onHand: 20, capacity: 20 });
  const channel = await openChannel(hub, { behaviour: { queryMs: 50 } });
  await channel.list(machine);
  const { machineNo, virtual } = machine;
  const atMall = Array.from({ length: 30 }, async (_, n) => {
    const slot = n % 2 === 0 ? 'A11' : 'A12';
    const order = await place(hub, machine, { [slot]: 1 }).catch(() => undefined);
    if (!order) return 0;
    await hub.client.updateOrder(order.id, { machine_no: machineNo, status: 1 });
    const { records } = await hub.client.order(order.id, machineNo);
    await codeOf(hub.client.dispense({ machine_no: machineNo, order_id: String(order.id), record_id: String(records[0]?.id) }));
    return 1;
  });
  const atPlatform = Array.from({ length: 30 }, (_, n) =>
    insist(channel, { machineCode: machineNo, lines: [{ slotNum: n % 2 === 0 ? 'A11' : 'A12', quantity: 1 }] }),
  );
  const byItself = Array.from({ length: 4 }, () => virtual.sellAlone('010'));
  const [, orders] = await whileTimePasses(Promise.all([Promise.all(atMall), Promise.all(atPlatform), Promise.all(byItself)]), [
    machine,
  ]);
  await until(async () => {
    await hub.settle();
    return (await machine.products()).every(({ reserved }) => reserved === 0) || virtual.drops.length >= 40;
  }, 'what was promised to fall');
  await virtual.idle();
  await hub.settle();
  await agree(channel, orders);
  for (const { onHand, reserved } of await machine.products()) {
    expect(onHand).toBeGreaterThanOrEqual(0);
    expect(reserved).toBeLessThanOrEqual(Math.max(onHand, reserved));
  }
  expect(orders.reduce((sum, { outcome }) => sum + fell(outcome), 0)).toBeGreaterThan(0);
  await channel.platform.close();
});

test('requests and answers are lost, repeated and late, both ways: every order comes to one end, and both sides agree', async () => {
  const machines = await Promise.all([0, 1].map(() => hub.machine('spring', { slots: 2, onHand: 30, capacity: 30 })));
  const faults = { loseRequest: 0.15, loseAnswer: 0.15, repeat: 0.15, delay: 0.3, delayMs: [1, 30] as const };
  const inward = await createLossyProxy({ target: hub.url, seed: 7, faults });
  let outward: LossyProxy | undefined;
  const channel = await openChannel(hub, {
    thirdUrl: inward.baseUrl,
    async platformUrl(target) {
      outward = await createLossyProxy({ target, seed: 11, faults });
      return outward.baseUrl;
    },
    behaviour: { retryMs: 40, callbackMs: 400, queryMs: 40 },
    seed: 3,
  });
  for (const machine of machines) await channel.list(machine);
  for (const { virtual } of machines) virtual.behave({ jam: 0.02 });
  const buy = (n: number) =>
    insist(channel, {
      machineCode: machines[n % 2]?.machineNo ?? '',
      lines: [{ slotNum: n % 3 === 0 ? 'A12' : 'A11', quantity: 1 + (n % 2) }],
    });
  const orders = await whileTimePasses(Promise.all(Array.from({ length: 40 }, (_, n) => buy(n))), machines);
  await whileTimePasses(new Promise((resolve) => setTimeout(resolve, 200)), machines);
  const dropped = await agree(channel, orders);
  expect(machines.reduce((sum, { virtual }) => sum + virtual.drops.length, 0)).toBe(dropped);
  expect([inward, outward].every((proxy) => proxy?.requests.some(({ fate }) => fate.loseAnswer))).toBe(true);
  await channel.platform.close();
  await inward.close();
  await outward?.close();
});
