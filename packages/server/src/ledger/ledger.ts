import type { Kysely, Transaction } from 'kysely';
import type pg from 'pg';
import type { Tables } from '../database/tables.generated.ts';
import type { Clock } from './clock.ts';
import type { EventKind } from './events/event.ts';
import type { Vault } from './integrations/vault.ts';

/** Everything an operation needs. It is passed in, so that tests bring their own clock and database. */
export interface Ledger {
  readonly db: Kysely<Tables>;
  /** For the few statements that are prepared and batched. */
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly vault: Vault;
  /** Event kinds that someone outside wants: only these go through the outbox. */
  readonly relayed: ReadonlySet<EventKind>;
  readonly rules: LedgerRules;
  /** Where the world reaches us, without a slash at its end: addresses of pictures begin so. */
  readonly publicUrl: string;
}

/** The rules of time, in seconds. */
export interface LedgerRules {
  /** An order not paid within this is closed. */
  readonly paymentWindow: number;
  /** A unit without an answer for this long is given up (held). */
  readonly answerWindow: number;
  /** A command that could not be sent for this long is cancelled: nothing drops long after the buyer has left. */
  readonly queueWindow: number;
  /** A machine silent for this long is offline. */
  readonly silence: number;
  /** Another platform that has not taken an order of ours for this long is not told of it any more, but asked. */
  readonly noticeWindow: number;
  /** One that has taken it, or that is told no more, and says nothing for this long is asked; then again after twice as long each time. */
  readonly queryAfter: number;
  /** Units of which it has not said for this long what became of them are held. */
  readonly remoteSilence: number;
  /** A mall that has not said for this long whether a typed code is good is not waited for: someone stands at the keypad. */
  readonly externalCheckWindow: number;
  /** Of one machine in a minute; after so many the keypad is deaf for the rest of it. Not a time, but a number. */
  readonly wrongCodesPerMinute: number;
}

export const standardRules: LedgerRules = {
  paymentWindow: 20 * 60,
  answerWindow: 120,
  queueWindow: 15 * 60,
  silence: 10 * 60,
  noticeWindow: 10 * 60,
  queryAfter: 60,
  remoteSilence: 15 * 60,
  externalCheckWindow: 9,
  wrongCodesPerMinute: 10,
};

export type Db = Kysely<Tables> | Transaction<Tables>;
export type Trx = Transaction<Tables>;
