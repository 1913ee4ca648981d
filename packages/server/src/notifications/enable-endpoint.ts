import type { Database } from '../database/connect.ts';
import type { Clock } from '../ledger/clock.ts';
import type { Cause } from '../ledger/events/event.ts';

/** Switches an endpoint on again and makes what waits for it due. False when it is not switched off. */
export async function enableEndpoint(
  { pool }: Pick<Database, 'pool'>,
  clock: Clock,
  { merchantId, endpoint }: { merchantId: number; endpoint: string },
  cause: Cause = { by: 'person' },
): Promise<boolean> {
  const { rows } = await pool.query(
    `with enabled as (
       update endpoints set disabled_at = null, failing_since = null, failures = 0
       where merchant_id = $1 and endpoint = $2 and disabled_at is not null
       returning merchant_id, endpoint
     ), due as (
       update notifications n set next_attempt_at = $3::timestamptz
       from enabled e
       where n.merchant_id = e.merchant_id and n.endpoint = e.endpoint and n.state = 'waiting' and n.next_attempt_at > $3::timestamptz
     ), told as (
       insert into events (merchant_id, at, kind, data, cause)
       select merchant_id, $3::timestamptz, 'endpoint.enabled', jsonb_build_object('endpoint', endpoint), $4::jsonb from enabled
     )
     select pg_notify('notifications', '') from enabled`,
    [merchantId, endpoint, clock.now(), cause],
  );
  return rows.length > 0;
}
