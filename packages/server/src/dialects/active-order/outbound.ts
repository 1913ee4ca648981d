import { methods } from '@polyvend/protocols/active-order';
import type { EventKind, LedgerEvent } from '../../ledger/events/event.ts';
import { getIntegration } from '../../ledger/integrations/get-integration.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { NotificationDraft, OutboundDialect } from '../../notifications/outbound-dialect.ts';
import { dialect, settingsOf } from './integration.ts';
import { errorText } from './map.ts';

/** What the events tell that a callback is made of. */
interface Told {
  integrationId: number | null;
  notifyUrl: string;
}

interface Settled extends Told {
  batchId: number;
  lineId: number | null;
  units: number;
  delivered: number;
  error: string;
  faultCode: number;
}

export const wants = ['dispense.settled', 'dispense.test-settled', 'order.expired'] as const satisfies readonly EventKind[];

/** The callbacks to an order's notify_url: the outcome of each record, once it is final, and the expiry of an unpaid order. */
export function outbound(ledger: Ledger): OutboundDialect {
  return {
    dialect,
    wants,
    async render(event) {
      const { integrationId, notifyUrl } = event.data as unknown as Told;
      if (integrationId === null || notifyUrl === '') return [];
      const integration = await getIntegration(ledger, event.merchantId, integrationId);
      if (integration?.dialect !== dialect) return [];
      if (event.kind === 'order.expired' && !settingsOf(integration).notifyExpiry) return [];
      const body = event.kind === 'order.expired' ? expiryOf(event) : resultOf(event);
      return [draft(event, integrationId, notifyUrl, body)];
    },
  };
}

function draft(event: LedgerEvent, integrationId: number, url: string, body: Record<string, unknown>): NotificationDraft {
  const { lineId, batchId } = event.data as unknown as Partial<Settled>;
  return {
    merchantId: event.merchantId,
    integrationId,
    eventId: event.id,
    jobKey: `${dialect}:${event.id}`,
    orderKey: event.orderId === null ? `delivery:${batchId}` : `order:${event.orderId}`,
    orderId: event.orderId,
    lineId: lineId ?? null,
    method: String(body.method),
    url,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

function resultOf({ orderId, data }: LedgerEvent): Record<string, unknown> {
  const { batchId, lineId, units, delivered, error, faultCode } = data as unknown as Settled;
  const all = delivered === units;
  const reason = all ? '' : errorText(error === '' ? 'failed' : error, faultCode);
  return {
    method: methods.dispensed,
    order_id: orderId ?? 0,
    record_id: lineId ?? 0,
    deliver_status: all ? '1' : '0',
    floor_status: String(faultCode),
    error_msg: reason,
    fail_reason: reason,
    delivered_quantity: delivered,
    delivery_id: String(batchId),
  };
}

function expiryOf({ orderId, data }: LedgerEvent): Record<string, unknown> {
  return { method: methods.orderExpired, order_id: orderId, trade_id: data.tradeId, status: 'CLOSED' };
}
