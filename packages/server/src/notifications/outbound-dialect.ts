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
  /**
   * Seconds after which it makes no sense any more, instead of the schedule's three days: no attempt begins or goes on after them.
   */
  giveUpAfter?: number;
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
  /** Null: by the schedule. */
  giveUpAt: Date | null;
  /** The number of this attempt, from 1; it goes on counting after a replay. */
  attempt: number;
}

/** What the other side answered: `body` as text, cut at 64 KB. */
export interface OutboundAnswer {
  status: number;
  body: string;
}

/** What leaves for one attempt, and is not kept: it may hold what must not be stored. */
export interface Prepared {
  headers: Record<string, string>;
  body: string;
  /** Where parameters go in the query: of the same endpoint as the stored one. */
  url?: string;
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
  prepare?(notification: StoredNotification): Promise<Prepared>;
  /**
   * True, or in few words why the answer does not count as received; it may write, as where a credential is refused. Without it any 2xx is
   * received. Given the very object that `prepare` was. Never asked about a 3xx.
   */
  accepted?(answer: OutboundAnswer, notification: StoredNotification): true | string | Promise<true | string>;
  /**
   * Told of an answer that was accepted, before that is recorded: for answers that say something. It may write, and must bear to be
   * told the same more than once; throwing is a failed attempt, and the other side is asked again.
   */
  answered?(notification: StoredNotification, answer: OutboundAnswer): Promise<void>;
  /**
   * Told that it will not be tried again, before that is recorded; `error` in a few words. It must bear to be told the same more than once,
   * and to be told of one that is replayed later with success. Throwing keeps the notification, to be given up later.
   */
  gaveUp?(notification: StoredNotification, error: string): Promise<void>;
}
