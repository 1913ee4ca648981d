import type { Cause } from '../../../ledger/events/event.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';

/** One verified call. */
export interface Call {
  ledger: Ledger;
  integration: Integration;
  merchantId: number;
  /** A JSON text. */
  data: string;
  /** When it says that it was sent. */
  sentAt: Date;
  cause: Cause;
}

/** Answers `data` of the answer. */
export type Handler = (call: Call) => Promise<unknown>;
