import {
  type Answer,
  answerError,
  answerTokenError,
  type CallName,
  codes,
  type ErrorName,
  FieldError,
  type NumericAnswer,
  tokenPath,
} from '@polyvend/protocols/owitho';
import type { HttpFailure, WordedFailure } from '../../http/dialect.ts';
import { LedgerError, type LedgerErrorCode, ledgerErrors } from '../../ledger/errors.ts';

/** A refusal that does not come from the ledger: the app, its signature, the form of a request. */
export class Refusal extends Error {
  readonly errorName: ErrorName;
  readonly detail: string | undefined;

  constructor(errorName: ErrorName, detail?: string) {
    super(detail ?? codes[errorName].msg);
    this.name = 'Refusal';
    this.errorName = errorName;
    this.detail = detail;
  }
}

/** `content`: the data is well formed, and what it says is refused, for which some calls have a code of their own. */
type Word = ErrorName | 'content';

/** Every ledger error has a word here, or this does not compile. */
const wording: Record<LedgerErrorCode, Word> = {
  'request.invalid': 'failed',
  'merchant.expired': 'failed',
  'merchant.unverified': 'failed',
  'integration.unknown': 'failed',
  'machine.unknown': 'content',
  'machine.exists': 'content',
  'machine.offline': 'content',
  'machine.not-operational': 'content',
  'place.unknown': 'content',
  'cabinet.unknown': 'content',
  'category.unknown': 'content',
  'slot.unknown': 'content',
  'slot.over-capacity': 'content',
  'goods.unknown': 'content',
  'product.unknown': 'content',
  'product.off-sale': 'content',
  'stock.insufficient': 'content',
  'stock.stale': 'content',
  'order.unknown': 'content',
  'order.duplicate': 'content',
  'order.differs': 'content',
  'order.trade-id-missing': 'content',
  'order.expired': 'content',
  'order.state': 'content',
  'order.unpaid': 'content',
  'line.unknown': 'content',
  'dispense.done': 'content',
  'outcome.unfit': 'content',
  'delivery.unknown': 'content',
  'pickup-code.disabled': 'content',
  'pickup-code.unknown': 'content',
  'pickup-code.used': 'content',
  'pickup-code.expired': 'content',
  'pickup-code.bad-expiry': 'content',
  'pickup-code.exists': 'content',
  'shop.unknown': 'content',
  'set-of-books.unknown': 'content',
  'set-of-books.exists': 'content',
  'book-device.unknown': 'content',
  'book-device.exists': 'content',
  'import.no-barcode': 'content',
  'book-order.unknown': 'content',
  'book-order.status': 'content',
  'book-order.imported': 'content',
  'book-order.importing': 'content',
  'book-order.bill-exists': 'content',
  'import.no-device': 'content',
  'import.barcode-unknown': 'content',
  'import.period-closed': 'content',
  'import.device-refused': 'content',
  'import.refused': 'content',
  'import.unsettled': 'content',
  'erp.unavailable': 'content',
  'erp.credentials': 'content',
  'order-source.none': 'content',
  'order-source.unavailable': 'content',
  'order-source.refused': 'content',
  'notify-url.refused': 'failed',
  // What the console alone refuses.
  'slot.promised': 'content',
  'slot.merged': 'content',
  'slot.not-empty': 'content',
  'planogram.stale': 'content',
  'visit.differs': 'content',
  'order.made-good': 'content',
  'order.nothing-due': 'content',
  'order.paid-elsewhere': 'content',
  'user.unknown': 'content',
  'user.exists': 'content',
  'user.last-owner': 'content',
  'user.password-weak': 'content',
  'sign-in.refused': 'content',
  'sign-in.throttled': 'content',
  'setup.done': 'content',
  'setup.code': 'content',
  'permission.denied': 'content',
  'token.unknown': 'content',
  'notification.unknown': 'content',
  'integration.not-rotatable': 'content',
  'trade.unknown': 'content',
};

/** The code of a call for content that is refused; of all others 40000. */
const ofContent: Partial<Record<CallName, ErrorName>> = { skuSync: 'skuSyncFailed', orderCallback: 'orderCallbackFailed' };

/** The vendor's answer to an error; undefined for what is none of ours to word. */
export function wordError(error: unknown, call: CallName): Answer | undefined {
  if (error instanceof Refusal) return answerError(error.errorName, error.detail);
  if (error instanceof FieldError) return answerError('failed', error.message);
  if (!(error instanceof LedgerError)) return undefined;
  const word = wording[error.code];
  // What is another's is worded like what is nobody's: nothing of what was asked for is repeated.
  if (word === 'content') return answerError(ofContent[call] ?? 'failed', ledgerErrors[error.code].message);
  return answerError(word, error.message);
}

/** As wordError, in the form of the token's call. */
export function wordTokenError(error: unknown): NumericAnswer | undefined {
  return error instanceof Refusal ? answerTokenError(error.errorName, error.detail) : undefined;
}

const failures: Record<HttpFailure, string> = {
  'not-found': 'nothing is served at this path',
  'method-not-allowed': 'this path knows another method',
  'too-large': 'the body is too large',
  'too-many-requests': 'too many requests',
  unavailable: 'not available at the moment',
  malformed: 'the request could not be read',
  internal: 'something went wrong here',
};

/** HTTP is 200, whatever fails. */
export function wordFailure(failure: HttpFailure, path: string): WordedFailure {
  const word = path === tokenPath ? answerTokenError : answerError;
  return { status: 200, body: word('failed', failures[failure]) };
}
