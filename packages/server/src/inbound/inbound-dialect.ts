import type { Integration } from '../ledger/integrations/integration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GuardedHttp } from '../notifications/index.ts';

/** A message of another platform, verified when it came, as it came. */
export interface InboundMessage {
  integration: Integration;
  id: number;
  /** The wire's name of what is told. */
  kind: string;
  query: string;
  body: Uint8Array;
  receivedAt: Date;
  /** How often it could not be applied. */
  attempts: number;
}

/** What a message says cannot be right, whenever it is read. The reason is shown to the merchant. */
export class InboundRefusal extends Error {
  override readonly name = 'InboundRefusal';
}

/** What a message is about is not known yet: it is tried again later, and the platform asked soon. */
export class InboundDelay extends Error {
  override readonly name = 'InboundDelay';
}

/** One asking of one platform, all that it has to tell. */
export interface Poll {
  ledger: Ledger;
  integration: Integration;
  /** As the last step left it, of this time or of one before that broke off; null at the very first. */
  progress: unknown;
  /** Where this one may call. Throws HttpFailure. */
  request: GuardedHttp['request'];
  /**
   * Does `work` and remembers how far it is, both or neither. `ledger` is the transaction's. Throws when another process has taken the poll
   * over, or this one is to stop.
   */
  step(progress: unknown, work: (ledger: Ledger) => Promise<void>): Promise<void>;
  /** A row of an answer could not be read, and was left out. */
  skipped(reason: string): void;
}

/** What a dialect brings for what others tell us. The room of inbound messages knows dialects by this alone. */
export interface InboundDialect {
  /** integrations.dialect and integrations.role */
  readonly dialect: string;
  readonly role: string;
  /**
   * Takes the message into the ledger; called within a transaction, in which it is also marked as applied. The same, or an older one, may come
   * again at any time and must then change nothing. Throws InboundRefusal, or InboundDelay; anything else is an error of ours, and tried again.
   */
  apply(ledger: Ledger, message: InboundMessage): Promise<void>;
  /** Seconds from one asking to the next; undefined: this platform is not asked. */
  pollEvery?(integration: Integration): number | undefined;
  /** Asks for everything that messages may not have brought. Throws when it cannot be finished: it goes on from there later. */
  poll?(poll: Poll): Promise<void>;
}
