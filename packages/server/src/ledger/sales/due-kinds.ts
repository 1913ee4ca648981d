import type { EventKind } from '../events/event.ts';

/**
 * What may change a trade of the order that it is about. Where units change without such an event (a count decides held ones,
 * a command is claimed), the due row is written there.
 */
export const dueKinds: ReadonlySet<EventKind> = new Set<EventKind>([
  'order.paid',
  'order.refunded',
  'order.refunded-part',
  'order.uploaded',
  'order.made-good',
  'dispense.queued',
  'dispense.answered',
  'dispense.decided',
  'dispense.cancelled',
  'pickup-code.used',
  'remote-order.sent',
  'remote-order.outcome',
  'remote-order.settled',
]);
