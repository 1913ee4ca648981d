/**
 * What the ledger tells the outside. An event is written in the transaction of what happened; kinds that a dialect
 * wants are also put into the outbox there, and handed over from it at least once.
 */
export const eventKinds = [
  'order.placed',
  'order.paid',
  'order.payment-pending',
  'order.payment-failed',
  'order.refunded',
  'order.refunded-part',
  'order.closed',
  'order.revoked',
  'order.expired',
  'order.uploaded',
  'order.outcome',
  'order.refund-due',
  'dispense.queued',
  'dispense.sent',
  'dispense.answered',
  'dispense.given-up',
  'dispense.decided',
  'dispense.cancelled',
  'dispense.settled',
  'dispense.test-settled',
  'stock.refilled',
  'stock.counted',
  'stock.short',
  'slot.fault',
  'slot.fault-cleared',
  'slot.listed',
  'pickup-code.created',
  'pickup-code.used',
  'pickup-code.deleted',
  'pickup-code.expired',
  'machine.created',
  'machine.changed',
  'pickup-code.restored',
  'external-code.claimed',
  'external-code.accepted',
  'external-code.dispensed',
  'external-code.used',
  'external-code.released',
  'machine.offline',
  'machine.booted',
  'machine.configured',
  'machine.status-changed',
  'machine.layout-changed',
  'goods.changed',
  'listing.changed',
  'foreign-goods.changed',
  'remote-order.notice-due',
  'remote-order.sent',
  'remote-order.accepted',
  'remote-order.query-due',
  'remote-order.outcome',
  'remote-order.settled',
  'catalogue.due',
  'trade.created',
  'trade.changed',
  'refill.settled',
  'shop.changed',
  'pos.recorded',
  'books.set-changed',
  'books.device-changed',
  'books.order-received',
  'books.order-changed',
  'books.order-imported',
  'books.order-reset',
  'books.order-deleted',
  'books.refunded-after-import',
  'endpoint.disabled',
  'endpoint.enabled',
  'machine.command-queued',
  'machine.command-sent',
  'machine.command-confirmed',
  'machine.command-failed',
  'machine.command-void',
  'machine.password-issued',
  'site.changed',
  'line.changed',
  'conflict.late-answer',
  'conflict.surplus-answer',
  'conflict.pickup-code',
  'conflict.external-code',
  'conflict.channel-outcome',
  'conflict.remote-outcome',
  'stock.taken-out',
  'order.made-good',
  'order.codes-taken-back',
  'integration.changed',
  'integration.credentials-changed',
  'integration.overlap-ended',
  'planogram.changed',
] as const;

export type EventKind = (typeof eventKinds)[number];

export interface LedgerEvent {
  merchantId: number;
  id: number;
  at: Date;
  kind: EventKind;
  orderId: number | null;
  machineId: number | null;
  data: Record<string, unknown>;
}

/** The message that made something happen: enough to find the bytes again. Never holds a secret. */
export interface Cause {
  /** http, mqtt, sweep, person */
  by: string;
  requestId?: string;
  /** The call or method, e.g. `POST /api/openapi/v1/orders`. */
  call?: string;
  /** The bytes as received, as text; cut where long. */
  raw?: string;
}
