import { sql } from 'kysely';
import type { Trx } from '../../ledger.ts';
import type { Sale, SaleLine, SalePayment } from './sale.ts';

type Head = Omit<Sale, 'payments' | 'lines'> & { siteId: number | null };

/** A sale out of its trades, so that it says what the statistics say; undefined for an order without any. */
export async function readSale(
  trx: Trx,
  merchantId: number,
  orderId: number,
): Promise<(Sale & { siteId: number | null }) | undefined> {
  const lines = await readLines(trx, merchantId, orderId);
  if (lines.length === 0) return undefined;
  const { rows: heads } = await sql<Head>`
    select o.merchant_id as "merchantId", o.id as "orderId", o.trade_id as "orderNo", o.created_at as "createdAt",
      m.id as "machineId", m.machine_no as "machineNo", m.name as "machineName", o.pay_style as "payStyle",
      case when o.pay_style <> 'pickup-code' then coalesce(nullif(i.name, ''), i.wire_id) end as channel,
      (select coalesce(sum(c.quantity * c.price_cents), 0)::bigint from channel_lines c
        where c.merchant_id = o.merchant_id and c.order_id = o.id and c.line_id is null) as "lostCents",
      (select t.site_id from trades t
        where t.merchant_id = o.merchant_id and t.dispense_id = any(
          select d.id from dispenses d where d.merchant_id = o.merchant_id and d.order_id = o.id)
        order by t.id limit 1) as "siteId"
    from orders o
    join machines m on m.merchant_id = o.merchant_id and m.id = o.machine_id
    left join integrations i on i.merchant_id = o.merchant_id and i.id = o.integration_id
    where o.merchant_id = ${merchantId} and o.id = ${orderId}`.execute(trx);
  const { rows: payments } = await sql<SalePayment>`
    select style, amount_cents as "amountCents" from payments
    where merchant_id = ${merchantId} and order_id = ${orderId} and kind = 'payment' order by id`.execute(trx);
  const [head] = heads;
  return head && { ...head, payments, lines };
}

async function readLines(trx: Trx, merchantId: number, orderId: number): Promise<SaleLine[]> {
  const { rows } = await sql<SaleLine>`
    select d.line_id as "lineId", coalesce(t.goods_id, 0) as "goodsId", t.goods_number as "goodsNumber",
      t.goods_name as "goodsName", coalesce(g.unit, '') as unit, coalesce(t.category_id, 0) as "categoryId",
      t.category_title as "categoryTitle", t.price_cents as "priceCents", t.original_price_cents as "originalPriceCents",
      count(*) as asked, count(*) filter (where t.deliver_state = 'dispensed') as dropped,
      count(*) filter (where t.counts) as standing, count(*) filter (where t.deliver_state = 'pending') as open,
      coalesce(sum(t.refund_cents) filter (where t.counts), 0)::bigint as "partCents",
      bool_or(t.refunded_at is not null) as refunded,
      max(greatest(coalesce(t.executed_at, d.changed_at), t.refunded_at, t.paid_at)) as "settledAt"
    from dispenses d
    join trades t on t.merchant_id = d.merchant_id and t.dispense_id = d.id
    left join goods g on g.merchant_id = t.merchant_id and g.id = t.goods_id
    where d.merchant_id = ${merchantId} and d.order_id = ${orderId}
    group by d.line_id, t.goods_id, t.goods_number, t.goods_name, g.unit, t.category_id, t.category_title, t.price_cents,
      t.original_price_cents
    order by d.line_id`.execute(trx);
  return rows;
}
