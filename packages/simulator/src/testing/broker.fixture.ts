import { createServer } from 'node:net';
import {
  decodeMessage,
  encodeToMachine,
  type FromMachine,
  fromMachine,
  readFromMachine,
  readHeader,
  type ToMachineBody,
  type ToMachineMethod,
  verifyMessage,
} from '@polyvend/protocols/machine';
import { Aedes } from 'aedes';
import { createHistory } from '../shared/history.ts';

export const deviceKey = 'ds069ed4223ac1660f';

export type Heard = FromMachine & {
  readonly machineNo: string;
  readonly topic: string;
  readonly sentAt: Date | undefined;
  /** Fields beyond those of the method. */
  readonly extras: Readonly<Record<string, string>>;
};

/** A broker with the least of hubs behind it: it hears what is rightly signed, counts the rest, and commands. */
export async function startTestHub(options: { key?: string; now?: () => Date } = {}) {
  const { key = deviceKey, now = () => new Date() } = options;
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const history = createHistory<Heard>(20_000);
  const rubbish: string[] = [];

  broker.on('publish', (packet, client) => {
    const isFromMachine = packet.topic.startsWith('/server/app') && (client !== null || packet.cmd === 'publish');
    if (!isFromMachine) return;
    const payload = packet.payload.toString();
    const decoded = decodeMessage(payload);
    if (!decoded.ok || !verifyMessage(decoded.fields, key)) return void rubbish.push(payload);
    try {
      const { machineNo, sentAt } = readHeader(decoded.fields);
      const message = readFromMachine(decoded.fields);
      history.add({
        ...message,
        machineNo,
        topic: packet.topic,
        sentAt,
        extras: fromMachine[message.method].extras(decoded.fields),
      });
    } catch {
      rubbish.push(payload);
    }
  });

  return {
    broker,
    mqttUrl: `mqtt://127.0.0.1:${port}`,
    heard: history.entries,
    rubbish,
    /** The oldest message of the method that no earlier call was given. */
    async hear<M extends FromMachine['method']>(method: M, timeoutMs = 30_000) {
      const entry = await history.take((heard) => heard.method === method, timeoutMs, `${method} at the hub`);
      return entry as Extract<Heard, { method: M }>;
    },
    async tell<M extends ToMachineMethod>(
      machineNo: string,
      method: M,
      body: ToMachineBody<M>,
      how: { key?: string; at?: Date } = {},
    ) {
      const { topic, payload } = encodeToMachine(method, body, { machineNo, key: how.key ?? key, at: how.at ?? now() });
      const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false } as const;
      await new Promise<void>((resolve, reject) => {
        broker.publish(packet, (error) => (error ? reject(error) : resolve()));
      });
    },
    async stop() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
export type TestHub = Awaited<ReturnType<typeof startTestHub>>;

/** A dispense command with what every one has; the rest as told. */
export const dispenseOf = (
  changes: Partial<ToMachineBody<'device.delivery.put'>> = {},
): ToMachineBody<'device.delivery.put'> => ({
  delivery_id: '77',
  order_id: 5,
  record_id: 6,
  product_id: 3,
  quantity: 1,
  addr: 1,
  code: '020',
  floor_type: 1,
  is_lp: false,
  is_dc: false,
  order_type: 'normal',
  ...changes,
});
