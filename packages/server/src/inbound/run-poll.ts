import { sql } from 'kysely';
import { secondsAfter } from '../ledger/clock.ts';
import type { Integration } from '../ledger/integrations/integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GuardedHttp } from '../notifications/index.ts';
import { type ClaimedPoll, claimSeconds } from './claim-poll.ts';
import { exclusively } from './exclusively.ts';
import type { InboundDialect } from './inbound-dialect.ts';

/** Another process has it, or this one stops: nothing is wrong, and nothing is lost. */
export class PollInterrupted extends Error {
  override readonly name = 'PollInterrupted';
}

export interface RunPoll {
  ledger: Ledger;
  dialect: InboundDialect;
  integration: Integration;
  claim: ClaimedPoll;
  /** Seconds until the next. */
  every: number;
  http: Pick<GuardedHttp, 'request'>;
  isStopped(): boolean;
  skipped(reason: string): void;
}

/** Seconds until a poll that failed goes on. */
const [firstWait, longestWait] = [30, 3_600];

/** Asks the platform, and says when it is asked again: after `every`, or sooner when it could not be finished; then it throws why. */
export async function runPoll(run: RunPoll): Promise<void> {
  const { ledger, dialect, integration, every, http, isStopped } = run;
  let claim = run.claim;
  try {
    await dialect.poll?.({
      ledger,
      integration,
      progress: claim.progress,
      request: http.request,
      skipped: run.skipped,
      async step(progress, work) {
        if (isStopped()) throw new PollInterrupted('stopping');
        const held = await exclusively(ledger, claim, { wait: true }, async (within, trx) => {
          await work(within);
          const claimedUntil = secondsAfter(ledger.clock.now(), claimSeconds);
          const { numAffectedRows } = await sql`
            update inbound_polls set progress = ${JSON.stringify(progress)}::jsonb, claimed_until = ${claimedUntil}
            where merchant_id = ${claim.merchantId} and integration_id = ${claim.integrationId} and claimed_until = ${claim.claimedUntil}`.execute(
            trx,
          );
          if (numAffectedRows !== 1n) throw new PollInterrupted('another process took it over');
          return claimedUntil;
        });
        if (held) claim = { ...claim, claimedUntil: held };
      },
    });
    await finish(ledger, claim, every);
  } catch (error) {
    await letGo(ledger, claim, every, error);
    throw error;
  }
}

/** What waited for something to become known is tried again at once. */
async function finish(ledger: Ledger, { merchantId, integrationId, claimedUntil }: ClaimedPoll, every: number): Promise<void> {
  const now = ledger.clock.now();
  await sql`
    with finished as (
      update inbound_polls set due_at = ${secondsAfter(now, every)}, claimed_until = null, failures = 0, error = '', finished_at = ${now}
      where merchant_id = ${merchantId} and integration_id = ${integrationId} and claimed_until = ${claimedUntil}
      returning merchant_id, integration_id
    ), retried as (
      update inbound_messages m set due_at = ${now} from finished f
      where m.merchant_id = f.merchant_id and m.integration_id = f.integration_id and m.state = 'waiting' and m.due_at > ${now}
      returning m.id
    )
    select pg_notify('inbound', '') from (select from retried limit 1) as woken`.execute(ledger.db);
}

async function letGo(
  ledger: Ledger,
  { merchantId, integrationId, claimedUntil, failures }: ClaimedPoll,
  every: number,
  error: unknown,
): Promise<void> {
  const interrupted = error instanceof PollInterrupted;
  const wait = interrupted ? 0 : Math.min(Math.max(every, firstWait), longestWait, firstWait * 2 ** Math.min(failures, 20));
  await sql`
    update inbound_polls set due_at = ${secondsAfter(ledger.clock.now(), wait)}, claimed_until = null,
      failures = failures + ${interrupted ? 0 : 1}, error = ${interrupted ? '' : wordsOf(error)}
    where merchant_id = ${merchantId} and integration_id = ${integrationId} and claimed_until = ${claimedUntil}`.execute(
    ledger.db,
  );
}

const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll('\u0000', '').slice(0, 500);
