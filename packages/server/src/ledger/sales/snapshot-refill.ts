import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/** Writes down every slot of the machine as the refill left it: for its settlement, which is made a little later. */
export async function snapshotRefill(trx: Trx, merchantId: number, refillId: number): Promise<void> {
  await sql`
    insert into settlement_lines
      (merchant_id, refill_id, slot_id, slot_name, cabinet_name, goods_id, goods_number, goods_name, price_cents, stock, refilled)
    select s.merchant_id, r.id, s.id, s.name, b.name, s.goods_id, coalesce(g.number, ''), coalesce(g.name, ''), s.price_cents,
      s.on_hand, coalesce(l.quantity, 0)
    from refills r
    join slots s on s.merchant_id = r.merchant_id and s.machine_id = r.machine_id
    join cabinets b on b.merchant_id = s.merchant_id and b.id = s.cabinet_id
    left join goods g on g.merchant_id = s.merchant_id and g.id = s.goods_id
    left join refill_lines l on l.merchant_id = r.merchant_id and l.refill_id = r.id and l.slot_id = s.id
    where r.merchant_id = ${merchantId} and r.id = ${refillId}`.execute(trx);
}
