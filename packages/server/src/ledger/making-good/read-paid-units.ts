import { sql } from 'kysely';
import type { DispenseState } from '../dispensing/dispense-state.ts';
import type { Db } from '../ledger.ts';
import type { PickupCodeState } from '../pickup-codes/pickup-code-state.ts';
import { isSpent } from './spent-code.ts';

/** A unit of an order that was paid for, and what the buyer has had for it. */
export interface PaidUnit {
  id: number;
  lineId: number;
  slotId: number;
  slot: string;
  productId: number;
  goodsId: number | null;
  goods: string;
  state: DispenseState;
  /** What the buyer paid for it, in cents: its price, or its part of what was paid where that was less than the prices. */
  paidCents: number;
  refundId: number | null;
  /** Issued instead of it, and spent, or good still. */
  code: IssuedCode | null;
  /** Neither dropped nor on its way, and nothing was given for it. */
  isDue: boolean;
}

export interface IssuedCode {
  id: number;
  code: string;
  state: PickupCodeState;
  expiresAt: Date | null;
}

interface Row extends Omit<PaidUnit, 'paidCents' | 'code' | 'isDue'> {
  priceCents: number;
  codeId: number | null;
  code: string | null;
  codeState: PickupCodeState | null;
  expiresAt: Date | null;
}

/**
 * Of what did not drop. Held: nobody knows, and the buyer does not wait for who finds out. Returned: it was given back to the stock, and the
 * order is paid all the same.
 */
const dueStates: readonly DispenseState[] = ['reserved', 'queued', 'failed', 'held', 'returned'];

/**
 * The units of an order of which so much was paid, in the order in which they were sold. Whether the order may be made good at all is not asked
 * here (lockPaidOrder).
 */
export async function readPaidUnits(
  db: Db,
  { merchantId, orderId, now }: { merchantId: number; orderId: number; now: Date },
): Promise<PaidUnit[]> {
  const { rows } = await sql<Row & { amountCents: number }>`
    select d.id, d.line_id as "lineId", d.slot_id as "slotId", s.name as slot, l.product_id as "productId", l.goods_id as "goodsId",
      l.goods_name as goods, d.state, d.refund_id as "refundId", l.price_cents as "priceCents", o.amount_cents as "amountCents",
      code.id as "codeId", code.code, code.state as "codeState", code.expires_at as "expiresAt"
    from orders o
    join order_lines l on l.merchant_id = o.merchant_id and l.order_id = o.id
    join dispenses d on d.merchant_id = l.merchant_id and d.order_id = l.order_id and d.line_id = l.id
    join slots s on s.merchant_id = d.merchant_id and s.id = d.slot_id
    left join lateral (${liveCodeOf(now)}) code on true
    where o.merchant_id = ${merchantId} and o.id = ${orderId}
    order by l.id, d.id`.execute(db);
  const askedCents = rows.reduce((sum, { priceCents }) => sum + priceCents, 0);
  return rows.map(({ amountCents, priceCents, codeId, code, codeState, expiresAt, ...row }) => ({
    ...row,
    paidCents: amountCents >= askedCents ? priceCents : partOf(amountCents, priceCents, askedCents),
    code: codeId === null || code === null || codeState === null ? null : { id: codeId, code, state: codeState, expiresAt },
    isDue: row.refundId === null && codeId === null && dueStates.includes(row.state),
  }));
}

/**
 * The code that was issued for a unit `d` and counts: spent, or good until its end. One that is for a unit of which it became known
 * that it had dropped fetches nothing (droppedOrder), but is named all the same.
 */
export function liveCodeOf(now: Date) {
  return sql`
    select p.id, p.code, p.state, p.expires_at
    from made_good g join pickup_codes p on p.merchant_id = g.merchant_id and p.id = g.pickup_code_id
    where g.merchant_id = d.merchant_id and g.dispense_id = d.id
      and (${isSpent} or (p.state = 'unused' and (p.expires_at is null or p.expires_at > ${now}::timestamptz)))
    order by g.id desc limit 1`;
}

/** Rounded down: the parts are never more than the whole. */
function partOf(amountCents: number, priceCents: number, askedCents: number): number {
  return Number((BigInt(amountCents) * BigInt(priceCents)) / BigInt(askedCents));
}
