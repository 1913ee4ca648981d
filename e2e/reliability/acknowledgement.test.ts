import { machineClient } from '@polyvend/protocols/machine';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { checkConservation, type HandMachine, startTestHub, type TestHub, type TestMachine, until } from '../support/index.ts';
import { connectPacket, packetsOf, publishPacket, type RawConnection, rawConnection } from '../support/raw-mqtt.ts';

// A machine may forget what was acknowledged. So it is acknowledged when it is in the ledger, and not a moment before.

const [connack, puback] = [2, 4];

let hub: TestHub;
let machine: TestMachine;
/** Another machine of the fleet, which is served meanwhile. */
let neighbour: HandMachine;
beforeAll(async () => {
  hub = await startTestHub({ broker: 'embedded' });
  neighbour = await hub.hand(await hub.machine('spring', { connect: false }));
});
beforeEach(async () => {
  machine = await hub.machine('spring', { connect: false });
});
afterAll(async () => {
  if (hub) await checkConservation(hub.ledger);
  await hub?.stop();
});

async function signIn(): Promise<RawConnection> {
  const { machineNo, brokerPassword: password } = machine;
  const line = await rawConnection(hub.mqttUrl);
  await line.send(connectPacket({ clientId: machineNo, username: machineNo, password }));
  await line.packet(connack);
  return line;
}

/** "There are seven in A11", as a machine says it. */
async function count(): Promise<Uint8Array> {
  const { productId } = await machine.product('A11');
  const { machineNo, tenant } = machine;
  const wire = machineClient({ machineNo, key: tenant.merchant.deviceKey, clock: hub.clock });
  const { topic, payload } = wire.product({ product_id: productId, current_inventory: 7 });
  return publishPacket({ topic, payload, qos: 1, messageId: 1 });
}

/** Keeps the slot from everyone, until it is let go, at the end of the test at the latest. */
async function holdSlot(): Promise<{ letGo(): Promise<void> }> {
  const client = await hub.hub.database.pool.connect();
  let held = true;
  const letGo = async () => {
    if (!held) return;
    held = false;
    await client.query('rollback');
    client.release();
  };
  onTestFinished(letGo);
  await client.query('begin');
  const { slotId } = await machine.product('A11');
  await client.query('select from slots where id = $1 for update', [slotId]);
  return { letGo };
}

/** The session that waits for the slot. */
async function waitingSession(): Promise<number> {
  const ask = async () => {
    const { rows } = await hub.hub.database.pool.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]?.pid;
  };
  return await until(ask, 'the message to wait for its slot');
}

const acknowledgements = (line: RawConnection) =>
  packetsOf(line.received()).filter(([first = 0]) => first >> 4 === puback).length;

const onHand = async () => (await machine.product('A11')).onHand;

test('a message is acknowledged once it is in the ledger; other machines do not wait for it', async () => {
  const slot = await holdSlot();
  const line = await signIn();
  await line.send(await count());
  await waitingSession();
  await neighbour.sync();
  expect(acknowledgements(line)).toBe(0);
  expect(await onHand()).toBe(5);
  await slot.letGo();
  await line.packet(puback);
  expect(await onHand()).toBe(7);
  line.cut();
});

test('a message under which the database breaks off is not acknowledged; said again it counts, once', async () => {
  const slot = await holdSlot();
  const line = await signIn();
  await line.send(await count());
  const pid = await waitingSession();
  await hub.hub.database.pool.query('select pg_terminate_backend($1)', [pid]);
  await line.closed;
  expect(acknowledgements(line)).toBe(0);
  await slot.letGo();
  expect(await onHand()).toBe(5);

  const again = await signIn();
  await again.send(await count());
  await again.packet(puback);
  expect(await onHand()).toBe(7);
  again.cut();
});
