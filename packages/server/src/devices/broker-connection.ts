import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@polyvend/protocols/machine';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { MachineLink, Receive } from './link.ts';

export interface BrokerConnectionOptions {
  /** mqtt:// or mqtts://, credentials of the hub in it. */
  url: string;
  receive: Receive;
  /** Connections that share the load; each hands over one message at a time. */
  readers?: number;
  log: { warn(fields: object, message: string): void };
}

/** Milliseconds within which the broker must have taken a message. */
const publishTimeout = 5_000;
const longestWait = 5_000;

/** The group that all hubs of one broker share: each message goes to one of them. */
const group = 'polyvend';

/** A broker of one's own, MQTT 5: shared subscriptions spread the machines' messages over the hub's processes. */
export async function connectBroker({ url, receive, readers = 8, log }: BrokerConnectionOptions): Promise<MachineLink> {
  const options: IClientOptions = {
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 1_000,
    connectTimeout: 10_000,
    resubscribe: true,
  };
  let closed = false;
  const clients: MqttClient[] = [];
  for (let n = 0; n < readers; n += 1) {
    const client = await connectAsync(url, options);
    client.on('error', (error) => log.warn({ err: error }, 'broker connection'));
    // Acknowledged once it is in the ledger. A broker sends again only after a reconnect, so what could not be taken is tried
    // here until it can; meanwhile the reader takes no more.
    client.handleMessage = ({ topic, payload }, done) => {
      const arrival = { topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload };
      void untilTaken(
        () => receive(arrival),
        () => closed,
      ).then(() => done());
    };
    await client.subscribeAsync([`$share/${group}/${topics.server}`, `$share/${group}/${topics.serverOf('+')}`], { qos: 1 });
    clients.push(client);
  }
  const writer = await connectAsync(url, options);
  writer.on('error', (error) => log.warn({ err: error }, 'broker connection'));

  /** A command must not go out when the broker is back minutes later. */
  function forget(messageId: number): never {
    writer.removeOutgoingMessage(messageId);
    throw new Error('the broker does not answer');
  }

  return {
    url: withoutCredentials(url),
    async publish({ topic, payload, qos, expirySeconds }) {
      if (!writer.connected) throw new Error('the broker is away');
      const properties = expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds };
      const taken = writer.publishAsync(topic, payload, { qos, properties });
      const messageId = writer.getLastMessageId();
      await Promise.race([taken, sleep(publishTimeout, undefined, { ref: false }).then(() => forget(messageId))]);
    },
    isReady: () => writer.connected && clients.every(({ connected }) => connected),
    connections: () => clients.length + 1,
    reaches: () => undefined,
    async close() {
      closed = true;
      await Promise.all([...clients, writer].map((client) => client.endAsync(true)));
    },
  };
}

async function untilTaken(take: () => Promise<void>, isClosed: () => boolean): Promise<void> {
  for (let wait = 200; !isClosed(); wait = Math.min(wait * 2, longestWait)) {
    try {
      await take();
      return;
    } catch {
      await sleep(wait, undefined, { ref: false });
    }
  }
}

function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.toString().replace(/\/$/, '');
}
