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
  | 'machine-report'
  | 'count'
  | 'decided'
  | 'machine-sale'
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

/** Changes slots that the caller has locked, each change with its row in the journal. */
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
        dropped_said_at = greatest(s.dropped_said_at, t.fell_at)
      from (
        select slot_id, sum(on_hand)::int as on_hand, sum(reserved)::int as reserved, max(fell_at) as fell_at
        from move group by slot_id
      ) t
      where s.merchant_id = ${merchantId} and s.id = t.slot_id
    )
    insert into stock_journal
      (merchant_id, slot_id, at, reason, on_hand_change, reserved_change, order_id, dispense_id, refill_id, note)
    select ${merchantId}, slot_id, ${at}, reason, on_hand, reserved, order_id, dispense_id, refill_id, note
    from move order by n`.execute(trx);
}
