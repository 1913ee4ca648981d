import type { CallName, Fields } from '@polyvend/protocols/active-order';
import type { UrlCheck } from '../../../http/url-check.ts';
import type { Cause } from '../../../ledger/events/event.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';

/** One verified call: its parameters, in the clear or out of the payload, and what the path names. */
export interface Call {
  ledger: Ledger;
  integration: Integration;
  merchantId: number;
  timeZone: string;
  params: Fields;
  path: Readonly<Record<string, string>>;
  cause: Cause;
  checkUrl: UrlCheck;
}

export interface Done {
  data: unknown;
  /** Instead of `ok`. */
  message?: string;
}

export type Handler = (call: Call) => Promise<Done>;

export type Handlers<Names extends CallName> = Readonly<Record<Names, Handler>>;
