import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerFailure, type PushName, pickupCodeClient, readSigned } from '@polyvend/protocols/smart-vending';
import { answerCallback } from '../../mall/answer-callback.ts';
import { type MallBehaviour, remember } from '../../mall/behaviour.ts';
import { type Clock, realClock } from '../../shared/clock.ts';
import { bytesOf, listen } from '../../shared/http-server.ts';
import { randomStream, type Seed } from '../../shared/random.ts';
import { answerCall, polled } from './answer-call.ts';
import { createLife } from './create-life.ts';
import { createPushQueue, type PushResult, type PushTrouble } from './push-queue.ts';
import { machinePush } from './render-pushes.ts';
import {
  createIds,
  createWorld,
  type UpstreamGoods,
  type UpstreamLine,
  type UpstreamMachine,
  type UpstreamTrade,
} from './state.ts';
import { type TypeCodeOptions, type TypedCode, typeCode } from './type-code.ts';

export interface UpstreamPlatformOptions {
  /** What it issued to its customer. */
  readonly clientId: string;
  readonly key: string;
  /** Where pushes go; one without a URL is not sent. Can be given later: see pushTo. */
  readonly pushUrls?: Readonly<Partial<Record<PushName, string>>>;
  /** Whose pickup codes its machines take: address without /osapi. */
  readonly mallUrl?: string;
  readonly seed?: Seed;
  /** Machines (3), shelves of each (6), pieces in a full shelf (10). */
  readonly machines?: number;
  readonly shelves?: number;
  readonly capacity?: number;
  readonly clock?: Clock;
  readonly fetch?: typeof globalThis.fetch;
  /** How long an answer is waited for (10 000 ms). */
  readonly timeoutMs?: number;
  /** 0: any that is free. */
  readonly port?: number;
}

export type UpstreamPlatform = Awaited<ReturnType<typeof createUpstreamPlatform>>;

/**
 * Another Smart Vending platform, whose customer is the hub. What happens at its machines waits to be pushed until `deliver`; a customer that
 * polls sees it at once. The same seed makes the same machines, ids and troubles.
 */
export async function createUpstreamPlatform(options: UpstreamPlatformOptions) {
  const { clientId, key, seed = 0, clock = realClock, fetch = globalThis.fetch, timeoutMs = 10_000 } = options;
  const startedAt = clock.now();
  const { machines: count = 3, shelves = 6, capacity = 10 } = options;
  const { machines, goods, lines } = createWorld({ seed, machines: count, shelves, capacity, now: startedAt });
  const trades: UpstreamTrade[] = [];
  const queue = createPushQueue({ clientId, key, fetch, timeoutMs, random: randomStream(seed, 'pushes') });
  const nonce = createIds(randomStream(seed, 'nonces'));
  let pushUrls = options.pushUrls ?? {};
  let mallUrl = options.mallUrl;
  let answersAs = remember({ kind: 'ok' });

  const life = createLife({ machines, trades, queue, seed, clock });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const message = readSigned({ query, body: await bytesOf(request) });
    const world = { goods, lines, machines, trades };
    const isKnown = (name: string): name is keyof typeof polled => Object.hasOwn(polled, name);
    const told = !isKnown(path)
      ? answerFailure('notFound')
      : !message.ok || message.params.clientId !== clientId || !message.verify(key)
        ? answerFailure('signInvalid')
        : answerCall(path, { world, key, now: clock.now(), startedAt, nonce }, message.params);
    response.setHeader('Content-Type', 'application/json');
    answerCallback(response, answersAs(), JSON.stringify(told));
  }

  const { baseUrl: url, close } = await listen(answer, options.port);
  for (const machine of machines) queue.add('machine', machinePush(machine));

  return {
    /** Its address, without /osapi. */
    url,
    machines: machines as readonly UpstreamMachine[],
    goods: goods as readonly UpstreamGoods[],
    lines: lines as readonly UpstreamLine[],
    trades: trades as readonly UpstreamTrade[],
    /** Takes the money, then dispenses: two pushes. */
    sell: life.sell,
    /** Ends a sale that was left pending. */
    finish: life.finish,
    /** 2, refunded, unless told: 1 refunding, 3 failed. */
    refund: life.refund,
    /** Fills every shelf of a machine and settles what was sold since the last time. */
    refill: life.refill,
    changeStatus: life.changeStatus,
    /** So many things that happen at machines, by the seed. */
    happen: life.happen,
    /** Somebody types a pickup code of the mall: check, dispense, use. */
    async typeCode(code: string, how: TypeCodeOptions = {}): Promise<TypedCode> {
      if (mallUrl === undefined) throw new Error('This platform knows no mall');
      return typeCode(pickupCodeClient({ baseUrl: mallUrl, clientId, key, fetch, timeoutMs }), life, code, how);
    },
    /** How it answers who polls, from now on. */
    behave(behaviour: MallBehaviour) {
      answersAs = remember(behaviour);
    },
    pushTo(urls: Readonly<Partial<Record<PushName, string>>>) {
      pushUrls = urls;
    },
    takeCodesOf(url: string) {
      mallUrl = url;
    },
    /** Pushes that wait: new ones, and those that the customer did not take. */
    get waiting() {
      return queue.length;
    },
    /** Sends what waits, lost, repeated and shuffled as told. */
    deliver: (trouble?: PushTrouble): Promise<PushResult[]> => queue.deliver(pushUrls, trouble),
    close,
  };
}
