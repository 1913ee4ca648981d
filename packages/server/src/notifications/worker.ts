import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/connect.ts';
import type { DatabaseLog } from '../database/log.ts';
import { batched } from '../ledger/batch.ts';
import type { Clock } from '../ledger/clock.ts';
import { type ClaimedNotification, claimNotifications } from './claim-notifications.ts';
import { Deferrals } from './deferrals.ts';
import { deliver } from './deliver.ts';
import { dispatchEvents } from './dispatch-events.ts';
import type { GuardedHttp } from './http/guarded-http.ts';
import { type NotificationLimits, standardLimits } from './limits.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { OutboundDialect, StoredNotification } from './outbound-dialect.ts';
import { type Outcome, recordOutcomes, type SwitchedOff } from './record-outcomes.ts';
import { releaseExpiredClaims } from './release-expired-claims.ts';

/** For metrics. `seconds` is what the attempt took. */
export interface NotificationObserver {
  delivered?(notification: StoredNotification, seconds: number): void;
  /** `final`: given up. */
  failed?(notification: StoredNotification, seconds: number, final: boolean): void;
  endpointDisabled?(endpoint: SwitchedOff): void;
}

export interface NotificationsOptions {
  /** Holds at most four connections at once, and those that the dialects' renderers take. */
  database: Pick<Database, 'kysely' | 'pool'>;
  clock: Clock;
  dialects: readonly OutboundDialect[];
  /** Closed by whoever made it, after stop(). */
  http: Pick<GuardedHttp, 'post'>;
  log: DatabaseLog;
  /** From 0 to 1. */
  random?: () => number;
  limits?: Partial<NotificationLimits>;
  observe?: NotificationObserver;
}

export interface Notifications {
  /** To be called for each NOTIFY on these channels: only what it says is looked for, and without a name everything. */
  wake(channel?: 'outbox' | 'notifications'): void;
  /** Resolves when nothing is due and nothing of this process is in flight. For tests; rejects when the database fails. */
  idle(): Promise<void>;
  /** Takes back expired claims and looks for what a lost wake has missed. The timer calls it. */
  sweep(): Promise<void>;
  /** Claims no more and waits for the attempts under way; what takes too long is left to the expiry of its claim. */
  stop(): Promise<void>;
}

/** Hands events over and delivers what comes of them, until stopped. Any number of processes may do so on one database. */
export function startNotifications(options: NotificationsOptions): Notifications {
  const { database, clock, log, random = Math.random, observe } = options;
  const limits = { ...standardLimits, ...options.limits };
  const dialects = new Map(options.dialects.map((dialect) => [dialect.dialect, dialect]));
  const dispatching = { ...options, deferrals: new Deferrals() };
  const inFlight = new Set<Promise<void>>();
  let stopped = false;
  let elsewhere = false;

  const dispatch = oneAtATime(async () => {
    for (let more = true; more && !stopped; ) {
      const { events, notifications, busy } = await dispatchEvents(dispatching, limits.eventsPerBatch);
      elsewhere = busy;
      more = events > 0;
      if (notifications > 0) void quietly(fill());
    }
  });

  const fill = oneAtATime(async () => {
    while (!stopped) {
      const free = limits.inFlight - inFlight.size;
      if (free <= 0) return;
      const claimed = await claimNotifications(database, clock.now(), free, limits);
      for (const notification of claimed) begin(notification);
      if (claimed.length < free) return;
    }
  });

  const record = batched(
    async (outcomes: readonly Outcome[]) => {
      const switchedOff = await recordOutcomes(database, clock.now(), outcomes, limits);
      for (const endpoint of switchedOff) {
        log.warn({ ...endpoint }, 'An endpoint has failed for too long and was switched off.');
        observe?.endpointDisabled?.(endpoint);
      }
      return outcomes.map(() => undefined);
    },
    { size: 64, lanes: 1 },
  );

  function begin(notification: ClaimedNotification): void {
    const attempt = quietly(perform(notification)).finally(() => {
      inFlight.delete(attempt);
      if (!stopped) void quietly(fill());
    });
    inFlight.add(attempt);
  }

  async function perform(notification: ClaimedNotification): Promise<void> {
    const start = performance.now();
    const outcome = await deliver({ http: options.http, clock, dialects, random }, notification);
    const seconds = (performance.now() - start) / 1000;
    if (outcome.state === 'delivered') observe?.delivered?.(notification, seconds);
    else observe?.failed?.(notification, seconds, outcome.state === 'failed');
    await recordPatiently(outcome);
  }

  /** Without its record a delivery is made again, so a database that is gone for a moment is waited for, while the claim holds. */
  async function recordPatiently(outcome: Outcome): Promise<void> {
    const { merchantId, id } = outcome;
    for (let left = limits.claimSeconds; ; left -= 1) {
      try {
        await record(outcome);
        return;
      } catch (error) {
        log.error({ err: error, merchantId, notificationId: id }, 'The outcome of an attempt could not be recorded.');
        if (stopped || left <= 0) return;
        await sleep(1_000);
      }
    }
  }

  async function quietly(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!stopped) log.error({ err: error }, 'Notifications could not be looked after; the next sweep tries again.');
    }
  }

  async function sweep(): Promise<void> {
    if (stopped) return;
    const released = await releaseExpiredClaims(database, clock.now());
    if (released > 0) log.warn({ released }, 'Attempts that were never recorded are made again.');
    await dispatch();
    await fill();
  }

  async function idle(): Promise<void> {
    for (;;) {
      await dispatch();
      const before = inFlight.size;
      await fill();
      if (before === 0 && inFlight.size === 0 && !elsewhere) return;
      if (elsewhere) await sleep(5);
      await Promise.all(inFlight);
    }
  }

  async function stop(): Promise<void> {
    stopped = true;
    clearInterval(timer);
    const underWay = [quietly(dispatch()), quietly(fill()), ...inFlight];
    await Promise.race([
      Promise.all(underWay).then(() => Promise.all(inFlight)),
      sleep(limits.stopWithin, undefined, { ref: false }),
    ]);
  }

  function wake(channel?: 'outbox' | 'notifications'): void {
    if (stopped) return;
    if (channel !== 'notifications') void quietly(dispatch());
    if (channel !== 'outbox') void quietly(fill());
  }

  const timer = limits.sweepEvery > 0 ? setInterval(() => void quietly(sweep()), limits.sweepEvery) : undefined;
  return { wake, idle, sweep, stop };
}
