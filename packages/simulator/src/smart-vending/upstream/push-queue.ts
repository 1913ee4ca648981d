import { encodePush, type PushName, pushReceived } from '@polyvend/protocols/smart-vending';
import type { Random } from '../../shared/random.ts';

/** How badly pushes travel. Probabilities are 0 to 1. */
export interface PushTrouble {
  /** The platform believes that it sent it, and never sends it again. */
  readonly lose?: number;
  /** It goes twice. */
  readonly repeat?: number;
  /** Those that wait go in any order. */
  readonly reorder?: boolean;
}

export interface PushResult {
  readonly push: PushName;
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;
  /** Whether the customer took it. What it did not take goes again with the next delivery. */
  readonly received: boolean;
}

export interface PushQueueOptions {
  readonly clientId: string;
  readonly key: string;
  readonly random: Random;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

interface Waiting {
  readonly push: PushName;
  readonly fields: object;
}

export type PushQueue = ReturnType<typeof createPushQueue>;

/** Pushes that wait to be delivered; what happens is told as it was when it happened, however late it goes. */
export function createPushQueue({ clientId, key, random, fetch, timeoutMs }: PushQueueOptions) {
  let waiting: Waiting[] = [];

  async function send(url: string, { push, fields }: Waiting): Promise<PushResult> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: encodePush(fields, { clientId, key }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { push, status: answer.status, received: pushReceived(push, answer.status, await answer.text()) };
    } catch {
      return { push, status: undefined, received: false };
    }
  }

  return {
    add: (push: PushName, fields: object): void => {
      waiting.push({ push, fields });
    },
    get length() {
      return waiting.length;
    },
    /** Sends all that wait, one after another. Without a URL a push is nothing that anybody waits for. */
    async deliver(urls: Readonly<Partial<Record<PushName, string>>>, trouble: PushTrouble = {}): Promise<PushResult[]> {
      const results: PushResult[] = [];
      const now = trouble.reorder ? shuffled(waiting, random) : waiting;
      waiting = [];
      for (const one of now) {
        const [lost, repeated] = [random() < (trouble.lose ?? 0), random() < (trouble.repeat ?? 0)];
        const url = urls[one.push];
        if (url === undefined || lost) continue;
        const result = await send(url, one);
        results.push(result);
        if (repeated) results.push(await send(url, one));
        if (!result.received) waiting.push(one);
      }
      return results;
    },
  };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
