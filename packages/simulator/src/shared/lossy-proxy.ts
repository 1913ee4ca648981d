import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, sleep, timersOf } from './clock.ts';
import { createHistory, type History } from './history.ts';
import { bytesOf, listen } from './http-server.ts';
import { randomStream, type Seed } from './random.ts';
import { drawWireFate, soundWire, type WireFate, type WireFaults } from './wire-faults.ts';

export interface LossyProxyOptions {
  /** Where requests go on to: `http://127.0.0.1:3000`. */
  readonly target: string;
  readonly seed?: Seed;
  readonly faults?: Partial<WireFaults>;
  readonly clock?: Clock;
  /** 0: any that is free. */
  readonly port?: number;
  /** Requests kept (10 000). */
  readonly remember?: number;
}

export interface ProxiedRequest {
  readonly at: Date;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly fate: WireFate;
  /** HTTP status of the target's last answer; undefined when the target was not asked or did not answer. */
  readonly status: number | undefined;
}

export interface LossyProxy {
  /** What the caller is told to call instead of the target. */
  readonly baseUrl: string;
  /** Where requests go on to from now on: the target may have to be started with this proxy's address. */
  aim(target: string): void;
  /** What goes wrong from now on. */
  behave(faults: Partial<WireFaults>): void;
  /** Every request, once it is over. */
  readonly requests: readonly ProxiedRequest[];
  waitFor(predicate: (request: ProxiedRequest) => boolean, timeoutMs?: number): Promise<ProxiedRequest>;
  close(): Promise<void>;
}

/** Between two neighbours only: what HTTP says must not be handed on. */
const hopHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'host', 'content-length'];

/**
 * A bad wire to stand between two programs: requests are lost, their answers are lost, they come twice and late. What is lost ends
 * as a broken connection. The n-th request of a path has the fate that the seed gives it.
 */
export async function createLossyProxy(options: LossyProxyOptions): Promise<LossyProxy> {
  const { seed = 0, remember = 10_000 } = options;
  const timers = timersOf(options.clock);
  const history: History<ProxiedRequest> = createHistory(remember);
  const counts = new Map<string, number>();
  let target = options.target;
  let faults: WireFaults = { ...soundWire, ...options.faults };

  function fateOf(path: string): WireFate {
    const count = counts.get(path) ?? 0;
    counts.set(path, count + 1);
    return drawWireFate(randomStream(seed, path, count), faults);
  }

  async function forward(request: IncomingMessage, body: Buffer): Promise<Response> {
    const { method = 'GET', url = '/' } = request;
    const init = { method, headers: headersOf(request.headers), redirect: 'manual' } as const;
    return fetch(target + url, method === 'GET' || method === 'HEAD' ? init : { ...init, body: Uint8Array.from(body) });
  }

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const at = timers.now();
    const fate = fateOf(url.split('?')[0] ?? url);
    const body = await bytesOf(request);
    let status: number | undefined;
    try {
      if (fate.delayMs > 0) await sleep(timers, fate.delayMs);
      if (fate.loseRequest) return void response.destroy();
      if (fate.repeat) await (await forward(request, body)).arrayBuffer();
      const answer = await forward(request, body);
      status = answer.status;
      const content = Buffer.from(await answer.arrayBuffer());
      if (fate.loseAnswer) return void response.destroy();
      const headers = [...answer.headers].filter(([name]) => !hopHeaders.includes(name) && name !== 'content-encoding');
      response.writeHead(answer.status, Object.fromEntries(headers)).end(content);
    } finally {
      history.add({ at, method, path: url, fate, status });
    }
  }

  const server = await listen(carry, options.port);

  return {
    baseUrl: server.baseUrl,
    aim(changed) {
      target = changed;
    },
    behave(changed) {
      faults = { ...faults, ...changed };
    },
    requests: history.entries,
    waitFor: (predicate, timeoutMs = 15_000) => history.take(predicate, timeoutMs, 'a request through the proxy'),
    close: () => server.close(),
  };
}

function headersOf(headers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers)
    .filter(([name]) => !hopHeaders.includes(name))
    .flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
}
