import { sql } from 'kysely';
import type { Trx } from '../ledger.ts';

/** Why stock changed; the reasons that the journal knows. */
export type StockReason =
  | 'initial'
  | 'order'
  | 'again'
  | 'returned'
  | 'dispensed'
  | 'test-dispensed'
  | 'failed'
  | 'unbooked'
  | 'in-report'
  | 'refill'
  | 'taken-out'
  | 'machine-report'
  | 'count'
  | 'decided'
  | 'machine-sale'
  | 'upstream-report'
  | 'pickup-code';

export interface StockMove {
  slotId: number;
  onHand: number;
  reserved: number;
  reason: StockReason;
  orderId?: number | null;
  dispenseId?: number | null;
  refillId?: number | null;
  note?: string;
  /** When a good fell, by the machine's clock: a report from before it does not know of it. */
  fellAt?: Date;
}

/**
 * Changes slots that the caller has locked, each change with its row in the journal. Keeps since when a slot is sold out, and marks the
 * machine as changed when one is, or no longer. More than before is a new filling: `stocked`.
 */
export async function moveStock(trx: Trx, merchantId: number, at: Date, moves: readonly StockMove[]): Promise<void> {
  if (moves.length === 0) return;
  const rows = moves.map((move, n) => ({
    n,
    slot_id: move.slotId,
    on_hand: move.onHand,
    reserved: move.reserved,
    reason: move.reason,
    order_id: move.orderId ?? null,
    dispense_id: move.dispenseId ?? null,
    refill_id: move.refillId ?? null,
    note: move.note ?? '',
    fell_at: move.fellAt ?? null,
  }));
  await sql`
    with move as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(n int, slot_id bigint, on_hand int, reserved int,
        reason text, order_id bigint, dispense_id bigint, refill_id bigint, note text, fell_at timestamptz)
    ), changed as (
      update slots s set on_hand = s.on_hand + t.on_hand, reserved = s.reserved + t.reserved,
        stocked = case when t.on_hand > 0 then s.on_hand + t.on_hand else s.stocked end,
        dropped_said_at = greatest(s.dropped_said_at, t.fell_at),
        sold_out_at = case when s.on_hand + t.on_hand <= s.reserved + t.reserved then coalesce(s.sold_out_at, ${at}::timestamptz) end
      from (
        select slot_id, sum(on_hand)::int as on_hand, sum(reserved)::int as reserved, max(fell_at) as fell_at,
          bool_or(reason = 'initial') as is_initial
        from move group by slot_id
      ) t
      where s.merchant_id = ${merchantId} and s.id = t.slot_id
      returning s.machine_id, t.is_initial, s.on_hand <= s.reserved as is_sold_out,
        s.on_hand - t.on_hand <= s.reserved - t.reserved as was_sold_out
    ), marked as (
      insert into machine_changes (merchant_id, machine_id, what, at)
      select distinct ${merchantId}::bigint, machine_id, 'stock', ${at}::timestamptz from changed
      where is_sold_out <> was_sold_out and not is_initial
    )
    insert into stock_journal
      (merchant_id, slot_id, at, reason, on_hand_change, reserved_change, order_id, dispense_id, refill_id, note, fell_at)
    select ${merchantId}, slot_id, ${at}, reason, on_hand, reserved, order_id, dispense_id, refill_id, note, fell_at
    from move order by n`.execute(trx);
}
