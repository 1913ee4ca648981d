import { sleep, type Timers, timersOf } from './clock.ts';
import { between, type Random } from './random.ts';

/** What goes wrong between two programs. Each a probability, 0 to 1. */
export interface WireFaults {
  /** The request does not arrive. */
  readonly loseRequest: number;
  /** The request is carried out, and its answer does not arrive. */
  readonly loseAnswer: number;
  /** The request arrives twice, the second time after the first was answered. */
  readonly repeat: number;
  /** The request arrives later, by so many ms. */
  readonly delay: number;
  readonly delayMs: readonly [least: number, most: number];
}

/** Nothing goes wrong. */
export const soundWire: WireFaults = { loseRequest: 0, loseAnswer: 0, repeat: 0, delay: 0, delayMs: [10, 200] };

export interface WireFate {
  readonly loseRequest: boolean;
  readonly loseAnswer: boolean;
  readonly repeat: boolean;
  readonly delayMs: number;
}

/** The fate of one request. Draws as many numbers whatever the faults are, so that they can be changed under way. */
export function drawWireFate(random: Random, faults: WireFaults): WireFate {
  const [request, answer, repeat, delay] = [random(), random(), random(), random()];
  const delayMs = between(random, faults.delayMs);
  return {
    loseRequest: request < faults.loseRequest,
    loseAnswer: answer < faults.loseAnswer,
    repeat: repeat < faults.repeat,
    delayMs: delay < faults.delay ? delayMs : 0,
  };
}

/** A `fetch` over a bad wire: what is lost fails at once, as a connection that breaks does. */
export function lossyFetch(options: {
  readonly random: Random;
  readonly faults: () => WireFaults;
  readonly timers?: Timers;
  readonly fetch?: typeof globalThis.fetch;
}): typeof globalThis.fetch {
  const { random, faults, timers = timersOf(), fetch: send = globalThis.fetch } = options;
  return async (input, init) => {
    const fate = drawWireFate(random, faults());
    if (fate.delayMs > 0) await sleep(timers, fate.delayMs);
    if (fate.loseRequest) throw new TypeError('The request was lost on its way');
    if (fate.repeat) await (await send(input, init)).arrayBuffer();
    const response = await send(input, init);
    if (!fate.loseAnswer) return response;
    await response.arrayBuffer();
    throw new TypeError('The answer was lost on its way');
  };
}
