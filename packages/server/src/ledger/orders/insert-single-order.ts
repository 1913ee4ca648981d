import { sql } from 'kysely';
import type { DispenseState } from '../dispensing/dispense-state.ts';
import type { Trx } from '../ledger.ts';
import type { PayStyle } from '../sales/pay-style.ts';
import type { LockedSlot } from '../stock/lock-slots.ts';
import type { OrderState } from './order-state.ts';

export interface SingleOrder {
  merchantId: number;
  machineId: number;
  integrationId: number | null;
  /** The integration whose platform took it, where `tradeId` is that platform's number. */
  channelId?: number;
  tradeId: string;
  state: OrderState;
  amountCents: number;
  notifyUrl: string;
  createdAt: Date;
  /** Until when it may be paid. */
  expiresAt?: Date;
  paidAt: Date | null;
  pickupCodeId: number | null;
  /** Null: not paid. */
  payStyle: PayStyle | null;
  /** A machine's own number of what it sold by itself. */
  machineTradeNo?: string;
}

/** An order row as it is told; undefined when its trade id exists, or the machine's own number at this machine. */
export async function insertOrder(trx: Trx, order: SingleOrder): Promise<number | undefined> {
  const row = await trx
    .insertInto('orders')
    .values({
      merchant_id: order.merchantId,
      machine_id: order.machineId,
      integration_id: order.integrationId,
      channel_id: order.channelId ?? null,
      trade_id: order.tradeId,
      state: order.state,
      amount_cents: order.amountCents,
      notify_url: order.notifyUrl,
      created_at: order.createdAt,
      expires_at: order.expiresAt ?? null,
      paid_at: order.paidAt,
      pickup_code_id: order.pickupCodeId,
      pay_style: order.payStyle,
      machine_trade_no: order.machineTradeNo ?? null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export interface LineDraft {
  merchantId: number;
  orderId: number;
  slot: LockedSlot;
  priceCents: number;
  /** Before the order's discount. */
  originalPriceCents?: number;
  /** One entry per unit, with what became of it. */
  units: readonly { state: DispenseState; error?: string }[];
  at: Date;
}

/** A line with a dispense row per unit; answers the ids. The caller moves the stock. */
export async function insertLine(trx: Trx, draft: LineDraft): Promise<{ lineId: number; unitIds: number[] }> {
  const { merchantId, orderId, slot, at } = draft;
  const line = await trx
    .insertInto('order_lines')
    .values({
      merchant_id: merchantId,
      order_id: orderId,
      slot_id: slot.id,
      product_id: slot.productId,
      goods_id: slot.goodsId,
      goods_name: sql<string>`coalesce((select name from goods where merchant_id = ${merchantId} and id = ${slot.goodsId}), '')`,
      quantity: draft.units.length,
      price_cents: draft.priceCents,
      original_price_cents: draft.originalPriceCents ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const units = await trx
    .insertInto('dispenses')
    .values(
      draft.units.map(({ state, error }) => ({
        merchant_id: merchantId,
        slot_id: slot.id,
        order_id: orderId,
        line_id: line.id,
        state,
        error: error ?? '',
        changed_at: at,
      })),
    )
    .returning('id')
    .execute();
  return { lineId: line.id, unitIds: units.map(({ id }) => id) };
}
