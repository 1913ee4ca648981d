import type { Logger } from 'pino';
import { type RecentEvent, readRecentEvents } from '../ledger/events/read-recent-events.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface LiveEvents {
  /** Tells of what happens from now on; answers how to stop. */
  listen(merchantId: number, hear: (events: readonly RecentEvent[]) => void): () => void;
  stop(): void;
}

/** Milliseconds between two looks, while somebody listens. */
const every = 700;
/** Events of transactions that are slower than those begun after them come with smaller ids: so many are looked at again. */
const lookBack = 200;
const atOnce = 1_000;

interface Watched {
  hearers: Set<(events: readonly RecentEvent[]) => void>;
  last: number;
  /** Of the last ids, those that were told. */
  told: Set<number>;
}

/**
 * One look for all who listen to a merchant: nobody pays when nobody listens, and no event costs more for it. A hint and not a
 * record: who misses one sees it at the next.
 */
export function liveEvents(ledger: Ledger, logger: Pick<Logger, 'warn'>): LiveEvents {
  const watched = new Map<number, Watched>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    for (const [merchantId, one] of watched) {
      const rows = await readRecentEvents(ledger, merchantId, one.last - lookBack, atOnce);
      const fresh = rows.filter(({ id }) => !one.told.has(id)).reverse();
      one.last = rows[0]?.id ?? one.last;
      one.told = new Set(rows.map(({ id }) => id));
      if (fresh.length > 0) for (const hear of one.hearers) hear(fresh);
    }
  }

  function turn(): void {
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) => logger.warn({ err: error }, 'looking for events'))
        .finally(() => {
          if (watched.size > 0) turn();
          else timer = undefined;
        });
    }, every);
    timer.unref();
  }

  async function begin(merchantId: number, one: Watched): Promise<void> {
    const rows = await readRecentEvents(ledger, merchantId, 0, lookBack);
    one.last = rows[0]?.id ?? 0;
    one.told = new Set(rows.map(({ id }) => id));
    watched.set(merchantId, one);
    if (!timer) turn();
  }

  return {
    listen(merchantId, hear) {
      const known = watched.get(merchantId);
      const one = known ?? { hearers: new Set(), last: 0, told: new Set() };
      one.hearers.add(hear);
      if (!known) begin(merchantId, one).catch((error: unknown) => logger.warn({ err: error }, 'looking for events'));
      return () => {
        one.hearers.delete(hear);
        if (one.hearers.size === 0) watched.delete(merchantId);
      };
    },
    stop() {
      clearTimeout(timer);
      watched.clear();
    },
  };
}
