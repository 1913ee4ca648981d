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
  /** Undefined before the first look. */
  seen?: { last: number; ids: ReadonlySet<number> };
  looking: boolean;
}

/**
 * One look for all who listen to a merchant: nobody pays when nobody listens, and no event costs more for it. A hint and not a
 * record: who misses one sees it at the next.
 */
export function liveEvents(ledger: Ledger, logger: Pick<Logger, 'warn'>): LiveEvents {
  const watched = new Map<number, Watched>();
  let timer: NodeJS.Timeout | undefined;

  /** The first look finds where events are now; one that failed is made good by the next. */
  async function look(merchantId: number, one: Watched): Promise<void> {
    if (one.looking) return;
    one.looking = true;
    try {
      const { seen } = one;
      const rows = await readRecentEvents(ledger, merchantId, seen ? seen.last - lookBack : 0, seen ? atOnce : lookBack);
      one.seen = { last: rows[0]?.id ?? seen?.last ?? 0, ids: new Set(rows.map(({ id }) => id)) };
      const fresh = seen ? rows.filter(({ id }) => !seen.ids.has(id)).reverse() : [];
      if (fresh.length > 0) for (const hear of one.hearers) hear(fresh);
    } catch (error) {
      logger.warn({ err: error, merchantId }, 'looking for events');
    } finally {
      one.looking = false;
    }
  }

  function turn(): void {
    timer = setTimeout(async () => {
      for (const [merchantId, one] of watched) await look(merchantId, one);
      timer = undefined;
      if (watched.size > 0) turn();
    }, every);
    timer.unref();
  }

  return {
    listen(merchantId, hear) {
      const one = watched.get(merchantId) ?? { hearers: new Set(), looking: false };
      one.hearers.add(hear);
      if (!watched.has(merchantId)) {
        watched.set(merchantId, one);
        void look(merchantId, one);
      }
      if (!timer) turn();
      return () => {
        one.hearers.delete(hear);
        if (one.hearers.size === 0 && watched.get(merchantId) === one) watched.delete(merchantId);
      };
    },
    stop() {
      clearTimeout(timer);
      watched.clear();
    },
  };
}
