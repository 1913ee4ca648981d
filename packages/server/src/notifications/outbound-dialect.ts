import type { EventKind, LedgerEvent } from '../ledger/events/event.ts';

/** What a dialect wants said, once, of one event. */
export interface NotificationDraft {
  merchantId: number;
  integrationId: number;
  eventId: number;
  /** Unique per merchant: the event and what is told of it. The same key twice is one notification. */
  jobKey: string;
  /** Notifications of one key are delivered one after another, in the order they were drafted. */
  orderKey: string;
  orderId: number | null;
  lineId: number | null;
  /** The wire's name of what is told, e.g. `device.delivery.response`; the HTTP method is always POST. */
  method: string;
  url: string;
  headers?: Record<string, string>;
  body: string;
}

/** A draft that has become a row, as it is claimed for one attempt. */
export interface StoredNotification {
  merchantId: number;
  id: number;
  integrationId: number;
  /** integrations.dialect */
  dialect: string;
  eventId: number;
  jobKey: string;
  orderKey: string;
  orderId: number | null;
  lineId: number | null;
  method: string;
  url: string;
  /** Scheme, host and port of `url`. */
  endpoint: string;
  headers: Record<string, string>;
  body: string;
  createdAt: Date;
  /** The number of this attempt, from 1; it goes on counting after a replay. */
  attempt: number;
}

/** What the other side answered: `body` as text, cut at 64 KB. */
export interface OutboundAnswer {
  status: number;
  body: string;
}

/** What a dialect brings for the notifications to leave in its form. Notifications know dialects by this alone. */
export interface OutboundDialect {
  /** integrations.dialect */
  readonly dialect: string;
  readonly wants: readonly EventKind[];
  /**
   * May be called again for an event it rendered before, so it must give the same job keys. It may read the database; it must
   * not write. Throwing keeps the event for later and holds back later events of the same order for about a minute.
   */
  render(event: LedgerEvent): Promise<readonly NotificationDraft[]>;
  /** Fresh headers (merged over the stored ones) and body for each attempt, where a nonce or time is signed. Throwing is a failed attempt. */
  prepare?(notification: StoredNotification): Promise<{ headers: Record<string, string>; body: string }>;
  /** True, or in few words why the answer does not count as received. Without it any 2xx is received. Never asked about a 3xx. */
  accepted?(answer: OutboundAnswer): true | string;
}
