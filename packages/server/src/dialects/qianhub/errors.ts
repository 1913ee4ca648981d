import { answerError, codes, type ErrorAnswer, type ErrorName, FieldError } from '@polyvend/protocols/qianhub';
import type { HttpFailure, WordedFailure } from '../../http/dialect.ts';
import { LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';

/** A refusal in the gateway's words, where it does not come from the ledger: headers, signature, the form of a request. */
export class Refusal extends Error {
  readonly errorName: ErrorName;
  readonly detail: string | undefined;

  constructor(errorName: ErrorName, detail?: string) {
    super(detail ?? codes[errorName].message);
    this.name = 'Refusal';
    this.errorName = errorName;
    this.detail = detail;
  }
}

/** Every ledger error has a word here, or this does not compile. The gateway only reads: most of them never come. */
const wording: Record<LedgerErrorCode, ErrorName> = {
  'request.invalid': 'badRequest',
  'merchant.expired': 'appInvalid',
  'merchant.unverified': 'appInvalid',
  'machine.unknown': 'badRequest',
  'machine.exists': 'badRequest',
  'machine.offline': 'system',
  'machine.not-operational': 'system',
  'cabinet.unknown': 'badRequest',
  'category.unknown': 'badRequest',
  'goods.unknown': 'badRequest',
  'integration.unknown': 'badRequest',
  'slot.unknown': 'badRequest',
  'slot.over-capacity': 'badRequest',
  'product.unknown': 'badRequest',
  'product.off-sale': 'system',
  'stock.insufficient': 'system',
  'stock.stale': 'system',
  'order.unknown': 'badRequest',
  'order.duplicate': 'badRequest',
  'order.differs': 'badRequest',
  'order.trade-id-missing': 'badRequest',
  'order.expired': 'system',
  'order.state': 'system',
  'order.unpaid': 'system',
  'line.unknown': 'badRequest',
  'dispense.done': 'system',
  'outcome.unfit': 'badRequest',
  'delivery.unknown': 'badRequest',
  'pickup-code.disabled': 'system',
  'pickup-code.unknown': 'badRequest',
  'pickup-code.used': 'system',
  'pickup-code.expired': 'system',
  'pickup-code.bad-expiry': 'badRequest',
  'pickup-code.exists': 'system',
  'place.unknown': 'badRequest',
  'shop.unknown': 'shopInvisible',
  // What the import service alone refuses.
  'set-of-books.unknown': 'badRequest',
  'set-of-books.exists': 'badRequest',
  'book-device.unknown': 'badRequest',
  'book-device.exists': 'badRequest',
  'book-order.unknown': 'badRequest',
  'book-order.status': 'badRequest',
  'book-order.imported': 'badRequest',
  'book-order.importing': 'system',
  'book-order.bill-exists': 'badRequest',
  'import.no-device': 'badRequest',
  'import.no-barcode': 'badRequest',
  'import.barcode-unknown': 'badRequest',
  'import.period-closed': 'badRequest',
  'import.device-refused': 'badRequest',
  'import.refused': 'badRequest',
  'import.unsettled': 'system',
  'erp.unavailable': 'system',
  'erp.credentials': 'badRequest',
  'order-source.none': 'badRequest',
  'order-source.unavailable': 'system',
  'order-source.refused': 'badRequest',
  'notify-url.refused': 'badRequest',
  // What the console alone refuses.
  'slot.promised': 'badRequest',
  'slot.merged': 'badRequest',
  'slot.not-empty': 'badRequest',
  'planogram.stale': 'badRequest',
  'visit.differs': 'badRequest',
  'order.made-good': 'badRequest',
  'order.nothing-due': 'badRequest',
  'order.paid-elsewhere': 'badRequest',
  'user.unknown': 'badRequest',
  'user.exists': 'badRequest',
  'user.last-owner': 'badRequest',
  'user.password-weak': 'badRequest',
  'sign-in.refused': 'badRequest',
  'sign-in.throttled': 'badRequest',
  'setup.done': 'badRequest',
  'setup.code': 'badRequest',
  'permission.denied': 'badRequest',
  'token.unknown': 'badRequest',
  'notification.unknown': 'badRequest',
  'integration.not-rotatable': 'badRequest',
  'trade.unknown': 'badRequest',
};

/** What a business failure is answered with, always: 返回业务领域的失败. */
const status = 400;

/** The gateway's answer to an error, with its status; undefined for what is none of ours to word. */
export function wordError(error: unknown): { status: number; answer: ErrorAnswer } | undefined {
  if (error instanceof Refusal) return { status, answer: answerError(error.errorName, error.detail) };
  if (error instanceof FieldError) return { status, answer: answerError('badRequest', error.message) };
  if (error instanceof LedgerError) return { status, answer: answerError(wording[error.code], error.detail || undefined) };
  return undefined;
}

const failures: Record<HttpFailure, readonly [status: number, name: ErrorName, detail: string]> = {
  'not-found': [404, 'actionUnknown', 'nothing is served at this path'],
  'method-not-allowed': [405, 'actionUnknown', 'POST /gateway'],
  'too-large': [status, 'system', 'the body is too large'],
  'too-many-requests': [status, 'system', 'too many requests'],
  unavailable: [status, 'system', 'not available at the moment'],
  malformed: [status, 'badRequest', 'the request could not be read'],
  internal: [status, 'system', 'something went wrong here'],
};

export function wordFailure(failure: HttpFailure): WordedFailure {
  const [status, name, detail] = failures[failure];
  return { status, body: answerError(name, detail) };
}
