import {
  type MachineClient,
  machineClient,
  type Outcome,
  type Publication,
  type ToMachineBody,
} from '@polyvend/protocols/machine';
import { connectAsync } from 'mqtt';
import type { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import type { TestMachine } from './add-test-machine.ts';
import { until } from './until.ts';

export type DispenseCommand = ToMachineBody<'device.delivery.put'>;

/** A machine moved by hand: it does nothing by itself, and says whatever a test wants it to say. */
export interface HandMachine {
  wire: MachineClient;
  /** Dispense commands that came, oldest first. */
  commands: readonly DispenseCommand[];
  /** Everything that came and could be read: method and fields. */
  heard: readonly { method: string; body: unknown }[];
  /** The n-th command (the first is 1), come or to come. */
  command(n: number): Promise<DispenseCommand>;
  /** Resolves when the hub has taken it: what it does is in the ledger then. */
  say(publication: Pick<Publication, 'topic' | 'payload'>): Promise<void>;
  /** The outcome of one unit: dropped unless told otherwise. */
  answer(command: DispenseCommand, index?: number, outcome?: Outcome): Promise<void>;
  /** A heartbeat and back: what the broker had for this machine has come. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface HubSide {
  /** Messages that the hub is done with. Where the broker is another's, it acknowledges before the hub has heard: this tells when it has. */
  taken?: () => Promise<number>;
  /** What the hub logged as a warning or worse: told when something is waited for in vain. */
  complaints: readonly string[];
}

/** Takes the place of a machine that is not connected. */
export async function takeOver(
  ledger: Ledger,
  mqttUrl: string,
  machine: TestMachine,
  { taken, complaints }: HubSide,
): Promise<HandMachine> {
  const { machineNo, brokerPassword, tenant } = machine;
  const wire = machineClient({ machineNo, key: tenant.merchant.deviceKey, clock: ledger.clock });
  const commands: DispenseCommand[] = [];
  const heard: { method: string; body: unknown }[] = [];
  const { topic, payload, qos } = wire.lastWill();
  const client = await connectAsync(mqttUrl, {
    clientId: machineNo,
    username: machineNo,
    password: brokerPassword,
    reconnectPeriod: 0,
    will: { topic, payload: Buffer.from(payload), qos, retain: false },
  });
  // A connection that is cut is no error of the test's.
  client.on('error', () => undefined);
  client.on('message', (_topic, payload) => {
    const received = wire.receive(payload);
    if (!received.ok) return;
    heard.push(received.message);
    if (received.message.method === 'device.delivery.put') commands.push(received.message.body);
  });
  await client.subscribeAsync(wire.commandTopic, { qos: 1 });
  /** For what makes the machine's next message, its last will among them. */
  async function heardBy(hub: typeof taken, speak: () => Promise<unknown>): Promise<void> {
    const before = await hub?.();
    await speak();
    if (hub && before !== undefined) await until(async () => (await hub()) > before, `the hub to hear machine ${machineNo}`);
  }
  const hand: HandMachine = {
    wire,
    commands,
    heard,
    async command(n) {
      try {
        return await until(() => commands[n - 1], `command ${n} at machine ${machineNo}`);
      } catch (error) {
        throw new Error(
          `${(error as Error).message}: ${await commandsInLedger(ledger, machineNo)}\n${complaints.slice(-5).join('')}`,
        );
      }
    },
    async say({ topic, payload }) {
      await heardBy(taken, () => client.publishAsync(topic, payload, { qos: 1 }));
    },
    answer: (command, index = 0, outcome = { dropped: true }) => hand.say(wire.delivered(command, index, outcome)),
    sync: () => hand.say(wire.heartbeat()),
    async close() {
      await heardBy(client.connected ? taken : undefined, () => client.endAsync(true));
    },
  };
  await hand.sync();
  return hand;
}

/** What a test that waited for a command in vain would ask next. */
async function commandsInLedger(ledger: Ledger, machineNo: string): Promise<string> {
  const rows = await ledger.db
    .selectFrom('dispense_commands as c')
    .innerJoin('machines as m', (join) => join.onRef('m.merchant_id', '=', 'c.merchant_id').onRef('m.id', '=', 'c.machine_id'))
    .innerJoin('machine_locks as l', (join) =>
      join.onRef('l.merchant_id', '=', 'c.merchant_id').onRef('l.machine_id', '=', 'c.machine_id'),
    )
    .innerJoin('machine_status as s', (join) =>
      join.onRef('s.merchant_id', '=', 'c.merchant_id').onRef('s.machine_id', '=', 'c.machine_id'),
    )
    .where('m.machine_no', '=', machineNo)
    .select(['c.id', 'c.state', 'c.queued_at', 'c.sent_at', 'l.locked_until', 's.last_seen_at', 's.offline_at'])
    .execute();
  return `at ${ledger.clock.now().toISOString()} the ledger has ${JSON.stringify(rows)}`;
}
