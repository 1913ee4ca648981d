import { sql } from 'kysely';
import { secondsAfter } from '../clock.ts';
import { lookBack, patience } from './patience.ts';
import type { FindProblems } from './problem.ts';

interface Group {
  endpoint: string;
  since: Date | null;
  disabledAt: Date | null;
  failures: number;
  waiting: number;
  givenUp: number;
  costCents: number;
  integrationId: number | null;
  lastError: string | null;
}

/**
 * Endpoints that do not take what they are told, are switched off, or of which something was given up within a week. It costs what was paid for the
 * orders of which whoever sold them has not heard.
 */
export const findFailingNotifications: FindProblems = async (ledger, { merchantId, machineIds }) => {
  if (machineIds !== null) return [];
  const now = ledger.clock.now();
  const { rows } = await sql<Group>`
    with untold as (
      select n.endpoint, n.order_id, n.integration_id, n.state, n.last_error, coalesce(n.finished_at, n.created_at) as at
      from notifications n
      where n.merchant_id = ${merchantId} and n.state = 'failed' and n.finished_at > ${secondsAfter(now, -lookBack.givenUp)}
      union all
      select n.endpoint, n.order_id, n.integration_id, n.state, n.last_error, n.created_at
      from endpoints e join notifications n on n.merchant_id = e.merchant_id and n.endpoint = e.endpoint and n.state = 'waiting'
      where e.merchant_id = ${merchantId} and (e.disabled_at is not null or e.failing_since is not null)
    ), per as (
      select u.endpoint, min(u.at) as at, count(*) filter (where u.state = 'waiting')::int as waiting,
        count(*) filter (where u.state = 'failed')::int as "givenUp", min(u.integration_id) as "integrationId",
        (array_agg(u.last_error order by u.at desc) filter (where u.last_error <> ''))[1] as "lastError"
      from untold u group by u.endpoint
    ), cost as (
      select u.endpoint, sum(o.amount_cents)::bigint as cents
      from (select distinct endpoint, order_id from untold where order_id is not null) u
      join orders o on o.merchant_id = ${merchantId} and o.id = u.order_id
      group by u.endpoint
    )
    select coalesce(e.endpoint, p.endpoint) as endpoint, coalesce(e.disabled_at, e.failing_since, p.at) as since,
      e.disabled_at as "disabledAt", coalesce(e.failures, 0) as failures, coalesce(p.waiting, 0) as waiting,
      coalesce(p."givenUp", 0) as "givenUp", coalesce(c.cents, 0)::bigint as "costCents", p."integrationId", p."lastError"
    from (select * from endpoints where merchant_id = ${merchantId}
        and (disabled_at is not null or failing_since <= ${secondsAfter(now, -patience.endpoint)})) e
    full join per p on p.endpoint = e.endpoint
    left join cost c on c.endpoint = coalesce(e.endpoint, p.endpoint)
    where e.endpoint is not null or p."givenUp" > 0`.execute(ledger.db);
  return rows.map(({ endpoint, since, disabledAt, failures, waiting, givenUp, costCents, integrationId, lastError }) => ({
    kind: 'notifications-failing',
    key: `notifications-failing:${endpoint}`,
    ...{ since, machineId: null, orderId: null, count: waiting + givenUp, costCents },
    costPer: 'once',
    action: 'replay',
    facts: {
      ...{ endpoint, disabled_at: disabledAt, failures, waiting, given_up: givenUp },
      ...{ integration_id: integrationId, last_error: lastError ?? '' },
    },
  }));
};
