import { sql } from 'kysely';
import type { Db } from '../ledger.ts';

/** A unit of an order that another platform took, by the names that it gave. */
export interface ChannelUnit {
  slot: string;
  goods: string;
  /** Of a unit, as that platform told it; in minor units. */
  priceCents: number;
  /** Held is failed: the buyer's money goes back, whatever may become known later. */
  status: 'pending' | 'dispensed' | 'failed';
}

/** Every unit that was asked for, those that could not be had too; always in the same order. */
export async function readChannelUnits(db: Db, merchantId: number, orderId: number): Promise<ChannelUnit[]> {
  const { rows } = await sql<ChannelUnit>`
    select c.slot_name as slot, c.goods_number as goods, c.price_cents as "priceCents",
      case when d.state = 'dispensed' then 'dispensed' when d.state in ('reserved', 'queued', 'sent') then 'pending' else 'failed' end
        as status
    from channel_lines c
    left join dispenses d on d.merchant_id = c.merchant_id and d.order_id = c.order_id and d.line_id = c.line_id
    cross join generate_series(1, case when c.line_id is null then c.quantity else 1 end)
    where c.merchant_id = ${merchantId} and c.order_id = ${orderId}
    order by c.position, d.id`.execute(db);
  return rows;
}
