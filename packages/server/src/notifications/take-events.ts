import { sql, type Transaction } from 'kysely';
import type { Tables } from '../database/tables.generated.ts';
import type { LedgerEvent } from '../ledger/events/event.ts';

interface EventName {
  merchantId: number;
  eventId: number;
}

/** The oldest events of the outbox, without `notNow` and without those that come after one of `holding` in the same order. */
export async function takeEvents(
  trx: Transaction<Tables>,
  limit: number,
  notNow: readonly EventName[],
  holding: readonly (EventName & { orderId: number })[],
): Promise<LedgerEvent[]> {
  const { rows } = await sql<LedgerEvent>`
    with not_now as materialized (
      select * from unnest(
        ${notNow.map(({ merchantId }) => merchantId)}::bigint[], ${notNow.map(({ eventId }) => eventId)}::bigint[]
      ) as d(merchant_id, event_id)
    ), holding as materialized (
      select * from unnest(
        ${holding.map(({ merchantId }) => merchantId)}::bigint[], ${holding.map(({ orderId }) => orderId)}::bigint[],
        ${holding.map(({ eventId }) => eventId)}::bigint[]
      ) as h(merchant_id, order_id, event_id)
    )
    select e.merchant_id as "merchantId", e.id, e.at, e.kind, e.order_id as "orderId", e.machine_id as "machineId", e.data
    from outbox o
    join events e on e.merchant_id = o.merchant_id and e.id = o.event_id
    where not exists (select from not_now d where d.merchant_id = o.merchant_id and d.event_id = o.event_id)
      and not exists (
        select from holding h where h.merchant_id = e.merchant_id and h.order_id = e.order_id and h.event_id < e.id
      )
    order by o.event_id, o.merchant_id
    limit ${limit}`.execute(trx);
  return rows;
}
