import { sql } from 'kysely';
import type { Ledger } from '../ledger.ts';

/** A move of its stock, or a word about it: at fault, mended, on or off sale. */
export interface SlotHappening {
  /** Where a page goes on; not to be read otherwise. */
  cursor: string;
  at: Date;
  kind: 'stock' | 'slot.fault' | 'slot.fault-cleared' | 'slot.listed';
  /** Of a move: why, and by how much. */
  reason: string;
  onHandChange: number;
  reservedChange: number;
  orderId: number | null;
  note: string;
  /** Of a fault: the code, 1 normal. */
  faultCode: number | null;
  onSale: boolean | null;
  /** Who or what it came from: mqtt, person, sweep … */
  by: string;
}

export interface SlotHistoryFilter {
  merchantId: number;
  slotId: number;
  limit: number;
  /** Of the last one of the page before. */
  before?: string | undefined;
}

/** What befell a slot, the newest first. */
export async function listSlotHistory(ledger: Ledger, filter: SlotHistoryFilter): Promise<SlotHappening[]> {
  const { merchantId, slotId, limit } = filter;
  const [at = Number.MAX_SAFE_INTEGER, source = 9, id = Number.MAX_SAFE_INTEGER] = filter.before?.split('.').map(Number) ?? [];
  const microseconds = sql`(extract(epoch from at) * 1000000)::bigint`;
  const older = (n: number) => sql`(${microseconds}, ${n}, id) < (${at}::bigint, ${source}::int, ${id}::bigint)`;
  const { rows } = await sql<SlotHappening>`
    (select ${microseconds} || '.1.' || id as cursor, at, 'stock' as kind, reason, on_hand_change as "onHandChange",
      reserved_change as "reservedChange", order_id as "orderId", note, null::int as "faultCode", null::boolean as "onSale", '' as by,
      1 as source, id
    from stock_journal where merchant_id = ${merchantId} and slot_id = ${slotId} and ${older(1)}
    order by id desc limit ${limit})
    union all
    (select ${microseconds} || '.2.' || id, at, kind, '', 0, 0, order_id, '', (data ->> 'faultCode')::int, (data ->> 'onSale')::boolean,
      coalesce(cause ->> 'by', ''), 2, id
    from events where merchant_id = ${merchantId} and (data ->> 'slotId')::bigint = ${slotId}
      and kind in ('slot.fault', 'slot.fault-cleared', 'slot.listed') and ${older(2)}
    order by id desc limit ${limit})
    order by at desc, source desc, id desc limit ${limit}`.execute(ledger.db);
  return rows.map(
    ({ cursor, at: happenedAt, kind, reason, onHandChange, reservedChange, orderId, note, faultCode, onSale, by }) => ({
      ...{ cursor, at: happenedAt, kind, reason, onHandChange, reservedChange, orderId, note, faultCode, onSale, by },
    }),
  );
}
