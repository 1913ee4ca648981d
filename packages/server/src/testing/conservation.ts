import type { Ledger } from '../ledger/ledger.ts';

/**
 * What must hold at every moment, over the whole database, and does not: empty when all is well. The same rules that an
 * auditor would ask of any set of books: nothing appears, nothing vanishes, nothing happens twice.
 */
export async function conservationProblems(ledger: Pick<Ledger, 'pool'>): Promise<string[]> {
  const { rows } = await ledger.pool.query<{ problem: string }>(conservationSql);
  return rows.map(({ problem }) => problem);
}

const conservationSql = `
with journal as (
  select merchant_id, slot_id, sum(on_hand_change)::int as on_hand, sum(reserved_change)::int as reserved
  from stock_journal group by merchant_id, slot_id
), promised as (
  select merchant_id, slot_id, count(*)::int as units
  from dispenses where reserves and state in ('reserved', 'queued', 'sent', 'held') group by merchant_id, slot_id
), dropped as (
  select merchant_id, dispense_id, count(*)::int as times
  from stock_journal where on_hand_change = -1 and dispense_id is not null group by merchant_id, dispense_id
), line as (
  select l.merchant_id, l.order_id, l.id, l.quantity, count(d.id)::int as units,
    count(d.id) filter (where d.state in ('queued', 'sent'))::int as under_way
  from order_lines l
  left join dispenses d on d.merchant_id = l.merchant_id and d.order_id = l.order_id and d.line_id = l.id
  group by l.merchant_id, l.order_id, l.id, l.quantity
)
select 'slot ' || s.id || ': on_hand ' || s.on_hand || ', journal ' || coalesce(j.on_hand, 0) as problem
from slots s left join journal j on j.merchant_id = s.merchant_id and j.slot_id = s.id
where s.on_hand <> coalesce(j.on_hand, 0) or s.on_hand < 0
union all
select 'slot ' || s.id || ': reserved ' || s.reserved || ', journal ' || coalesce(j.reserved, 0)
from slots s left join journal j on j.merchant_id = s.merchant_id and j.slot_id = s.id
where s.reserved <> coalesce(j.reserved, 0) or s.reserved < 0
union all
select 'slot ' || s.id || ': reserved ' || s.reserved || ', open units ' || coalesce(p.units, 0)
from slots s left join promised p on p.merchant_id = s.merchant_id and p.slot_id = s.id
where s.reserved <> coalesce(p.units, 0)
union all
select 'slot ' || s.id || ': ' || s.on_hand - s.reserved || ' for sale, sold out since ' || coalesce(s.sold_out_at::text, 'never')
from slots s join machines m on m.merchant_id = s.merchant_id and m.id = s.machine_id
where m.upstream_integration_id is null and (s.on_hand <= s.reserved) <> (s.sold_out_at is not null)
union all
-- Rows of one slot are written while it is held, so that their ids are their order.
select 'slot ' || slot_id || ': promised what was not there (journal ' || id || ', ' || reason || ')'
from (
  select *, sum(on_hand_change - reserved_change) over (partition by merchant_id, slot_id order by id) as left_over
  from stock_journal
) j
where reserved_change > 0 and left_over < 0
union all
select 'unit ' || d.id || ' is ' || d.state || ' and left the slot ' || coalesce(o.times, 0) || ' times'
from dispenses d left join dropped o on o.merchant_id = d.merchant_id and o.dispense_id = d.id
where coalesce(o.times, 0) <> case when d.state = 'dispensed' then 1 else 0 end
union all
select 'line ' || id || ': ' || quantity || ' ordered, ' || units || ' units' from line where units <> quantity
union all
select 'unit ' || d.id || ' is ' || d.state || ', its command ' || coalesce(c.state, 'none')
from dispenses d left join dispense_commands c on c.merchant_id = d.merchant_id and c.id = d.command_id
left join remote_orders r on r.merchant_id = d.merchant_id and r.order_id = d.order_id
where r.order_id is null and ((d.state = 'queued' and c.state is distinct from 'queued')
  or (d.state = 'sent' and c.state is distinct from 'sent')
  or (d.state = 'held' and c.state not in ('given_up', 'answered')))
union all
-- What another platform dispenses: what its order's state says of its units, each of which is either given out or paid back.
select 'remote order ' || r.order_id || ' is ' || r.state || ' and has a unit that is ' || d.state
from remote_orders r join dispenses d on d.merchant_id = r.merchant_id and d.order_id = r.order_id
where case r.state
  when 'queued' then d.state <> 'queued'
  when 'sent' then d.state <> 'sent'
  when 'cancelled' then d.state not in ('returned', 'failed')
  when 'done' then d.state not in ('dispensed', 'failed')
  else d.state not in ('sent', 'held', 'dispensed', 'failed') end
union all
select 'remote order ' || r.order_id || ' is ' || r.state || ' with nothing open'
from remote_orders r
where r.state in ('queued', 'sent', 'accepted', 'unsure') and not exists (select from dispenses d
  where d.merchant_id = r.merchant_id and d.order_id = r.order_id and d.state in ('queued', 'sent', 'held'))
union all
select 'remote order ' || r.order_id || ' is ' || r.state || ', looked after ' || coalesce(r.next_query_at::text, 'never')
from remote_orders r where (r.state in ('done', 'cancelled')) <> (r.next_query_at is null) or (r.next_query_at is null) <> (r.finished_at is not null)
union all
-- A seller may give back the price of what was dispensed, but then all of the order is.
select 'unit ' || d.id || ' is ' || d.state || ' and ' || case when d.refund_id is null then 'not ' else '' end || 'refunded'
from remote_orders r join orders o on o.merchant_id = r.merchant_id and o.id = r.order_id
join dispenses d on d.merchant_id = r.merchant_id and d.order_id = r.order_id
where (d.refund_id is not null) <> (r.state in ('done', 'cancelled') and (d.state in ('failed', 'returned') or o.state = 'refunded'))
union all
select 'order ' || o.id || ' is ' || o.state || ', paid back ' || coalesce(back.cents, 0) || ' of ' || o.amount_cents || ', its units ' || u.cents
from remote_orders r join orders o on o.merchant_id = r.merchant_id and o.id = r.order_id
cross join lateral (
  select coalesce(sum(l.price_cents) filter (where d.refund_id is not null), 0) as cents, bool_and(d.refund_id is not null) as everything
  from dispenses d join order_lines l on l.merchant_id = d.merchant_id and l.order_id = d.order_id and l.id = d.line_id
  where d.merchant_id = o.merchant_id and d.order_id = o.id
) u
cross join lateral (
  select sum(amount_cents) as cents from payments where merchant_id = o.merchant_id and order_id = o.id and kind = 'refund'
) back
where coalesce(back.cents, 0) <> u.cents or u.everything <> (o.state = 'refunded')
union all
select 'command ' || c.id || ' is ' || c.state || ' with ' || count(d.id) || ' of ' || c.quantity || ' units'
from dispense_commands c
left join dispenses d on d.merchant_id = c.merchant_id and d.command_id = c.id and d.state in ('queued', 'sent')
group by c.merchant_id, c.id, c.state, c.quantity
having (c.state = 'queued' and count(d.id) <> c.quantity) or (c.state = 'sent' and count(d.id) = 0)
  or (c.state not in ('queued', 'sent') and count(d.id) > 0)
union all
select 'order ' || o.id || ' is ' || o.state || ' and has a unit that is ' || d.state
from orders o join dispenses d on d.merchant_id = o.merchant_id and d.order_id = o.id
where (o.state = 'unpaid' and d.state <> 'reserved')
  or (o.state in ('expired', 'closed', 'revoked', 'payment_failed') and d.state <> 'returned' and o.expires_at is not null)
  or (o.state = 'refunded' and d.state in ('reserved', 'queued'))
union all
select 'order ' || o.id || ': ' || o.amount_cents || ' asked, lines of ' || sum(l.price_cents * l.quantity)
from orders o join order_lines l on l.merchant_id = o.merchant_id and l.order_id = o.id
where o.integration_id is not null and o.channel_id is null
group by o.merchant_id, o.id, o.amount_cents having o.amount_cents <> sum(l.price_cents * l.quantity)
union all
select 'order ' || o.id || ' is ' || o.state || ' with payments ' || coalesce(string_agg(p.kind, ', ' order by p.id), 'none')
from orders o left join payments p on p.merchant_id = o.merchant_id and p.order_id = o.id
where o.channel_id is not null
group by o.merchant_id, o.id, o.state, o.paid_at
having coalesce(string_agg(p.kind, ', ' order by p.id), '') <>
  case when o.paid_at is null then '' when o.state = 'refunded' then 'payment, refund' else 'payment' end
union all
-- Paid once, and paid back what its units say: all of it when it is refunded, and never more.
select 'order ' || o.id || ' is ' || o.state || ', paid ' || p.times || ' times, paid back ' || p.back_cents || ' of ' || o.amount_cents
  || ', its units ' || u.cents
from orders o
cross join lateral (
  select count(*) filter (where kind = 'payment') as times, coalesce(sum(amount_cents) filter (where kind = 'refund'), 0) as back_cents
  from payments where merchant_id = o.merchant_id and order_id = o.id
) p
cross join lateral (
  select coalesce(sum(l.price_cents), 0) as cents
  from dispenses d join order_lines l on l.merchant_id = d.merchant_id and l.order_id = d.order_id and l.id = d.line_id
  where d.merchant_id = o.merchant_id and d.order_id = o.id and d.refund_id is not null
) u
where o.expires_at is not null and o.channel_id is null
  and not exists (select from remote_orders r where r.merchant_id = o.merchant_id and r.order_id = o.id)
  and (p.times <> case when o.paid_at is null then 0 else 1 end
    or p.back_cents <> case when o.paid_at is null then 0 when o.state = 'refunded' then o.amount_cents else u.cents end)
union all
-- What a machine gave out for a code that it did not know to have ended is a fact, and shown as a conflict. A code that fetched nothing gave nothing.
select 'unit ' || g.dispense_id || ' was made good ' || count(*) || ' times'
from (
  select merchant_id, id as dispense_id from dispenses where refund_id is not null
  union all
  select g.merchant_id, g.dispense_id from made_good g
  join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
  where p.state in ('taken', 'used') and p.used_by <> 'machine' and exists (
    select from dispenses f where f.merchant_id = p.merchant_id and f.order_id = p.order_id and f.state not in ('failed', 'returned'))
  union all
  select g.merchant_id, g.dispense_id from made_good g
  join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
  where p.state = 'unused' and g.ended_at is null
  union all
  -- All of the order was given back at once, not unit by unit.
  select distinct g.merchant_id, g.dispense_id from made_good g
  join orders o on o.merchant_id = g.merchant_id and o.id = g.order_id and o.state = 'refunded'
  join dispenses d on d.merchant_id = g.merchant_id and d.id = g.dispense_id and d.refund_id is null
  where g.pickup_code_id is not null
) g
group by g.merchant_id, g.dispense_id having count(*) > 1
union all
select 'unit ' || a.dispense_id || ' of command ' || a.command_id || ' was moved by ' || count(*) || ' answers'
from dispense_answers a where a.effect in ('applied', 'late')
group by a.merchant_id, a.command_id, a.dispense_id having count(*) > 1
union all
-- Each time that its dispense failed a code was good again, and that order undone.
select 'pickup code ' || p.id || ' is ' || p.state || ' with ' || count(o.id) || ' orders'
from pickup_codes p left join orders o on o.merchant_id = p.merchant_id and o.pickup_code_id = p.id
group by p.merchant_id, p.id
having count(o.id) <> p.restores + case when p.state in ('taken', 'used') and p.used_by <> 'elsewhere' then 1 else 0 end
union all
select 'pickup code ' || p.id || ' is ' || p.state || ' and fetched ' || count(d.id) || ' units'
from pickup_codes p
join orders o on o.merchant_id = p.merchant_id and o.pickup_code_id = p.id
join dispenses d on d.merchant_id = o.merchant_id and d.order_id = o.id and d.state = 'dispensed'
group by p.merchant_id, p.id having count(d.id) > 1 or p.state not in ('taken', 'used')
union all
select 'pickup code ' || p.id || ' is taken, its unit ' || d.state
from pickup_codes p join dispenses d on d.merchant_id = p.merchant_id and d.order_id = p.order_id
where p.state = 'taken' and d.state not in ('queued', 'sent', 'held')
union all
select 'external code ' || c.id || ' is ' || c.state || ', its unit ' || coalesce(d.state, 'none')
from external_codes c left join dispenses d on d.merchant_id = c.merchant_id and d.order_id = c.order_id
where case c.state
  when 'dispensing' then coalesce(d.state, '') not in ('queued', 'sent', 'held')
  when 'failed' then coalesce(d.state, '') not in ('failed', 'returned')
  when 'dispensed' then coalesce(d.state, '') <> 'dispensed'
  when 'untold' then coalesce(d.state, '') <> 'dispensed'
  when 'used' then coalesce(d.state, '') <> 'dispensed'
  else d.id is not null end
union all
select 'channel order ' || c.order_id || ' told its outcome ' || count(e.id) || ' times, with ' || c.open || ' units under way'
from (
  select c.merchant_id, c.order_id, count(d.id) filter (where d.state in ('reserved', 'queued', 'sent')) as open
  from channel_orders c left join dispenses d on d.merchant_id = c.merchant_id and d.order_id = c.order_id
  group by c.merchant_id, c.order_id
) c
left join events e on e.merchant_id = c.merchant_id and e.order_id = c.order_id and e.kind = 'order.outcome'
group by c.merchant_id, c.order_id, c.open having count(e.id) <> case when c.open = 0 then 1 else 0 end
union all
select 'channel order ' || c.order_id || ': what is known is not what was told, nor said to contradict it'
from (
  select c.merchant_id, c.order_id, coalesce(c.truth, c.outcome) as known,
    (select count(*) from dispenses d where d.merchant_id = c.merchant_id and d.order_id = c.order_id and d.state = 'dispensed') as units
  from channel_orders c where c.outcome_at is not null
) c
where c.units <> (select count(*) from jsonb_array_elements(c.known) u where (u ->> 'dispensed')::boolean)
union all
select 'slot ' || id || ': ' || on_hand || ' in it, filled with ' || stocked from slots where on_hand > stocked
union all
-- A wide lane covers such of its own row, to its right, and is not covered itself.
select 'slot ' || s.id || ' is covered by slot ' || w.id || ', has ' || s.on_hand || ', promises ' || s.reserved
from slots s join slots w on w.merchant_id = s.merchant_id and w.id = s.merged_into_id
where w.machine_id <> s.machine_id or w.cabinet_id <> s.cabinet_id or w.x <> s.x or w.y >= s.y or w.merged_into_id is not null
  or s.goods_id is not null or s.on_hand <> 0 or s.reserved <> 0
union all
-- What a visit says that it did is what the journal has of it.
select 'slot ' || coalesce(v.slot_id, j.slot_id) || ': visits and planograms took out ' || coalesce(v.units, 0) || ', journal ' || coalesce(j.units, 0)
from (
  select merchant_id, slot_id, sum(units) as units from (
    select v.merchant_id, (s ->> 'slotId')::bigint as slot_id, (t ->> 'quantity')::int as units
    from visits v, jsonb_array_elements(v.slots) s, jsonb_array_elements(s -> 'takenOut') t
    union all
    select e.merchant_id, (s ->> 'slotId')::bigint, (s ->> 'takenOut')::int
    from events e, jsonb_array_elements(e.data -> 'slots') s where e.kind = 'planogram.changed' and s ? 'takenOut'
  ) t group by 1, 2
) v full join (
  select merchant_id, slot_id, -sum(on_hand_change) as units from stock_journal where reason = 'taken-out' group by 1, 2
) j on j.merchant_id = v.merchant_id and j.slot_id = v.slot_id
where v.units is distinct from j.units
union all
select 'visit ' || v.id || ' filled slot ' || coalesce(v.slot_id, l.slot_id) || ' with ' || coalesce(v.units, 0) || ', refill '
  || coalesce(l.quantity, 0) || ', journal ' || coalesce(j.units, 0)
from (
  select v.merchant_id, v.id, v.refill_id, (s ->> 'slotId')::bigint as slot_id, (s ->> 'added')::int as units
  from visits v, jsonb_array_elements(v.slots) s where (s ->> 'added')::int > 0
) v
left join refill_lines l on l.merchant_id = v.merchant_id and l.refill_id = v.refill_id and l.slot_id = v.slot_id
left join (
  select merchant_id, slot_id, refill_id, sum(on_hand_change) as units from stock_journal where refill_id is not null group by 1, 2, 3
) j on j.merchant_id = v.merchant_id and j.slot_id = v.slot_id and j.refill_id = v.refill_id
where l.quantity is distinct from v.units or j.units is distinct from v.units
union all
select 'line ' || l.id || ' is final and was not told of'
from line l
where l.under_way = 0
  and exists (select from dispense_commands c where c.merchant_id = l.merchant_id and c.order_id = l.order_id and c.line_id = l.id
    and c.sent_at is not null)
  and not exists (select from events e where e.merchant_id = l.merchant_id and e.order_id = l.order_id and e.kind = 'dispense.settled'
    and (e.data ->> 'lineId')::bigint = l.id)`;
