import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';
import { heldBack } from './held-back.sql.ts';

/** A slot as a channel may sell it. */
export interface Offer {
  slotId: number;
  /** The machine and the slot are on the channel. */
  offered: boolean;
  /** In units, what is held back from the channel taken off; below zero where the slot is short. */
  forSale: number;
  /** Of the channel, else the slot's own; in minor units. */
  priceCents: number;
  goodsNumber: string | null;
  /** On sale, and not faulty. */
  onSale: boolean;
}

/** What an integration may sell of slots that the caller has locked. */
export async function readOffers(
  trx: Trx,
  merchantId: number,
  integrationId: number,
  slotIds: readonly number[],
): Promise<Map<number, Offer>> {
  const held = sql.raw(heldBack('s.stocked', 'coalesce(ls.held_back_percent, l.held_back_percent, 0)'));
  const { rows } = await sql<Offer>`
    select s.id as "slotId", coalesce(l.offered, i.offers = 'all') and coalesce(ls.offered, true) as offered,
      s.on_hand - s.reserved - ${held} as "forSale", coalesce(ls.price_cents, l.price_cents, s.price_cents) as "priceCents",
      g.number as "goodsNumber", s.on_sale and s.fault_code = 1 as "onSale"
    from slots s
    join integrations i on i.merchant_id = s.merchant_id and i.id = ${integrationId}
    left join listings l on l.merchant_id = s.merchant_id and l.integration_id = i.id and l.machine_id = s.machine_id
    left join listing_slots ls on ls.merchant_id = s.merchant_id and ls.integration_id = i.id and ls.slot_id = s.id
    left join goods g on g.merchant_id = s.merchant_id and g.id = s.goods_id
    where s.merchant_id = ${merchantId} and s.id = any(${[...slotIds]}::bigint[])`.execute(trx);
  return new Map(rows.map((offer) => [offer.slotId, offer]));
}
