import { once } from 'node:events';
import { connect } from 'node:net';

// MQTT 3.1.1 by the byte, for what no library would send.

const types = { connect: 0x10, publish: 0x30, subscribe: 0x82, unsubscribe: 0xa2 } as const;

export interface RawPublish {
  topic: string;
  payload: string | Uint8Array;
  qos?: 0 | 1 | 2;
  messageId?: number;
  retain?: boolean;
}

export interface RawConnect {
  clientId: string;
  username: string;
  password: string;
  clean?: boolean;
  will?: RawPublish;
}

export function connectPacket({ clientId, username, password, clean = true, will }: RawConnect): Buffer {
  const willFlags = will ? 0x04 | ((will.qos ?? 0) << 3) | (will.retain ? 0x20 : 0) : 0;
  const flags = 0xc0 | (clean ? 0x02 : 0) | willFlags;
  const willParts = will ? [text(will.topic), text(will.payload)] : [];
  const head = Buffer.concat([text('MQTT'), Buffer.from([4, flags, 0, 60])]);
  return packet(types.connect, [head, text(clientId), ...willParts, text(username), text(password)]);
}

export function publishPacket({ topic, payload, qos = 0, messageId = 1, retain = false }: RawPublish): Buffer {
  const id = qos > 0 ? [number(messageId)] : [];
  return packet(types.publish | (qos << 1) | (retain ? 1 : 0), [text(topic), ...id, Buffer.from(payload)]);
}

export function subscribePacket(filters: readonly string[], messageId = 1): Buffer {
  return packet(types.subscribe, [number(messageId), ...filters.flatMap((filter) => [text(filter), Buffer.from([1])])]);
}

export function unsubscribePacket(filters: readonly string[], messageId = 1): Buffer {
  return packet(types.unsubscribe, [number(messageId), ...filters.map(text)]);
}

export const pingPacket: Buffer = Buffer.from([0xc0, 0]);

/** A fixed header that announces so many bytes, and nothing behind it. */
export function announce(type: number, length: number): Buffer {
  return Buffer.from([type, ...lengthBytes(length)]);
}

export interface RawConnection {
  /** Resolves when the system has taken the bytes, or the hub has hung up. */
  send(bytes: Uint8Array): Promise<void>;
  /** Everything that came. */
  received(): Buffer;
  /** The first packet of a kind, come or to come: 2 CONNACK, 4 PUBACK, 5 PUBREC, 9 SUBACK, 13 PINGRESP. Rejects when the hub hangs up. */
  packet(kind: number): Promise<Buffer>;
  /** Resolves when the connection is over. */
  closed: Promise<unknown>;
  readonly isClosed: boolean;
  /** Ends it without a farewell, like a cable that is pulled. */
  cut(): void;
}

export async function rawConnection(mqttUrl: string): Promise<RawConnection> {
  const { hostname, port } = new URL(mqttUrl);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  let arrived = Promise.withResolvers<void>();
  const stir = () => {
    arrived.resolve();
    arrived = Promise.withResolvers();
  };
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    stir();
  });
  socket.on('error', () => undefined);
  socket.on('close', stir);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  const received = () => Buffer.concat(chunks);
  return {
    received,
    closed,
    get isClosed() {
      return socket.destroyed;
    },
    async send(bytes) {
      if (socket.destroyed) return;
      const taken = new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
      await Promise.race([taken, closed]);
    },
    async packet(kind) {
      for (;;) {
        const found = packetsOf(received()).find((one) => (one[0] ?? 0) >> 4 === kind);
        if (found) return found;
        if (socket.destroyed) throw new Error(`The hub hung up, and sent no packet of kind ${kind}`);
        await arrived.promise;
      }
    },
    cut: () => socket.destroy(),
  };
}

/** The whole packets in what came. */
export function packetsOf(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    let length = 0;
    let end = at + 1;
    for (let shift = 0; end < bytes.length; shift += 7) {
      const byte = bytes[end] ?? 0;
      length += (byte & 0x7f) << shift;
      end += 1;
      if ((byte & 0x80) === 0) break;
    }
    if (end + length > bytes.length || end === at + 1) break;
    packets.push(bytes.subarray(at, end + length));
    at = end + length;
  }
  return packets;
}

function packet(firstByte: number, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([firstByte, ...lengthBytes(body.length)]), body]);
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let left = length;
  do {
    bytes.push((left % 128) + (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return bytes;
}

function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
