import { type DispenseError, type Dropped, dropped, type FloorStatus, floorStatuses } from './errors.ts';
import {
  commandLifeSeconds,
  composeMessage,
  type Envelope,
  FieldError,
  type FromMachineBody,
  type FromMachineMethod,
  fromMachine,
  type Header,
  isToMachineMethod,
  qualityOfService,
  readHeader,
  readToMachine,
  type ToMachine,
  type ToMachineBody,
  type ToMachineMethod,
  toMachine,
  topics,
} from './schema.ts';
import { decodeMessage, encodeMessage, verifyMessage } from './sign.ts';

/** What to hand to an MQTT library of your choice. */
export interface Publication {
  readonly topic: string;
  /** base64 text. */
  readonly payload: string;
  readonly qos: typeof qualityOfService;
  /** Seconds for MQTT 5's message expiry; only on commands that act. */
  readonly expirySeconds?: number;
}

/** Commands that move something: too late is worse than not at all. The others hold however late they come. */
const acting: ReadonlySet<ToMachineMethod> = new Set<ToMachineMethod>([
  'device.delivery.put',
  'client.channel.debugging',
  'client.machine.reboot',
  'client.machine.shutdown',
  'client.factory.reset',
]);

/** Whether a command must not be acted on once its 120 seconds are over. */
export const isActing = (method: ToMachineMethod): boolean => acting.has(method);

/**
 * The hub's side: a message to one machine.
 * @param to `key` is the AppId of the machine's merchant.
 * @param extras fields beyond the method's own, where it bears them (settings).
 */
export function encodeToMachine<M extends ToMachineMethod>(
  method: M,
  body: ToMachineBody<M>,
  to: Envelope & { readonly key: string },
  extras: Readonly<Record<string, string>> = {},
): Publication {
  const write = toMachine[method].write as (body: ToMachineBody<M>) => Record<string, string>;
  return {
    topic: topics.clientOf(to.machineNo),
    payload: encodeMessage(composeMessage(method, { ...extras, ...write(body) }, to), to.key),
    qos: qualityOfService,
    ...(acting.has(method) ? { expirySeconds: commandLifeSeconds } : {}),
  };
}

export interface MachineClientOptions {
  /** 8 digits or more; it is also the MQTT client id. */
  readonly machineNo: string;
  /** The platform's number of the machine; "0" where none is known. */
  readonly machineId?: string;
  /** The merchant's AppId. */
  readonly key: string;
  readonly clock?: { now(): Date };
  /** Write to `/server/app/{machineNo}` (the default) or, for brokers that know only the vendor's topic, to `/server/app`. */
  readonly pinnedTopic?: boolean;
}

export type Received = { readonly ok: true; readonly header: Header; readonly message: ToMachine } | Dropped;

/** How one unit of a dispense ended. */
export type Outcome =
  | { readonly dropped: true }
  | { readonly dropped: false; readonly error: DispenseError; readonly floorStatus?: FloorStatus };

export type MachineClient = ReturnType<typeof machineClient>;

/** The machine's side, without a connection: it makes what a machine publishes and reads what it receives. */
export function machineClient({ machineNo, machineId, key, clock, pinnedTopic = true }: MachineClientOptions) {
  const now = () => clock?.now() ?? new Date();
  const topic = pinnedTopic ? topics.serverOf(machineNo) : topics.server;

  function send<M extends FromMachineMethod>(
    method: M,
    body: FromMachineBody<M>,
    extras: Readonly<Record<string, string>> = {},
  ): Publication {
    const write = fromMachine[method].write as (body: FromMachineBody<M>) => Record<string, string>;
    const fields = composeMessage(method, { ...extras, ...write(body) }, { machineNo, machineId, at: now() });
    return { topic, payload: encodeMessage(fields, key), qos: qualityOfService };
  }

  return {
    /** What this machine subscribes to, with QoS 1. */
    commandTopic: topics.clientOf(machineNo),
    /** Any message that a machine may send. */
    send,
    heartbeat: (body: FromMachineBody<'client.heartbeat'> = {}) => send('client.heartbeat', body),
    offline: (reason: string) => send('client.offline', { reason }),
    /** Give this to the broker on connecting; it bears the time of connecting, which the hub knows to expect. */
    lastWill: () => send('client.offline', { reason: 'last will' }),
    temperature: (celsius: number) => send('client.temperature.put', { temperature: celsius }),
    humidity: (percent: number) => send('client.humidity.put', { humidity: percent }),
    environment: (body: FromMachineBody<'client.machine.env.put'>, extras?: Record<string, string>) =>
      send('client.machine.env.put', body, extras),
    status: (body: FromMachineBody<'client.machine.status.put'>) => send('client.machine.status.put', body),
    product: (body: FromMachineBody<'client.product.put'>) => send('client.product.put', body),
    /** No ids: all slots. */
    restocked: (productIds: number[] = [], operation?: boolean) =>
      send('client.product.restock', { product_ids: productIds, operation }),
    channelStatus: (body: FromMachineBody<'client.channel.status.put'>) => send('client.channel.status.put', body),
    pickupCodeUsed: (id: number) => send('client.pickup_codes.put', { id, used: '1' }),
    /** `serial`: a name of this typing that no other has. */
    codeTyped: (code: string, serial: string) => send('client.pickup_code.typed', { code, serial }),
    traffic: (body: FromMachineBody<'client.traffic.put'>) => send('client.traffic.put', body),
    /** What it sold by itself; send it again as often as you like. */
    sold: (body: FromMachineBody<'client.sale.put'>) => send('client.sale.put', body),
    /** One for each unit, `index` from 0; send it again as often as you like. */
    delivered(command: ToMachineBody<'device.delivery.put'>, index: number, outcome: Outcome): Publication {
      return send('device.delivery.response', {
        delivery_id: command.delivery_id,
        order_id: command.order_id,
        record_id: command.record_id,
        index,
        deliver_status: outcome.dropped,
        floor_status: outcome.dropped ? floorStatuses.normal : (outcome.floorStatus ?? floorStatuses.motorFault),
        error_msg: outcome.dropped ? '' : outcome.error,
      });
    },
    /** Reads and judges a message to this machine: signature, addressee, fields, and the age of commands that act. */
    receive(payload: Uint8Array | string): Received {
      const decoded = decodeMessage(payload);
      if (!decoded.ok) return decoded;
      if (!verifyMessage(decoded.fields, key)) return dropped('wrong signature');
      try {
        const header = readHeader(decoded.fields);
        if (header.machineNo !== machineNo) return dropped('wrong client', header.machineNo);
        if (!isToMachineMethod(header.method)) return dropped('unknown method', header.method);
        if (acting.has(header.method) && isStale(header, now())) return dropped('stale', header.method);
        return { ok: true, header, message: readToMachine(decoded.fields) };
      } catch (error) {
        if (error instanceof FieldError) return dropped('wrong field', error.message);
        throw error;
      }
    },
  };
}

/** A command without a time is as good as one whose time is over. */
const isStale = ({ sentAt }: Header, now: Date) =>
  sentAt === undefined || now.getTime() - sentAt.getTime() > commandLifeSeconds * 1000;
