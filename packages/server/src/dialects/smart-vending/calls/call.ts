import type { CallName, Fields } from '@polyvend/protocols/smart-vending';
import type { Cause } from '../../../ledger/events/event.ts';
import type { Integration } from '../../../ledger/integrations/integration.ts';
import type { Ledger } from '../../../ledger/ledger.ts';

/** One verified call: query and body together. */
export interface Call {
  ledger: Ledger;
  integration: Integration;
  merchantId: number;
  params: Fields;
  cause: Cause;
}

/** Answers what the vendor's page says, without anything around it. */
export type Handler = (call: Call) => Promise<unknown>;

export type Handlers<Names extends CallName> = Readonly<Record<Names, Handler>>;
