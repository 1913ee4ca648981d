import { type CallName, FieldError, type Fields, readInteger } from '@polyvend/protocols/gobox';
import type { DialectContext } from '../../../http/dialect.ts';
import type { SetOfBooks } from '../../../ledger/books/set-of-books.ts';
import { type LedgerErrorCode, refuse } from '../../../ledger/errors.ts';
import type { Cause } from '../../../ledger/events/event.ts';

/** One verified call. */
export interface Call {
  context: DialectContext;
  set: SetOfBooks;
  /** Who the token was given to. */
  by: string;
  query: Fields;
  path: Readonly<Record<string, string>>;
  /** The JSON object of the body. */
  body(): Fields;
  cause: Cause;
}

/** Answers what stands beside `state`. */
export type Handler = (call: Call) => Promise<object>;

export type Handlers<Names extends CallName> = Readonly<Record<Names, Handler>>;

/** What is no number is nobody's id either. */
export function readPathId({ path }: Call, name: string, unknown: LedgerErrorCode): number {
  try {
    return readInteger(path, name, { min: 1 });
  } catch (error) {
    if (error instanceof FieldError) refuse(unknown);
    throw error;
  }
}
