import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import { onlineSql } from '../machines/online.sql.ts';
import { patience } from './patience.ts';

export type ExceptionKind =
  | 'paid-not-dispensed'
  | 'held-unit'
  | 'slot-short'
  | 'slot-fault'
  | 'machine-offline'
  | 'endpoint-disabled'
  | 'mirror-failing'
  | 'books-differ'
  | 'conflict';

/** Something that a person should look at. It is derived from the facts and clears itself with them, but for conflicts. */
export interface Exception {
  kind: ExceptionKind;
  since: Date;
  orderId: number | null;
  machineNo: string | null;
  detail: string;
}

/** Oldest first, the newest 500 conflicts of the last 7 days among them. */
export async function listExceptions(ledger: Ledger, merchantId: number): Promise<Exception[]> {
  const now = ledger.clock.now();
  const { rows } = await sql<Exception>`
    select 'paid-not-dispensed' as kind, coalesce(o.paid_at, o.created_at) as since, o.id as "orderId", m.machine_no as "machineNo",
      'trade_id ' || o.trade_id as detail
    from orders o join machines m on m.merchant_id = o.merchant_id and m.id = o.machine_id
    where o.merchant_id = ${merchantId} and o.state in ('paid', 'fetched') and coalesce(o.paid_at, o.created_at) <= ${now}::timestamptz - make_interval(secs => ${patience.unasked})
      and exists (select from dispenses d where d.merchant_id = o.merchant_id and d.order_id = o.id and d.state = 'reserved')
    union all
    select 'held-unit', d.changed_at, d.order_id, m.machine_no, 'slot ' || s.name
    from dispenses d
    join slots s on s.merchant_id = d.merchant_id and s.id = d.slot_id
    join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
    where d.merchant_id = ${merchantId} and d.state = 'held'
    union all
    select 'slot-short', ${now}::timestamptz, null, m.machine_no,
      'slot ' || s.name || ': ' || s.on_hand || ' there, ' || s.reserved || ' promised'
    from slots s join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
    where s.merchant_id = ${merchantId} and s.on_hand < s.reserved
    union all
    select 'slot-fault', coalesce(s.fault_said_at, ${now}::timestamptz), null, m.machine_no, 'slot ' || s.name || ': code ' || s.fault_code
    from slots s join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
    where s.merchant_id = ${merchantId} and s.fault_code <> 1
    union all
    select 'machine-offline', coalesce(t.offline_at, t.last_seen_at, m.created_at), null, m.machine_no, m.name
    from machines m join machine_status t on t.merchant_id = m.merchant_id and t.machine_id = m.id
    where m.merchant_id = ${merchantId} and m.operational
      and not ${onlineSql(ledger)}
    union all
    select 'endpoint-disabled', e.disabled_at, null, null, e.endpoint
    from endpoints e where e.merchant_id = ${merchantId} and e.disabled_at is not null
    union all
    select 'mirror-failing', p.failing_since, null, null, 'integration ' || p.integration_id || ': ' || p.last_error
    from pos_mirrors p join integrations i on i.merchant_id = p.merchant_id and i.id = p.integration_id
    where p.merchant_id = ${merchantId} and i.status = 'active'
      and p.failing_since <= ${now}::timestamptz - make_interval(secs => ${patience.mirror})
    union all
    select 'books-differ', c.differs_since, null, null, 'shop ' || s.sn || ', ' || c.business_day || ': '
      || (c.differences -> 0 ->> 'subject') || ', ' || (c.differences -> 0 ->> 'cause')
      || case when jsonb_array_length(c.differences) > 1 then ', and ' || jsonb_array_length(c.differences) - 1 || ' more' else '' end
    from pos_checks c join pos_shops s on s.merchant_id = c.merchant_id and s.id = c.shop_id
    where c.merchant_id = ${merchantId} and c.differs_since is not null
    union all
    (select 'conflict', e.at, e.order_id, m.machine_no, e.kind || ' ' || e.data::text
    from events e left join machines m on m.merchant_id = e.merchant_id and m.id = e.machine_id
    where e.merchant_id = ${merchantId} and e.kind like 'conflict.%' and e.at > ${now}::timestamptz - interval '7 days'
    order by e.id desc limit 500)
    order by since`.execute(ledger.db);
  return rows;
}
