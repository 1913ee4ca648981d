import { sql } from 'kysely';
import { secondsAfter } from '../ledger/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { InboundOf } from './exclusively.ts';
import type { InboundDialect } from './inbound-dialect.ts';

export interface ClaimedPoll extends InboundOf {
  progress: unknown;
  failures: number;
  /** Until then it is ours: also how the claim is told from a later one. */
  claimedUntil: Date;
}

/** Seconds that a claim holds; every step renews it. Well above the time-out of a call. */
export const claimSeconds = 300;

/** Integrations whose platform is to be asked now, those that waited longest first. */
export async function duePolls(ledger: Ledger, { dialect, role }: InboundDialect, limit: number): Promise<InboundOf[]> {
  const now = ledger.clock.now();
  const { rows } = await sql<InboundOf>`
    select i.merchant_id as "merchantId", i.id as "integrationId"
    from integrations i
    join merchants m on m.id = i.merchant_id and m.status = 'active'
    left join inbound_polls p on p.merchant_id = i.merchant_id and p.integration_id = i.id
    where i.dialect = ${dialect} and i.role = ${role} and i.status = 'active' and coalesce(p.due_at, '-infinity') <= ${now}
      and coalesce(p.claimed_until, '-infinity') <= ${now}
    order by p.due_at nulls first, i.id limit ${limit}`.execute(ledger.db);
  return rows;
}

/** Undefined when another process was faster. */
export async function claimPoll(ledger: Ledger, { merchantId, integrationId }: InboundOf): Promise<ClaimedPoll | undefined> {
  const now = ledger.clock.now();
  const { rows } = await sql<ClaimedPoll>`
    insert into inbound_polls as p (merchant_id, integration_id, due_at, claimed_until)
    values (${merchantId}, ${integrationId}, ${now}, ${secondsAfter(now, claimSeconds)})
    on conflict (merchant_id, integration_id) do update set claimed_until = excluded.claimed_until
    where p.due_at <= ${now} and coalesce(p.claimed_until, '-infinity') <= ${now}
    returning merchant_id as "merchantId", integration_id as "integrationId", progress, failures, claimed_until as "claimedUntil"`.execute(
    ledger.db,
  );
  return rows[0];
}

/** It is not asked now, nor within so many seconds. */
export async function postponePoll(ledger: Ledger, { merchantId, integrationId }: InboundOf, seconds: number): Promise<void> {
  const dueAt = secondsAfter(ledger.clock.now(), seconds);
  await sql`
    insert into inbound_polls (merchant_id, integration_id, due_at) values (${merchantId}, ${integrationId}, ${dueAt})
    on conflict (merchant_id, integration_id) do update set due_at = excluded.due_at`.execute(ledger.db);
}
