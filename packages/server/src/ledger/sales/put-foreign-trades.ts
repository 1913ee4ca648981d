import { sql } from 'kysely';
import { inTransaction } from '../../database/transaction.ts';
import type { Cause } from '../events/event.ts';
import type { Ledger, Trx } from '../ledger.ts';
import { identifyForeignTrades } from './identify-foreign-trades.ts';
import type { PayStyle } from './pay-style.ts';
import { settleForeignTrades } from './settle-foreign-trades.ts';
import type { DeliverState, PayStatus, RefundState } from './trade.ts';
import { lockSales, upsertTrades } from './upsert-trades.ts';

/** A trade of a machine of another platform, as that platform tells of it. What it does not tell is '' or null. */
export interface ForeignTrade {
  /** The other platform's id; null where it tells none: then the trade is known by its order and slot. */
  upstreamTradeId: string | null;
  /** When it was asked for; undefined for what was told unasked, which may be old. */
  askedAt?: Date | undefined;
  machineId: number;
  orderNo: string;
  machineTradeNo: string;
  paymentReference: string;
  slotName: string;
  cabinetName: string;
  goodsId: number | null;
  goodsNumber: string;
  goodsName: string;
  categoryId: number | null;
  categoryTitle: string;
  quantity: number;
  /** Of one. */
  priceCents: number;
  originalPriceCents: number;
  payStyle: PayStyle;
  payStatus: PayStatus;
  paidAt: Date | null;
  deliverState: DeliverState;
  notifiedAt: Date | null;
  receivedAt: Date | null;
  executedAt: Date | null;
  refundState: RefundState;
  refundCents: number;
  refundedAt: Date | null;
  refundNo: string;
  createdAt: Date;
}

/** So far has each come: what is told later, or again, never takes one back. */
const progress = {
  pay: ['waiting', 'failed', 'paid'] satisfies PayStatus[],
  deliver: ['pending', 'sold-out', 'failed', 'dispensed'] satisfies DeliverState[],
  refund: ['none', 'refunding', 'failed', 'refunded'] satisfies RefundState[],
};

/**
 * Writes trades of machines of another platform, told in any order and however often, among our own. Payment, delivery and refund are
 * each taken from the telling that has come furthest (progress), and of two equally far from the one with the later time; a telling
 * that is behind in one may be ahead in another. What a trade was when it was sold stays as it was first told.
 * Answers how many were new or changed.
 */
export async function putForeignTrades(
  ledger: Ledger,
  of: { merchantId: number; upstreamIntegrationId: number },
  trades: readonly ForeignTrade[],
  cause: Cause,
): Promise<number> {
  return await inTransaction(ledger.db, async (trx) => {
    await lockSales(trx, [of.merchantId]);
    let changed = 0;
    // The same trade told twice in one call: one after the other.
    for (let rest = [...trades]; rest.length > 0; ) {
      const seen = new Set<string>();
      const [now, later] = [[] as ForeignTrade[], [] as ForeignTrade[]];
      for (const trade of rest) {
        const id = trade.upstreamTradeId;
        (id !== null && seen.has(id) ? later : now).push(trade);
        if (id !== null) seen.add(id);
      }
      changed += await putOnce(ledger, trx, of, now, cause);
      rest = later;
    }
    await settleForeignTrades(trx, of.merchantId, [...new Set(trades.map(({ machineId }) => machineId))]);
    return changed;
  });
}

async function putOnce(
  ledger: Ledger,
  trx: Trx,
  { merchantId, upstreamIntegrationId }: { merchantId: number; upstreamIntegrationId: number },
  trades: readonly ForeignTrade[],
  cause: Cause,
): Promise<number> {
  const identified = await identifyForeignTrades(trx, { merchantId, upstreamIntegrationId }, trades);
  const candidates = sql`
    select ${merchantId}::bigint as merchant_id, t.id, c.n, c."machineId" as machine_id, null::bigint as order_id,
      null::bigint as dispense_id, ${upstreamIntegrationId}::bigint as upstream_integration_id,
      c."upstreamTradeId" as upstream_trade_id, null::bigint as integration_id, c."orderNo" as order_no, s.id as slot_id,
      c."slotName" as slot_name, c."cabinetName" as cabinet_name, c."goodsId" as goods_id, c."goodsNumber" as goods_number,
      c."goodsName" as goods_name, c."categoryId" as category_id, c."categoryTitle" as category_title, m.site_id, p.line_id, c.quantity,
      c."priceCents" as price_cents, c."originalPriceCents" as original_price_cents, c."createdAt" as created_at,
      case when ahead.pay then c."payStyle" else t.pay_style end as pay_style,
      case when ahead.pay then c."payStatus" else t.pay_status end as pay_status,
      case when ahead.pay then c."paidAt" else t.paid_at end as paid_at,
      coalesce(nullif(c."paymentReference", ''), t.payment_reference, '') as payment_reference,
      case when ahead.deliver then c."deliverState" else t.deliver_state end as deliver_state,
      case when ahead.deliver then c."executedAt" else t.executed_at end as executed_at,
      case when ahead.refund then c."refundState" else t.refund_state end as refund_state,
      case when ahead.refund then c."refundCents" else t.refund_cents end as refund_cents,
      case when ahead.refund then c."refundedAt" else t.refunded_at end as refunded_at,
      coalesce(nullif(c."refundNo", ''), t.refund_no, '') as refund_no,
      coalesce(nullif(c."machineTradeNo", ''), t.machine_trade_no, '') as machine_trade_no,
      coalesce(t.notified_at, c."notifiedAt") as notified_at, coalesce(t.received_at, c."receivedAt") as received_at
    from jsonb_to_recordset(${JSON.stringify(identified.map((trade, n) => ({ ...trade, n })))}::jsonb) as c(n int, "tradeId" bigint, whole boolean, "upstreamTradeId" text,
      "machineId" bigint, "orderNo" text, "machineTradeNo" text, "paymentReference" text, "slotName" text, "cabinetName" text,
      "goodsId" bigint, "goodsNumber" text, "goodsName" text, "categoryId" bigint, "categoryTitle" text, quantity int,
      "priceCents" bigint, "originalPriceCents" bigint, "payStyle" text, "payStatus" text, "paidAt" timestamptz, "deliverState" text,
      "notifiedAt" timestamptz, "receivedAt" timestamptz, "executedAt" timestamptz, "refundState" text, "refundCents" bigint,
      "refundedAt" timestamptz, "refundNo" text, "createdAt" timestamptz)
    join machines m on m.merchant_id = ${merchantId} and m.id = c."machineId"
    left join sites p on p.merchant_id = m.merchant_id and p.id = m.site_id
    left join slots s on s.merchant_id = m.merchant_id and s.machine_id = m.id and s.name = c."slotName"
    left join trades t on t.merchant_id = ${merchantId} and t.id = c."tradeId"
    cross join lateral (
      select t.id is null or c.whole or ${further(progress.pay, 'c."payStatus"', 'c."paidAt"', 't.pay_status', 't.paid_at')} as pay,
        t.id is null or c.whole or ${further(progress.deliver, 'c."deliverState"', 'c."executedAt"', 't.deliver_state', 't.executed_at')} as deliver,
        t.id is null or c.whole or ${further(progress.refund, 'c."refundState"', 'c."refundedAt"', 't.refund_state', 't.refunded_at')} as refund
    ) ahead`;
  return await upsertTrades(ledger, trx, candidates, cause);
}

/** Whether a state with its time is as far as another, or further. */
function further(steps: readonly string[], state: string, at: string, before: string, beforeAt: string) {
  const rank = (column: string, time: string) =>
    sql`array_position(${[...steps]}::text[], ${sql.raw(column)}), coalesce(${sql.raw(time)}, '-infinity'::timestamptz)`;
  return sql`(${rank(state, at)}) >= (${rank(before, beforeAt)})`;
}
