import type { Database } from '../database/connect.ts';

/**
 * Puts back what was claimed and never recorded: its process died, or lost the database. Whether the other side got it is not
 * known, so it is sent again (at least once); the attempt stays open-ended. Returns how many were put back.
 */
export async function releaseExpiredClaims({ pool }: Pick<Database, 'pool'>, now: Date): Promise<number> {
  const { rowCount } = await pool.query(
    `with expired as (
       select merchant_id, id from notifications
       where state = 'sending' and claimed_until <= $1
       order by claimed_until
       limit 1000
       for update skip locked
     )
     update notifications n
     set state = 'waiting', next_attempt_at = $1, claimed_until = null, last_error = 'interrupted'
     from expired
     where n.merchant_id = expired.merchant_id and n.id = expired.id`,
    [now],
  );
  return rowCount ?? 0;
}
