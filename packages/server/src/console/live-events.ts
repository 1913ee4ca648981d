import type { Logger } from 'pino';
import { type RecentEvent, readRecentEvents } from '../ledger/events/read-recent-events.ts';
import type { Ledger } from '../ledger/ledger.ts';

export type Hear = (events: readonly RecentEvent[]) => void;

export interface LiveEvents {
  /** Tells of what happens from now on, and of what happened just before, each event once; answers how to stop. */
  listen(merchantId: number, hear: Hear): () => void;
  stop(): void;
}

/** Milliseconds between two looks, while somebody listens. */
const every = 700;
/** Events of transactions that are slower than those begun after them come with smaller ids: so many are looked at again. */
const lookBack = 200;
const atOnce = 1_000;
/** Milliseconds that "just before" goes back: who shows something has asked for it before it listens, on a slow phone long before. */
const justBefore = 15_000;

interface Watched {
  hearers: Set<Hear>;
  /** Who has come since the last look. */
  newcomers: Set<Hear>;
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

  /** One that failed is made good by the next. */
  async function look(merchantId: number, one: Watched): Promise<void> {
    if (one.looking) return;
    one.looking = true;
    try {
      const { seen, newcomers } = one;
      const rows = await readRecentEvents(ledger, merchantId, newcomers.size > 0 || !seen ? 0 : seen.last - lookBack, atOnce);
      one.seen = { last: rows[0]?.id ?? seen?.last ?? 0, ids: new Set(rows.map(({ id }) => id)) };
      rows.reverse();
      const since = ledger.clock.now().getTime() - justBefore;
      if (seen)
        tell(
          one.hearers,
          rows.filter(({ id }) => id > seen.last - lookBack && !seen.ids.has(id)),
        );
      tell(
        newcomers,
        rows.filter(({ at }) => at.getTime() >= since),
      );
      for (const hear of newcomers) one.hearers.add(hear);
      newcomers.clear();
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
      const one = watched.get(merchantId) ?? { hearers: new Set(), newcomers: new Set(), looking: false };
      one.newcomers.add(hear);
      watched.set(merchantId, one);
      void look(merchantId, one);
      if (!timer) turn();
      return () => {
        one.hearers.delete(hear);
        one.newcomers.delete(hear);
        if (one.hearers.size + one.newcomers.size === 0 && watched.get(merchantId) === one) watched.delete(merchantId);
      };
    },
    stop() {
      clearTimeout(timer);
      watched.clear();
    },
  };
}

function tell(hearers: ReadonlySet<Hear>, events: readonly RecentEvent[]): void {
  if (events.length > 0) for (const hear of hearers) hear(events);
}
