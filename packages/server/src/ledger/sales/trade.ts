import { sql } from 'kysely';
import type { CabinetKind } from '../machines/add-machine.ts';
import type { PayStyle } from './pay-style.ts';

export type PayStatus = 'waiting' | 'paid' | 'failed';

/**
 * `pending`: on its way, or nobody knows (held). `failed`: it did not drop and will not by itself, also since it was given back
 * before it went to the machine.
 */
export type DeliverState = 'pending' | 'dispensed' | 'sold-out' | 'failed';

export type RefundState = 'none' | 'refunding' | 'refunded' | 'failed';

/** A unit sold, as lists and pushes tell of it. Money in cents; snapshots are of the time of the sale. */
export interface Trade {
  id: number;
  /** 1, 2, 3 … of the merchant without a gap. */
  seq: number;
  machineId: number;
  machineNo: string;
  machineType: string;
  /** The communication box through which the machine speaks. */
  gatewayNo: string;
  orderId: number | null;
  /** The channel that sold it; null for what a machine sold by itself. */
  integrationId: number | null;
  /** Not null: of a machine of another platform. */
  upstreamIntegrationId: number | null;
  upstreamTradeId: string | null;
  orderNo: string;
  /** Under which the machine knows it: its own number of a sale, else that of the command. */
  machineTradeNo: string;
  paymentReference: string;
  slotId: number | null;
  slotName: string;
  cabinetName: string;
  cabinetKind: CabinetKind;
  /** Of the cabinet that counts as the machine's own, the one of the lowest address. */
  inMainCabinet: boolean;
  goodsId: number | null;
  goodsNumber: string;
  goodsName: string;
  categoryId: number | null;
  categoryTitle: string;
  siteId: number | null;
  siteName: string;
  lineId: number | null;
  lineName: string;
  /** 1, but for what another platform says otherwise. */
  quantity: number;
  /** Of one. */
  priceCents: number;
  originalPriceCents: number;
  payStyle: PayStyle;
  payStatus: PayStatus;
  paidAt: Date | null;
  deliverState: DeliverState;
  /** The command was sent; the machine first spoke of it; the unit had dropped, or failed. */
  notifiedAt: Date | null;
  receivedAt: Date | null;
  executedAt: Date | null;
  refundState: RefundState;
  refundCents: number;
  refundedAt: Date | null;
  /** Our number of the refund; '' where nothing was refunded. */
  refundNo: string;
  /** The refill that settled it; null since the last. */
  refillId: number | null;
  createdAt: Date;
  changedAt: Date;
}

/** The columns of a Trade; of trades t, machines m, sites p, lines n, as tradeSource joins them. */
export const tradeColumns = sql`t.id, t.seq, t.machine_id as "machineId", m.machine_no as "machineNo", m.type as "machineType",
  m.gateway_no as "gatewayNo", t.order_id as "orderId", t.integration_id as "integrationId", t.upstream_integration_id as "upstreamIntegrationId",
  t.upstream_trade_id as "upstreamTradeId", t.order_no as "orderNo", t.machine_trade_no as "machineTradeNo",
  t.payment_reference as "paymentReference", t.slot_id as "slotId", t.slot_name as "slotName", t.cabinet_name as "cabinetName",
  coalesce(b.kind, 'spring') as "cabinetKind", b.addr is not distinct from (
    select min(o.addr) from cabinets o where o.merchant_id = t.merchant_id and o.machine_id = t.machine_id
  ) as "inMainCabinet",
  t.goods_id as "goodsId", t.goods_number as "goodsNumber", t.goods_name as "goodsName", t.category_id as "categoryId",
  t.category_title as "categoryTitle", t.site_id as "siteId", coalesce(p.name, '') as "siteName", t.line_id as "lineId",
  coalesce(n.name, '') as "lineName", t.quantity, t.price_cents as "priceCents", t.original_price_cents as "originalPriceCents",
  t.pay_style as "payStyle", t.pay_status as "payStatus", t.paid_at as "paidAt", t.deliver_state as "deliverState",
  t.notified_at as "notifiedAt", t.received_at as "receivedAt", t.executed_at as "executedAt", t.refund_state as "refundState",
  t.refund_cents as "refundCents", t.refunded_at as "refundedAt", t.refund_no as "refundNo", t.refill_id as "refillId",
  t.created_at as "createdAt", t.changed_at as "changedAt"`;

export const tradeSource = sql`trades t
  join machines m on m.merchant_id = t.merchant_id and m.id = t.machine_id
  left join cabinets b on b.merchant_id = t.merchant_id and b.machine_id = t.machine_id and b.name = t.cabinet_name
  left join sites p on p.merchant_id = t.merchant_id and p.id = t.site_id
  left join lines n on n.merchant_id = t.merchant_id and n.id = t.line_id`;
