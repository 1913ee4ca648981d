import { type RawBuilder, sql } from 'kysely';

/** The error of a unit that was not there: a machine, or whoever speaks for it, says so. */
export const soldOut = 'sold-out';

/**
 * The trades of orders as orders, units and payments are now: one per unit of what was paid for, or fetched with a code. However
 * often and in whatever order it is asked, it comes out the same. A refund of a part is for what did not drop, then for what did.
 */
export function tradesOfOrders(orders: readonly { merchantId: number; orderId: number }[]): RawBuilder<unknown> {
  return sql`
    select d.merchant_id, t.id, row_number() over (order by o.id, d.id) as n,
      o.machine_id, o.id as order_id, d.id as dispense_id, m.upstream_integration_id, null::text as upstream_trade_id,
      o.integration_id, o.trade_id as order_no, d.slot_id, s.name as slot_name, b.name as cabinet_name, l.goods_id,
      coalesce(g.number, '') as goods_number, l.goods_name, g.category_id, coalesce(k.title, '') as category_title, m.site_id,
      p.line_id, 1 as quantity, l.price_cents, coalesce(l.original_price_cents, g.price_cents, l.price_cents) as original_price_cents, o.created_at,
      o.pay_style, 'paid' as pay_status, coalesce(o.paid_at, o.created_at) as paid_at,
      coalesce(payment.reference, '') as payment_reference,
      case
        when d.state = 'dispensed' then 'dispensed'
        when d.state = 'failed' and d.error = ${soldOut} then 'sold-out'
        when d.state in ('failed', 'returned') then 'failed'
        else 'pending'
      end as deliver_state,
      case
        when d.state not in ('dispensed', 'failed') then null
        -- Told afterwards, of then.
        when o.machine_trade_no is not null then coalesce(o.paid_at, o.created_at)
        else d.changed_at
      end as executed_at,
      case when given_back.whole then 'refunded' else 'none' end as refund_state,
      case when refund.id is null then 0 else given_back.cents end as refund_cents,
      case when given_back.whole or given_back.cents > 0 then coalesce(refund.at, o.closed_at) end as refunded_at,
      case when given_back.whole or given_back.cents > 0 then coalesce(refund.id::text, '') else '' end as refund_no,
      coalesce(o.machine_trade_no, d.command_id::text, '') as machine_trade_no, coalesce(c.sent_at, r.sent_at) as notified_at,
      answered.at as received_at
    from unnest(${orders.map(({ merchantId }) => merchantId)}::bigint[], ${orders.map(({ orderId }) => orderId)}::bigint[])
      as due(merchant_id, order_id)
    join orders o on o.merchant_id = due.merchant_id and o.id = due.order_id and o.pay_style is not null
    join machines m on m.merchant_id = o.merchant_id and m.id = o.machine_id
    left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    join order_lines l on l.merchant_id = o.merchant_id and l.order_id = o.id
    join dispenses d on d.merchant_id = l.merchant_id and d.order_id = l.order_id and d.line_id = l.id
    join slots s on s.merchant_id = d.merchant_id and s.id = d.slot_id
    join cabinets b on b.merchant_id = s.merchant_id and b.id = s.cabinet_id
    left join goods g on g.merchant_id = l.merchant_id and g.id = l.goods_id
    left join categories k on k.merchant_id = g.merchant_id and k.id = g.category_id
    left join dispense_commands c on c.merchant_id = d.merchant_id and c.id = d.command_id
    left join remote_orders r on r.merchant_id = o.merchant_id and r.order_id = o.id
    left join trades t on t.merchant_id = d.merchant_id and t.dispense_id = d.id
    left join lateral (
      select min(a.received_at) as at from dispense_answers a
      where a.merchant_id = d.merchant_id and a.command_id = d.command_id and a.dispense_id = d.id
    ) answered on true
    left join lateral (
      select reference from payments where merchant_id = o.merchant_id and order_id = o.id and kind = 'payment' order by id limit 1
    ) payment on true
    left join lateral (
      select id, at, amount_cents from payments
      where merchant_id = o.merchant_id and order_id = o.id and kind = 'refund'
      order by (id = d.refund_id) desc nulls last, id limit 1
    ) refund on true
    cross join lateral (
      -- What is left of the refund for this unit, after what did not drop and the units before it; null: everything was given back.
      select case
        when refund.id is null or d.refund_id is not null or refund.amount_cents >= o.amount_cents then null
        else refund.amount_cents
          - coalesce((select sum(n.quantity * n.price_cents) from channel_lines n
              where n.merchant_id = o.merchant_id and n.order_id = o.id and n.line_id is null), 0)
          - coalesce((select sum(before.price_cents) from dispenses e
              join order_lines before on before.merchant_id = e.merchant_id and before.order_id = e.order_id and before.id = e.line_id
              where e.merchant_id = o.merchant_id and e.order_id = o.id
                and (e.state = 'dispensed', e.id) < (d.state = 'dispensed', d.id)), 0)
      end as cents
    ) remaining
    cross join lateral (
      select given.back and coalesce(remaining.cents >= l.price_cents, true) as whole,
        case when given.back then coalesce(greatest(0, least(l.price_cents, remaining.cents)), l.price_cents) else 0 end as cents
      from (select o.state = 'refunded' or d.refund_id is not null as back) given
    ) given_back`;
}
