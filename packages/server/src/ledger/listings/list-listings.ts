import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';
import type { Listing } from './listing.ts';

/** What is listed on an integration, or on all of a merchant's, machine by machine. */
export async function listListings(ledger: Ledger, merchantId: number, integrationId?: number): Promise<Listing[]> {
  const { rows } = await sql<Listing>`
    select l.integration_id as "integrationId", l.machine_id as "machineId", m.machine_no as "machineNo", l.offered,
      l.held_back_percent as "heldBackPercent", l.price_cents as "priceCents",
      coalesce((
        select jsonb_agg(jsonb_build_object('slotName', s.name, 'offered', o.offered, 'heldBackPercent', o.held_back_percent,
          'priceCents', o.price_cents) order by s.name)
        from listing_slots o join slots s on s.merchant_id = o.merchant_id and s.id = o.slot_id
        where o.merchant_id = l.merchant_id and o.integration_id = l.integration_id and o.machine_id = l.machine_id
      ), '[]') as slots
    from listings l join machines m on m.merchant_id = l.merchant_id and m.id = l.machine_id
    where l.merchant_id = ${merchantId} and (${integrationId ?? null}::bigint is null or l.integration_id = ${integrationId ?? null})
    order by l.integration_id, m.machine_no`.execute(ledger.db);
  return rows;
}
