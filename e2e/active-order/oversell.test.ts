import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkConservation, startTestHub, type TestHub, type TestMachine } from '../support/index.ts';
import { codeOf, place, type Wanted } from './steps.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.stop());

/** All at once; how many were answered with each code. */
async function rush(machine: TestMachine, wants: readonly Wanted[]): Promise<Record<number, number>> {
  const codes = await Promise.all(wants.map((wanted) => codeOf(place(hub, machine, wanted))));
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]));
}

test('300 orders for 50 cans in one slot: exactly 50', async () => {
  const machine = await hub.machine('spring', { slots: 1, onHand: 50, capacity: 50, connect: false });
  expect(await rush(machine, Array(300).fill({ A11: 1 }))).toEqual({ 0: 50, 60003: 250 });
  expect(await machine.product('A11')).toMatchObject({ onHand: 50, reserved: 50, forSale: 0 });
  await checkConservation(hub.ledger);
});

test('300 orders over four slots, named in every order: nobody waits in a circle, and what is sold is what there was', async () => {
  const machine = await hub.machine('spring', { slots: 4, onHand: 50, capacity: 50, connect: false });
  const slots = ['A11', 'A12', 'A13', 'A14'];
  const wants = Array.from({ length: 300 }, (_, n): Wanted => {
    const turned = [...slots.slice(n % 4), ...slots.slice(0, n % 4)];
    return (n % 2 === 0 ? turned : turned.reverse()).map((slot) => [slot, 1] as const);
  });
  expect(await rush(machine, wants)).toEqual({ 0: 50, 60003: 250 });
  for (const slot of slots) expect(await machine.product(slot)).toMatchObject({ onHand: 50, reserved: 50 });
  await checkConservation(hub.ledger);
});

test('orders of different sizes while others are closed: never more than there is, and all of it in the end', async () => {
  const machine = await hub.machine('spring', { slots: 2, onHand: 30, capacity: 30, connect: false });
  const { machineNo: machine_no } = machine;
  await Promise.all(
    Array.from({ length: 120 }, async (_, n) => {
      const wanted = n % 3 === 0 ? { A11: 2, A12: 1 } : n % 3 === 1 ? { A12: 3 } : { A11: 1 };
      const order = await place(hub, machine, wanted).catch(() => undefined);
      if (order && n % 2 === 0) await hub.client.updateOrder(order.id, { machine_no, status: 3 });
      for (const { onHand, reserved } of await machine.products()) expect(reserved).toBeLessThanOrEqual(onHand);
    }),
  );
  await checkConservation(hub.ledger);
  const left = (await machine.products()).map(({ forSale }) => forSale);
  const rest = await rush(machine, [...Array(31).fill({ A11: 1 }), ...Array(31).fill({ A12: 1 })]);
  // Where the orders left open took everything, nothing is left to sell.
  expect(rest[0] ?? 0).toBe(left.reduce((sum, one) => sum + one, 0));
  for (const slot of ['A11', 'A12']) expect(await machine.product(slot)).toMatchObject({ onHand: 30, reserved: 30 });
});

test('paying and expiring at the same instant: one of them', async () => {
  const machine = await hub.machine('spring', { slots: 1, onHand: 40, capacity: 40, connect: false });
  const orders = await Promise.all(Array.from({ length: 40 }, () => place(hub, machine)));
  hub.clock.advance(20 * 60);
  const paid = await Promise.all([
    ...orders.map(({ id }) => codeOf(hub.client.updateOrder(id, { machine_no: machine.machineNo, status: 1 }))),
    hub.settle().then(() => 40005),
  ]);
  expect(new Set(paid)).toEqual(new Set([40005]));
  expect(await machine.product('A11')).toMatchObject({ onHand: 40, reserved: 0 });
  await checkConservation(hub.ledger);
});
