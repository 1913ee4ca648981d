import { answerFailure, answerStatus, codes, type ErrorName, type Failure, FieldError } from '@polyvend/protocols/smart-vending';
import type { HttpFailure, WordedFailure } from '../../http/dialect.ts';
import { LedgerError, type LedgerErrorCode } from '../../ledger/errors.ts';

/** A refusal that does not come from the ledger: credentials, signature, the form of a request. */
export class Refusal extends Error {
  readonly errorName: ErrorName;
  readonly detail: string | undefined;

  constructor(errorName: ErrorName, detail?: string) {
    super(detail ?? errorName);
    this.name = 'Refusal';
    this.errorName = errorName;
    this.detail = detail;
  }
}

/** Every ledger error has a word here, or this does not compile. */
const wording: Record<LedgerErrorCode, ErrorName> = {
  'request.invalid': 'fieldInvalid',
  'merchant.expired': 'clientDisabled',
  'merchant.unverified': 'clientDisabled',
  'machine.unknown': 'machineNotFound',
  'machine.exists': 'fieldInvalid',
  'machine.offline': 'stateInvalid',
  'machine.not-operational': 'stateInvalid',
  'cabinet.unknown': 'fieldInvalid',
  'place.unknown': 'fieldInvalid',
  'category.unknown': 'fieldInvalid',
  'slot.unknown': 'fieldInvalid',
  'slot.over-capacity': 'fieldInvalid',
  'product.unknown': 'goodsNotFound',
  'goods.unknown': 'goodsNotFound',
  'integration.unknown': 'clientUnknown',
  'shop.unknown': 'fieldInvalid',
  'product.off-sale': 'stateInvalid',
  'stock.insufficient': 'stockInsufficient',
  'stock.stale': 'stockInsufficient',
  'order.unknown': 'tradeNotFound',
  'order.duplicate': 'stateInvalid',
  'order.differs': 'stateInvalid',
  'order.trade-id-missing': 'fieldInvalid',
  'order.expired': 'stateInvalid',
  'order.state': 'stateInvalid',
  'order.unpaid': 'stateInvalid',
  'line.unknown': 'tradeNotFound',
  'dispense.done': 'stateInvalid',
  'outcome.unfit': 'fieldInvalid',
  'delivery.unknown': 'tradeNotFound',
  'pickup-code.disabled': 'codesOff',
  'pickup-code.unknown': 'codeNotFound',
  'pickup-code.used': 'codeUsed',
  'pickup-code.expired': 'codeExpired',
  'pickup-code.bad-expiry': 'fieldInvalid',
  'pickup-code.exists': 'codesExhausted',
  // What the import service alone refuses.
  'set-of-books.unknown': 'fieldInvalid',
  'set-of-books.exists': 'fieldInvalid',
  'book-device.unknown': 'fieldInvalid',
  'book-device.exists': 'fieldInvalid',
  'book-order.unknown': 'fieldInvalid',
  'book-order.status': 'fieldInvalid',
  'book-order.imported': 'fieldInvalid',
  'book-order.importing': 'fieldInvalid',
  'book-order.bill-exists': 'fieldInvalid',
  'import.no-device': 'fieldInvalid',
  'import.no-barcode': 'fieldInvalid',
  'import.barcode-unknown': 'fieldInvalid',
  'import.period-closed': 'fieldInvalid',
  'import.device-refused': 'fieldInvalid',
  'import.refused': 'fieldInvalid',
  'import.unsettled': 'fieldInvalid',
  'erp.unavailable': 'unavailable',
  'erp.credentials': 'fieldInvalid',
  'order-source.none': 'fieldInvalid',
  'order-source.unavailable': 'unavailable',
  'order-source.refused': 'fieldInvalid',
  'notify-url.refused': 'fieldInvalid',
  // What the console alone refuses.
  'slot.promised': 'stateInvalid',
  'slot.merged': 'stateInvalid',
  'slot.not-empty': 'stateInvalid',
  'planogram.stale': 'stateInvalid',
  'visit.differs': 'stateInvalid',
  'order.made-good': 'stateInvalid',
  'order.nothing-due': 'stateInvalid',
  'order.paid-elsewhere': 'stateInvalid',
  'user.unknown': 'fieldInvalid',
  'user.exists': 'stateInvalid',
  'user.last-owner': 'stateInvalid',
  'user.password-weak': 'stateInvalid',
  'sign-in.refused': 'stateInvalid',
  'sign-in.throttled': 'stateInvalid',
  'setup.done': 'stateInvalid',
  'setup.code': 'stateInvalid',
  'permission.denied': 'stateInvalid',
  'token.unknown': 'fieldInvalid',
  'notification.unknown': 'fieldInvalid',
  'integration.not-rotatable': 'stateInvalid',
  'trade.unknown': 'fieldInvalid',
};

/** Which field of this wire is meant, where the ledger's own words do not say. */
const fields: Partial<Record<LedgerErrorCode, string>> = {
  'pickup-code.bad-expiry': 'endTime must be a time to come, after startTime (without it: 15 days after startTime)',
};

/** The vendor's answer to an error; undefined for what is none of ours to word. */
export function wordError(error: unknown): Failure | undefined {
  if (error instanceof Refusal) return answerFailure(error.errorName, error.detail);
  if (error instanceof FieldError) return answerFailure('fieldInvalid', error.message);
  if (!(error instanceof LedgerError)) return undefined;
  const name = wording[error.code];
  return answerFailure(name, name === 'fieldInvalid' ? (fields[error.code] ?? error.message) : undefined);
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

export function wordFailure(failure: HttpFailure, path: string): WordedFailure {
  const body = answerFailure(failures[failure]);
  return { status: path.startsWith(pushPath) ? pushStatus(body) : answerStatus, body };
}

/** Below this the pushes of other platforms come. */
export const pushPath = '/smart-vending/push/';

/**
 * A push counts as delivered with any 2xx, whatever the answer says: what was not taken must be answered otherwise, or it would be lost.
 */
export function pushStatus({ error_code: code }: Failure): number {
  if (code >= codes.badRequest.code) return Math.floor(code / 100);
  return code === codes.fieldInvalid.code ? 400 : 403;
}
