import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { recordSignOfLife } from '../../packages/server/src/ledger/machines/record-sign-of-life.ts';
import { buy, dispense } from '../active-order/steps.ts';
import {
  checkConservation,
  connectPacket,
  rawConnection,
  startTestHub,
  subscribePacket,
  type TestHub,
  type TestMachine,
} from '../support/index.ts';

// What is sent into the void is held, and a person has to look for it. So a command waits in the ledger until its machine listens.

const [connack, suback] = [2, 9];

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ broker: 'embedded' });
});
afterEach(() => checkConservation(hub.ledger));
afterAll(() => hub?.stop());

/** Heard of a moment ago, by way of another hub perhaps; connected to this one or not. */
async function seen({ id, tenant }: TestMachine): Promise<void> {
  const now = hub.clock.now();
  await recordSignOfLife(hub.ledger, { merchantId: tenant.merchant.id, machineId: id, receivedAt: now, saidAt: now });
}

async function signIn({ machineNo, brokerPassword: password }: TestMachine) {
  const line = await rawConnection(hub.mqttUrl);
  await line.send(connectPacket({ clientId: machineNo, username: machineNo, password }));
  await line.packet(connack);
  return line;
}

async function stateOf(machine: TestMachine): Promise<string[]> {
  const commands = await hub.ledger.db
    .selectFrom('dispense_commands')
    .select('state')
    .where('machine_id', '=', machine.id)
    .execute();
  return commands.map(({ state }) => state);
}

test('a command for a machine that counts as online and is not connected is not sent', async () => {
  const machine = await hub.machine('spring', { connect: false });
  await seen(machine);
  const order = await buy(hub, machine);
  await dispense(hub, machine, order);
  await hub.settle();
  expect(await stateOf(machine)).toEqual(['queued']);
  await machine.virtual.connect();
  await machine.virtual.waitForDrops(1);
});

test('connected is not enough: it goes when the machine has subscribed', async () => {
  const machine = await hub.machine('spring', { connect: false });
  const line = await signIn(machine);
  await seen(machine);
  const order = await buy(hub, machine);
  await dispense(hub, machine, order);
  await hub.settle();
  expect(await stateOf(machine)).toEqual(['queued']);
  await line.send(subscribePacket([`/clients/${machine.machineNo}`]));
  await line.packet(suback);
  await hub.settle();
  expect(await stateOf(machine)).toEqual(['sent']);
  line.cut();
});
