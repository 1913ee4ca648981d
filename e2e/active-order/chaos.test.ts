import { everyday, rough } from '@polyvend/simulator';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { checkConservation, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { codeOf, place } from './steps.ts';

/** Everything goes wrong often: jams, faults, answers lost, late, repeated, garbage, connections that break. */
const behaviour = {
  ...rough,
  dispenseMs: [1, 20] as const,
  lateMs: 200,
  offline: 0.05,
  offlineMs: 100,
  selfRepairMs: 150,
};

/** Orders, pays, and asks for each record until the hub has taken it or says that it will not. */
async function shop(hub: TestHub, machine: TestMachine, n: number): Promise<void> {
  const wanted = { [`A1${(n % 4) + 1}`]: 1 + (n % 2), [`A1${((n + 1) % 4) + 1}`]: 1 };
  const order = await place(hub, machine, wanted).catch(() => undefined);
  if (!order) return;
  const { machineNo: machine_no } = machine;
  await hub.client.updateOrder(order.id, { machine_no, status: n % 7 === 0 ? 3 : 1 });
  if (n % 7 === 0) return;
  const { records } = await hub.client.order(order.id, machine_no);
  for (const { id } of records) {
    const named = { machine_no, order_id: String(order.id), record_id: String(id) };
    const ask = () => codeOf(hub.client.dispense(named));
    // While it is offline it is asked again; twice anyway, as an impatient client does.
    await until(async () => (await ask()) !== 30002, `machine ${machine_no}`);
    if (n % 3 === 0) await ask();
  }
}

/** Without those held of commands that no machine heard, sent as its connection broke: nobody will ever tell of them. */
async function openUnits(hub: TestHub, machines: readonly TestMachine[]): Promise<number> {
  const { rows } = await sql<{ state: string; commandId: number }>`
    select state, command_id as "commandId" from dispenses where state in ('queued', 'sent', 'held')`.execute(hub.ledger.db);
  const said = machines.flatMap(({ virtual }) => virtual.received.map(({ message }) => message));
  const heard = new Set(said.flatMap((one) => (one.method === 'device.delivery.put' ? one.body.delivery_id : [])));
  return rows.filter(({ state, commandId }) => state !== 'held' || heard.has(String(commandId))).length;
}

test('after all of it, and once the machines have told what they did, the books are what fell', async () => {
  const hub = await startTestHub({ time: 'running' });
  try {
    const kinds = ['spring', 'belt', 'lock', 'other'] as const;
    const machines = await Promise.all(kinds.map((kind) => hub.machine(kind, { onHand: 30, capacity: 30, behaviour })));
    let over = false;
    const time = (async () => {
      while (!over) {
        await hub.settle();
        hub.clock.advance(1);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await Promise.all(machines.flatMap((machine) => Array.from({ length: 20 }, (_, n) => shop(hub, machine, n))));
    for (const { virtual } of machines) virtual.behave({ ...everyday, ...calm });
    await until(
      async () => {
        for (const { virtual } of machines) if (virtual.connected) virtual.report();
        return (await openUnits(hub, machines)) === 0;
      },
      'the last unit to be told of',
      60_000,
    );
    over = true;
    await time;
    await checkConservation(hub.ledger, machines);
    expect(machines.reduce((sum, { virtual }) => sum + virtual.drops.length, 0)).toBeGreaterThan(50);
  } finally {
    await hub.stop();
  }
});

const calm = { jam: 0, motorFault: 0, loseAnswer: 0, lateAnswer: 0, offline: 0, dispenseMs: [1, 5] as const };
