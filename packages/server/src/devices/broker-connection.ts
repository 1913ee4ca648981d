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
  const clients: MqttClient[] = [];
  for (let n = 0; n < readers; n += 1) {
    const client = await connectAsync(url, options);
    client.on('error', (error) => log.warn({ err: error }, 'broker connection'));
    // Acknowledged once it is in the ledger; a message that could not be taken is left unacknowledged and comes again.
    client.handleMessage = ({ topic, payload }, done) => {
      receive({ topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload }).then(() => done(), done);
    };
    await client.subscribeAsync([`$share/${group}/${topics.server}`, `$share/${group}/${topics.serverOf('+')}`], { qos: 1 });
    clients.push(client);
  }
  const writer = await connectAsync(url, options);
  writer.on('error', (error) => log.warn({ err: error }, 'broker connection'));

  return {
    url: withoutCredentials(url),
    async publish({ topic, payload, qos, expirySeconds }) {
      const properties = expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds };
      await writer.publishAsync(topic, payload, { qos, properties });
    },
    isReady: () => writer.connected && clients.every(({ connected }) => connected),
    connections: () => clients.length + 1,
    async close() {
      await Promise.all([...clients, writer].map((client) => client.endAsync(true)));
    },
  };
}

function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.toString().replace(/\/$/, '');
}
