import { heldBack } from '../listings/held-back.sql.ts';

/**
 * Places a batch of orders in one statement: takes the stock, writes orders, lines, one dispense row per unit, the
 * journal and the events. An order is placed whole or not at all.
 *
 * $1 drafts [{n, merchant_id, machine_no, integration_id, trade_id, notify_url, cause}]
 * $2 lines [{n, position, product_id, quantity}], $3 now, $4 the end of the payment window
 *
 * What a channel is offered, at its price, is looked up by key: a machine that is not offered there does not exist there.
 *
 * Slots are locked in the order of their ids, as all writers do, so that orders over several slots never deadlock. An order
 * counts what earlier ones of the batch ask for, even those that are refused: the refused are tried again alone.
 *
 * Every order has its id from the beginning, so that its rows find each other by one number: the planner knows nothing of
 * batches, and whatever it believes of them, two joined by one column cost little, and three by two cost the cube.
 */
export const placeOrdersSql = `
with draft as (
  select d.*, m.id as machine_id, o.held_back_percent, o.price_cents as channel_price_cents,
    nextval(pg_get_serial_sequence('orders', 'id')) as order_id
  from jsonb_to_recordset($1::jsonb) as d(n int, merchant_id bigint, machine_no text, integration_id bigint, trade_id text,
    notify_url text, cause jsonb)
  join machines m on m.merchant_id = d.merchant_id and m.machine_no = d.machine_no
    and m.upstream_integration_id is null and m.operational
  join integrations i on i.merchant_id = d.merchant_id and i.id = d.integration_id
  left join listings o on o.merchant_id = d.merchant_id and o.integration_id = d.integration_id and o.machine_id = m.id
  where coalesce(o.offered, i.offers = 'all')
), wanted as (
  select d.merchant_id, d.machine_id, d.order_id, d.integration_id, d.held_back_percent, d.channel_price_cents, l.*
  from jsonb_to_recordset($2::jsonb) as l(n int, position int, product_id bigint, quantity int)
  join draft d on d.n = l.n
), slot as (
  select s.merchant_id, s.id, s.product_id, s.machine_id, s.goods_id, s.price_cents, s.on_sale and s.fault_code = 1 as on_sale,
    s.on_hand - s.reserved as for_sale, s.stocked
  from slots s
  where (s.merchant_id, s.product_id) in (select merchant_id, product_id from wanted)
  order by s.merchant_id, s.id
  for no key update
), line as (
  select w.*, s.id as slot_id, s.goods_id, coalesce(o.price_cents, w.channel_price_cents, s.price_cents) as price_cents,
    coalesce(s.machine_id = w.machine_id and s.goods_id is not null and s.on_sale and coalesce(o.offered, true)
      and sum(w.quantity) over (partition by w.merchant_id, w.product_id order by w.n, w.position rows unbounded preceding)
        <= s.for_sale - ${heldBack('s.stocked', 'coalesce(o.held_back_percent, w.held_back_percent, 0)')}, false) as fits
  from wanted w
  left join slot s on s.merchant_id = w.merchant_id and s.product_id = w.product_id
  left join listing_slots o on o.merchant_id = s.merchant_id and o.integration_id = w.integration_id and o.slot_id = s.id
), fitting as (
  select n, sum(price_cents * quantity) as amount_cents from line group by n having bool_and(fits)
), placed as (
  insert into orders (merchant_id, id, machine_id, integration_id, trade_id, state, amount_cents, notify_url, created_at, expires_at)
  select d.merchant_id, d.order_id, d.machine_id, d.integration_id, d.trade_id, 'unpaid', f.amount_cents, d.notify_url,
    $3::timestamptz, $4::timestamptz
  from draft d join fitting f on f.n = d.n
  order by d.merchant_id, d.trade_id collate "C"
  on conflict (merchant_id, trade_id, channel_id) do nothing
  returning merchant_id, id, machine_id, trade_id, amount_cents
), ordered_line as (
  insert into order_lines (merchant_id, order_id, slot_id, product_id, goods_id, goods_name, quantity, price_cents)
  select p.merchant_id, p.id, l.slot_id, l.product_id, l.goods_id, g.name, l.quantity, l.price_cents
  from placed p
  join line l on l.order_id = p.id
  join goods g on g.merchant_id = l.merchant_id and g.id = l.goods_id
  order by p.id, l.position
  returning merchant_id, order_id, id, slot_id, quantity
), taken as (
  update slots s set reserved = s.reserved + t.quantity,
    sold_out_at = case when s.on_hand <= s.reserved + t.quantity then $3::timestamptz end
  from (select merchant_id, slot_id, sum(quantity)::int as quantity from ordered_line group by merchant_id, slot_id) t
  where s.merchant_id = t.merchant_id and s.id = t.slot_id
  returning s.merchant_id, s.machine_id, s.on_hand <= s.reserved as is_sold_out
), marked as (
  insert into machine_changes (merchant_id, machine_id, what, at)
  select distinct merchant_id, machine_id, 'stock', $3::timestamptz from taken where is_sold_out
), units as (
  insert into dispenses (merchant_id, slot_id, order_id, line_id, state, changed_at)
  select merchant_id, slot_id, order_id, id, 'reserved', $3::timestamptz from ordered_line, generate_series(1, quantity)
), journal as (
  insert into stock_journal (merchant_id, slot_id, at, reason, on_hand_change, reserved_change, order_id)
  select merchant_id, slot_id, $3::timestamptz, 'order', 0, quantity, order_id from ordered_line
), told as (
  insert into events (merchant_id, at, kind, order_id, machine_id, data, cause)
  select p.merchant_id, $3::timestamptz, 'order.placed', p.id, p.machine_id, '{}', d.cause
  from placed p join draft d on d.order_id = p.id
)
select merchant_id, id, trade_id, amount_cents from placed`;
