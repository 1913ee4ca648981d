import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { getIntegration } from '../ledger/integrations/get-integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Metrics } from '../metrics.ts';
import type { GuardedHttp } from '../notifications/index.ts';
import { oneAtATime } from '../notifications/one-at-a-time.ts';
import { applyMessages } from './apply-messages.ts';
import { claimPoll, duePolls, postponePoll } from './claim-poll.ts';
import type { InboundOf } from './exclusively.ts';
import type { InboundDialect } from './inbound-dialect.ts';
import { PollInterrupted, runPoll } from './run-poll.ts';

export interface InboundOptions {
  ledger: Ledger;
  dialects: readonly InboundDialect[];
  /** Closed by whoever made it, after stop(). */
  http: Pick<GuardedHttp, 'request'>;
  logger: Logger;
  metrics: Metrics;
  timers: boolean;
}

/** Milliseconds; finds what a lost wake has missed, and what waited for its next try. */
const interval = 1_000;
/** Platforms that are asked at once by this process. */
const mostPolls = 4;
/** Integrations that are looked at together: most may not be asked at all. */
const mostDue = 100;
/** Seconds after which one that is not to be asked is looked at again: it may have been given an address. */
const lookAgain = 60;
/** Milliseconds that stopping waits for polls under way; what takes too long is left to the expiry of its claim. */
const stopWithin = 10_000;

/** Takes in what other platforms tell, and asks them for what is missing, until stopped. Any number of processes may do so on one database. */
export function startInbound({ ledger, dialects, http, logger, metrics, timers }: InboundOptions) {
  const polls = new Map<number, Promise<void>>();
  let stopped = false;
  let elsewhere = false;

  const apply = oneAtATime(async () => {
    for (let more = true; more && !stopped; ) {
      const { done, busy } = await applyMessages({
        ledger,
        dialects,
        tell(outcome, of, error) {
          metrics.inboundMessages.inc({ outcome });
          if (outcome === 'refused') logger.warn({ ...of, err: error }, 'A message of another platform was refused.');
          else if (error !== undefined)
            logger.warn({ ...of, err: error, outcome }, 'A message of another platform could not be applied.');
        },
      });
      elsewhere = busy;
      more = done > 0;
    }
  });

  const ask = oneAtATime(async () => {
    for (const dialect of dialects) {
      for (let more = dialect.poll !== undefined; more && !stopped; ) {
        const due = await duePolls(ledger, dialect, mostDue);
        for (const of of due) {
          if (polls.size >= mostPolls) return;
          if (!polls.has(of.integrationId)) await begin(dialect, of);
        }
        more = due.length === mostDue;
      }
    }
  });

  async function begin(dialect: InboundDialect, of: InboundOf): Promise<void> {
    const integration = await getIntegration(ledger, of.merchantId, of.integrationId);
    const every = integration && dialect.pollEvery?.(integration);
    if (!integration || every === undefined) return await postponePoll(ledger, of, lookAgain);
    const claim = await claimPoll(ledger, of);
    if (!claim) return;
    const skipped = (reason: string) => {
      metrics.inboundSkipped.inc();
      logger.warn({ ...of, reason }, 'A row of what another platform told could not be read.');
    };
    const poll = runPoll({ ledger, dialect, integration, claim, every, http, isStopped: () => stopped, skipped })
      .then(
        () => metrics.inboundPolls.inc({ outcome: 'finished' }),
        (error: unknown) => {
          if (error instanceof PollInterrupted) return;
          metrics.inboundPolls.inc({ outcome: 'failed' });
          logger.warn({ err: error, ...of }, 'Another platform could not be asked; it goes on from there later.');
        },
      )
      .finally(() => polls.delete(of.integrationId));
    polls.set(of.integrationId, poll);
  }

  function wake(): void {
    if (stopped) return;
    apply().catch(complain);
  }

  function complain(error: unknown): void {
    if (!stopped) logger.warn({ err: error }, 'What other platforms tell could not be looked after; the next sweep tries again.');
  }

  const timer = timers
    ? setInterval(() => {
        wake();
        ask().catch(complain);
      }, interval)
    : undefined;

  return {
    /** To be called for each NOTIFY. */
    wake,
    /** Resolves when nothing is due and nobody is being asked; rejects when the database fails. */
    async idle(): Promise<void> {
      for (;;) {
        await apply();
        await ask();
        if (polls.size === 0 && !elsewhere) return;
        await (polls.size > 0 ? Promise.all(polls.values()) : sleep(5));
      }
    },
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      const underWay = [apply().catch(() => undefined), ask().catch(() => undefined)];
      await Promise.race([
        Promise.all(underWay).then(() => Promise.all(polls.values())),
        sleep(stopWithin, undefined, { ref: false }),
      ]);
    },
  };
}
