import type { Database } from '../database/connect.ts';
import type { NotificationLimits } from './limits.ts';
import type { StoredNotification } from './outbound-dialect.ts';

export interface ClaimedNotification extends StoredNotification {
  /** False when the credentials it would be signed with have been revoked since. */
  integrationActive: boolean;
}

type ClaimLimits = Pick<NotificationLimits, 'perEndpoint' | 'perFailingEndpoint' | 'failing' | 'claimSeconds'>;

/**
 * Claims up to `most` notifications that are due, and writes the row of the attempt that is about to be made: recorded before
 * the call. Of each order key only the head, the oldest unfinished, can be claimed, and by one process only. Endpoints take
 * turns, each within its share, so a long queue for one keeps no other waiting.
 */
export async function claimNotifications(
  { pool }: Pick<Database, 'pool'>,
  now: Date,
  most: number,
  limits: ClaimLimits,
): Promise<ClaimedNotification[]> {
  const until = new Date(now.getTime() + limits.claimSeconds * 1000);
  const values = [now, until, most, limits.perEndpoint, limits.perFailingEndpoint, limits.failing];
  const { rows } = await pool.query<ClaimedNotification>({ name: 'claim-notifications', text: claim, values });
  return rows;
}

const claim = `
  with recursive
  -- A loose index scan: one probe for each endpoint that has anything waiting, however much that is.
  queue (merchant_id, endpoint) as (
    (select merchant_id, endpoint from notifications where state = 'waiting' order by merchant_id, endpoint limit 1)
    union all
    select next.merchant_id, next.endpoint
    from queue cross join lateral (
      select n.merchant_id, n.endpoint
      from notifications n
      where n.state = 'waiting' and (n.merchant_id, n.endpoint) > (queue.merchant_id, queue.endpoint)
      order by n.merchant_id, n.endpoint
      limit 1
    ) next
  ), busy as materialized (
    select n.merchant_id, n.endpoint, count(*) as attempts, bool_or(e.failing_since is not null) as failing
    from notifications n left join endpoints e using (merchant_id, endpoint)
    where n.state = 'sending'
    group by n.merchant_id, n.endpoint
  ), room as (
    select q.merchant_id, q.endpoint, e.failing_since is not null as failing,
      case when e.failing_since is null then $4::bigint else $5::bigint end - coalesce(b.attempts, 0) as free
    from queue q
    left join endpoints e using (merchant_id, endpoint)
    left join busy b using (merchant_id, endpoint)
    where e.disabled_at is null
  ), heads as (
    select h.merchant_id, h.id, h.next_attempt_at, room.failing,
      row_number() over (partition by h.merchant_id, h.endpoint order by h.next_attempt_at, h.id) as turn
    from room cross join lateral (
      select n.merchant_id, n.endpoint, n.id, n.next_attempt_at
      from notifications n
      where n.merchant_id = room.merchant_id and n.endpoint = room.endpoint and n.state = 'waiting' and n.next_attempt_at <= $1::timestamptz
        -- The head of its key. Said so, and not as an anti-join, the planner has but one way, whatever its statistics are.
        and n.id = (
          select h.id from notifications h
          where h.merchant_id = n.merchant_id and h.order_key = n.order_key and h.state in ('waiting', 'sending')
          order by h.id
          limit 1
        )
      order by n.next_attempt_at, n.id
      limit greatest(room.free, 0)
    ) h
  ), ranked as (
    select *, row_number() over (partition by failing order by turn, next_attempt_at, id) as place from heads
  ), chosen as (
    select merchant_id, id from ranked
    where not failing or place <= $6::bigint - (select coalesce(sum(attempts), 0)::bigint from busy where failing)
    order by turn, next_attempt_at, id
    limit $3::bigint
  ), locked as (
    select n.merchant_id, n.id, n.state, n.next_attempt_at
    from chosen join notifications n using (merchant_id, id)
    for update of n skip locked
  ), claimed as (
    update notifications n
    set state = 'sending', attempts = n.attempts + 1, claimed_until = $2::timestamptz
    from locked
    where n.merchant_id = locked.merchant_id and n.id = locked.id
      -- Asked of the row as it was when it was locked: another process may have had it since this statement began to look.
      and locked.state = 'waiting' and locked.next_attempt_at <= $1::timestamptz
    returning n.*
  ), begun as (
    insert into notification_attempts (merchant_id, notification_id, number, started_at)
    select merchant_id, id, attempts, $1::timestamptz from claimed
  )
  select c.merchant_id as "merchantId", c.id, c.integration_id as "integrationId", i.dialect, c.event_id as "eventId",
    c.job_key as "jobKey", c.order_key as "orderKey", c.order_id as "orderId", c.line_id as "lineId", c.method, c.url, c.endpoint,
    c.headers, c.body, c.created_at as "createdAt", c.give_up_at as "giveUpAt", c.attempts as attempt, i.status = 'active' as "integrationActive"
  from claimed c join integrations i on i.merchant_id = c.merchant_id and i.id = c.integration_id
  order by c.id`;
