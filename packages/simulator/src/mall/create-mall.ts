import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, realClock } from '../shared/clock.ts';
import { createHistory } from '../shared/history.ts';
import { bytesOf, listen } from '../shared/http-server.ts';
import { answerCallback } from './answer-callback.ts';
import { type MallBehaviour, remember } from './behaviour.ts';
import { type BuyOptions, buy, type Purchase } from './buy.ts';

export interface ReceivedCallback {
  readonly at: Date;
  readonly method: string;
  /** With its query, as it was asked for. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The JSON that it held; its text when it is none. */
  readonly body: unknown;
  /** How it was answered. */
  readonly answered: MallBehaviour['kind'];
}

export interface MallOptions {
  /** How it answers at first (ok). */
  readonly behaviour?: MallBehaviour;
  readonly clock?: Clock;
  /** Callbacks kept (100 000). */
  readonly remember?: number;
  /** 0: any that is free. */
  readonly port?: number;
}

export interface Mall {
  /** Where the hub is to send: `http://127.0.0.1:PORT/notify` and the suffix. */
  notifyUrl(pathSuffix?: string): string;
  /** How it answers from now on: at one suffix, or everywhere that has no behaviour of its own. */
  behave(behaviour: MallBehaviour, pathSuffix?: string): void;
  /** Every one that came, repeats too, oldest first. */
  readonly callbacks: readonly ReceivedCallback[];
  /** The oldest callback that fits, come or to come, that no earlier call was given (15 000 ms). */
  waitFor(predicate: (callback: ReceivedCallback) => boolean, timeoutMs?: number): Promise<ReceivedCallback>;
  /** As waitFor, but only among those to come, and several may wait for the same. */
  next(predicate: (callback: ReceivedCallback) => boolean, timeoutMs?: number): Promise<ReceivedCallback>;
  /** A buyer: orders, pays, has every record dispensed, and waits for the callbacks. */
  buy(options: BuyOptions): Promise<Purchase>;
  close(): Promise<void>;
}

const root = '/notify';
const patienceMs = 15_000;

/** A mall's own server: it listens on 127.0.0.1 and keeps what it is told. */
export async function createMall(options: MallOptions = {}): Promise<Mall> {
  const { clock = realClock, behaviour = { kind: 'ok' }, remember: limit = 100_000, port = 0 } = options;
  const history = createHistory<ReceivedCallback>(limit);
  const byPath = new Map<string, ReturnType<typeof remember>>();
  let otherwise = remember(behaviour);

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const at = clock.now();
    const body = parsed((await bytesOf(request)).toString('utf8'));
    const shown = (byPath.get(path.split('?')[0] ?? path) ?? otherwise)();
    answerCallback(response, shown);
    history.add({ at, method: request.method ?? '', path, headers: request.headers, body, answered: shown.kind });
  }

  const server = await listen(receive, port);

  const mall: Mall = {
    notifyUrl: (pathSuffix = '') => server.baseUrl + root + pathSuffix,
    behave(changed, pathSuffix) {
      if (pathSuffix === undefined) otherwise = remember(changed);
      else byPath.set(root + pathSuffix, remember(changed));
    },
    callbacks: history.entries,
    waitFor: (predicate, timeoutMs = patienceMs) => history.take(predicate, timeoutMs, 'a callback to the mall'),
    next: (predicate, timeoutMs = patienceMs) => history.next(predicate, timeoutMs, 'a callback to the mall'),
    buy: (what) => buy(mall, what),
    close: server.close,
  };
  return mall;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
