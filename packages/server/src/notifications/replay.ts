import type { Database } from '../database/connect.ts';
import type { Clock } from '../ledger/clock.ts';

/**
 * Sends a delivered or failed notification once more, by hand; its attempts are kept and go on counting. While it is unfinished,
 * newer ones of its order wait behind it. One that is past the age of giving up gets a single attempt. False when there is
 * no such notification, or it is still on its way.
 */
export async function replayNotification(
  { pool }: Pick<Database, 'pool'>,
  clock: Clock,
  { merchantId, id }: { merchantId: number; id: number },
): Promise<boolean> {
  const { rows } = await pool.query(
    `with replayed as (
       update notifications set state = 'waiting', next_attempt_at = $3::timestamptz, finished_at = null, last_error = ''
       where merchant_id = $1 and id = $2 and state in ('delivered', 'failed')
       returning id
     )
     select pg_notify('notifications', '') from replayed`,
    [merchantId, id, clock.now()],
  );
  return rows.length > 0;
}

/** The same for all that have failed at or after `since`. Returns how many. */
export async function replayFailedSince(
  { pool }: Pick<Database, 'pool'>,
  clock: Clock,
  { merchantId, since, integrationId }: { merchantId: number; since: Date; integrationId?: number | undefined },
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `with replayed as (
       update notifications set state = 'waiting', next_attempt_at = $3::timestamptz, finished_at = null, last_error = ''
       where merchant_id = $1 and state = 'failed' and finished_at >= $2 and ($4::bigint is null or integration_id = $4)
       returning id
     )
     select count(*) as count, pg_notify('notifications', '') from replayed`,
    [merchantId, since, clock.now(), integrationId ?? null],
  );
  return rows[0]?.count ?? 0;
}
