import type { EventKind, LedgerEvent } from '../../../ledger/events/event.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { getMachineOverview } from '../../../ledger/machines/list-machine-overviews.ts';
import { getTrade } from '../../../ledger/sales/get-trade.ts';
import { listSettlements, type SettledSlot, type StyleSales } from '../../../ledger/sales/list-settlements.ts';
import type { Trade } from '../../../ledger/sales/trade.ts';

type Data = Record<string, unknown>;

/**
 * Nothing of the hot path of a sale is among them but what goes through the outbox for others anyway: a sale is told when it has been written
 * down as a trade, and again when it dropped.
 */
export const webhookKinds = [
  'trade.created',
  'trade.changed',
  'dispense.settled',
  'order.expired',
  'order.refunded',
  'order.refunded-part',
  'machine.created',
  'machine.status-changed',
  'machine.layout-changed',
  'slot.fault',
  'slot.fault-cleared',
  'stock.short',
  'refill.settled',
  'goods.changed',
] as const satisfies readonly EventKind[];

/** The type of an event as webhooks name it: `machine.status_changed`. */
export const typeOf = (kind: EventKind): string => kind.replaceAll('-', '_');

export const webhookTypes: readonly string[] = webhookKinds.map(typeOf);

/** What a webhook tells of an event, in the names of the native API; undefined where there is nothing to be told any more. */
export async function webhookData(ledger: Ledger, event: LedgerEvent): Promise<Data | undefined> {
  const { merchantId, orderId, data } = event;
  switch (event.kind) {
    case 'trade.created':
    case 'trade.changed': {
      const trade = await getTrade(ledger, merchantId, Number(data.tradeId));
      return trade && tradeData(trade);
    }
    case 'dispense.settled':
      return {
        ...{ order_id: orderId, machine_id: event.machineId, line_id: data.lineId ?? null },
        ...{ delivery_id: String(data.batchId), units: data.units, delivered: data.delivered },
        ...{ error: data.error ?? '', fault_code: data.faultCode ?? 0 },
      };
    case 'order.expired':
      return { order_id: orderId, machine_id: event.machineId, trade_id: data.tradeId };
    case 'order.refunded':
    case 'order.refunded-part':
      return {
        ...{ order_id: orderId, machine_id: event.machineId, trade_id: data.tradeId ?? null },
        amount_cents: data.amountCents ?? null,
      };
    case 'machine.created':
    case 'machine.status-changed':
    case 'machine.layout-changed':
      return await machineData(ledger, event);
    case 'slot.fault':
    case 'slot.fault-cleared':
      return { machine_id: event.machineId, slot_id: data.slotId, slot: data.slot, fault_code: data.faultCode };
    case 'stock.short':
      return {
        ...{ machine_id: event.machineId, slot_id: data.slotId, slot: data.slot },
        ...{ on_hand: data.onHand, reserved: data.reserved },
      };
    case 'refill.settled': {
      const [settled] = await listSettlements(ledger, merchantId, { refillIds: [Number(data.refillId)], limit: 1 });
      return (
        settled && {
          ...{ refill_id: settled.refillId, machine_id: settled.machineId, machine_no: settled.machineNo },
          ...{ refilled_at: settled.refilledAt, previous_at: settled.previousAt },
          slots: settled.slots.map(slotData),
          sales: settled.sales.map(salesData),
        }
      );
    }
    case 'goods.changed':
      return { goods: data.goods };
    default:
      return undefined;
  }
}

async function machineData(ledger: Ledger, { merchantId, machineId, kind, data }: LedgerEvent): Promise<Data> {
  const machine = await getMachineOverview(ledger, { merchantId, machineId: machineId ?? 0 });
  const { id, machineNo, name, type, online, operational, condition, lastSeenAt } = machine;
  return {
    ...{ machine_id: id, machine_no: machineNo, name, type, online, operational, last_seen_at: lastSeenAt },
    ...(kind === 'machine.status-changed' && { changes: data.changes, condition }),
    ...(kind === 'machine.layout-changed' && {
      slots: machine.cabinets.flatMap(({ name: cabinet, slots }) =>
        slots.map((slot) => ({
          ...{ slot_id: slot.id, slot: slot.name, cabinet, goods_number: slot.goods?.number ?? '', price_cents: slot.priceCents },
          ...{ capacity: slot.capacity, on_hand: slot.onHand, fault_code: slot.faultCode },
        })),
      ),
    }),
  };
}

function tradeData(trade: Trade): Data {
  return {
    ...{ id: trade.id, seq: trade.seq, machine_id: trade.machineId, machine_no: trade.machineNo, order_id: trade.orderId },
    ...{ integration_id: trade.integrationId, order_no: trade.orderNo, payment_reference: trade.paymentReference },
    ...{ slot_id: trade.slotId, slot: trade.slotName, goods_number: trade.goodsNumber, goods_name: trade.goodsName },
    ...{ quantity: trade.quantity, price_cents: trade.priceCents, original_price_cents: trade.originalPriceCents },
    ...{ pay_style: trade.payStyle, pay_status: trade.payStatus, paid_at: trade.paidAt },
    ...{ deliver_state: trade.deliverState, executed_at: trade.executedAt },
    ...{ refund_state: trade.refundState, refund_cents: trade.refundCents, refunded_at: trade.refundedAt },
    ...{ site_id: trade.siteId, line_id: trade.lineId, refill_id: trade.refillId, created_at: trade.createdAt },
  };
}

const salesData = ({ payStyle, ...sales }: StyleSales): Data => ({
  ...{ pay_style: payStyle, units: sales.units, amount_cents: sales.amountCents },
});

const slotData = (slot: SettledSlot): Data => ({
  ...{ slot_id: slot.slotId, slot: slot.slotName, cabinet: slot.cabinetName, goods_number: slot.goodsNumber },
  ...{ goods_name: slot.goodsName, price_cents: slot.priceCents, stock: slot.stock, refilled: slot.refilled },
  sales: slot.sales.map(salesData),
});
