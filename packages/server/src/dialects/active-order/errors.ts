import { type Answer, answerError, codes, type ErrorName, FieldError } from '@polyvend/protocols/active-order';
import type { HttpFailure, WordedFailure } from '../../http/dialect.ts';
import { LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';

/** A refusal in the vendor's words, where it does not come from the ledger: credentials, signature, the form of a request. */
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

/** Every ledger error has a word here, or this does not compile. */
const wording: Record<LedgerErrorCode, ErrorName> = {
  'request.invalid': 'validation',
  'merchant.expired': 'merchantExpired',
  'merchant.unverified': 'merchantNotVerified',
  'integration.unknown': 'recordNotFound',
  'machine.unknown': 'machineNotFound',
  'machine.exists': 'validation',
  'machine.offline': 'machineOffline',
  'machine.not-operational': 'machineNotOperating',
  'place.unknown': 'validation',
  'cabinet.unknown': 'recordNotFound',
  'category.unknown': 'recordNotFound',
  'slot.unknown': 'recordNotFound',
  'slot.over-capacity': 'validation',
  'goods.unknown': 'recordNotFound',
  'product.unknown': 'productNotFound',
  'product.off-sale': 'productOffSale',
  'stock.insufficient': 'stockInsufficient',
  'stock.stale': 'stockInsufficient',
  'order.unknown': 'recordNotFound',
  'order.duplicate': 'tradeIdExists',
  'order.differs': 'tradeIdExists',
  'order.trade-id-missing': 'tradeIdEmpty',
  'order.expired': 'orderExpired',
  'order.state': 'orderStatusInvalid',
  'order.unpaid': 'orderUnpaid',
  'line.unknown': 'recordNotFound',
  'dispense.done': 'alreadyDelivered',
  'outcome.unfit': 'validation',
  'delivery.unknown': 'recordNotFound',
  'pickup-code.disabled': 'pickupCodesOff',
  'pickup-code.unknown': 'recordNotFound',
  'pickup-code.used': 'pickupCodeUsed',
  'pickup-code.expired': 'pickupCodeExpired',
  'pickup-code.bad-expiry': 'expiryInvalid',
  'pickup-code.exists': 'pickupCodeExists',
  'shop.unknown': 'recordNotFound',
  // What the import service alone refuses.
  'set-of-books.unknown': 'recordNotFound',
  'set-of-books.exists': 'validation',
  'book-device.unknown': 'recordNotFound',
  'book-device.exists': 'validation',
  'book-order.unknown': 'recordNotFound',
  'book-order.status': 'validation',
  'book-order.imported': 'validation',
  'book-order.importing': 'validation',
  'book-order.bill-exists': 'validation',
  'import.no-device': 'validation',
  'import.no-barcode': 'validation',
  'import.barcode-unknown': 'validation',
  'import.period-closed': 'validation',
  'import.device-refused': 'validation',
  'import.refused': 'validation',
  'import.unsettled': 'validation',
  'erp.unavailable': 'validation',
  'erp.credentials': 'validation',
  'order-source.none': 'validation',
  'order-source.unavailable': 'validation',
  'order-source.refused': 'validation',
  'notify-url.refused': 'validation',
  // What the console alone refuses.
  'slot.promised': 'validation',
  'slot.merged': 'validation',
  'slot.not-empty': 'validation',
  'planogram.stale': 'validation',
  'visit.differs': 'validation',
  'order.made-good': 'validation',
  'order.nothing-due': 'validation',
  'order.paid-elsewhere': 'validation',
  'user.unknown': 'recordNotFound',
  'user.exists': 'validation',
  'user.last-owner': 'validation',
  'user.password-weak': 'validation',
  'sign-in.refused': 'validation',
  'sign-in.throttled': 'validation',
  'setup.done': 'validation',
  'setup.code': 'validation',
  'permission.denied': 'validation',
  'token.unknown': 'recordNotFound',
  'notification.unknown': 'recordNotFound',
  'integration.not-rotatable': 'validation',
  'trade.unknown': 'recordNotFound',
};

/** Errors whose detail tells what to correct; the others are said as the vendor says them. */
const detailed = new Set<ErrorName>(['validation', 'badRequest']);

/** The vendor's answer to an error, with its status; undefined for what is none of ours to word. */
export function wordError(error: unknown): { status: number; answer: Answer } | undefined {
  if (error instanceof Refusal) return worded(error.errorName, error.detail);
  if (error instanceof FieldError) return worded('validation', error.message);
  if (!(error instanceof LedgerError)) return undefined;
  const name = wording[error.code];
  const { orderId } = error.data;
  const detail = detailed.has(name) ? error.message : undefined;
  return worded(name, detail, typeof orderId === 'number' ? { order_id: orderId } : {});
}

function worded(name: ErrorName, detail?: string, data?: Record<string, unknown>): { status: number; answer: Answer } {
  return { status: codes[name].status, answer: answerError(name, detail, data) };
}

const failures: Record<HttpFailure, ErrorName> = {
  'not-found': 'notFound',
  'method-not-allowed': 'methodNotAllowed',
  'too-large': 'tooLarge',
  'too-many-requests': 'tooManyRequests',
  unavailable: 'unavailable',
  malformed: 'badRequest',
  internal: 'internal',
};

/** The uploads of machines have a form of their own. */
const offlinePrefix = '/api/app/v1';

export function wordFailure(failure: HttpFailure, path: string, requestId: string): WordedFailure {
  const name = failures[failure];
  const { status, code, message } = codes[name];
  const offline = path === offlinePrefix || path.startsWith(`${offlinePrefix}/`);
  return { status, body: offline ? { _request_id: requestId, code, msg: message } : answerError(name) };
}
