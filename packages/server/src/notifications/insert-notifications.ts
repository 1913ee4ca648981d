import { sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.generated.ts';
import type { NotificationDraft } from './outbound-dialect.ts';

/** Writes the drafts in their order; one whose job key is there already is left as it is. Returns how many were new. */
export async function insertNotifications(
  trx: Transaction<Tables>,
  now: Date,
  drafts: readonly NotificationDraft[],
): Promise<number> {
  if (drafts.length === 0) return 0;
  const rows = drafts.map((draft, n) => ({ ...draft, n, endpoint: endpointOf(draft.url), headers: draft.headers ?? {} }));
  const { numAffectedRows } = await sql`
    insert into notifications (merchant_id, integration_id, event_id, job_key, order_key, order_id, line_id, method, url, endpoint,
      headers, body, state, created_at, give_up_at, next_attempt_at)
    select d."merchantId", d."integrationId", d."eventId", d."jobKey", d."orderKey", d."orderId", d."lineId", d.method, d.url,
      d.endpoint, d.headers, d.body, 'waiting', ${now}, ${now}::timestamptz + make_interval(secs => d."giveUpAfter"),
      -- Behind one that waits for its next attempt it is not due before that one.
      greatest(${now}::timestamptz, (
        select ahead.next_attempt_at from notifications ahead
        where ahead.merchant_id = d."merchantId" and ahead.order_key = d."orderKey" and ahead.state = 'waiting'
        order by ahead.id desc
        limit 1
      ))
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(
      n int, "merchantId" bigint, "integrationId" bigint, "eventId" bigint, "jobKey" text, "orderKey" text, "orderId" bigint,
      "lineId" bigint, method text, url text, endpoint text, headers jsonb, body text,
      "giveUpAfter" float8
    )
    order by d.n
    on conflict (merchant_id, job_key) do nothing`.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Scheme, host and port. A URL that is none makes one attempt, which says so and gives up. */
function endpointOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed && parsed.origin !== 'null' ? parsed.origin : 'invalid';
}
