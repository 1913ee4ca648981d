import {
  decodeMessage,
  FieldError,
  type FromMachine,
  type FromMachineMethod,
  fromMachine,
  machineNoOfTopic,
  readFromMachine,
  readHeader,
  topics,
  verifyMessage,
} from '@polyvend/protocols/machine';
import pLimit, { type LimitFunction } from 'p-limit';
import { isDataError } from '../database/errors.ts';
import { rateLimiter } from '../http/rate-limiter.ts';
import { LedgerError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { KnownMachine } from '../ledger/machines/find-machine-by-no.ts';
import { recordSignOfLife } from '../ledger/machines/record-sign-of-life.ts';
import { handlers } from './handlers/index.ts';
import type { Heard } from './heard.ts';
import type { Arrival, Receive } from './link.ts';

/** Why a message was dropped; counted, never answered. */
export type DropReason = 'topic' | 'size' | 'form' | 'machine' | 'signature' | 'method' | 'field' | 'stale-will';

export interface ReceiveOptions {
  ledger: Ledger;
  find: (machineNo: string) => Promise<KnownMachine | undefined>;
  onDrop: (reason: DropReason, machineNo: string) => void;
  onMessage: (method: string) => void;
  /** Only the topic of its own is taken from a machine, which brokers can pin. */
  requireOwnTopic: boolean;
}

/** What a broker says for a machine whose connection broke. */
const lastWill: FromMachineMethod = 'client.offline';

/** Longest message, in bytes: a boot report with all its fields is below 4 KB. */
const mostBytes = 64 * 1024;
/** Messages of machines that hold a transaction at the same time. */
const mostTransactions = 6;

const signsOfLife: ReadonlySet<FromMachineMethod> = new Set([
  'client.heartbeat',
  'client.temperature.put',
  'client.humidity.put',
]);

interface Places {
  places: LimitFunction;
}

/** Messages per second of one machine that may be dropped before it is cut off. */
const mostDropped = 50;

/** A typed pickup code: never kept. */
const secretField = 'code';

/** What an event keeps of a message. */
const mostKept = 4_000;

/** Verifies, then reads, then hands a message to the handler of its kind. Messages of one machine are taken in their order. */
export function receiver(options: ReceiveOptions): Receive {
  const tails = new Map<string, Promise<void>>();
  const garbage = rateLimiter(mostDropped);
  const context = { ...options, places: pLimit(mostTransactions) };

  return async (arrival) => {
    const verified = await verify(options, arrival);
    if (typeof verified === 'string') {
      const machineNo = arrival.machine?.machineNo ?? '';
      options.onDrop(verified, machineNo);
      // What is good waits for the ledger and so sets its own pace; what is bad costs the sender its connection.
      if (arrival.machine && !garbage.allow(machineNo)) throw new Error('too much that cannot be read');
      return;
    }
    const { machineNo } = verified.machine;
    const before = tails.get(machineNo);
    const work = before === undefined ? take(context, verified) : before.then(() => take(context, verified));
    const tail = work.catch(() => undefined);
    tails.set(machineNo, tail);
    try {
      await work;
    } finally {
      if (tails.get(machineNo) === tail) tails.delete(machineNo);
    }
  };
}

interface Verified {
  machine: KnownMachine;
  fields: Record<string, unknown>;
  method: string;
  sentAt: Date | undefined;
}

async function verify({ find, requireOwnTopic }: ReceiveOptions, arrival: Arrival): Promise<Verified | DropReason> {
  const { topic, payload } = arrival;
  const pinned = machineNoOfTopic(topic);
  if (pinned === undefined && (requireOwnTopic || topic !== topics.server)) return 'topic';
  if (payload.length > mostBytes) return 'size';
  const decoded = decodeMessage(payload);
  if (!decoded.ok) return 'form';
  try {
    const { machineNo, method, sentAt } = readHeader(decoded.fields);
    if (arrival.replaced && method === lastWill) return 'stale-will';
    if (Object.values(decoded.fields).some((value) => typeof value === 'object')) return 'form';
    if (pinned !== undefined && pinned !== machineNo) return 'machine';
    if (arrival.machine && arrival.machine.machineNo !== machineNo) return 'machine';
    const machine = arrival.machine ?? (await find(machineNo));
    if (!machine) return 'machine';
    return verifyMessage(decoded.fields, machine.deviceKey) ? { machine, fields: decoded.fields, method, sentAt } : 'signature';
  } catch (error) {
    if (error instanceof FieldError) return 'form';
    throw error;
  }
}

async function take(
  { ledger, places, onDrop, onMessage }: ReceiveOptions & Places,
  { machine, fields, method, sentAt }: Verified,
): Promise<void> {
  const receivedAt = ledger.clock.now();
  // A machine whose clock runs ahead must not make its later words look old.
  const saidAt = sentAt && sentAt < receivedAt ? sentAt : receivedAt;
  const life = { merchantId: machine.merchantId, machineId: machine.id, receivedAt, saidAt };
  try {
    const message = readFromMachine(fields);
    const extras = fromMachine[message.method].extras(fields);
    const heard = { ledger, machine, receivedAt, saidAt, fields, extras, cause: causeOf(fields, method) };
    // Signs of life are written together, many at once; whatever else takes a transaction waits for one of a few places, so that a
    // swarm of machines leaves the database to the rest of the hub too.
    if (signsOfLife.has(message.method)) await handle(heard, message);
    else await places(() => handle(heard, message));
    // Now, and not before: what could not be taken comes again.
    onMessage(message.method);
  } catch (error) {
    if (!isHopeless(error)) throw error;
    await recordSignOfLife(ledger, life);
    onDrop(error instanceof FieldError && error.field === 'method' ? 'method' : 'field', machine.machineNo);
  }
}

/** Sent again it would fail again: the message itself is at fault. */
function isHopeless(error: unknown): boolean {
  return error instanceof FieldError || error instanceof LedgerError || isDataError(error);
}

async function handle<M extends FromMachineMethod>(heard: Heard, message: Extract<FromMachine, { method: M }>): Promise<void> {
  const handler = handlers[message.method as M] as (heard: Heard, body: typeof message.body) => Promise<void>;
  await handler(heard, message.body);
}

function causeOf({ sign: _, ...fields }: Record<string, unknown>, method: string): Heard['cause'] {
  const kept = Object.hasOwn(fields, secretField) ? { ...fields, [secretField]: '***' } : fields;
  return { by: 'mqtt', call: method, raw: JSON.stringify(kept).slice(0, mostKept).toWellFormed().replaceAll('\\u0000', '') };
}
