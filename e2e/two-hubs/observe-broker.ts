import { connectAsync } from 'mqtt';

/** A dispense command as it went over the broker. */
export interface SeenCommand {
  deliveryId: string;
  orderId: string;
  recordId: string;
  quantity: number;
  machineNo: string;
}

export interface BrokerObserver {
  /** Each as often as it was published. */
  commands: readonly SeenCommand[];
  close(): Promise<void>;
}

/** Hears everything, and reads it by itself: what it counts is counted by nothing that the hub is made of. */
export async function observeBroker(url: string): Promise<BrokerObserver> {
  const commands: SeenCommand[] = [];
  const client = await connectAsync(url, { clientId: 'observer', reconnectPeriod: 0 });
  client.on('message', (topic, payload) => {
    const [, kind, machineNo = ''] = topic.split('/');
    if (kind !== 'clients') return;
    const said = JSON.parse(Buffer.from(payload.toString('latin1'), 'base64').toString('utf8')) as Record<string, unknown>;
    if (said.method !== 'device.delivery.put') return;
    const text = (name: string) => String(said[name] ?? '');
    commands.push({
      deliveryId: text('delivery_id'),
      orderId: text('order_id'),
      recordId: text('record_id'),
      quantity: Number(said.quantity),
      machineNo,
    });
  });
  await client.subscribeAsync('#', { qos: 1 });
  return { commands, close: () => client.endAsync() };
}
