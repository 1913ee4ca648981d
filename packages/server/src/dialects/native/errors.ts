import { FieldError } from '@polyvend/protocols/shared';
import type { HttpFailure, WordedFailure } from '../../http/dialect.ts';
import { LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';

/** `{"error":{"code","message","field"?}}`: the code is the ledger's own, or one of these. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
}

const refusals = {
  'credentials.invalid': { status: 401, message: 'Send Authorization: Bearer and a token that is valid.' },
  'request.malformed': { status: 400, message: 'The body is not JSON.' },
  'request.field': { status: 400, message: 'A field is wrong.' },
  'too-many-requests': { status: 429, message: 'Too many requests.' },
} as const;

export class Refusal extends Error {
  readonly code: keyof typeof refusals;
  readonly field: string | undefined;

  constructor(code: keyof typeof refusals, message: string = refusals[code].message, field?: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.field = field;
  }
}

/** Every ledger error has a status here, or this does not compile. Its code and message are the ledger's. */
const statuses: Record<LedgerErrorCode, number> = {
  'request.invalid': 400,
  'merchant.expired': 403,
  'merchant.unverified': 403,
  'machine.unknown': 404,
  'machine.exists': 409,
  'machine.offline': 409,
  'machine.not-operational': 409,
  'cabinet.unknown': 404,
  'category.unknown': 404,
  'goods.unknown': 404,
  'integration.unknown': 404,
  'slot.unknown': 404,
  'slot.over-capacity': 409,
  'product.unknown': 404,
  'product.off-sale': 409,
  'stock.insufficient': 409,
  'stock.stale': 409,
  'order.unknown': 404,
  'order.duplicate': 409,
  'order.differs': 409,
  'order.trade-id-missing': 400,
  'order.expired': 409,
  'order.state': 409,
  'order.unpaid': 409,
  'line.unknown': 404,
  'dispense.done': 409,
  'outcome.unfit': 409,
  'delivery.unknown': 404,
  'pickup-code.disabled': 409,
  'pickup-code.unknown': 404,
  'pickup-code.used': 409,
  'pickup-code.expired': 409,
  'pickup-code.bad-expiry': 400,
  'pickup-code.exists': 409,
  'place.unknown': 404,
  'shop.unknown': 404,
  // What the import service alone refuses.
  'set-of-books.unknown': 404,
  'set-of-books.exists': 409,
  'book-device.unknown': 404,
  'book-device.exists': 409,
  'book-order.unknown': 404,
  'book-order.status': 409,
  'book-order.imported': 409,
  'book-order.importing': 409,
  'book-order.bill-exists': 409,
  'import.no-device': 409,
  'import.no-barcode': 409,
  'import.barcode-unknown': 409,
  'import.period-closed': 409,
  'import.device-refused': 409,
  'import.refused': 409,
  'import.unsettled': 409,
  'erp.unavailable': 503,
  'erp.credentials': 409,
  'order-source.none': 409,
  'order-source.unavailable': 503,
  'order-source.refused': 409,
  'notify-url.refused': 400,
  // What the console alone refuses.
  'slot.promised': 409,
  'slot.merged': 409,
  'slot.not-empty': 409,
  'planogram.stale': 409,
  'visit.differs': 409,
  'order.made-good': 409,
  'order.nothing-due': 409,
  'order.paid-elsewhere': 409,
  'user.unknown': 404,
  'user.exists': 409,
  'user.last-owner': 409,
  'user.password-weak': 400,
  'sign-in.refused': 401,
  'sign-in.throttled': 429,
  'setup.done': 409,
  'setup.code': 403,
  'permission.denied': 403,
  'token.unknown': 404,
  'notification.unknown': 404,
  'integration.not-rotatable': 409,
  'trade.unknown': 404,
};

/** The answer to an error, with its status; undefined for what is none of ours to word. */
export function wordError(error: unknown): { status: number; answer: ErrorAnswer } | undefined {
  if (error instanceof Refusal) {
    const { code, message, field } = error;
    return { status: refusals[code].status, answer: { error: { code, message, ...(field !== undefined && { field }) } } };
  }
  if (error instanceof FieldError) return wordError(new Refusal('request.field', error.message, error.field));
  if (!(error instanceof LedgerError)) return undefined;
  return { status: statuses[error.code], answer: { error: { code: error.code, message: error.message } } };
}

const failures: Record<HttpFailure, { status: number; message: string }> = {
  'not-found': { status: 404, message: 'Nothing is served here.' },
  'method-not-allowed': { status: 405, message: 'This path knows another method.' },
  'too-large': { status: 413, message: 'The body is too large.' },
  'too-many-requests': { status: 429, message: 'Too many requests.' },
  unavailable: { status: 503, message: 'Not available at the moment; try again.' },
  malformed: { status: 400, message: 'The request could not be read.' },
  internal: { status: 500, message: 'Something went wrong here; it is in the log.' },
};

export function wordFailure(failure: HttpFailure): WordedFailure {
  const { status, message } = failures[failure];
  return { status, body: { error: { code: failure, message } } satisfies ErrorAnswer };
}
