import { sql } from 'kysely';
import type { Cause } from '../events/event.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Ledger, Trx } from '../ledger.ts';

export interface DueRefill {
  merchantId: number;
  refillId: number;
}

/**
 * Settles a refill, once: the trades of its machine that count, had dropped by its time, and belong to no refill yet are its own
 * from now on, and their sums are kept. What becomes known later goes to the next; what is refunded later stays. False when it
 * was settled before. The caller holds lockSales.
 */
export async function settleRefill(
  ledger: Ledger,
  trx: Trx,
  { merchantId, refillId }: DueRefill,
  cause: Cause,
): Promise<boolean> {
  const { rows } = await sql<{ machine_id: number }>`
    with refill as (
      select r.* from refills r
      where r.merchant_id = ${merchantId} and r.id = ${refillId}
        and not exists (select from settlements s where s.merchant_id = r.merchant_id and s.refill_id = r.id)
    ), taken as (
      update trades t set refill_id = r.id
      from refill r
      where t.merchant_id = r.merchant_id and t.machine_id = r.machine_id and t.refill_id is null and t.counts
        and coalesce(t.executed_at, t.paid_at, t.created_at) <= r.at
      returning t.merchant_id, t.refill_id, t.cabinet_name, t.slot_name, t.pay_style, t.quantity, t.price_cents
    ), sold as (
      insert into settlement_sales (merchant_id, refill_id, cabinet_name, slot_name, pay_style, units, amount_cents)
      select merchant_id, refill_id, cabinet_name, slot_name, pay_style, sum(quantity), sum(quantity * price_cents)
      from taken group by merchant_id, refill_id, cabinet_name, slot_name, pay_style
    )
    insert into settlements (merchant_id, refill_id, machine_id, previous_at, refilled_at, settled_at)
    select r.merchant_id, r.id, r.machine_id,
      (select max(b.at) from refills b
        where b.merchant_id = r.merchant_id and b.machine_id = r.machine_id and (b.at, b.id) < (r.at, r.id)),
      r.at, ${ledger.clock.now()}
    from refill r
    returning machine_id`.execute(trx);
  const [settled] = rows;
  if (!settled) return false;
  const event = { merchantId, kind: 'refill.settled' as const, machineId: settled.machine_id, data: { refillId } };
  await recordEvent(ledger, trx, event, cause);
  return true;
}
