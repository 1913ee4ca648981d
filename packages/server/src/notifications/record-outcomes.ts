import type { Database } from '../database/connect.ts';
import type { NotificationLimits } from './limits.ts';

/** How one attempt ended. */
export interface Outcome {
  merchantId: number;
  id: number;
  attempt: number;
  state: 'delivered' | 'waiting' | 'failed';
  /** Set when `state` is waiting. */
  nextAttemptAt: Date | null;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  /** A few words; empty when delivered. */
  error: string;
  /** What was answered, cut. */
  answer: string;
  /** Whether it says something of the endpoint's health: not when the fault was ours or the URL's. */
  countsForEndpoint: boolean;
}

export interface SwitchedOff {
  merchantId: number;
  endpoint: string;
  since: Date;
  failures: number;
}

type EndpointLimits = Pick<NotificationLimits, 'endpointFailingSeconds' | 'endpointFailures'>;

/**
 * Records any number of attempts in one statement: the attempt, the notification, the endpoint's health. An attempt whose claim
 * was taken over in the meantime changes only its own row. Returns the endpoints that were switched off by this.
 */
export async function recordOutcomes(
  { pool }: Pick<Database, 'pool'>,
  now: Date,
  outcomes: readonly Outcome[],
  limits: EndpointLimits,
): Promise<SwitchedOff[]> {
  const { rows } = await pool.query<SwitchedOff>({
    name: 'record-notification-outcomes',
    text: record,
    values: [
      now,
      outcomes.map(({ merchantId }) => merchantId),
      outcomes.map(({ id }) => id),
      outcomes.map(({ attempt }) => attempt),
      outcomes.map(({ state }) => state),
      outcomes.map(({ nextAttemptAt }) => nextAttemptAt),
      outcomes.map(({ status }) => status),
      // PostgreSQL's text cannot hold the character NUL.
      outcomes.map(({ error }) => error.replaceAll('\0', '\uFFFD')),
      outcomes.map(({ answer }) => answer.replaceAll('\0', '\uFFFD')),
      outcomes.map(({ countsForEndpoint }) => countsForEndpoint),
      new Date(now.getTime() - limits.endpointFailingSeconds * 1000),
      limits.endpointFailures,
    ],
  });
  return rows;
}

const record = `
  with outcome as materialized (
    select *
    from unnest($2::bigint[], $3::bigint[], $4::int[], $5::text[], $6::timestamptz[], $7::int[], $8::text[], $9::text[], $10::bool[])
      as o(merchant_id, id, attempt, state, next_attempt_at, status, error, answer, counts)
  ), attempted as (
    update notification_attempts a
    set finished_at = $1::timestamptz, status = o.status, error = o.error, answer = o.answer
    from outcome o
    where a.merchant_id = o.merchant_id and a.notification_id = o.id and a.number = o.attempt and a.finished_at is null
  ), moved as (
    update notifications n
    set state = o.state, next_attempt_at = coalesce(o.next_attempt_at, n.next_attempt_at), claimed_until = null,
      finished_at = case when o.state <> 'waiting' then $1::timestamptz end, last_error = o.error
    from outcome o
    where n.merchant_id = o.merchant_id and n.id = o.id and n.attempts = o.attempt
      -- A success that comes after the claim has run out still spares the next attempt.
      and (n.state = 'sending' or (n.state = 'waiting' and o.state = 'delivered'))
    returning n.merchant_id, n.id, n.order_key, n.endpoint, n.next_attempt_at, n.state, o.counts
  ), behind as (
    -- Those behind a head that waits are not due before it, so that the claim need not look at them again and again.
    update notifications n
    set next_attempt_at = m.next_attempt_at
    from moved m
    where m.state = 'waiting' and n.merchant_id = m.merchant_id and n.order_key = m.order_key and n.id > m.id
      and n.state = 'waiting' and n.next_attempt_at < m.next_attempt_at
      and not exists (select from outcome o where o.merchant_id = n.merchant_id and o.id = n.id)
  ), tally as (
    select merchant_id, endpoint, bool_or(state = 'delivered') as up, count(*)::int as attempts
    from moved
    where counts
    group by merchant_id, endpoint
  ), recovered as (
    update endpoints e
    set failing_since = null, failures = 0
    from tally t
    where t.up and e.merchant_id = t.merchant_id and e.endpoint = t.endpoint and e.failing_since is not null
  ), failing as (
    insert into endpoints as e (merchant_id, endpoint, failing_since, failures)
    select merchant_id, endpoint, $1::timestamptz, attempts from tally where not up order by merchant_id, endpoint
    on conflict (merchant_id, endpoint) do update
    set failing_since = coalesce(e.failing_since, excluded.failing_since),
      failures = e.failures + excluded.failures,
      disabled_at = coalesce(
        e.disabled_at,
        case when e.failing_since <= $11::timestamptz and e.failures + excluded.failures >= $12::int then $1::timestamptz end
      )
    returning e.merchant_id, e.endpoint, e.failing_since, e.failures, e.disabled_at
  ), switched_off as (
    -- "Was" is as this statement found it: an attempt that was still under way then does not switch off once more.
    select f.merchant_id, f.endpoint, f.failing_since, f.failures
    from failing f
    left join endpoints was using (merchant_id, endpoint)
    where f.disabled_at = $1::timestamptz and was.disabled_at is null
  ), told as (
    insert into events (merchant_id, at, kind, data, cause)
    select merchant_id, $1::timestamptz, 'endpoint.disabled',
      jsonb_build_object('endpoint', endpoint, 'since', failing_since, 'failures', failures), '{"by": "sweep"}'
    from switched_off
  )
  select merchant_id as "merchantId", endpoint, failing_since as since, failures from switched_off`;
