import { timingSafeEqual } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { topics } from '@polyvend/protocols/machine';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { hashSecret } from '../ledger/integrations/vault.ts';
import type { KnownMachine } from '../ledger/machines/find-machine-by-no.ts';
import { limitPackets } from './limit-packets.ts';
import type { MachineLink, Receive } from './link.ts';

export interface EmbeddedBrokerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  find: (machineNo: string) => Promise<KnownMachine | undefined>;
  receive: Receive;
  maxConnections: number;
  onRefused: (reason: string, who: string) => void;
  /** A machine has subscribed to what is said to it. */
  onListening: (machine: KnownMachine) => void;
}

const badCredentials = 4;
const refusedSubscription = 128;
const nothing = Buffer.alloc(0);

/**
 * The broker inside the hub: MQTT 3.1.1, one process. A machine signs in with its number and its own password, reads its own topic
 * alone, and speaks for itself alone. A message is acknowledged once it is in the ledger, not before.
 */
export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<MachineLink> {
  const { find, receive, onRefused } = options;
  const machines = new WeakMap<Client, KnownMachine>();
  /** The connection that counts: of two of one machine the later one. */
  const current = new Map<number, Client>();
  /** Machines that hear what is said to them. */
  const listening = new Map<number, Client>();
  let closing = false;

  const broker = await Aedes.createBroker({
    maxClientsIdLength: 64,
    queueLimit: 1_000,
    preConnect(_client, packet, done) {
      // The ledger is the queue. A session would keep messages in memory for machines that are gone, and bring them late.
      packet.clean = true;
      done(null, true);
    },
    authenticate(client, username, password, done) {
      void signIn(find, client.id, username, password)
        .then((machine) => {
          if (machine) {
            machines.set(client, machine);
            // One that broke off meanwhile replaces nobody.
            if (!client.closed) current.set(machine.id, client);
          } else {
            onRefused('sign-in', username ?? '');
          }
          done(machine ? null : refusal(), machine !== undefined);
        })
        .catch((error: unknown) => done(Object.assign(error as Error, { returnCode: 3 }), false));
    },
    authorizePublish(client, packet, done) {
      const machine = client && machines.get(client);
      // What the hub itself says.
      if (!client) return done(null);
      // Closing cuts every machine off, and their last wills come: that we stop does not make them offline.
      if (closing) return done(new Error('closing'));
      if (!machine || (packet.topic !== topics.server && packet.topic !== topics.serverOf(machine.machineNo))) {
        onRefused('topic', machine?.machineNo ?? '');
        return done(new Error('topic not allowed'));
      }
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      const counts = current.get(machine.id);
      const replaced = counts !== undefined && counts !== client;
      receive({ topic: packet.topic, payload, machine, replaced }).then(
        () => {
          // It is in the ledger, and nobody else hears it: a retained one, or one of QoS 2 that is never released, would be memory.
          packet.retain = false;
          packet.payload = nothing;
          done(null);
        },
        // Not acknowledged: the machine sends it again when it is back.
        () => done(new Error('not available')),
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const machine = machines.get(client);
      const allowed = machine !== undefined && subscription.topic === topics.clientOf(machine.machineNo);
      if (!allowed) onRefused('subscription', machine?.machineNo ?? '');
      // null refuses this subscription and keeps the connection.
      done(null, allowed ? subscription : null);
    },
    // Whatever was subscribed to: a machine is told what is said to it, and nothing else.
    authorizeForward(client, packet) {
      const machine = machines.get(client);
      return machine && packet.topic === topics.clientOf(machine.machineNo) ? packet : null;
    },
  });
  // Both are told of what was refused too.
  broker.on('subscribe', (subscriptions, client) => {
    const machine = client && machines.get(client);
    if (!machine || current.get(machine.id) !== client) return;
    const own = topics.clientOf(machine.machineNo);
    if (!subscriptions.some(({ topic, qos }) => topic === own && Number(qos) < refusedSubscription)) return;
    listening.set(machine.id, client);
    options.onListening(machine);
  });
  broker.on('unsubscribe', (unsubscribed, client) => {
    const machine = client && machines.get(client);
    if (!machine || listening.get(machine.id) !== client) return;
    if (unsubscribed.includes(topics.clientOf(machine.machineNo))) listening.delete(machine.id);
  });
  // An 'error' that nobody hears would end the process.
  (broker as EventEmitter).on('error', (error: Error) => onRefused(error.message, 'broker'));
  broker.on('clientDisconnect', (client: Client) => {
    const machine = machines.get(client);
    if (!machine) return;
    if (current.get(machine.id) === client) current.delete(machine.id);
    if (listening.get(machine.id) === client) listening.delete(machine.id);
  });

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    limitPackets(socket);
    broker.handle(socket);
  });
  server.maxConnections = options.maxConnections;
  await openPort(server, options.port, options.host);
  server.on('error', (error) => onRefused(error.message, 'server'));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;

  return {
    url: `mqtt://${options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host}:${port}`,
    publish: ({ topic, payload, qos }) =>
      new Promise((resolve, reject) => {
        broker.publish({ cmd: 'publish', topic, payload, qos, retain: false, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    isReady: () => server.listening,
    reaches: (machineId) => listening.has(machineId),
    connections: () => sockets.size,
    async close() {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function signIn(
  find: EmbeddedBrokerOptions['find'],
  clientId: string,
  username: string | undefined,
  password: Buffer | undefined,
): Promise<KnownMachine | undefined> {
  if (username === undefined || password === undefined || clientId !== username) return undefined;
  const machine = await find(username);
  const given = hashSecret(password.toString('utf8'));
  // An unknown number takes as long as a wrong password.
  const wanted = machine?.brokerPasswordHash ?? Buffer.alloc(given.length);
  return timingSafeEqual(wanted, given) ? machine : undefined;
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('bad user name or password'), { returnCode: badCredentials });
}

function openPort(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
