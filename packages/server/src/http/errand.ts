import type { Logger } from 'pino';
import type { Ledger } from '../ledger/ledger.ts';
import type { GuardedHttp } from '../notifications/index.ts';

/** What an errand is given. */
export interface ErrandContext {
  ledger: Ledger;
  /** For URLs that others gave us. */
  http: Pick<GuardedHttp, 'open' | 'request'>;
  logger: Pick<Logger, 'warn'>;
  /** Aborted when the hub stops: what is under way ends where it can go on later. */
  signal: AbortSignal;
}

/** What a dialect does by itself, asked for every few seconds; it looks itself whether anything is due. Must bear being ended anywhere. */
export type Errand = (context: ErrandContext) => Promise<void>;
